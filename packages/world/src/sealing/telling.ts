import type { Json } from "@elsewhere/protocol";
import type { WorldEvent } from "../events.ts";
import type { WorldMap } from "../map.ts";
import { terrainOf } from "../terrain.ts";

/** The hidden room a tile is in; 0 for none. */
export const roomAt = (map: WorldMap, tile: number): number => map.hiddenAt?.[tile] ?? 0;

/** The hidden room a door belongs to, the first of them if there are several; 0 for none. */
export const roomOfDoor = (map: WorldMap, door: number): number => terrainOf(map).doors[door]!.hiddenIn[0] ?? 0;

/** The hidden room in which something happened; null where that depends on the body it happened to. */
export function roomOfEvent(map: WorldMap, event: WorldEvent): number | null {
  switch (event.kind) {
    case "entered":
    case "left":
      return roomAt(map, event.tile);
    case "heard":
    case "emoted":
    case "used":
    case "did":
    case "moved_thing":
      return roomAt(map, event.scope.tile);
    case "door":
      return roomOfDoor(map, event.door);
    case "changed":
    case "found":
    case "reply":
    case "refused":
      return null;
  }
}

/** Whether an observer learns of it in the order in which it happened among others like it. */
export function isOrdered({ kind }: WorldEvent): boolean {
  return kind !== "entered" && kind !== "left" && kind !== "changed" && kind !== "reply";
}

/** The event with other words; the same event where `redact` leaves its words as they are. */
export function redacted(event: WorldEvent, redact: (text: string) => string): WorldEvent {
  switch (event.kind) {
    case "heard":
    case "emoted": {
      const text = redact(event.text);
      return text === event.text ? event : { ...event, text };
    }
    case "did": {
      const verb = redact(event.verb);
      const data = redactedJson(event.data, redact);
      return verb === event.verb && data === event.data ? event : { ...event, verb, data };
    }
    case "reply": {
      const { answer } = event;
      if (!answer.ok) {
        const message = redact(answer.error.message);
        return message === answer.error.message ? event : { ...event, answer: { ok: false, error: { ...answer.error, message } } };
      }
      if ("look" in answer) return event;
      const data = redactedJson(answer.data, redact);
      return data === answer.data ? event : { ...event, answer: { ok: true, data } };
    }
    default:
      return event;
  }
}

/** The same value where nothing in it is changed; names of fields are words as well. */
function redactedJson(value: Json, redact: (text: string) => string): Json {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const items = list.map((item) => redactedJson(item, redact));
    return items.every((item, i) => item === list[i]) ? value : items;
  }
  const entries = Object.entries(value);
  const fields = entries.map(([key, item]): [string, Json] => [redact(key), redactedJson(item, redact)]);
  return fields.every(([key, item], i) => key === entries[i]![0] && item === entries[i]![1]) ? value : Object.fromEntries(fields);
}
