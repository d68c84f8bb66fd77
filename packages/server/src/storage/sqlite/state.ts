import type { MapHead } from "../../record/append.ts";
import { rowSum, toHex } from "../../record/chain.ts";

/** Where the store stands after a batch: what the next one continues from. Replaced as a whole, so a failed batch leaves no trace in it. */
export interface State {
  readonly batch: number;
  readonly batchHash: Uint8Array;
  readonly seq: number;
  readonly heads: ReadonlyMap<string, MapHead>;
  /** Mailboxes that the last batch emptied up to a number. The next one deletes those deliveries, so that the last can be taken back. */
  readonly taken: readonly (readonly [program: string, throughSeq: number])[];
}

interface HeadJson {
  readonly seq: number;
  readonly tick: number;
  readonly hash: string;
  readonly keyframeSeq: number;
}

/** What stood where the last batch wrote; kept until the next one. */
export interface Undo {
  readonly programs: readonly (readonly [program: string, state: string | null])[];
  readonly settings: readonly (readonly [key: string, value: string | null])[];
  readonly heads: readonly (readonly [map: string, head: HeadJson | null])[];
  readonly taken: State["taken"];
  /** How many ticks of each map the batch recorded. */
  readonly ticks: readonly (readonly [map: string, count: number])[];
}

export function headToJson(head: MapHead): HeadJson {
  return { ...head, hash: toHex(head.hash) };
}

export function headFromJson(head: HeadJson): MapHead {
  return { ...head, hash: new Uint8Array(Buffer.from(head.hash, "hex")) };
}

/** Columns of a row of `heads`. */
export function headColumns(map: string, head: MapHead): [string, number, number, Uint8Array, number, string] {
  const { seq, tick, hash, keyframeSeq } = head;
  return [map, seq, tick, hash, keyframeSeq, rowSum("heads", [map, seq, tick, toHex(hash), keyframeSeq])];
}
