/** Where something happens next, or happened last, in a record. */
import type { Percept, Sought } from "@elsewhere/protocol";
import { isOverseen, readEvents, type WorldEvent, type WorldMap } from "@elsewhere/world";
import { comparableName } from "../sessions/hellos.ts";
import { openStretch } from "../record/past.ts";
import type { RecordRow } from "../storage/contract.ts";
import type { Stretches } from "./archive.ts";
import type { Ends, Rest } from "./contract.ts";
import { PastWorld } from "./past-world.ts";
import { keysOf, type RoomKeys } from "./room-keys.ts";

export interface Search extends Ends {
  readonly maps: readonly WorldMap[];
  readonly stretches: Stretches;
  /** Hidden rooms that are looked into as well. */
  readonly keys: RoomKeys;
  readonly kind: Sought;
  readonly back: boolean;
  /** The tick from which to look, itself not among those that count. */
  readonly tick: number;
  readonly rest: Rest;
}

/** A moment that was looked for. */
export interface Found {
  readonly tick: number;
  /** On which map, if that matters. */
  readonly map: string | null;
}

/** Who did it: everybody, a body, or all of a name. */
export type Doer = { readonly body: number } | { readonly name: string } | null;

/** Ticks that are played at a time on the way back: what is found last in them counts. */
const ticksBack = 600;

/** In what an overseer may know of these maps. */
export async function findEvent(search: Search, doer: Doer): Promise<Found | null> {
  const { back, fromTick, toTick } = search;
  const all = search.maps.map((map) => new Matches(search, map, doer));
  let at = back ? search.tick - 1 : search.tick + 1;
  while (at >= fromTick && at <= toTick) {
    for (const one of all) await one.come(at);
    // As far as all of them are known.
    const [first, last] = [Math.max(fromTick, ...all.map((one) => one.first)), Math.min(toTick, ...all.map((one) => one.last))];
    const ticks = all.flatMap((one) => one.ticks.filter((tick) => (back ? tick >= first && tick <= at : tick >= at && tick <= last)));
    if (ticks.length > 0) {
      const tick = back ? Math.max(...ticks) : Math.min(...ticks);
      return { tick, map: all.find((one) => one.ticks.includes(tick))!.map.name };
    }
    at = back ? Math.min(first, at) - 1 : Math.max(last, at) + 1;
  }
  return null;
}

/** The ticks of one stretch of a map in which what is looked for happened. Each stretch is gone through once. */
class Matches {
  readonly map: WorldMap;
  /** The ticks that the stretch tells of. */
  first = 0;
  last = -1;
  ticks: readonly number[] = [];
  readonly #search: Search;
  readonly #doer: Doer;

  constructor(search: Search, map: WorldMap, doer: Doer) {
    this.#search = search;
    this.map = map;
    this.#doer = doer;
  }

  /** Goes to the stretch that tells of a tick. */
  async come(at: number): Promise<void> {
    if (at >= this.first && at <= this.last) return;
    const { stretches } = this.#search;
    // The record of a keyframe's own tick lies in the stretch before.
    const { stretch, through } = await stretches.load(this.map.name, Math.max(0, at - 1));
    this.ticks = [];
    [this.first, this.last] = [(stretch?.fromTick ?? -1) + 1, Math.max(at, through)];
    if (stretch === null) return;
    const ticks = await this.#matching(openStretch(stretch).records);
    this.ticks = keysOf(this.#search.keys, this.map).size === 0 ? ticks : [...ticks, ...(await this.#inside())];
  }

  async #matching(records: Iterable<RecordRow>): Promise<readonly number[]> {
    const { kind, keys, rest } = this.#search;
    const known = keysOf(keys, this.map);
    const matches = (event: WorldEvent): boolean => isSought(kind, event) && isOverseen(this.map, event, known) && didIt(this.#doer, event);
    const ticks: number[] = [];
    for (const { tick, bytes } of records) {
      if (rest.due) await rest.take();
      if (readEvents(this.map, bytes).some(matches)) ticks.push(tick);
    }
    return ticks;
  }

  /** What was found in hidden rooms in the ticks that the stretch tells of. */
  async #inside(): Promise<readonly number[]> {
    const { stretches, keys } = this.#search;
    const { name } = this.map;
    const ticks: number[] = [];
    for (let at = this.first; at <= this.last;) {
      const { parts, through } = await stretches.parts(name, at, "keyframe");
      const last = Math.min(through, this.last);
      for (const { room, ...part } of parts) {
        if (!keysOf(keys, this.map).has(room)) continue;
        const found = await this.#matching(openStretch({ map: name, ...part }).records);
        ticks.push(...found.filter((tick) => tick >= at && tick <= last));
      }
      at = Math.max(at, last) + 1;
    }
    return ticks;
  }
}

/** In what somebody perceived; `blind`: what they perceived in hidden rooms does not count. */
export async function findPercept(
  search: Search,
  eyes: { readonly who: string; readonly blind: boolean },
  doer: Doer,
): Promise<Found | null> {
  const { maps, stretches, kind, back, fromTick, toTick, rest } = search;
  const past = new PastWorld(maps, stretches, { who: eyes.who, wants: null });
  /** The first match from here to `last`, or the last one. */
  const within = async (first: number, last: number): Promise<Found | null> => {
    let found: Found | null = null;
    let moment = await past.seek(first);
    for (;;) {
      const where = past.locate(eyes.who);
      const sees = !eyes.blind || (where?.kind === "present" && !where.on.isHidden(where.body, keysOf(search.keys, where.on.map)));
      const own = moment.events.some(
        ({ event }) => (event.kind === "entered" || event.kind === "left") && event.who === eyes.who && event.kind === kind,
      );
      if (sees && (own || moment.percepts.some((percept) => percept.kind === kind && isBy(doer, percept)))) {
        found = { tick: moment.tick, map: null };
        if (!back) return found;
      }
      if (past.tick >= last) return found;
      if (rest.due) await rest.take();
      if (!past.ready) await past.load();
      moment = past.step();
    }
  };
  if (!back) return search.tick >= toTick ? null : await within(search.tick + 1, toTick);
  for (let last = search.tick - 1; last >= fromTick; last -= ticksBack) {
    const found = await within(Math.max(fromTick, last - ticksBack + 1), last);
    if (found !== null) return found;
  }
  return null;
}

/** Who is in sight appears to an overseer by coming into the world or onto the map. */
function isSought(kind: Sought, event: WorldEvent): boolean {
  if (kind === "appeared") return event.kind === "entered";
  if (kind === "vanished") return event.kind === "left";
  return event.kind === kind;
}

function didIt(doer: Doer, event: WorldEvent): boolean {
  if (doer === null) return true;
  if (event.kind === "entered" || event.kind === "left") return isOne(doer, { id: event.body, name: event.name });
  if ("from" in event) return isOne(doer, event.from);
  return event.kind === "door" && event.cause !== null && "body" in doer && event.cause.body === doer.body;
}

function isBy(doer: Doer, percept: Percept): boolean {
  if (doer === null) return true;
  if ("from" in percept) return isOne(doer, percept.from);
  return "body" in percept && isOne(doer, percept.body);
}

const isOne = (doer: NonNullable<Doer>, who: { readonly id: number; readonly name: string }): boolean =>
  "body" in doer ? doer.body === who.id : comparableName(doer.name) === comparableName(who.name);
