/** The transcript of a program: what each turn was given and what came of it, as rows and as what a heap is rebuilt from. */
import { ElsewhereError } from "@elsewhere/protocol";
import type { HeapRow, TurnRow } from "../storage/contract.ts";
import type { Heap, Outcome, TurnInput } from "./contract.ts";

export interface Transcribed {
  readonly input: TurnInput;
  readonly outcome: Outcome;
  readonly heapHash: string;
}

export const encodeTurn = (turn: Transcribed): Uint8Array => Buffer.from(JSON.stringify(turn));

function decodeTurn(row: TurnRow): Transcribed {
  try {
    return JSON.parse(Buffer.from(row.bytes).toString("utf8")) as Transcribed;
  } catch (error) {
    throw new ElsewhereError("corrupt", `turn ${row.turn} of program ${row.program} is not JSON`, { field: row.program }, { cause: error });
  }
}

/** Turns that have ended and are not yet known to be stored. */
export class Tail {
  #turns: { readonly transcribed: Transcribed; tick: number }[] = [];

  add(transcribed: Transcribed): void {
    if (transcribed.input.turn === 1) this.#turns = [];
    this.#turns.push({ transcribed, tick: Number.POSITIVE_INFINITY });
  }

  /** The last turn goes into the commit of `tick`. */
  emitted(tick: number): void {
    const last = this.#turns.at(-1);
    if (last) last.tick = tick;
  }

  /** The commit of `tick` is durable. */
  committed(tick: number): void {
    if (this.#turns.length > 0) this.#turns = this.#turns.filter((turn) => turn.tick > tick);
  }

  /** The heap as stored, and the turns that storage does not have yet. */
  heap(stored: HeapRow): Heap {
    const tail = this.#turns.map(({ transcribed }) => transcribed);
    if (tail[0]?.input.turn === 1) return { image: null, turns: tail };
    const startsAnew = stored.turns[0]?.turn === 1;
    const image = startsAnew ? null : stored.image;
    const turns: Transcribed[] = stored.turns.map(decodeTurn);
    const last = turns.at(-1)?.input.turn ?? image?.turn ?? 0;
    return { image, turns: [...turns, ...tail.filter(({ input }) => input.turn > last)] };
  }
}
