import type { JsonObject } from "../intents.ts";
import type { BodyKind } from "../percepts.ts";
import { broken, type ByteReader, type ByteWriter } from "./bytes.ts";

/** A body as a binary frame has it. Positions are whole sixteenths of a tile, facings 0 north, 1 east, 2 south, 3 west. */
export interface WireBody {
  name: string;
  kind: BodyKind;
  x: number;
  y: number;
  facing: number;
  asleep: boolean;
  traits: JsonObject;
  marks: JsonObject;
  /** Names of what it carries. */
  carries: readonly string[];
}

const kinds: readonly BodyKind[] = ["person", "program", "thing"];
const facingShift = 2;
const asleepBit = 16;
const looksBit = 32;
/** No body is shorter: its bits, x, y and the length of its name. */
export const bodyBytesMin = 4;

const isEmpty = (object: object): boolean => {
  for (const _ in object) return false;
  return true;
};

/** A byte of bits, x, y, the name, and in JSON what of traits, marks and load there is. */
export function writeBody(out: ByteWriter, body: Readonly<WireBody>): void {
  const { traits, marks, carries } = body;
  const plain = carries.length === 0 && isEmpty(traits) && isEmpty(marks);
  out.byte(kinds.indexOf(body.kind) | (body.facing << facingShift) | (body.asleep ? asleepBit : 0) | (plain ? 0 : looksBit));
  out.varint(body.x);
  out.varint(body.y);
  out.text(body.name);
  if (!plain) {
    const looks = {
      ...(isEmpty(traits) ? {} : { traits }),
      ...(isEmpty(marks) ? {} : { marks }),
      ...(carries.length === 0 ? {} : { carries }),
    };
    out.text(JSON.stringify(looks));
  }
}

/** Throws `malformed`. */
export function readBody(from: ByteReader): WireBody {
  const bits = from.byte();
  const kind = kinds[bits & 3];
  if (kind === undefined || bits >= 2 * looksBit) throw broken("a body in it is of no kind");
  const [x, y, name] = [from.varint(), from.varint(), from.text()];
  const looks: Partial<WireBody> = bits & looksBit ? readJson(from) : {};
  const { traits = {}, marks = {}, carries = [] } = looks;
  return { name, kind, x, y, facing: (bits >> facingShift) & 3, asleep: (bits & asleepBit) !== 0, traits, marks, carries };
}

/** What a text says in JSON: an object. Throws `malformed`. */
export function readJson(from: ByteReader): object {
  const text = from.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken("a text in it is no JSON");
  }
  if (typeof value !== "object" || value === null) throw broken("a text in it is no JSON object");
  return value;
}
