import type { MapHead } from "../../record/append.ts";
import { toHex } from "../../record/chain.ts";
import type { Grounds } from "./grounds.ts";
import type { Before, Ledger, LedgerRow, Tally } from "./ledger.ts";

/** The highest number given so far in each table whose rows are numbered. */
export interface LastIds {
  /** Of `entries`. Never given again, even when the last batch is taken back; all others are. */
  readonly seq: number;
  readonly turn: number;
  readonly image: number;
  readonly program: number;
}

/**
 * What the last batch made needless. Only the next one removes it, so that the last can be taken back: deliveries up to
 * a number, and images, by their `id`, that are no longer among a program's newest.
 */
export interface Later {
  readonly deliveries: readonly (readonly [program: number, throughSeq: number])[];
  readonly images: readonly number[];
}

/** Where the store stands after a batch: what the next one continues from. Replaced as a whole, so a failed batch leaves no trace in it. */
export interface State {
  readonly batch: number;
  readonly batchHash: Uint8Array;
  readonly heads: ReadonlyMap<string, MapHead>;
  readonly grounds: Grounds;
  readonly tally: Tally;
  readonly ids: LastIds;
  readonly later: Later;
}

/** The state after the last batch, as far as no table holds it. Replaced by every batch. */
export type Kept = Pick<State, "tally" | "ids" | "later">;

/** How to take the last batch back: what stood where it wrote. Null once there is nothing left to take back. */
export type Back =
  | (Pick<State, "tally" | "ids"> & {
      readonly rows: readonly Before[];
      /** How many ticks of each map it recorded. */
      readonly ticks: readonly (readonly [map: string, count: number])[];
    })
  | null;

export function headColumns(map: string, { seq, tick, hash, keyframeSeq }: MapHead): LedgerRow {
  return [map, seq, tick, toHex(hash), keyframeSeq];
}

export function headsOf(ledger: Ledger): ReadonlyMap<string, MapHead> {
  return new Map([...ledger.all("heads")].map(headOf));
}

function headOf([map, seq, tick, hash, keyframeSeq]: LedgerRow): [string, MapHead] {
  const head = {
    seq: Number(seq),
    tick: Number(tick),
    hash: new Uint8Array(Buffer.from(String(hash), "hex")),
    keyframeSeq: Number(keyframeSeq),
  };
  return [String(map), head];
}

/** Where a person's memory ends, so that a missing tail is noticed: number of the last item, counted without a gap, and its own `seq`. */
export interface MemoryEnd {
  readonly n: number;
  readonly seq: number;
}

const noMemory: MemoryEnd = { n: 0, seq: Number.MIN_SAFE_INTEGER };

export function memoryEndOf(ledger: Ledger, who: string): MemoryEnd {
  const row = ledger.get("people", who);
  return row === null ? noMemory : { n: Number(row[1]), seq: Number(row[2]) };
}
