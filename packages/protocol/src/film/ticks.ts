import type { Json, JsonObject } from "../intents.ts";
import { ByteWriter } from "../wire/bytes.ts";
import { type MoveRows, writeMoveBytes } from "./moves.ts";
import { recordVersion } from "./state.ts";
import { type Told, toldFields, toldFrom } from "./told.ts";

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: true });
/** The version, and the length of the JSON text in four bytes. */
const headBytes = 5;

interface TickParts {
  readonly told: Told;
  /** As `readMoveBytes` reads them. */
  readonly moves: Uint8Array;
}

/** Takes the record of a tick apart; null if it is written in another way than `writeTickBytes` writes. */
export function readTickBytes(bytes: Uint8Array, tick: number): TickParts | null {
  if (bytes[0] !== recordVersion || bytes.length < headBytes) return null;
  const end = headBytes + new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true);
  if (end > bytes.length) return null;
  try {
    const json = fromUtf8.decode(bytes.subarray(headBytes, end));
    const told = json === toldText(tick, {}) ? {} : toldFrom(withoutEmpty(JSON.parse(json) as JsonObject));
    return json === toldText(tick, told) ? { told, moves: bytes.subarray(end) } : null;
  } catch {
    return null;
  }
}

/** The record of a tick, as the world wrote it. */
export function writeTickBytes(tick: number, told: Told, moves: MoveRows): Uint8Array {
  const json = utf8.encode(toldText(tick, told));
  const out = new ByteWriter(12 * moves.count);
  writeMoveBytes(out, moves);
  const moved = out.since(0);
  const bytes = new Uint8Array(headBytes + json.length + moved.length);
  bytes[0] = recordVersion;
  new DataView(bytes.buffer).setUint32(1, json.length, true);
  bytes.set(json, headBytes);
  bytes.set(moved, headBytes + json.length);
  return bytes;
}

function withoutEmpty({ tick: _tick, ...fields }: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

function toldText(tick: number, told: Told): string {
  const whole: Record<string, Json> = { tick };
  for (const field of toldFields) whole[field] = told[field] ?? [];
  return JSON.stringify(whole);
}
