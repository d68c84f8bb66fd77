/**
 * Hidden rooms. To whoever does not hold one its tiles are walls and its name is unknown, in every answer word for word as
 * if they were; nothing here tells more than that.
 */
import type { Place, WorldMap } from "./map.ts";

/** The hidden rooms of one map that somebody knows, by their numbers in `hiddenAt`. */
export type Keys = ReadonlySet<number>;

export const noKeys: Keys = new Set<number>();

const known = new WeakMap<WorldMap, WeakMap<readonly string[], Keys>>();

/** Lets those who hold a hidden room into it, who give its secret from now on. `room`: as in `hiddenAt`. */
export function openRoom(map: WorldMap, room: number, secret: string): void {
  map.rooms[room - 1]!.secret = secret;
  map.closed.delete(room);
}

/**
 * Gives hidden rooms other names for all that is recorded, so that no record tells how they are called. `aliases`: by map and
 * room, as in `hiddenAt`, something that is no place's name, and the same at every start.
 */
export function veil(
  maps: readonly WorldMap[],
  aliases: readonly { readonly map: WorldMap; readonly room: number; readonly alias: string }[],
): void {
  const named = new Map<string, string>();
  for (const { map, room, alias } of aliases) {
    const place = map.rooms[room - 1]!;
    place.alias = alias;
    named.set(holdOf(map, place), `${map.name}/${place.name}`);
  }
  for (const map of maps) map.named = named;
}

/** How a hidden room is called that is recorded so. */
export const nameOfHold = (map: WorldMap, hold: string): string => map.named?.get(hold) ?? hold;

/** What of a map they know who hold these rooms, as `holdOf` writes them, closed ones left out. The list must never be written into. */
export function keysTo(map: WorldMap, holds: readonly string[]): Keys {
  const keys = keysHeld(map, holds);
  if (map.closed.size === 0 || keys.size === 0) return keys;
  // Which rooms are closed may be another thing at any time, so it is not kept with the keys.
  const open = new Set([...keys].filter((room) => !map.closed.has(room)));
  return open.size === 0 ? noKeys : open;
}

function keysHeld(map: WorldMap, holds: readonly string[]): Keys {
  if (map.hiddenAt === null || holds.length === 0) return noKeys;
  let ofMap = known.get(map);
  if (!ofMap) known.set(map, (ofMap = new WeakMap()));
  let keys = ofMap.get(holds);
  if (!keys) {
    const held = new Set(holds);
    // Before there were aliases names were recorded.
    const isHeld = (room: Place): boolean => held.has(holdOf(map, room)) || held.has(`${map.name}/${room.name}`);
    keys = new Set(map.rooms.flatMap((room, i) => (room.secret !== undefined && isHeld(room) ? [i + 1] : [])));
    ofMap.set(holds, keys);
  }
  return keys;
}

/** The same for one who stands on a tile: the room one is in, one knows, unless it is closed. */
export function keysFrom(map: WorldMap, holds: readonly string[], tile: number): Keys {
  const keys = keysTo(map, holds);
  const inside = map.hiddenAt?.[tile] ?? 0;
  return inside === 0 || keys.has(inside) || map.closed.has(inside) ? keys : new Set([...keys, inside]);
}

/** How a hidden room is written down as held: `map/alias`. */
export const holdOf = (map: WorldMap, { alias, name }: Place): string => `${map.name}/${alias ?? name}`;

/** What one has to hold to stand on a tile: the hidden room it lies in, if any. */
export function holdsAt(map: WorldMap, tile: number): readonly string[] {
  const room = map.rooms[(map.hiddenAt?.[tile] ?? 0) - 1];
  return room === undefined ? [] : [holdOf(map, room)];
}

/** Whether a tile lies in a hidden room: only those who hold it may know of anything there. */
export function isHidden(map: WorldMap, tile: number): boolean {
  return map.hiddenAt !== null && map.hiddenAt[tile] !== 0;
}

/** Whether a tile is a wall to whoever has these keys, besides being one to everybody. */
export function isBarred(map: WorldMap, tile: number, keys: Keys): boolean {
  return map.hiddenAt !== null && map.hiddenAt[tile] !== 0 && !keys.has(map.hiddenAt[tile]!);
}

const nothing: readonly number[] = Object.freeze([]);

/** The hidden rooms that any of the tiles lies in: what has such a tile is hidden with them. */
export function roomsHiding({ hiddenAt }: WorldMap, tiles: Iterable<number>): readonly number[] {
  if (hiddenAt === null) return nothing;
  const rooms = new Set<number>();
  for (const tile of tiles) if (hiddenAt[tile] !== 0) rooms.add(hiddenAt[tile]!);
  return rooms.size === 0 ? nothing : [...rooms];
}

/** Whether what lies in those hidden rooms is known to whoever has these keys. */
export const isKnown = (rooms: readonly number[], keys: Keys): boolean => rooms.every((room) => keys.has(room));
