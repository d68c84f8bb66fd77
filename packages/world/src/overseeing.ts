/**
 * What may be known of a map by whoever oversees it: all that is not in a hidden room, and those hidden rooms that the overseer
 * has keys to. Whoever goes into another one vanishes at its door, and nothing that is between an inhabitant and the world is
 * told.
 */
import type { DoorSeen, Percept, Seen } from "@elsewhere/protocol";
import type { BodyTable } from "./bodies.ts";
import type { WorldEvent } from "./events.ts";
import { perceptOf } from "./hearsay.ts";
import { isBarred, isKnown, type Keys, noKeys } from "./hiding.ts";
import { seenBody, seenDoor } from "./perception.ts";
import type { MapState } from "./state.ts";
import type { WorldMap } from "./map.ts";
import { terrainOf } from "./terrain.ts";

/** Everybody, by ascending id, and all doors of which the state tells, as they are now. */
export function overseen(
  { map, bodyTable, doors }: MapState,
  keys = noKeys,
): { readonly bodies: readonly Seen[]; readonly doors: readonly DoorSeen[] } {
  const bodies: Seen[] = [];
  for (let slot = 0; slot < bodyTable.end; slot++) if (isInSight(map, bodyTable, slot, keys)) bodies.push(seenBody(bodyTable, slot));
  const isSeen = (door: number): boolean => isDoorKnown(map, door, keys) && !doors.isUntold(door);
  const open = map.doors.flatMap((_, door) => (isSeen(door) ? [seenDoor(map, door, doors.isOpen(door))] : []));
  return { bodies: bodies.sort((a, b) => a.id - b.id), doors: open };
}

/** One body as it is now; null if it is not on the map, or in a hidden room of it without a key to it. */
export function overseenBody({ map, bodyTable }: MapState, id: number, keys = noKeys): Seen | null {
  const slot = bodyTable.slotOf(id);
  return slot !== -1 && isInSight(map, bodyTable, slot, keys) ? seenBody(bodyTable, slot) : null;
}

/** Whether an overseer may know that it happened. */
export function isOverseen(map: WorldMap, event: WorldEvent, keys = noKeys): boolean {
  switch (event.kind) {
    case "entered":
    case "left":
      return !isBarred(map, event.tile, keys);
    case "heard":
    case "emoted":
    case "used":
    case "did":
    case "moved_thing":
      return !isBarred(map, event.scope.tile, keys);
    case "door":
      return isDoorKnown(map, event.door, keys);
    // How a body looks is told by the body; the others are between an inhabitant and the world.
    case "changed":
    case "found":
    case "reply":
    case "refused":
      return false;
  }
}

/** What an overseer is told of it; null for what shows by itself, in who is there, and for what is not for overseers. */
export function overseenPercept(map: WorldMap, event: WorldEvent, keys = noKeys): Percept | null {
  if (!isOverseen(map, event, keys)) return null;
  if (event.kind === "door") return { kind: "door", ...seenDoor(map, event.door, event.open) };
  return "scope" in event ? perceptOf(event) : null;
}

const isInSight = (map: WorldMap, bodies: BodyTable, slot: number, keys: Keys): boolean =>
  bodies.has(slot) && !isBarred(map, bodies.tile[slot]!, keys);
const isDoorKnown = (map: WorldMap, door: number, keys: Keys): boolean => isKnown(terrainOf(map).doors[door]!.hiddenIn, keys);
