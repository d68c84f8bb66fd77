import { ElsewhereError, type JsonObject } from "@elsewhere/protocol";
import type { Activity, BodyRow, Cold } from "./bodies.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import { fields, list, orNull, pair, type Shape, table, text, truth, whole } from "./shape.ts";
import type { Away, MapState } from "./state.ts";
import { type Stored, storedOn } from "./stored.ts";

/**
 * Version of the keyframes and records below. A keyframe is JSON text in UTF-8. A record is a byte with the version,
 * the length of a JSON text in four bytes, little-endian, that text, and to the end who moved, as `moves.ts` tells it.
 * Version 1 was all JSON.
 */
const version = 2;

/** What one tick changed: new values by slot, never the rule that led to them. */
export interface Delta {
  readonly tick: number;
  /** Slots given up; taken up again below where a new body has got the slot in the same tick. */
  readonly gone: readonly number[];
  readonly born: readonly (readonly [slot: number, row: BodyRow])[];
  /** Who moved, for `readMoves`. */
  readonly moved: Uint8Array;
  /** Rows of slot, epoch, lastN, asleepSince. */
  readonly numbered: readonly number[];
  /** Rows of slot, layerOn, layerSees. */
  readonly layered: readonly number[];
  readonly acted: readonly (readonly [slot: number, activity: Activity | null])[];
  readonly cooled: readonly (readonly [slot: number, cold: Cold])[];
  readonly doors: readonly (readonly [door: number, open: boolean])[];
  readonly away: readonly (readonly [who: string, away: Away | null])[];
  readonly events: readonly WorldEvent[];
}

export interface Keyframe {
  readonly tick: number;
  readonly bodies: readonly (readonly [slot: number, row: BodyRow])[];
  /** As the map numbers them; `untold` stands for those that a part does not tell of. */
  readonly doors: readonly (readonly [name: string, open: boolean])[];
  readonly away: readonly (readonly [who: string, away: Away])[];
  readonly asleepTicksMax: number;
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: true });
const headBytes = 5;
/** How the records of version 1 began. */
const brace = "{".charCodeAt(0);

export function writeRecord({ moved, ...told }: Delta): Uint8Array {
  const json = utf8.encode(JSON.stringify(told));
  const record = new Uint8Array(headBytes + json.length + moved.length);
  record[0] = version;
  new DataView(record.buffer).setUint32(1, json.length, true);
  record.set(json, headBytes);
  record.set(moved, headBytes + json.length);
  return record;
}

export function writeKeyframe(state: MapState): Uint8Array {
  const { bodyTable } = state;
  const bodies: (readonly [number, BodyRow])[] = [];
  for (let slot = 0; slot < bodyTable.end; slot++) if (bodyTable.has(slot)) bodies.push([slot, bodyTable.row(slot)]);
  const keyframe: Keyframe = {
    tick: state.tick,
    bodies,
    doors: state.doors.entries(),
    away: [...state.away].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    asleepTicksMax: state.asleepTicksMax,
  };
  return encodeKeyframe(state.map, keyframe);
}

/** Who is away must be in order. */
export function encodeKeyframe(map: WorldMap, { tick, bodies, doors, away, asleepTicksMax }: Keyframe): Uint8Array {
  const keyframe: Keyframe = { tick, bodies, doors, away, asleepTicksMax };
  return utf8.encode(JSON.stringify({ version, map: map.name, width: map.width, height: map.height, ...keyframe }));
}

interface Shapes {
  readonly told: Shape<Omit<Delta, "moved">>;
  readonly keyframe: Shape<Keyframe>;
}

const known = new WeakMap<WorldMap, Shapes>();

function shapesOf(map: WorldMap): Shapes {
  let shapes = known.get(map);
  if (!shapes) {
    shapes = shapesFrom(storedOn(map));
    known.set(map, shapes);
  }
  return shapes;
}

const tick = whole(0);
const current: Shape<number> = whole(version, version);

function shapesFrom(on: Stored): Shapes {
  const bodies = list(pair(on.slot, on.row));
  return {
    told: fields({
      tick,
      gone: list(on.slot),
      born: bodies,
      numbered: table(on.slot, whole(0), whole(0), on.asleepSince),
      layered: table(on.slot, on.layers, on.layers),
      acted: list(pair(on.slot, on.activity)),
      cooled: list(pair(on.slot, on.cold)),
      doors: list(pair(on.door, truth)),
      away: list(pair(text, orNull(on.away))),
      events: list(on.event),
    }),
    keyframe: fields({
      version: current,
      map: text,
      width: whole(1),
      height: whole(1),
      tick,
      bodies,
      doors: list(pair(text, truth)),
      away: list(pair(text, on.away)),
      asleepTicksMax: whole(0),
    }),
  };
}

/** Throws `corrupt` or `unsupported`. What it says of moves is not looked into: `readMoves` does that. */
export function readRecord(bytes: Uint8Array, map: WorldMap): Delta {
  const found = bytes[0] === brace ? 1 : bytes[0];
  if (found !== undefined && found !== version) throw unsupported("record", String(found));
  if (bytes.length < headBytes) throw corrupt("record", "ends too soon");
  const end = headBytes + new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true);
  if (end > bytes.length) throw corrupt("record", "ends too soon");
  return { ...shapesOf(map).told(parse(bytes.subarray(headBytes, end), "record"), "record"), moved: bytes.subarray(end) };
}

/** The events of a tick's record alone, for whoever needs no state. Throws `corrupt` or `unsupported`. */
export function readEvents(map: WorldMap, record: Uint8Array): readonly WorldEvent[] {
  return readRecord(record, map).events;
}

/** From its bytes, or from what they say. Throws `corrupt` or `unsupported`. */
export function readKeyframe(keyframe: Uint8Array | JsonObject, map: WorldMap): Keyframe {
  const value = keyframe instanceof Uint8Array ? parse(keyframe, "keyframe") : keyframe;
  if (typeof value !== "object" || value === null || !("version" in value)) throw corrupt("keyframe", "has no version");
  if (value.version !== version) throw unsupported("keyframe", String(value.version));
  const { map: name, width, height } = value as { readonly map?: unknown; readonly width?: unknown; readonly height?: unknown };
  if (name !== map.name || width !== map.width || height !== map.height) {
    const found = `${String(name)}, ${String(width)} by ${String(height)} tiles`;
    throw new ElsewhereError("unsupported", `the keyframe is of another map (${found}), not ${map.name}: use the map it was made on`, {
      field: "keyframe",
    });
  }
  return shapesOf(map).keyframe(value, "keyframe");
}

function parse(bytes: Uint8Array, field: string): unknown {
  try {
    return JSON.parse(fromUtf8.decode(bytes));
  } catch (cause) {
    throw corrupt(field, "does not parse", cause);
  }
}

function corrupt(field: string, what: string, cause?: unknown): ElsewhereError {
  return new ElsewhereError("corrupt", `a stored ${field} ${what}: restore an earlier copy`, { field }, { cause });
}

function unsupported(field: string, found: string): ElsewhereError {
  return new ElsewhereError(
    "unsupported",
    `a stored ${field} has version ${found}, and this build reads ${version}: use the build that wrote it`,
    { field },
  );
}
