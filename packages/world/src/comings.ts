import { type ErrorJson, limits, parseCoordinates } from "@elsewhere/protocol";
import { interrupt, startWalk } from "./activities.ts";
import { awake } from "./bodies.ts";
import { accept, type Actor, type Context, fault, refuse, whoIn } from "./context.ts";
import type { WorldEvent } from "./events.ts";
import type { Input, Luggage } from "./inputs.ts";
import { canonicalLuggage, packLuggage, unpackLuggage } from "./luggage.ts";
import type { MapExit } from "./map.ts";
import { placeAround } from "./intents/things.ts";
import { nearestExitTile, standableTile } from "./places.ts";
import { stepOn } from "./doors.ts";

type Left = Extract<WorldEvent, { kind: "left" }>;

/** A body comes in from outside: for the first time, or back with all it left with. */
export function enter(context: Context, { luggage, at }: Extract<Input, { kind: "enter" }>): void {
  const { map, state, bodies } = context;
  const here = state.bodyOf(luggage.who);
  if (here !== null) {
    attach(context, here, luggage.epoch);
    return;
  }
  const away = state.away.get(luggage.who);
  const id = away?.luggage.id ?? luggage.id;
  const reject = (error: ErrorJson): void =>
    context.journal.emit({ kind: "refused", body: luggage.id, epoch: luggage.epoch, n: null, error });
  if (bodies.slotOf(id) !== -1) return reject(fault("taken", `body ${id} is here already`, { field: "id" }));
  if (bodies.count >= limits.bodiesPerMapMax) return reject(fullMap(context));
  const tile = standableTile(context, away?.luggage ?? luggage, at ?? (away ? { tile: away.tile } : null));
  if (tile === null) return reject(fault("unknown", `there is no such entry, exit or tile on ${map.name}`, { field: "at" }));
  const epoch = Math.max(luggage.epoch, away?.luggage.epoch ?? 0);
  comeIn(context, away ? { ...away.luggage, epoch } : luggage, tile, away ? "returned" : "entered");
}

/** A body arrives from another map and goes on with what it was on. Arriving twice is arriving once; nobody is turned away. */
export function arrive(context: Context, { luggage, entry }: Extract<Input, { kind: "arrive" }>): void {
  const { map, state, bodies, journal } = context;
  if (bodies.slotOf(luggage.id) !== -1 || state.bodyOf(luggage.who) !== null) return;
  const { errand } = luggage;
  if (bodies.count >= limits.bodiesPerMapMax) {
    const kept = canonicalLuggage({ ...luggage, errand: null });
    journal.setAway(luggage.who, { luggage: kept, tile: nearestExitTile(map, map.entries[0]!.tiles[0]!, kept.holds) });
    if (errand) refuse(context, luggage.id, errand.n, fullMap(context));
    return;
  }
  const named = entry === null ? null : standableTile(context, luggage, { place: entry });
  const slot = comeIn(context, luggage, named ?? standableTile(context, luggage, null)!, "arrived");
  if (!errand) return;
  if (errand.to === "") accept(context, luggage.id, errand.n);
  else startWalk(context, { slot, id: luggage.id, n: errand.n }, errand.to);
}

function fullMap({ map }: Context): ErrorJson {
  return fault("limit", `${map.name} is full: ${limits.bodiesPerMapMax} bodies`, { field: "map", limit: limits.bodiesPerMapMax });
}

function comeIn(context: Context, luggage: Luggage, tile: number, how: "entered" | "returned" | "arrived"): number {
  const { map, journal, state } = context;
  if (state.away.has(luggage.who)) journal.setAway(luggage.who, null);
  const slot = journal.born(unpackLuggage(luggage, tile, map.width));
  journal.emit({ kind: "entered", body: luggage.id, who: luggage.who, name: luggage.name, how, tile });
  if (luggage.kind !== "thing") stepOn(context, slot);
  return slot;
}

/** A session takes a body over: it wakes, and connections with an older epoch are fenced off. */
export function attach(context: Context, body: number, epoch: number): void {
  const { bodies, journal } = context;
  const slot = bodies.slotOf(body);
  const reject = (error: ErrorJson): void => journal.emit({ kind: "refused", body, epoch, n: null, error });
  if (slot === -1) return reject(fault("away", "this body is not here", { field: "body" }));
  if (epoch < bodies.epoch[slot]!) return reject(fencedOff());
  if (epoch !== bodies.epoch[slot]) journal.setEpoch(slot, epoch);
  if (bodies.asleepSince[slot] !== awake) sleepOrWake(context, slot, awake);
}

export function fencedOff(): ErrorJson {
  return fault("fenced", "a newer connection has taken this body over", { field: "epoch" });
}

/** The session of that epoch is gone: its body stops where it is and falls asleep. Any other epoch's end changes nothing. */
export function detach(context: Context, body: number, epoch: number): void {
  const { bodies, state } = context;
  const slot = bodies.slotOf(body);
  if (slot === -1 || bodies.epoch[slot] !== epoch || bodies.asleepSince[slot] !== awake) return;
  interrupt(context, slot);
  sleepOrWake(context, slot, state.tick);
}

function sleepOrWake({ bodies, journal }: Context, slot: number, since: number): void {
  journal.setAsleep(slot, since);
  journal.emit({ kind: "changed", body: bodies.id[slot]!, what: "posture", cause: null });
}

/** What a body is on and sees is changed by nothing else than this. */
export function setLayers({ bodies, journal, state }: Context, { body, on, sees }: Extract<Input, { kind: "layers" }>): void {
  const slot = bodies.slotOf(body);
  if (slot !== -1) return journal.setLayers(slot, on, sees);
  for (const [who, { luggage, tile }] of state.away) {
    if (luggage.id === body) journal.setAway(who, { luggage: canonicalLuggage({ ...luggage, layerOn: on, layerSees: sees }), tile });
  }
}

/** Ends whatever a body is on. */
export function halt(context: Context, body: number): void {
  const slot = context.bodies.slotOf(body);
  if (slot !== -1) interrupt(context, slot);
}

/** Takes a body out of the world for good. What it carried stays where it stood. */
export function remove(context: Context, body: number): void {
  const { bodies, journal, state } = context;
  const slot = bodies.slotOf(body);
  if (slot === -1) {
    const who = [...state.away].find(([, away]) => away.luggage.id === body)?.[0];
    if (who !== undefined) journal.setAway(who, null);
    return;
  }
  interrupt(context, slot);
  const { carried } = bodies.coldOf(slot);
  const from = whoIn(bodies, slot);
  const tile = bodies.tile[slot]!;
  const layers = bodies.layersOf(slot);
  goAway(context, slot, { how: "removed", to: null, cause: null });
  for (const thing of carried) placeAround(context, thing, from, { tile, layers, radius: context.map.sightTiles }, null);
}

/** Steps off this map onto another, in this very tick. */
export function transfer(context: Context, slot: number, exit: MapExit): void {
  const { map, bodies, journal } = context;
  const { n, to } = bodies.activity[slot]!;
  // Who walked to the exit itself has arrived on the other side of it; who is bound for further goes on from there.
  const target = typeof to === "string" ? parseCoordinates(to).map : null;
  const errand = n === null ? null : { n, to: target === null || target === map.name ? "" : String(to) };
  journal.depart({ luggage: packLuggage(bodies, slot, errand), map: exit.map, entry: exit.entry });
  goAway(context, slot, {
    how: "transferred",
    to: { map: exit.map, entry: exit.entry },
    cause: n === null ? null : { body: bodies.id[slot]!, n },
  });
}

/** Leaves the world through the world exit it stands on. */
export function leave(context: Context, { slot, id, n }: Actor): void {
  const { map, bodies, journal } = context;
  const tile = bodies.tile[slot]!;
  if (!map.worldExits.some((exit) => exit.tiles.includes(tile))) {
    refuse(context, id, n, fault("out_of_reach", "there is no exit out of the world here: walk to one first", { field: "intent" }));
    return;
  }
  interrupt(context, slot);
  accept(context, id, n);
  journal.setAway(bodies.coldOf(slot).who, { luggage: packLuggage(bodies, slot, null), tile });
  goAway(context, slot, { how: "left", to: null, cause: { body: id, n } });
}

/** Withdraws to the nearest world exit whoever has been asleep for too long. */
export function withdrawSleepers(context: Context): void {
  const { map, bodies, journal, state } = context;
  for (const slot of bodies.sleepers.until(state.tick - state.asleepTicksMax)) {
    const tile = nearestExitTile(map, bodies.tile[slot]!, bodies.coldOf(slot).holds);
    journal.setAway(bodies.coldOf(slot).who, { luggage: packLuggage(bodies, slot, null), tile });
    goAway(context, slot, { how: "withdrawn", to: null, cause: null });
  }
}

function goAway({ bodies, journal }: Context, slot: number, how: Pick<Left, "how" | "to" | "cause">): void {
  const { who, name } = bodies.coldOf(slot);
  journal.emit({ kind: "left", body: bodies.id[slot]!, who, name, tile: bodies.tile[slot]!, ...how });
  journal.gone(slot);
}
