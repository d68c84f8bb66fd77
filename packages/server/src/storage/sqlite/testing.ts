/** A small world's worth of batches, everything a store can be asked, and chance that repeats. For tests. */
import assert from "node:assert/strict";
import type { CommitBatch, HeapRow, Recovered } from "../contract.ts";
import { image, record, turn } from "../contract-suite.ts";
import type { Store } from "./store.ts";

const maps = ["town", "inn"] as const;
const programs = ["baker", "smith", "watch"] as const;

/** The `n`th batch, from 1: something of everything. */
export function batchOf(n: number): CommitBatch {
  const keyframe = n === 1 || n % 8 === 0;
  const program = programs[n % programs.length]!;
  const own = Math.ceil(n / programs.length);
  return {
    records: maps.map((map) => record(map, n, `${map} at ${n}: ${"steps ".repeat(n % 50)}`)),
    ...(keyframe && { keyframes: maps.map((map) => record(map, n, `all of ${map} at ${n} ${"tile ".repeat(300)}`)) }),
    turns: [turn(program, own, n - 3)],
    ...(own % 4 === 0 && { images: [image(program, own)] }),
    programs: [{ program, state: JSON.stringify({ turn: own, batch: n }) }],
    deliveries: programs.map((name) => ({ program: name, seq: n, tick: n, json: JSON.stringify({ heard: `bell ${n}` }) })),
    memories: [{ who: "ann", seq: n * 10, now: n * 250, json: JSON.stringify({ saw: n }) }],
    logs: [{ program, now: n * 250, level: "log", text: `round ${n}` }],
    settings: [{ key: "batch", value: String(n) }],
  };
}

export interface Everything {
  readonly recovered: readonly (Recovered | null)[];
  /** The turn each program's heap is at. */
  readonly heaps: readonly number[];
  readonly rows: readonly unknown[];
}

/** All that can be read, `cut` aside. */
export function everything(store: Store): Everything {
  const { reader } = store;
  const recovered = maps.map((map) => store.recover(map)).map((found) => found && { ...found, cut: 0 });
  const rows = [
    reader.programs(),
    programs.map((program) => [reader.mailbox(program), reader.log(program, 500)]),
    [reader.memory("ann", 0, 10_000), reader.memory("ann", 100, 7)],
    [reader.setting("batch"), reader.setting("none")],
  ];
  return { recovered, heaps: programs.map((program) => turnReached(program, reader.heap(program))), rows };
}

/** An older image and the turns since make the same heap; so what counts is that all is as written, and where it leads. */
function turnReached(program: string, heap: HeapRow): number {
  if (heap.image !== null) assert.deepEqual(heap.image, image(program, heap.image.turn));
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
