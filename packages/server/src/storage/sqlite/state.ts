import type { MapHead } from "../../record/append.ts";
import { toHex } from "../../record/chain.ts";
import { broken } from "../../record/recover.ts";
import type { Before, Ledger, LedgerRow, Tally } from "./ledger.ts";

/** Where the store stands after a batch: what the next one continues from. Replaced as a whole, so a failed batch leaves no trace in it. */
export interface State {
  readonly batch: number;
  readonly batchHash: Uint8Array;
  readonly seq: number;
  readonly heads: ReadonlyMap<string, MapHead>;
  readonly tally: Tally;
  /** Mailboxes that the last batch emptied up to a number. The next one deletes those deliveries, so that the last can be taken back. */
  readonly taken: readonly (readonly [program: string, throughSeq: number])[];
}

/** The last batch: what the state after it was, and what stood where it wrote. Replaced by every batch. */
export interface Undo {
  readonly tally: Tally;
  readonly taken: State["taken"];
  /** Null once there is nothing left to take back. */
  readonly back: {
    readonly tally: Tally;
    readonly rows: readonly Before[];
    /** How many ticks of each map it recorded. */
    readonly ticks: readonly (readonly [map: string, count: number])[];
  } | null;
}

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

/**
 * Where what only grows for one owner ends, so that a missing tail is noticed: `n` is the number of the last item.
 * Of a program's turns, `seq` is the last delivery it took; of a memory, the last item's own number.
 */
export interface End {
  readonly start: number;
  readonly n: number;
  readonly seq: number;
}

export type EndOf = "turns" | "memory" | "log";

export function endOf(ledger: Ledger, what: EndOf, owner: string): End | null {
  const row = ledger.get("ends", what, owner);
  if (row === null) return null;
  const [, , start, n, seq] = row;
  if (typeof start !== "number" || typeof n !== "number" || typeof seq !== "number")
    throw broken(`the end of the ${what} of ${owner} is damaged`);
  return { start, n, seq };
}
