/**
 * How a body moved in one tick, mostly as one byte. Distances are sixteenths of a tile; facings 0 north, 1 east, 2 south,
 * 3 west. The codes:
 *
 * - 0: it stays as it stood
 * - 1 to 60: straight on, `1 + 15 × facing + (distance - 1)`, distance 1 to 15, facing where it goes
 * - 61 to 228: around a corner, `61 + 8 × pair + (west ? 1 : 0) + (north ? 2 : 0) + (faces north or south ? 4 : 0)`, where
 *   `pair` numbers the distances (|dx|, |dy|) with |dx| + |dy| ≤ 7: (1,1), (1,2) … (1,6), (2,1) … (6,1)
 * - 229 to 232: it turns where it stands, `229 + facing`
 * - 255: anything else: signed dx, signed dy and a byte for the facing follow
 */
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { broken } from "./bytes.ts";

const straightMax = 15;
const cornerMax = 7;
const corners = 61;
const turns = 229;
const spelledOut = 255;

/** One for each code but the last: by how much it moves a body and where that then faces; null where there is no such code. */
interface Step {
  readonly dx: number;
  readonly dy: number;
  /** Null: as before. */
  readonly facing: number | null;
}

const steps: readonly (Step | null)[] = listSteps();
/** Codes by dx + 15, dy + 15 and facing; 0 where there is none. */
const side = 2 * straightMax + 1;
const codes = indexSteps();

function listSteps(): (Step | null)[] {
  const list: (Step | null)[] = Array.from({ length: spelledOut }, () => null);
  list[0] = { dx: 0, dy: 0, facing: null };
  for (let facing = 0; facing < 4; facing++) {
    const [towardsX, towardsY] = [[0, -1] as const, [1, 0] as const, [0, 1] as const, [-1, 0] as const][facing]!;
    for (let distance = 1; distance <= straightMax; distance++) {
      list[1 + straightMax * facing + distance - 1] = { dx: towardsX * distance, dy: towardsY * distance, facing };
    }
    list[turns + facing] = { dx: 0, dy: 0, facing };
  }
  let code = corners;
  for (let x = 1; x < cornerMax; x++) {
    for (let y = 1; x + y <= cornerMax; y++) {
      for (let way = 0; way < 8; way++) {
        const [dx, dy] = [way & 1 ? -x : x, way & 2 ? -y : y];
        list[code++] = { dx, dy, facing: way & 4 ? (dy < 0 ? 0 : 2) : dx < 0 ? 3 : 1 };
      }
    }
  }
  return list;
}

function indexSteps(): Uint8Array {
  const index = new Uint8Array(side * side * 4);
  steps.forEach((step, code) => {
    if (step !== null && step.facing !== null) index[indexOf(step.dx, step.dy, step.facing)] = code;
  });
  return index;
}

function indexOf(dx: number, dy: number, facing: number): number {
  return ((dy + straightMax) * side + dx + straightMax) * 4 + facing;
}

/** Writes the step of a body that moved or turned so that it now faces `facing`. */
export function writeStep(out: ByteWriter, dx: number, dy: number, facing: number): void {
  const near = dx >= -straightMax && dx <= straightMax && dy >= -straightMax && dy <= straightMax;
  const code = near ? codes[indexOf(dx, dy, facing)]! : 0;
  if (code !== 0) return out.byte(code);
  out.byte(spelledOut);
  out.signed(dx);
  out.signed(dy);
  out.byte(facing);
}

export function writeStay(out: ByteWriter): void {
  out.byte(0);
}

/** Something at a place that a step takes elsewhere, in sixteenths of a tile. */
export interface Stepping {
  x: number;
  y: number;
  facing: number;
}

/** Takes a step as it was written; returns whether anything of it changed. Throws `malformed`. */
export function readStep(from: ByteReader, body: Stepping): boolean {
  const code = from.byte();
  if (code === 0) return false;
  if (code === spelledOut) {
    body.x += from.signed();
    body.y += from.signed();
    body.facing = from.byte();
    if (body.facing > 3) throw broken("a body in it faces nowhere");
    return true;
  }
  const step = steps[code];
  if (!step) throw broken("a step in it is none");
  body.x += step.dx;
  body.y += step.dy;
  body.facing = step.facing ?? body.facing;
  return true;
}
