import { limits } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import type { LoadedWorld } from "../../packages/server/src/worlds/load.ts";

/** Tiles on each side of a field. */
export const side = 8;

/** An empty field, entered at its left edge, whose right edge leads to another one; a corner of it is the gate out of the world. */
export function field(name: string, leadsTo: string): WorldMap {
  const cells = side * side;
  const column = (x: number): Int32Array => Int32Array.from({ length: side - 1 }, (_, y) => (y + 1) * side + x);
  return {
    name,
    width: side,
    height: side,
    tile: { width: 32, height: 32 },
    blocked: new Uint8Array(cells),
    silent: new Uint8Array(cells),
    roomOf: new Uint16Array(cells),
    rooms: [],
    hiddenAt: null,
    closed: new Set(),
    layerAt: null,
    places: [],
    entries: [{ name: "start", tiles: column(1) }],
    exits: [{ tiles: column(side - 1), map: leadsTo, entry: "start" }],
    worldExits: [{ name: "gate", tiles: Int32Array.of(0) }],
    doors: [],
    things: [],
    sightTiles: limits.sightTiles,
    hearingTiles: limits.hearingTiles,
    properties: {},
  };
}

/** Two fields that lead to each other, with nobody in them. */
export function twoFields(changes: Partial<LoadedWorld> = {}): LoadedWorld {
  return {
    root: "/",
    name: "Two fields",
    description: "",
    maps: [field("east", "west"), field("west", "east")],
    drawings: new Map(),
    images: new Map(),
    start: { map: "east", entry: "start" },
    clockStartMs: Date.UTC(2030, 0, 1),
    dayMinutes: 1440,
    seed: 1,
    programs: [],
    owners: new Map(),
    bundles: new Map(
      (changes.programs ?? []).map(({ code }) => [code, { code: "", codeHash: "0".repeat(64), codeBytes: 0, map: "{}", files: [] }]),
    ),
    bundle: () => Promise.reject(new Error("nothing is bundled here")),
    notes: [],
    ...changes,
  };
}
