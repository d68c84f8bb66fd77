/**
 * What may be known of a map by whoever oversees it: all that is not in a hidden room. Whoever goes into one vanishes at its
 * door, and nothing that is between an inhabitant and the world is told.
 */
import type { DoorSeen, Percept, Seen } from "@elsewhere/protocol";
import type { BodyTable } from "./bodies.ts";
import type { WorldEvent } from "./events.ts";
import { perceptOf } from "./hearsay.ts";
import { isHidden } from "./hiding.ts";
import { seenBody, seenDoor } from "./perception.ts";
import type { MapState } from "./state.ts";
import type { WorldMap } from "./map.ts";
import { terrainOf } from "./terrain.ts";

/** Everybody, by ascending id, and all doors, as they are now. */
export function overseen({ map, bodyTable, doors }: MapState): { readonly bodies: readonly Seen[]; readonly doors: readonly DoorSeen[] } {
  const bodies: Seen[] = [];
  for (let slot = 0; slot < bodyTable.end; slot++) if (isInSight(map, bodyTable, slot)) bodies.push(seenBody(bodyTable, slot));
  const open = map.doors.flatMap((_, door) => (isInTheOpen(map, door) ? [seenDoor(map, door, doors.isOpen(door))] : []));
  return { bodies: bodies.sort((a, b) => a.id - b.id), doors: open };
}

/** One body as it is now; null if it is not on the map, or in a hidden room of it. */
export function overseenBody({ map, bodyTable }: MapState, id: number): Seen | null {
  const slot = bodyTable.slotOf(id);
  return slot !== -1 && isInSight(map, bodyTable, slot) ? seenBody(bodyTable, slot) : null;
}

/** Whether an overseer may know that it happened. */
export function isOverseen(map: WorldMap, event: WorldEvent): boolean {
  switch (event.kind) {
    case "entered":
    case "left":
      return !isHidden(map, event.tile);
    case "heard":
    case "emoted":
    case "used":
    case "did":
    case "moved_thing":
      return !isHidden(map, event.scope.tile);
    case "door":
      return isInTheOpen(map, event.door);
    // How a body looks is told by the body; the others are between an inhabitant and the world.
    case "changed":
    case "found":
    case "reply":
    case "refused":
      return false;
  }
}

/** What an overseer is told of it; null for what shows by itself, in who is there, and for what is not for overseers. */
export function overseenPercept(map: WorldMap, event: WorldEvent): Percept | null {
  if (!isOverseen(map, event)) return null;
  if (event.kind === "door") return { kind: "door", ...seenDoor(map, event.door, event.open) };
  return "scope" in event ? perceptOf(event) : null;
}

const isInSight = (map: WorldMap, bodies: BodyTable, slot: number): boolean => bodies.has(slot) && !isHidden(map, bodies.tile[slot]!);
const isInTheOpen = (map: WorldMap, door: number): boolean => terrainOf(map).doors[door]!.hiddenIn.length === 0;
