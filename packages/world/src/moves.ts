/**
 * How a record tells who moved: the largest part of it, and therefore in bytes. For each body that moved, turned or came
 * a step on along its path, by ascending slot:
 *
 * - a varint: four times the number of slots passed over, plus 1 if a step follows, plus 2 if a place in the path does
 * - the step, a varint. Straight on, facing where it goes: 8 times the distance in sixteenths plus 2 times the facing.
 *   Otherwise 2 times the new facing plus 1; then two varints, by how much x and y change, as 0, -1, 1, -2 … are 0, 1, 2, 3 …
 * - how many steps along its path the tile it makes for lies, a varint
 *
 * A varint is a whole number, seven bits a byte, the lowest first, the highest bit set in all bytes but the last.
 */
import { ByteReader, type ByteWriter, ElsewhereError } from "@elsewhere/protocol";
import type { BodyTable } from "./bodies.ts";
import type { WorldMap } from "./map.ts";
import { sixteenths } from "./space.ts";

/** By how much x and y change a sixteenth towards each facing. */
const towardsX = [0, 1, 0, -1] as const;
const towardsY = [-1, 0, 1, 0] as const;

const withStep = 1;
const withAt = 2;

/** Writes the rows one after another, by ascending slot. */
export class MovesWriter {
  readonly #out: ByteWriter;
  #last = -1;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** `steps`: whether the body moved or turned, by dx and dy; `reaches`: whether its place in its path is another. */
  row(bodies: BodyTable, slot: number, steps: boolean, dx: number, dy: number, reaches: boolean): void {
    this.#begin(slot, (steps ? withStep : 0) + (reaches ? withAt : 0));
    if (steps) this.#step(dx, dy, bodies.facing[slot]!);
    if (reaches) this.#out.varint(bodies.at[slot]!);
  }

  /** A body moved by dx and dy; `at` is null where its place in its path is the same. */
  moved(slot: number, dx: number, dy: number, facing: number, at: number | null): void {
    this.#begin(slot, withStep + (at === null ? 0 : withAt));
    this.#step(dx, dy, facing);
    if (at !== null) this.#out.varint(at);
  }

  /** A row as it stands in other bytes: see `eachMove`. */
  copy(slot: number, told: number, bytes: Uint8Array, start: number, end: number): void {
    this.#begin(slot, told);
    for (let i = start; i < end; i++) this.#out.byte(bytes[i]!);
  }

  #begin(slot: number, told: number): void {
    this.#out.varint((slot - this.#last - 1) * 4 + told);
    this.#last = slot;
  }

  #step(dx: number, dy: number, facing: number): void {
    const distance = Math.abs(dx) + Math.abs(dy);
    if (dx === distance * towardsX[facing]! && dy === distance * towardsY[facing]!) {
      this.#out.varint(distance * 8 + facing * 2);
      return;
    }
    this.#out.varint(facing * 2 + 1);
    this.#out.signed(dx);
    this.#out.signed(dy);
  }
}

/**
 * Goes through the rows of moves without asking who is in which slot: what a row tells, and where in the bytes that lies.
 * Throws `malformed` for bytes that are no moves.
 */
export function eachMove(bytes: Uint8Array, visit: (slot: number, told: number, start: number, end: number) => void): void {
  const from = new ByteReader(bytes);
  let slot = -1;
  while (!from.done) {
    const head = from.varint();
    slot += Math.floor(head / 4) + 1;
    const start = from.at;
    if ((head & withStep) !== 0 && (from.varint() & 1) === 1) {
      from.varint();
      from.varint();
    }
    if ((head & withAt) !== 0) from.varint();
    visit(slot, head % 4, start, from.at);
  }
}

/** What was read of a record's moves: new values of the bodies that moved, each column with one number a body. */
export interface Moves {
  readonly count: number;
  readonly slots: Int32Array;
  /** 1 for who moved or turned; who only came a step on in its path stands as before. */
  readonly steps: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly facing: Uint8Array;
  readonly at: Int32Array;
}

/** Reads moves of bodies as they stand in a table before them. Throws `corrupt` if they are none, or no body's there. */
export function readMoves(bytes: Uint8Array, map: WorldMap, bodies: BodyTable): Moves {
  try {
    return new MovesReader(bytes, map, bodies).read();
  } catch (cause) {
    if (cause instanceof ElsewhereError && cause.code === "malformed") throw corrupt("its moves do not parse", cause);
    throw cause;
  }
}

/** The row of the body in a slot, -1 if it did not move. */
export function rowOf({ count, slots }: Moves, slot: number): number {
  let [low, high] = [0, count - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (slots[middle] === slot) return middle;
    if (slots[middle]! < slot) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

class MovesReader {
  readonly #from: ByteReader;
  readonly #bodies: BodyTable;
  readonly #right: number;
  readonly #bottom: number;
  readonly #moves: { count: number } & Omit<Moves, "count">;

  constructor(bytes: Uint8Array, map: WorldMap, bodies: BodyTable) {
    this.#from = new ByteReader(bytes);
    this.#bodies = bodies;
    this.#right = map.width * sixteenths;
    this.#bottom = map.height * sixteenths;
    // A row takes two bytes or more, and nobody moves twice.
    const rows = Math.min(bytes.length >> 1, bodies.end);
    const column = (): Int32Array => new Int32Array(rows);
    this.#moves = {
      count: 0,
      slots: column(),
      x: column(),
      y: column(),
      facing: new Uint8Array(rows),
      at: column(),
      steps: new Uint8Array(rows),
    };
  }

  read(): Moves {
    let slot = -1;
    while (!this.#from.done) {
      const head = this.#from.varint();
      slot += Math.floor(head / 4) + 1;
      if (head % 4 === 0) throw corrupt("somebody moves who does not");
      if (!this.#bodies.has(slot)) throw corrupt(`nobody is in slot ${slot}`);
      this.#row(slot, (head & withStep) !== 0, (head & withAt) !== 0);
    }
    return this.#moves;
  }

  #row(slot: number, steps: boolean, reaches: boolean): void {
    const [bodies, from, moves] = [this.#bodies, this.#from, this.#moves];
    let x = bodies.x[slot]!;
    let y = bodies.y[slot]!;
    let facing = bodies.facing[slot]!;
    if (steps) {
      const step = from.varint();
      facing = Math.floor(step / 2) & 3;
      if ((step & 1) === 0) {
        const distance = Math.floor(step / 8);
        x += distance * towardsX[facing]!;
        y += distance * towardsY[facing]!;
      } else {
        if (step > 7) throw corrupt("a body faces nowhere");
        x += from.signed();
        y += from.signed();
      }
      if (x < 0 || y < 0 || x >= this.#right || y >= this.#bottom) throw corrupt("somebody moves off the map");
    }
    const at = reaches ? from.varint() : bodies.at[slot]!;
    if (at > 0x7fff_ffff) throw corrupt("a body is beyond its path");
    const row = moves.count++;
    moves.slots[row] = slot;
    moves.steps[row] = steps ? 1 : 0;
    moves.x[row] = x;
    moves.y[row] = y;
    moves.facing[row] = facing;
    moves.at[row] = at;
  }
}

function corrupt(what: string, cause?: unknown): ElsewhereError {
  return new ElsewhereError("corrupt", `a record does not fit the state before it: ${what}`, { field: "record" }, { cause });
}
