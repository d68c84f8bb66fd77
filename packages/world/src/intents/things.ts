import { type ErrorJson, type Intent, limits, type Who } from "@elsewhere/protocol";
import { accept, type Actor, around, type Context, fault, refuse, whoIn } from "../context.ts";
import type { Cause, Scope } from "../events.ts";
import type { Luggage } from "../inputs.ts";
import { packLuggage, unpackLuggage } from "../luggage.ts";
import { perceivesSlot } from "../perception.ts";
import { reachable } from "./reach.ts";

export function take(context: Context, actor: Actor, { thing }: Extract<Intent, { kind: "take" }>): void {
  const { bodies, journal } = context;
  const found = takeable(context, actor, thing);
  if (typeof found !== "number") return refuse(context, actor.id, actor.n, found);
  const scope = around(context, found, context.map.sightTiles);
  const luggage = packLuggage(bodies, found, null);
  journal.gone(found);
  emitMoved(context, "take", actor, luggage, null, scope);
  carry(context, actor.slot, [...bodies.coldOf(actor.slot).carried, luggage], causeOf(actor));
  accept(context, actor.id, actor.n);
}

function takeable(context: Context, actor: Actor, thing: number): number | ErrorJson {
  const { bodies } = context;
  if (isCarriedInSight(context, actor, thing)) return fault("taken", `somebody carries thing ${thing}`, { field: "intent.thing" });
  const slot = reachable(context, actor, thing, limits.reachTiles, "thing");
  if (typeof slot !== "number") return slot;
  const { kind, portable } = bodies.coldOf(slot);
  if (kind !== "thing" || !portable) return fault("forbidden", `body ${thing} cannot be taken`, { field: "intent.thing" });
  return hasFreeHand(context, actor.slot) ? slot : handsFull();
}

function isCarriedInSight({ map, bodies }: Context, actor: Actor, thing: number): boolean {
  if (bodies.slotOf(thing) !== -1) return false;
  let found = false;
  bodies.bodiesNear(bodies.tile[actor.slot]!, map.sightTiles, (slot) => {
    found ||= perceivesSlot(map, bodies, actor.slot, slot) && bodies.coldOf(slot).carried.some((one) => one.id === thing);
  });
  return found;
}

export function drop(context: Context, actor: Actor, { thing }: Extract<Intent, { kind: "drop" }>): void {
  const { bodies } = context;
  const luggage = carriedBy(context, actor, thing);
  if ("code" in luggage) return refuse(context, actor.id, actor.n, luggage);
  if (bodies.count >= limits.bodiesPerMapMax) {
    const full = fault("limit", "there is no room for another thing here", { field: "intent.thing", limit: limits.bodiesPerMapMax });
    return refuse(context, actor.id, actor.n, full);
  }
  if (isPresent(context, luggage))
    return refuse(context, actor.id, actor.n, fault("taken", `body ${thing} is here already`, { field: "intent.thing" }));
  carry(context, actor.slot, without(context, actor.slot, thing), causeOf(actor));
  placeAround(context, luggage, whoIn(bodies, actor.slot), around(context, actor.slot, context.map.sightTiles), causeOf(actor));
  accept(context, actor.id, actor.n);
}

export function give(context: Context, actor: Actor, { thing, to }: Extract<Intent, { kind: "give" }>): void {
  const { bodies } = context;
  const luggage = carriedBy(context, actor, thing);
  if ("code" in luggage) return refuse(context, actor.id, actor.n, luggage);
  const target = receiver(context, actor, to);
  if (typeof target !== "number") return refuse(context, actor.id, actor.n, target);
  const scope = around(context, actor.slot, context.map.sightTiles);
  emitMoved(context, "give", actor, luggage, whoIn(bodies, target), scope);
  carry(context, actor.slot, without(context, actor.slot, thing), causeOf(actor));
  carry(context, target, [...bodies.coldOf(target).carried, luggage], causeOf(actor));
  accept(context, actor.id, actor.n);
}

function receiver(context: Context, actor: Actor, to: number): number | ErrorJson {
  const slot = reachable(context, actor, to, limits.reachTiles, "to");
  if (typeof slot !== "number") return slot;
  if (context.bodies.coldOf(slot).kind === "thing") return fault("forbidden", `thing ${to} takes nothing`, { field: "intent.to" });
  return slot === actor.slot || hasFreeHand(context, slot) ? slot : handsFull();
}

/** Puts a thing that was carried onto the map. Where there is no room, which only a removal can bring about, it is kept away. */
export function placeAround(context: Context, thing: Luggage, from: Who, scope: Scope, cause: Cause | null): void {
  const { map, bodies, journal } = context;
  if (isPresent(context, thing) || bodies.count >= limits.bodiesPerMapMax)
    return journal.setAway(thing.who, { luggage: thing, tile: scope.tile });
  journal.born(unpackLuggage(thing, scope.tile, map.width));
  journal.emit({ kind: "moved_thing", how: "drop", from, thing: { id: thing.id, name: thing.name }, to: null, scope, cause });
}

/** A host that brings in a thing which somebody carries has made it twice; the map must not hold it twice. */
function isPresent({ bodies }: Context, { id, who }: Luggage): boolean {
  return bodies.slotOf(id) !== -1 || bodies.slotOfWho(who) !== -1;
}

function emitMoved(context: Context, how: "take" | "give", actor: Actor, thing: Luggage, to: Who | null, scope: Scope): void {
  const from = whoIn(context.bodies, actor.slot);
  context.journal.emit({ kind: "moved_thing", how, from, thing: { id: thing.id, name: thing.name }, to, scope, cause: causeOf(actor) });
}

function carriedBy({ bodies }: Context, actor: Actor, thing: number): Luggage | ErrorJson {
  const found = bodies.coldOf(actor.slot).carried.find((one) => one.id === thing);
  return found ?? fault("unknown", `one does not carry thing ${thing}`, { field: "intent.thing" });
}

function without({ bodies }: Context, slot: number, thing: number): readonly Luggage[] {
  return bodies.coldOf(slot).carried.filter((one) => one.id !== thing);
}

function carry({ bodies, journal }: Context, slot: number, carried: readonly Luggage[], cause: Cause): void {
  journal.setCold(slot, { carried });
  journal.emit({ kind: "changed", body: bodies.id[slot]!, what: "carries", cause });
}

function hasFreeHand({ bodies }: Context, slot: number): boolean {
  return bodies.coldOf(slot).carried.length < limits.carriedThingsMax;
}

function handsFull(): ErrorJson {
  return fault("limit", `nobody carries more than ${limits.carriedThingsMax} things`, {
    field: "intent.thing",
    limit: limits.carriedThingsMax,
  });
}

function causeOf({ id, n }: Actor): Cause {
  return { body: id, n };
}
