/** A small world's worth of batches, everything a store can be asked, and chance that repeats. For tests. */
import assert from "node:assert/strict";
import { openStretch } from "../../record/past.ts";
import { run } from "../../record/recode.ts";
import type { CommitBatch, HeapRow, KeyframeRow, Recovered, SettingRow } from "../contract.ts";
import { ground, grounds, image, record, template, turn } from "../testing/rows.ts";
import type { Store } from "./store.ts";

const maps = ["town", "inn"] as const;
const programs = ["baker", "smith", "watch"] as const;

/** A program that is rewound every fifth batch: each time it goes on from another image. */
const wanderer = "wanderer";
const rewound = (n: number): number => 5 * Math.floor(n / 5);

/** From batch 20 on new images stand on this. */
const newTemplate = ground("template", "two", [ground("base", "two")]);
const newGrounds = [newTemplate, ground("base", "two")];
const templateAt = (n: number) => (n < 20 ? template : newTemplate);

/** A hidden room's: of each batch a chunk, and with each eighth those before it go into a block. */
export const stream = "~0123456789abcdef0123";
export const chunkOf = (n: number): string => `tail:${stream}:${n}`;
const chunksInBlock = 8;

/** As good as sealed: bytes that say nothing to whoever keeps them. */
function noise(seed: number, bytes: number): Uint8Array {
  const random = chance(seed);
  return Uint8Array.from({ length: bytes }, () => random(256));
}

function sealedAt(n: number): { readonly blocks: readonly KeyframeRow[]; readonly settings: readonly SettingRow[] } {
  const chunk = { key: chunkOf(n), value: Buffer.from(noise(n, 90)).toString("base64") };
  if (n % chunksInBlock !== 0) return { blocks: [], settings: [chunk] };
  const gone = Array.from({ length: chunksInBlock }, (_, i) => ({ key: chunkOf(n - chunksInBlock + i), value: null }));
  return { blocks: [{ map: stream, tick: n, bytes: noise(-n, 600) }], settings: [...gone, chunk] };
}

/** The `n`th batch, from 1: something of everything. */
export function batchOf(n: number): CommitBatch {
  const keyframe = n === 1 || n % 8 === 0;
  const sealed = sealedAt(n);
  const program = programs[n % programs.length]!;
  const own = Math.ceil(n / programs.length);
  const wanders = n >= 5 ? wandering(n) : {};
  const images = [...(own % 4 === 0 ? [image(program, own, false, templateAt(n))] : []), ...(wanders.images ?? [])];
  return {
    records: maps.map((map) => record(map, n, `${map} at ${n}: ${"steps ".repeat(n % 50)}`)),
    ...(keyframe && {
      keyframes: [...maps.map((map) => record(map, n === 1 ? 0 : n, `all of ${map} at ${n} ${"tile ".repeat(300)}`)), ...sealed.blocks],
    }),
    turns: [turn(program, own, n - 3), ...(wanders.turns ?? [])],
    ...(images.length > 0 && { images }),
    ...((n === 1 || n === 20) && { grounds: n === 1 ? grounds : newGrounds }),
    programs: [{ program, state: JSON.stringify({ turn: own, batch: n }) }],
    deliveries: programs.map((name) => ({ program: name, seq: n, tick: n, json: JSON.stringify({ heard: `bell ${n}` }) })),
    memories: [{ who: "ann", seq: n * 10, now: n * 250, json: JSON.stringify({ saw: n }) }],
    logs: [{ program, now: n * 250, level: "log", text: `round ${n}` }],
    settings: [{ key: "batch", value: String(n) }, ...sealed.settings],
  };
}

function wandering(n: number): Pick<CommitBatch, "images" | "turns"> {
  const from = 10 * rewound(n);
  return rewound(n) === n ? { images: [image(wanderer, from, true, templateAt(n))] } : { turns: [turn(wanderer, from + n - rewound(n))] };
}

/** How many turns there are in the first `n` batches. */
export function turnsThrough(n: number): number {
  return Array.from({ length: n }, (_, i) => batchOf(i + 1).turns!.length).reduce((sum, turns) => sum + turns, 0);
}

/** Recodes all old entries there are, as the recoding thread would. */
export function recodeAll(store: Store): void {
  for (let job = store.due(true); job !== null; job = store.due(true)) store.archive(run(job));
}

export interface Everything {
  readonly recovered: readonly (Recovered | null)[];
  /** The turn each program's heap is at. */
  readonly heaps: readonly number[];
  /** Of each program the images that are kept, with all they stand on. */
  readonly images: readonly (readonly unknown[])[];
  readonly rows: readonly unknown[];
  /** Of each map all ticks there ever were. */
  readonly past: readonly unknown[];
  /** All blocks of the sealed stream, and what is in none. */
  readonly sealed: readonly unknown[];
}

/** All that can be read, `cut` aside. */
export function everything(store: Store): Everything {
  const { reader } = store;
  const recovered = [...maps, stream].map((map) => store.recover(map)).map((found) => found && { ...found, cut: 0 });
  const rows = [
    reader.programs(),
    reader.mailboxes(),
    programs.map((program) => reader.log(program, 500)),
    [reader.memory("ann", 0, 10_000), reader.memory("ann", 100, 7)],
    [reader.setting("batch"), reader.setting("none")],
  ];
  const all = [...programs, wanderer];
  return {
    recovered,
    heaps: all.map((program) => turnReached(program, store.heap(program))),
    images: all.map((program) => imagesOf(program, store)),
    rows,
    past: maps.map((map) => pastOf(store, map)),
    sealed: sealedIn(store),
  };
}

/** Where one stretch ends and another begins is not part of what was. */
function pastOf({ reader }: Store, map: string): readonly unknown[] {
  return reader.stretches(map).flatMap(({ fromTick }) => [...openStretch(reader.stretch(map, fromTick)!).records]);
}

function sealedIn({ reader }: Store): readonly unknown[] {
  const blocks = reader.stretches(stream).map(({ fromTick }) => openStretch(reader.stretch(stream, fromTick)!).keyframe);
  const last = Number(reader.setting("batch") ?? 0);
  const chunks = Array.from({ length: 2 * chunksInBlock }, (_, i) => reader.setting(chunkOf(last - i)));
  return [blocks, chunks];
}

function imagesOf(program: string, store: Store): readonly unknown[] {
  const entries = store.images(program);
  return entries.map((entry) => {
    const found = store.image(program, entry.hash);
    return { entry, found, on: groundsUnder(found?.template ?? "", store) };
  });
}

function groundsUnder(hash: string, store: Store): readonly unknown[] {
  const found = store.ground(hash);
  return [found, ...(found?.needs ?? []).flatMap((need) => groundsUnder(need, store))];
}

/** An older image and the turns since make the same heap; so what counts is that all is as written, and where it leads. */
function turnReached(program: string, heap: HeapRow): number {
  if (heap.image !== null) {
    const { turn: at, anew, template: on } = heap.image;
    assert.deepEqual(heap.image, image(program, at, anew, on === template.hash ? template : newTemplate));
  }
  const from = heap.image?.turn ?? 0;
  heap.turns.forEach((row, i) => {
    const n = from + 1 + i;
    assert.deepEqual(row, turn(program, n, row.throughSeq));
  });
  return from + heap.turns.length;
}

/** Numbers that look random and repeat with their seed (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Commits `from` to `to`, all of which must be taken. */
export function commitAll(store: Store, from: number, to: number, batchOfNumber: (n: number) => CommitBatch = batchOf): void {
  const commits = Array.from({ length: to - from + 1 }, (_, i) => ({ ticket: from + i, batch: batchOfNumber(from + i) }));
  assert.ok(store.commit(commits).every((error) => error === null));
}
