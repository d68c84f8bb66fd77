import { type Coordinates, formatCoordinates, parseCoordinates } from "@elsewhere/protocol";
import type { Actor, Context } from "./context.ts";
import { holdOf, keysTo } from "./hiding.ts";
import type { Place, WorldMap } from "./map.ts";

/**
 * Whoever gives the secret of a hidden room holds the room from now on. Returns the coordinates to walk to: of a hidden room
 * that is held without its secret and by its alias, for both secret and name go no further than here; else as they are.
 */
export function claim(context: Context, actor: Actor, to: string): string {
  const where = read(to);
  if (where === null || !("place" in where)) return to;
  const map = where.map === null ? context.map : context.atlas.map(where.map);
  if (map === null) return to;
  const room = where.secret === undefined ? heldRoom(context, actor, map, where.place) : roomOf(map, where.place, where.secret);
  if (room === null) return to;
  const hold = holdOf(map, room);
  if (where.secret !== undefined && context.journal.hold(actor.slot, hold)) {
    context.journal.emit({ kind: "found", body: actor.id, place: hold, cause: { body: actor.id, n: actor.n } });
  }
  return formatCoordinates({ map: where.map, place: room.alias ?? room.name });
}

function read(to: string): Coordinates | null {
  try {
    return parseCoordinates(to);
  } catch {
    // What is wrong with them is told by whoever walks there.
    return null;
  }
}

/** The hidden room of that name, if nothing more specific that one knows bears it. */
function heldRoom(context: Context, { slot }: Actor, map: WorldMap, name: string): Place | null {
  if (map.hiddenAt === null) return null;
  const { bodies } = context;
  const keys = map === context.map ? bodies.keysOf(slot) : keysTo(map, bodies.coldOf(slot).holds);
  const place = map.places.findLast((one) => one.name === name);
  return map.rooms.find((room, i) => room === place && keys.has(i + 1)) ?? null;
}

/** Of a closed room no secret is the right one. */
function roomOf(map: WorldMap, place: string, secret: string): Place | null {
  return map.rooms.find((room, i) => room.name === place && room.secret === secret && !map.closed.has(i + 1)) ?? null;
}
