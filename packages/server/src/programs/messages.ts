/** What the pool and its workers say to each other, and the few words of shared memory the watchdog looks at. */
import type { Heap, TurnInput, TurnResult } from "./contract.ts";
import type { Base } from "./sandbox/base.ts";

export interface WorkerData {
  readonly base: Base;
  /** Int32 words, see `mark`. */
  readonly marks: SharedArrayBuffer;
}

/** What a worker needs to have a program's heap again. */
export interface Load {
  readonly code: string;
  readonly codeHash: string;
  readonly heap: Heap;
}

export type ToWorker =
  | { readonly id: number; readonly kind: "run"; readonly program: string; readonly load: Load | null; readonly input: TurnInput }
  | { readonly id: number; readonly kind: "image"; readonly program: string; readonly load: Load | null }
  | { readonly id: number; readonly kind: "drop"; readonly program: string };

export type Imaged =
  | { readonly ok: true; readonly turn: number; readonly bytes: Uint8Array; readonly hash: string }
  | Extract<TurnResult, { ok: false }>;

export interface FromWorker {
  readonly id: number;
  readonly result: TurnResult | Imaged;
}

/** Words of `marks`. */
export const mark = {
  /** Odd while a turn runs; goes up by one at its beginning and at its end. */
  beat: 0,
  /** The request that is being worked on. */
  request: 1,
  /** Whether the turn is a program's first, which may take longer. */
  start: 2,
} as const;
export const marksBytes = 3 * 4;
