/**
 * The transcript of a program: the text each turn was given and the text that came of it, as rows and as what a heap is
 * rebuilt from. A row's bytes are the input's length (u32, little-endian), the input and the outcome, both UTF-8. Where the
 * highest bit of that length is set, the length of an aside follows it, and the aside stands between the two: JSON of what
 * else has to be known to tell how the program stood before the turn.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import type { HeapRow, TurnRow } from "../storage/contract.ts";
import type { Heap, Image, RecordedTurn } from "./contract.ts";
import type { KeptChange } from "./history.ts";

const lengthBytes = 4;
const asideFlag = 0x8000_0000;

/** What a turn's input and outcome do not tell. */
export interface Aside {
  /** Of which tick its mail was, where not all of it is of the tick before the turn's own: how many percepts each, in order. */
  readonly mail?: readonly (readonly [tick: number, count: number])[];
  /** Mail for an earlier heap, which this first turn of a new one has not been given. */
  readonly lost?: readonly (readonly [tick: number, json: string])[];
  /** What changed of what is kept of the program since the turn before it. */
  readonly kept?: readonly KeptChange[];
}

export function encodeTurn({ input, outcome }: Pick<RecordedTurn, "input" | "outcome">, aside: Aside = {}): Uint8Array {
  const told = JSON.stringify(aside);
  const asideBytes = told === "{}" ? 0 : Buffer.byteLength(told);
  const inputBytes = Buffer.byteLength(input);
  const headBytes = asideBytes === 0 ? lengthBytes : 2 * lengthBytes;
  const bytes = Buffer.allocUnsafe(headBytes + inputBytes + asideBytes + Buffer.byteLength(outcome));
  bytes.writeUInt32LE(asideBytes === 0 ? inputBytes : inputBytes + asideFlag, 0);
  if (asideBytes > 0) bytes.writeUInt32LE(asideBytes, lengthBytes);
  bytes.write(input, headBytes);
  if (asideBytes > 0) bytes.write(told, headBytes + inputBytes);
  bytes.write(outcome, headBytes + inputBytes + asideBytes);
  return bytes;
}

type TurnBytes = Pick<TurnRow, "program" | "turn" | "bytes">;

/** Throws `corrupt`. */
export function decodeTurn(row: TurnBytes): RecordedTurn {
  const { buffer, inputAt, asideAt, outcomeAt } = partsOf(row);
  return { turn: row.turn, input: buffer.toString("utf8", inputAt, asideAt), outcome: buffer.toString("utf8", outcomeAt) };
}

/** What stands beside a turn. Throws `corrupt`. */
export function asideOf(row: TurnBytes): Aside {
  const { buffer, asideAt, outcomeAt } = partsOf(row);
  return asideAt === outcomeAt ? {} : (JSON.parse(buffer.toString("utf8", asideAt, outcomeAt)) as Aside);
}

function partsOf({ program, turn, bytes }: TurnBytes): { buffer: Buffer; inputAt: number; asideAt: number; outcomeAt: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.length < lengthBytes ? Number.POSITIVE_INFINITY : buffer.readUInt32LE(0);
  const flagged = length >= asideFlag && buffer.length >= 2 * lengthBytes;
  const inputAt = flagged ? 2 * lengthBytes : lengthBytes;
  const asideAt = inputAt + (flagged ? length - asideFlag : length);
  const outcomeAt = asideAt + (flagged ? buffer.readUInt32LE(lengthBytes) : 0);
  if (outcomeAt > buffer.length) throw new ElsewhereError("corrupt", `turn ${turn} of program ${program} is cut short`, { field: program });
  return { buffer, inputAt, asideAt, outcomeAt };
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

  /** A turn that is taken for none. */
  drop(turn: number): void {
    this.#turns = this.#turns.filter((each) => each.turn.turn !== turn);
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
    return { image, turns: [...turns.map((row) => decodeTurn(row)), ...tail.filter(({ turn }) => turn > last)] };
  }
}
