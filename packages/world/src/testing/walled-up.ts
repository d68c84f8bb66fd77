import { isHidden } from "../hiding.ts";
import type { WorldMap } from "../map.ts";
import { terrainOf } from "../terrain.ts";
import { hideout } from "./random-world.ts";

/** The same map without its hidden room: nothing but wall there. */
export function walledUp(map: WorldMap): WorldMap {
  const shows = ({ tiles }: { readonly tiles: Int32Array }): boolean => !tiles.some((tile) => isHidden(map, tile));
  return {
    ...map,
    blocked: map.blocked.map((blocked, tile) => (isHidden(map, tile) ? 1 : blocked)),
    hiddenAt: null,
    closed: new Set(),
    places: map.places.filter(({ name }) => name !== hideout.name),
    entries: map.entries.filter(shows),
    exits: map.exits.filter(shows),
    worldExits: map.worldExits.filter(shows),
    doors: map.doors.filter((_, door) => terrainOf(map).doors[door]!.hiddenIn.length === 0),
  };
}
