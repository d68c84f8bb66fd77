import type { DrawnPlace, MapDrawing } from "@elsewhere/world";
import { bearing, distance } from "./bearings.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How one stands to the way out of the world. */
export type WayOut =
  | { readonly kind: "here"; readonly exit: DrawnPlace }
  /** `tile` is the nearest tile of the exit's box. */
  | { readonly kind: "away"; readonly exit: DrawnPlace; readonly tile: Point; readonly text: string }
  | { readonly kind: "none"; readonly text: string };

export function wayOut(drawing: MapDrawing, at: Point, titleOf: (map: string) => string): WayOut {
  const nearest = drawing.worldExits
    .map((exit) => ({ exit, tile: nearestTile(exit, at) }))
    .toSorted((a, b) => distance(centre(a.tile), at) - distance(centre(b.tile), at))[0];
  if (nearest === undefined) return { kind: "none", text: nowhere(drawing, titleOf) };
  const { exit, tile } = nearest;
  if (tile.x === Math.floor(at.x) && tile.y === Math.floor(at.y)) return { kind: "here", exit };
  return {
    kind: "away",
    exit,
    tile,
    text: `The nearest way out, ${exit.name === "" ? "unnamed" : exit.name}, is ${bearing(at, centre(tile))}.`,
  };
}

function nowhere(drawing: MapDrawing, titleOf: (map: string) => string): string {
  const ways = [...new Set(drawing.exits.map(({ map }) => titleOf(map)))].filter((title) => title !== "");
  if (ways.length === 0) return "There is no way out of the world on this map.";
  return `There is no way out of the world on this map; ways lead on to ${ways.join(", ")}.`;
}

const centre = (tile: Point): Point => ({ x: tile.x + 0.5, y: tile.y + 0.5 });

function nearestTile(box: DrawnPlace, at: Point): Point {
  const clamp = (value: number, from: number, size: number): number => Math.min(Math.max(Math.floor(value), from), from + size - 1);
  return { x: clamp(at.x, box.x, box.width), y: clamp(at.y, box.y, box.height) };
}
