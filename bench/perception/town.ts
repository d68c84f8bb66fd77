import type { WorldMap } from "@elsewhere/world";
import { asciiMap } from "../../packages/world/src/testing/ascii-map.ts";
import { type SceneSize, sightTiles } from "./scene.ts";

const block = 16;
const house = { from: 4, to: 12 };

/** As large as it must be for so many to be in sight, with a house of nine by nine tiles in every block of sixteen by sixteen. */
export function townOf({ bodies, inSight }: SceneSize): WorldMap {
  const side = Math.ceil(Math.sqrt((bodies * (2 * sightTiles + 1) ** 2) / inSight));
  const isHouse = (at: number): boolean => at % block >= house.from && at % block <= house.to;
  const street = ".".repeat(side);
  const houses = Array.from({ length: side }, (_, x) => (isHouse(x) ? "#" : ".")).join("");
  return asciiMap(Array.from({ length: side }, (_, y) => (isHouse(y) ? houses : street)).join("\n"), { name: "town", sightTiles });
}
