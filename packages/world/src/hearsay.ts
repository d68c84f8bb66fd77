import type { Json, Percept } from "@elsewhere/protocol";
import type { Deliveries } from "./deliveries.ts";
import type { Answer, Scope, WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import { lookAround, lookAt, reaches, seenBody } from "./perception.ts";
import type { Sightings, Watcher } from "./sightings.ts";
import type { MapState } from "./state.ts";

/** What telling the events of a step to those who may know of them takes. */
export interface Audience {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly sightings: Sightings;
  readonly deliveries: Deliveries;
}

/** Tells each event, in order, to the watched bodies it reaches. */
export function tell(audience: Audience, events: readonly WorldEvent[]): void {
  for (const event of events) {
    switch (event.kind) {
      case "entered":
        // Who left and came back within one step never vanished, but may look otherwise.
        tellChange(audience, event.body, false);
        break;
      case "changed":
        tellChange(audience, event.body, true);
        break;
      case "heard": {
        const { from, how, text, to, scope } = event;
        tellInScope(audience, scope, from.id, to, { kind: "heard", from, how, text });
        break;
      }
      case "emoted":
        tellInScope(audience, event.scope, event.from.id, null, { kind: "emoted", from: event.from, text: event.text });
        break;
      case "used":
        tellInScope(audience, event.scope, event.from.id, event.to, { kind: "used", from: event.from });
        break;
      case "did": {
        const { from, verb, data, to, scope } = event;
        tellInScope(audience, scope, from.id, to, { kind: "did", from, verb, data, to });
        break;
      }
      case "moved_thing": {
        const { how, from, thing, to, scope } = event;
        tellInScope(audience, scope, null, null, { kind: "moved_thing", how, from, thing, to });
        break;
      }
      case "door":
        tellDoor(audience, event.door, { kind: "door", name: event.name, open: event.open });
        break;
      case "reply":
        audience.deliveries.to(event.body).replies.push(reply(audience, event.body, event.n, event.answer));
        break;
      case "left":
      case "refused":
        // Leaving is perceived as vanishing; a refusal is between the host and whoever it refuses.
        break;
    }
  }
}

/** Those who have the body in sight, and itself if it has not just come. */
function tellChange({ state, sightings, deliveries }: Audience, body: number, itself: boolean): void {
  const slot = state.bodyTable.slotOf(body);
  if (slot === -1) return;
  const watchers: Watcher[] = [...sightings.knownBy(body)];
  const own = sightings.watchers.get(body);
  if (itself && own && !own.asleep) watchers.push(own);
  for (const { id } of watchers) {
    const delivery = deliveries.to(id);
    if (!delivery.appeared.has(body)) delivery.changed.set(body, seenBody(state.bodyTable, slot));
  }
}

/** Those in the scope, or of them `to` alone; nobody hears oneself. */
function tellInScope(
  { map, state, sightings, deliveries }: Audience,
  scope: Scope,
  self: number | null,
  to: number | null,
  percept: Percept,
): void {
  const { bodyTable } = state;
  const offer = (slot: number): void => {
    const id = bodyTable.id[slot]!;
    if (id === self || !sightings.watchers.has(id)) return;
    if (reaches(map, bodyTable, slot, scope.tile, scope.layers, scope.radius)) deliveries.to(id).events.push(percept);
  };
  if (to === null) bodyTable.bodiesNear(scope.tile, scope.radius, offer);
  else if (bodyTable.slotOf(to) !== -1) offer(bodyTable.slotOf(to));
}

function tellDoor({ sightings, deliveries }: Audience, door: number, percept: Percept): void {
  for (const watcher of sightings.watchers.values()) {
    if (!watcher.doors.has(door)) continue;
    const delivery = deliveries.to(watcher.id);
    if (!delivery.doors.has(door)) delivery.events.push(percept);
  }
}

function reply({ map, state }: Audience, body: number, n: number, answer: Answer): Percept {
  if (!answer.ok) return { kind: "reply", n, ok: false, error: answer.error };
  if (!("look" in answer)) return { kind: "reply", n, ok: true, data: answer.data };
  const { bodyTable } = state;
  const at = answer.look === null ? -1 : bodyTable.slotOf(answer.look);
  const data = at === -1 ? lookAround(map, state, bodyTable.slotOf(body)) : lookAt(bodyTable, at);
  return { kind: "reply", n, ok: true, data: data as unknown as Json };
}
