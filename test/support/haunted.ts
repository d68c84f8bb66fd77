import type { Intent } from "@elsewhere/protocol";
import type { Luggage, WorldMap } from "@elsewhere/world";
import { asciiMap } from "../../packages/world/src/testing/ascii-map.ts";
import { luggageOf } from "../../packages/world/src/testing/stage.ts";
import type { Bundle } from "../../packages/server/src/programs/author/bundle.ts";
import type { Participant } from "../../packages/server/src/ticks/ticker.ts";
import type { World } from "../../packages/server/src/ticks/world.ts";
import type { LoadedProgram, LoadedWorld } from "../../packages/server/src/worlds/load.ts";
import { randomFrom } from "./random.ts";

export const secret = "lantern";
/** A word that only those in the hidden cellar say. */
export const cellarWord = "pumpernickel";

const wide = (left: string, middle: string): string => left.padEnd(14, ".") + middle.padEnd(14, ".") + ".".repeat(20);

/** Open ground, a hall with a door and a hidden cellar behind it, a way to the garden and one out of the world. */
const square: WorldMap = asciiMap(
  [
    wide("", ""),
    wide(".g..........", ""),
    wide("", "##############"),
    wide("", "#rrrrr#hhhhhh#"),
    wide("", "#rrrrr#hhhhhh#"),
    wide(".............b", "drrrrr#hhhhhh#"),
    wide("", "#rrrrrhhhhhhh#"),
    wide("", "#rrrrr#hhhhhh#"),
    wide("", "##############"),
    wide(".e", ""),
    wide("", ""),
    wide("", ""),
  ].join("\n"),
  {
    places: { r: { name: "hall", room: true }, h: { name: "cellar", room: true, hidden: true, secret } },
    doors: { d: { name: "gate", steps: { b: { autoOpen: true, autoClose: true }, r: { autoOpen: true, autoClose: true } } } },
    exits: { g: { map: "garden" } },
    worldExits: { e: "ferry" },
    entries: { a: "nowhere" },
    sightTiles: 7,
    hearingTiles: 5,
  },
);
const garden: WorldMap = asciiMap("........\n......s.\n........\n........", {
  name: "garden",
  exits: { s: { map: "square" } },
  sightTiles: 4,
});

const start = { name: "start", tiles: Int32Array.of(square.width * 4 + 4) };
export const haunted: readonly WorldMap[] = [
  { ...square, entries: [start] },
  { ...garden, entries: [{ name: "start", tiles: Int32Array.of(0) }] },
];

const bundle: Bundle = { code: "", codeHash: "0".repeat(64), codeBytes: 0, map: "{}", files: [] };

export function loadHaunted(programs: readonly LoadedProgram[] = []): LoadedWorld {
  return {
    root: "",
    name: "haunted",
    description: "",
    maps: haunted,
    drawings: new Map(),
    images: new Map(),
    start: { map: "square", entry: "start" },
    clockStartMs: Date.UTC(1887, 3, 9, 6),
    dayMinutes: 24,
    seed: 7,
    programs,
    owners: new Map(),
    bundles: new Map(programs.map(({ code }) => [code, bundle])),
    bundle: async () => bundle,
    notes: [],
  };
}

/** Numbers and choices that follow from a seed. */
export class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

type Span = readonly [from: number, to: number];

const within = (chance: Chance, [from, to]: Span): number => from + chance.below(to - from + 1);

/** What somebody might do who keeps to some columns and rows. */
export function anything(chance: Chance, columns: Span, word: string, rows: Span = [0, 11]): Intent {
  const walk: Intent = { kind: "walk", to: `@${within(chance, columns)},${within(chance, rows)}` };
  return chance.of<Intent>([
    walk,
    walk,
    { kind: "say", text: `${word} ${chance.below(100)}` },
    { kind: "emote", text: `${word} waves` },
    { kind: "do", verb: "juggle", data: word },
    { kind: "show", traits: { hat: `${word} ${chance.below(3)}` } },
    { kind: "face", direction: chance.of(["north", "east", "south", "west"] as const) },
    { kind: "look" },
    { kind: "stop" },
  ]);
}

/** Columns and rows that each kind of ghost keeps to, and what it says. */
const haunts = {
  cellar: { columns: [21, 26], rows: [3, 7], word: cellarWord },
  beyond: { columns: [40, 47], rows: [3, 7], word: "far" },
  ghosts: { columns: [0, 12], rows: [8, 11], word: "boo" },
} as const satisfies Record<string, { columns: Span; rows: Span; word: string }>;
type Haunt = keyof typeof haunts;

/**
 * Those whom people on open ground may not know of: in the cellar, beyond all sight, or on layers that nobody sees. They live
 * by a seed of their own.
 */
export function ghosts(seed: number, where: readonly Haunt[] = ["cellar", "cellar", "beyond", "ghosts"]): (world: World) => Participant {
  return (world) => {
    const chance = new Chance(seed);
    const there: Haunt[] = [];
    const numbers: number[] = [];
    const before = (tick: number): object => {
      if (there.length < 12 && tick > 2 && chance.below(3) === 0) {
        const haunt = chance.of(where);
        const id = 1_000 + there.length;
        const { columns, rows, word } = haunts[haunt];
        const named = { who: `person:ghost-${id}`, name: `${word} ${id}`, speed: 6 };
        const layers = haunt === "ghosts" ? { layerOn: 4, layerSees: 7 } : {};
        const luggage: Luggage = luggageOf(id, { ...named, ...layers, holds: haunt === "cellar" ? ["square/cellar"] : [] });
        const tile = within(chance, rows) * square.width + within(chance, columns);
        world.post("square", { kind: "enter", luggage, at: { tile } });
        numbers.push(0);
        there.push(haunt);
      }
      there.forEach((haunt, i) => {
        if (chance.below(4) > 0) return;
        const { columns, rows, word } = haunts[haunt];
        const intent = anything(chance, columns, word, rows);
        if (haunt === "beyond" && intent.kind === "walk") return;
        world.post("square", { kind: "intent", body: 1_000 + i, epoch: 1, n: ++numbers[i]!, intent });
      });
      return {};
    };
    return { before, after: () => ({ batch: {}, publish: () => {} }), settled: async () => {} };
  };
}
