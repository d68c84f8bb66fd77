import { type Coordinates, formatCoordinates, parseCoordinates } from "@elsewhere/protocol";
import type { Actor, Context } from "./context.ts";
import { holdOf } from "./hiding.ts";
import type { WorldMap } from "./map.ts";

/**
 * Whoever gives the secret of a hidden room holds the room from now on. Returns the coordinates to walk to: without the
 * secret if it was right, for it goes no further than here; else as they are, to be answered as what does not exist.
 */
export function claim(context: Context, actor: Actor, to: string): string {
  const where = read(to);
  if (where === null || !("place" in where) || where.secret === undefined) return to;
  const map = where.map === null ? context.map : context.atlas.map(where.map);
  const room = map && roomOf(map, where.place, where.secret);
  if (!map || !room) return to;
  const place = holdOf(map, room);
  if (context.journal.hold(actor.slot, place)) {
    context.journal.emit({ kind: "found", body: actor.id, place, cause: { body: actor.id, n: actor.n } });
  }
  return formatCoordinates({ map: where.map, place: where.place });
}

function read(to: string): Coordinates | null {
  try {
    return parseCoordinates(to);
  } catch {
    // What is wrong with them is told by whoever walks there.
    return null;
  }
}

/** Of a closed room no secret is the right one. */
function roomOf(map: WorldMap, place: string, secret: string): string | null {
  return map.rooms.find((room, i) => room.name === place && room.secret === secret && !map.closed.has(i + 1))?.name ?? null;
}
