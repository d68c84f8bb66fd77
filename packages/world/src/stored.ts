import { ElsewhereError, type ErrorCode, type ErrorJson, limits } from "@elsewhere/protocol";
import { type Activity, type BodyRow, type Cold, leanCold } from "./bodies.ts";
import type { Answer, Cause, Scope, WorldEvent } from "./events.ts";
import type { Luggage } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import { fields, json, jsonObject, list, oneOf, orNull, type Shape, text, truth, whole } from "./shape.ts";
import { sixteenths } from "./space.ts";
import type { Away } from "./state.ts";

/** Shapes of everything a keyframe or record stores. What does not fit is `corrupt`; nothing is guessed. */

const id = whole(0);
const bits = whole(0, 0xffffffff);
const kind = oneOf("person", "program", "thing");
const name = text;

const errorCodes = [
  "limit",
  "malformed",
  "unknown",
  "unreachable",
  "out_of_reach",
  "silent",
  "locked",
  "taken",
  "forbidden",
  "fenced",
  "away",
  "interrupted",
  "fault",
  "corrupt",
  "storage",
  "unsupported",
] as const satisfies readonly ErrorCode[];

const error: Shape<ErrorJson> = (value, field) => {
  const found = jsonObject(value, field);
  return {
    code: oneOf(...errorCodes)(found["code"], "code"),
    message: text(found["message"], "message"),
    ...(found["field"] === undefined ? {} : { field: text(found["field"], "field") }),
    ...(found["limit"] === undefined ? {} : { limit: whole(0)(found["limit"], "limit") }),
  };
};

const holds = list(text);
const errand = orNull(fields({ n: whole(0), to: text }));

const luggageWith = (carried: Shape<Luggage[]>): Shape<Luggage> =>
  fields({
    id,
    who: text,
    kind,
    name,
    epoch: whole(0),
    lastN: whole(0),
    traits: jsonObject,
    marks: jsonObject,
    layerOn: bits,
    layerSees: bits,
    speed: whole(0, 0xffff),
    description: text,
    portable: truth,
    carried,
    holds,
    errand,
  });

/** Things carry things, but not without end. */
function luggageDeep(depth: number): Shape<Luggage> {
  const carried: Shape<Luggage[]> = (value, field) => {
    if (Array.isArray(value) && value.length === 0) return [];
    if (depth >= limits.carriedDepthMax) throw new ElsewhereError("corrupt", "stored things carry one another without end", { field });
    return list(luggageDeep(depth + 1))(value, field);
  };
  return luggageWith(carried);
}

const luggage: Shape<Luggage> = luggageDeep(0);

const fullCold = fields({
  who: text,
  kind,
  name,
  description: text,
  portable: truth,
  traits: jsonObject,
  marks: jsonObject,
  carried: list(luggage),
  holds,
});
const cold: Shape<Cold> = (value, field) => leanCold(fullCold(value, field));

const path: Shape<string> = (value, field) => {
  const steps = text(value, field);
  if (!/^[nesw]*$/.test(steps)) throw new ElsewhereError("corrupt", "a stored path has steps that are no directions", { field });
  return steps;
};

const cause: Shape<Cause> = fields({ body: id, n: whole(0) });
const who = fields({ id, name });

const answer: Shape<Answer> = (value, field) => {
  const found = jsonObject(value, field);
  if (found["ok"] === false) return fields({ ok: () => false as const, error })(value, field);
  if ("look" in found) return fields({ ok: () => true as const, look: orNull(id) })(value, field);
  return fields({ ok: () => true as const, data: json })(value, field);
};

/** Shapes whose bounds come from the map. */
export interface Stored {
  readonly slot: Shape<number>;
  readonly layers: Shape<number>;
  readonly x: Shape<number>;
  readonly y: Shape<number>;
  readonly facing: Shape<number>;
  readonly at: Shape<number>;
  readonly asleepSince: Shape<number>;
  readonly row: Shape<BodyRow>;
  readonly cold: Shape<Cold>;
  readonly activity: Shape<Activity | null>;
  readonly away: Shape<Away>;
  readonly door: Shape<number>;
  readonly event: Shape<WorldEvent>;
}

export function storedOn(map: WorldMap): Stored {
  const tile = whole(0, map.width * map.height - 1);
  const slot = whole(0, limits.bodiesPerMapMax - 1);
  const x = whole(0, map.width * sixteenths - 1);
  const y = whole(0, map.height * sixteenths - 1);
  const facing = whole(0, 3);
  const at = whole(0, limits.pathTilesMax);
  const asleepSince = whole(-1);
  const activity = orNull(activityOn(map, tile));
  const row = fields({
    id,
    x,
    y,
    facing,
    at,
    asleepSince,
    speed: whole(0, 0xffff),
    layerOn: bits,
    layerSees: bits,
    epoch: whole(0),
    lastN: whole(0),
    cold,
    activity,
  });
  const checkedRow: Shape<BodyRow> = (value, field) => {
    const found = row(value, field);
    if (found.at > (found.activity?.path ?? "").length) throw new ElsewhereError("corrupt", "a stored body is beyond its path", { field });
    return found;
  };
  return {
    slot,
    layers: bits,
    x,
    y,
    facing,
    at,
    asleepSince,
    row: checkedRow,
    cold,
    activity,
    away: fields({ luggage, tile }),
    door: whole(0, map.doors.length - 1),
    event: eventOn(tile),
  };
}

/** A path is also walked once, so that none can lead off the map. */
function activityOn(map: WorldMap, tile: Shape<number>): Shape<Activity> {
  const activity = fields({
    n: orNull(whole(0)),
    to: (value: unknown, field: string): string | number => (typeof value === "number" ? id(value, field) : text(value, field)),
    path: orNull(path),
    from: tile,
    end: tile,
    ticket: whole(0),
    plannedTick: whole(0),
    retries: whole(0, 0xffff),
  });
  return (value, field) => {
    const found = activity(value, field);
    let column = found.from % map.width;
    let row = Math.floor(found.from / map.width);
    for (const step of found.path ?? "") {
      column += step === "e" ? 1 : step === "w" ? -1 : 0;
      row += step === "s" ? 1 : step === "n" ? -1 : 0;
      if (column < 0 || row < 0 || column >= map.width || row >= map.height)
        throw new ElsewhereError("corrupt", "a stored path leads off the map", { field });
    }
    if (found.path !== null && found.end !== row * map.width + column)
      throw new ElsewhereError("corrupt", "a stored path ends elsewhere than it says", { field });
    return found;
  };
}

function eventOn(tile: Shape<number>): Shape<WorldEvent> {
  const scope: Shape<Scope> = fields({ tile, layers: bits, radius: whole(0, limits.mapSideTilesMax) });
  const shapes = {
    entered: fields({ kind: oneOf("entered"), body: id, who: text, name, how: oneOf("entered", "returned", "arrived"), tile }),
    left: fields({
      kind: oneOf("left"),
      body: id,
      who: text,
      name,
      how: oneOf("left", "withdrawn", "removed", "transferred"),
      tile,
      to: orNull(fields({ map: text, entry: orNull(text) })),
      cause: orNull(cause),
    }),
    changed: fields({ kind: oneOf("changed"), body: id, what: oneOf("traits", "posture", "carries"), cause: orNull(cause) }),
    heard: fields({
      kind: oneOf("heard"),
      from: who,
      how: oneOf("say", "whisper", "shout"),
      text,
      to: orNull(id),
      scope,
      cause,
    }),
    emoted: fields({ kind: oneOf("emoted"), from: who, text, scope, cause }),
    used: fields({ kind: oneOf("used"), from: who, to: id, scope, cause }),
    did: fields({ kind: oneOf("did"), from: who, verb: text, data: json, to: orNull(id), scope, cause }),
    moved_thing: fields({
      kind: oneOf("moved_thing"),
      how: oneOf("take", "drop", "give"),
      from: who,
      thing: who,
      to: orNull(who),
      scope,
      cause: orNull(cause),
    }),
    found: fields({ kind: oneOf("found"), body: id, place: text, cause }),
    door: fields({ kind: oneOf("door"), door: whole(0), name, open: truth, cause: orNull(cause) }),
    reply: fields({ kind: oneOf("reply"), body: id, n: whole(0), answer }),
  };
  const kinds = Object.keys(shapes) as (keyof typeof shapes)[];
  return (value, field) => {
    const found = jsonObject(value, field);
    return shapes[oneOf(...kinds)(found["kind"], "kind")](value, field);
  };
}
