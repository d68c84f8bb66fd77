import type { Json, JsonObject } from "../intents.ts";
import { list, object, text, truth, whole } from "./shapes.ts";

/** A walk or a pursuit under way: `path` has one of the letters n, e, s and w a step, from tile `from` on. */
export interface FilmActivity extends JsonObject {
  readonly path: string | null;
  readonly from: number;
  readonly plannedTick: number;
}

/** What a tick tells in words: as its record has it, but only fields that hold anything. */
export interface Told extends JsonObject {
  /** Slots given up; a new body may have got one in the same tick. */
  readonly gone?: readonly number[];
  readonly born?: readonly (readonly [slot: number, row: JsonObject])[];
  /** Rows of slot, epoch, lastN and asleepSince. */
  readonly numbered?: readonly number[];
  /** Rows of slot, layerOn and layerSees. */
  readonly layered?: readonly number[];
  readonly acted?: readonly (readonly [slot: number, activity: FilmActivity | null])[];
  readonly cooled?: readonly (readonly [slot: number, cold: JsonObject])[];
  readonly doors?: readonly (readonly [door: number, open: boolean])[];
  readonly away?: readonly (readonly [who: string, away: Json])[];
  readonly events?: readonly JsonObject[];
}

type Check = (value: Json | undefined) => unknown;

const pairOf =
  (first: Check, second: Check): Check =>
  (value) => {
    const found = list(value);
    first(found[0]);
    second(found[1]);
  };

const anything: Check = () => null;

const inside: Readonly<Record<string, Check>> = {
  gone: whole,
  born: pairOf(whole, object),
  numbered: (value) => whole(value, Number.MAX_SAFE_INTEGER, -1),
  layered: whole,
  acted: pairOf(whole, activityFrom),
  cooled: pairOf(whole, object),
  doors: pairOf(whole, truth),
  away: pairOf(text, anything),
  events: object,
};

/** The fields of a tick's record beside `tick`, in their order. */
export const toldFields: readonly string[] = Object.keys(inside);

/** Throws `corrupt` for what is nothing that a tick could tell. Which slots are in use is not looked at. */
export function toldFrom(value: Json): Told {
  const found = object(value);
  for (const [key, all] of Object.entries(found)) {
    const check = Object.hasOwn(inside, key) ? inside[key]! : object;
    for (const one of list(all)) check(one);
  }
  whole(list(found["numbered"]).length % 4, 0);
  whole(list(found["layered"]).length % 3, 0);
  return found;
}

/** Throws `corrupt` for what is no activity. */
export function activityFrom(value: Json | undefined): FilmActivity | null {
  if (value === null) return null;
  const found = object(value);
  if (found["path"] !== null) text(found["path"]);
  whole(found["from"]);
  whole(found["plannedTick"]);
  return found as FilmActivity;
}
