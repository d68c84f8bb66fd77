import type { Json, Percept } from "@elsewhere/protocol";
import type { Audience, Listener } from "./audience.ts";
import type { Deliveries } from "./deliveries.ts";
import { bitOf, ofSight } from "./ears.ts";
import type { Answer, Scope, WorldEvent } from "./events.ts";
import { nameOfHold } from "./hiding.ts";
import type { WorldMap } from "./map.ts";
import { lookAround, lookAt, perceivesDoor, reaches, seenBody, seenDoor, sees } from "./perception.ts";
import type { MapState } from "./state.ts";
import { terrainOf } from "./terrain.ts";

/** What telling the events of a step to those who may know of them takes. */
export interface Hearsay {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly audience: Audience;
  readonly deliveries: Deliveries;
}

/** Tells each event, in order, to the watched bodies it reaches. */
export function tell(hearsay: Hearsay, events: readonly WorldEvent[]): void {
  for (const event of events) {
    switch (event.kind) {
      case "entered":
        // Who left and came back within one step never vanished, but may look otherwise.
        tellChange(hearsay, event.body, false);
        break;
      case "changed":
        tellChange(hearsay, event.body, true);
        break;
      case "heard":
      case "used":
      case "did":
        tellInScope(hearsay, event.scope, event.from.id, event.to, perceptOf(event));
        break;
      case "emoted":
        tellInScope(hearsay, event.scope, event.from.id, null, perceptOf(event));
        break;
      case "moved_thing":
        tellInScope(hearsay, event.scope, null, null, perceptOf(event));
        break;
      case "found":
        hearsay.deliveries.to(event.body).events.push({ kind: "found", place: nameOfHold(hearsay.map, event.place) });
        break;
      case "door":
        tellDoor(hearsay, event.door, { kind: "door", ...seenDoor(hearsay.map, event.door, event.open) });
        break;
      case "reply":
        hearsay.deliveries.to(event.body).replies.push(reply(hearsay, event.body, event.n, event.answer));
        break;
      case "left":
      case "refused":
        // Leaving is perceived as vanishing; a refusal is between the host and whoever it refuses.
        break;
    }
  }
}

/** What happened at a place, for those around it. */
type Doing = Extract<WorldEvent, { readonly scope: Scope }>;

/** How it is told to whoever may know of it. */
export function perceptOf(event: Doing): Percept {
  switch (event.kind) {
    case "heard": {
      const { from, how, text } = event;
      return { kind: "heard", from, how, text };
    }
    case "emoted":
      return { kind: "emoted", from: event.from, text: event.text };
    case "used":
      return { kind: "used", from: event.from };
    case "did": {
      const { from, verb, data, to } = event;
      return { kind: "did", from, verb, data, to };
    }
    case "moved_thing": {
      const { how, from, thing, to } = event;
      return { kind: "moved_thing", how, from, thing, to };
    }
  }
}

/** Those who have the body in sight, and itself if it has not just come. */
function tellChange({ map, state, audience, deliveries }: Hearsay, body: number, itself: boolean): void {
  const { bodyTable } = state;
  const slot = bodyTable.slotOf(body);
  if (slot === -1) return;
  const tile = bodyTable.tile[slot]!;
  const layers = bodyTable.layersOf(slot);
  const seen = seenBody(bodyTable, slot);
  audience.near(tile, map.sightTiles, ofSight, (listener) => {
    if (listener.slot === slot ? !itself : !sees(map, listener, tile, layers)) return;
    const delivery = deliveries.to(listener.id);
    if (!delivery.appeared.has(body)) delivery.changed.set(body, seen);
  });
}

/** Those in the scope, or of them `to` alone; nobody hears oneself. */
function tellInScope({ map, audience, deliveries }: Hearsay, scope: Scope, self: number | null, to: number | null, percept: Percept): void {
  const offer = (listener: Listener | null): void => {
    if (!listener || listener.id === self) return;
    if (reaches(map, listener, scope.tile, scope.layers, scope.radius)) deliveries.to(listener.id).events.push(percept);
  };
  if (to === null) audience.near(scope.tile, scope.radius, bitOf(percept.kind), offer);
  else offer(audience.listener(to));
}

/** Those who have the door in sight; who sees it for the first time was told how it stands. */
function tellDoor({ map, audience, deliveries }: Hearsay, door: number, percept: Percept): void {
  const asked = new Set<number>();
  for (const tile of terrainOf(map).doors[door]!.zone) {
    audience.near(tile, map.sightTiles, bitOf("door"), (listener) => {
      if (asked.has(listener.id)) return;
      asked.add(listener.id);
      if (!perceivesDoor(map, listener, door)) return;
      const delivery = deliveries.to(listener.id);
      if (!delivery.doors.has(door)) delivery.events.push(percept);
    });
  }
}

function reply({ map, state }: Hearsay, body: number, n: number, answer: Answer): Percept {
  if (!answer.ok) return { kind: "reply", n, ok: false, error: answer.error };
  if (!("look" in answer)) return { kind: "reply", n, ok: true, data: answer.data };
  const { bodyTable } = state;
  const at = answer.look === null ? -1 : bodyTable.slotOf(answer.look);
  const data = at === -1 ? lookAround(map, state, bodyTable.slotOf(body)) : lookAt(bodyTable, at);
  return { kind: "reply", n, ok: true, data: data as unknown as Json };
}
