import { ByteReader, type ByteWriter } from "../wire/bytes.ts";

/** By how much x and y change a sixteenth of a tile towards each facing. */
const towardsX = [0, 1, 0, -1] as const;
const towardsY = [-1, 0, 1, 0] as const;

const withStep = 1;
const withAt = 2;

/** Who moved in one tick, by ascending slot: columns with one number a body, of which the first `count` count. */
export class MoveRows {
  count = 0;
  slots = new Int32Array(64);
  /** 1 for who moved or turned: by `dx` and `dy` sixteenths of a tile, and how it faces then. */
  steps = new Uint8Array(64);
  dx = new Int32Array(64);
  dy = new Int32Array(64);
  facing = new Uint8Array(64);
  /** 1 for whose place in its path is another: it is `at`. */
  reaches = new Uint8Array(64);
  at = new Int32Array(64);

  push(slot: number, steps: number, dx: number, dy: number, facing: number, reaches: number, at: number): void {
    if (this.count === this.slots.length) this.#grow(this.count * 2);
    const row = this.count++;
    this.slots[row] = slot;
    this.steps[row] = steps;
    this.dx[row] = dx;
    this.dy[row] = dy;
    this.facing[row] = facing;
    this.reaches[row] = reaches;
    this.at[row] = at;
  }

  #grow(size: number): void {
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const column = new Int32Array(size);
      column.set(old);
      return column;
    };
    const wide = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const column = new Uint8Array(size);
      column.set(old);
      return column;
    };
    [this.slots, this.dx, this.dy, this.at] = [wider(this.slots), wider(this.dx), wider(this.dy), wider(this.at)];
    [this.steps, this.facing, this.reaches] = [wide(this.steps), wide(this.facing), wide(this.reaches)];
  }
}

/** Reads the moves of a tick's record into `rows`. Throws `malformed`. */
export function readMoveBytes(bytes: Uint8Array, rows: MoveRows): void {
  const from = new ByteReader(bytes);
  let slot = -1;
  rows.count = 0;
  while (!from.done) {
    const head = from.varint();
    slot += Math.floor(head / 4) + 1;
    const [steps, reaches] = [head & withStep, (head & withAt) >> 1];
    let [dx, dy, facing] = [0, 0, 0];
    if (steps === 1) {
      const step = from.varint();
      facing = Math.floor(step / 2) % 4;
      if (step % 2 === 0) {
        const distance = Math.floor(step / 8);
        dx = distance * towardsX[facing]!;
        dy = distance * towardsY[facing]!;
      } else {
        dx = from.signed();
        dy = from.signed();
      }
    }
    rows.push(slot, steps, dx, dy, facing, reaches, reaches === 1 ? from.varint() : 0);
  }
}

/** Writes rows as the record of a tick has them. */
export function writeMoveBytes(out: ByteWriter, rows: MoveRows): void {
  let last = -1;
  for (let row = 0; row < rows.count; row++) {
    const slot = rows.slots[row]!;
    const [steps, reaches] = [rows.steps[row]!, rows.reaches[row]!];
    out.varint((slot - last - 1) * 4 + steps * withStep + reaches * withAt);
    last = slot;
    if (steps === 1) writeStepBytes(out, rows.dx[row]!, rows.dy[row]!, rows.facing[row]!);
    if (reaches === 1) out.varint(rows.at[row]!);
  }
}

function writeStepBytes(out: ByteWriter, dx: number, dy: number, facing: number): void {
  const distance = Math.abs(dx) + Math.abs(dy);
  if (dx === distance * towardsX[facing]! && dy === distance * towardsY[facing]!) {
    out.varint(distance * 8 + facing * 2);
    return;
  }
  out.varint(facing * 2 + 1);
  out.signed(dx);
  out.signed(dy);
}
