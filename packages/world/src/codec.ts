import { ElsewhereError } from "@elsewhere/protocol";
import type { Activity, BodyRow, Cold } from "./bodies.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import { fields, list, orNull, pair, type Shape, table, text, truth, whole } from "./shape.ts";
import type { Away, MapState } from "./state.ts";
import { type Stored, storedOn } from "./stored.ts";

/** Version of the keyframes and records below: JSON text in UTF-8. A later one may be more compact. */
const version = 1;

/** What one tick changed: new values by slot, never the rule that led to them. */
export interface Delta {
  readonly tick: number;
  /** Slots given up; taken up again below where a new body has got the slot in the same tick. */
  readonly gone: readonly number[];
  readonly born: readonly (readonly [slot: number, row: BodyRow])[];
  /** Rows of slot, x, y, facing, at. */
  readonly moved: readonly number[];
  /** Rows of slot, epoch, lastN, asleepSince. */
  readonly numbered: readonly number[];
  readonly acted: readonly (readonly [slot: number, activity: Activity | null])[];
  readonly cooled: readonly (readonly [slot: number, cold: Cold])[];
  readonly doors: readonly (readonly [door: number, open: boolean])[];
  readonly away: readonly (readonly [who: string, away: Away | null])[];
  readonly events: readonly WorldEvent[];
}

export interface Keyframe {
  readonly tick: number;
  readonly bodies: readonly (readonly [slot: number, row: BodyRow])[];
  readonly doors: readonly (readonly [name: string, open: boolean])[];
  readonly away: readonly (readonly [who: string, away: Away])[];
  readonly asleepTicksMax: number;
}

const utf8 = new TextEncoder();

export function writeRecord(delta: Delta): Uint8Array {
  return utf8.encode(JSON.stringify({ version, ...delta }));
}

export function writeKeyframe(state: MapState): Uint8Array {
  const { map, bodyTable } = state;
  const bodies: (readonly [number, BodyRow])[] = [];
  for (let slot = 0; slot < bodyTable.end; slot++) if (bodyTable.has(slot)) bodies.push([slot, bodyTable.row(slot)]);
  const keyframe: Keyframe = {
    tick: state.tick,
    bodies,
    doors: state.doors.entries(),
    away: [...state.away].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    asleepTicksMax: state.asleepTicksMax,
  };
  return utf8.encode(JSON.stringify({ version, map: map.name, width: map.width, height: map.height, ...keyframe }));
}

interface Shapes {
  readonly record: Shape<Delta>;
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
const one: Shape<1> = (value, field) => (whole(1, 1)(value, field), 1);

function shapesFrom(on: Stored): Shapes {
  const bodies = list(pair(on.slot, on.row));
  return {
    record: fields({
      version: one,
      tick,
      gone: list(on.slot),
      born: bodies,
      moved: table(on.slot, on.x, on.y, on.facing, on.at),
      numbered: table(on.slot, whole(0), whole(0), on.asleepSince),
      acted: list(pair(on.slot, on.activity)),
      cooled: list(pair(on.slot, on.cold)),
      doors: list(pair(on.door, truth)),
      away: list(pair(text, orNull(on.away))),
      events: list(on.event),
    }),
    keyframe: fields({
      version: one,
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

/** Throws `corrupt` or `unsupported`. */
export function readRecord(bytes: Uint8Array, map: WorldMap): Delta {
  return shapesOf(map).record(parse(bytes, "record"), "record");
}

/** Throws `corrupt` or `unsupported`. */
export function readKeyframe(bytes: Uint8Array, map: WorldMap): Keyframe {
  const value = parse(bytes, "keyframe");
  if (value["map"] !== map.name || value["width"] !== map.width || value["height"] !== map.height) {
    const found = `${String(value["map"])}, ${String(value["width"])} by ${String(value["height"])} tiles`;
    throw new ElsewhereError("unsupported", `the keyframe is of another map (${found}), not ${map.name}: use the map it was made on`, {
      field: "keyframe",
    });
  }
  return shapesOf(map).keyframe(value, "keyframe");
}

function parse(bytes: Uint8Array, field: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ElsewhereError("corrupt", `a stored ${field} does not parse: restore an earlier copy`, { field }, { cause });
  }
  if (typeof value !== "object" || value === null || !("version" in value))
    throw new ElsewhereError("corrupt", `a stored ${field} has no version: restore an earlier copy`, { field });
  if (value.version !== version)
    throw new ElsewhereError("unsupported", `a stored ${field} has version ${String(value.version)}; this build reads ${version}`, {
      field,
    });
  return value;
}
