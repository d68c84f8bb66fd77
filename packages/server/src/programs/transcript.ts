/**
 * The transcript of a program: the text each turn was given and the text that came of it, as rows and as what a heap is
 * rebuilt from. A row's bytes are the input's length (u32, little-endian), the input and the outcome, both UTF-8.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import type { HeapRow, TurnRow } from "../storage/contract.ts";
import type { Heap, Image, RecordedTurn } from "./contract.ts";

const lengthBytes = 4;

export function encodeTurn({ input, outcome }: Pick<RecordedTurn, "input" | "outcome">): Uint8Array {
  const inputBytes = Buffer.byteLength(input);
  const bytes = Buffer.allocUnsafe(lengthBytes + inputBytes + Buffer.byteLength(outcome));
  bytes.writeUInt32LE(inputBytes, 0);
  bytes.write(input, lengthBytes);
  bytes.write(outcome, lengthBytes + inputBytes);
  return bytes;
}

function decodeTurn({ program, turn, bytes }: Pick<TurnRow, "program" | "turn" | "bytes">): RecordedTurn {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.length < lengthBytes ? Number.POSITIVE_INFINITY : lengthBytes + buffer.readUInt32LE(0);
  if (end > buffer.length) throw new ElsewhereError("corrupt", `turn ${turn} of program ${program} is cut short`, { field: program });
  return { turn, input: buffer.toString("utf8", lengthBytes, end), outcome: buffer.toString("utf8", end) };
}

/** Where a heap begins that goes on from something else than the turn before: from nothing, or from an older image. */
interface Beginning {
  readonly image: Pick<Image, "turn" | "bytes"> | null;
  tick: number;
}

/** Turns that have ended, and a new beginning, as long as they are not known to be stored. */
export class Tail {
  #beginning: Beginning | null = null;
  #turns: { readonly turn: RecordedTurn; tick: number }[] = [];

  /** The heap goes on from `image`, or from nothing at all. */
  begin(image: Beginning["image"]): void {
    this.#beginning = { image, tick: Number.POSITIVE_INFINITY };
    this.#turns = [];
  }

  add(turn: RecordedTurn): void {
    this.#turns.push({ turn, tick: Number.POSITIVE_INFINITY });
  }

  /** All there is goes into the commit of `tick`, if not into an earlier one. */
  emitted(tick: number): void {
    if (this.#beginning !== null) this.#beginning.tick = Math.min(this.#beginning.tick, tick);
    for (const turn of this.#turns) turn.tick = Math.min(turn.tick, tick);
  }

  /** The commit of `tick` is durable. */
  committed(tick: number): void {
    if (this.#beginning !== null && this.#beginning.tick <= tick) this.#beginning = null;
    this.#turns = this.#turns.filter((turn) => turn.tick > tick);
  }

  get isEmpty(): boolean {
    return this.#beginning === null && this.#turns.length === 0;
  }

  /** The heap as stored, and the turns that storage does not have yet. */
  async heap(stored: () => Promise<HeapRow>): Promise<Heap> {
    const beginning = this.#beginning;
    const tail = this.#turns.map(({ turn }) => turn);
    if (beginning !== null) return { image: beginning.image, turns: tail };
    const { image, turns } = await stored();
    const last = turns.at(-1)?.turn ?? image?.turn ?? 0;
    return { image, turns: [...turns.map(decodeTurn), ...tail.filter(({ turn }) => turn > last)] };
  }
}
