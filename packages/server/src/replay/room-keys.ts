import { ElsewhereError } from "@elsewhere/protocol";
import { type Keys, noKeys, type WorldMap } from "@elsewhere/world";

/** By map the hidden rooms that whoever looks at it may see. */
export type RoomKeys = ReadonlyMap<string, Keys>;

export const keysOf = (keys: RoomKeys, map: WorldMap): Keys => keys.get(map.name) ?? noKeys;

/**
 * The hidden rooms that coordinates lead to. Throws `unknown`, in the same words for a place that there is not, for one that is
 * closed and for a secret that is not the place's.
 */
export function roomsAt(maps: readonly WorldMap[], coordinates: readonly string[], field: string): RoomKeys {
  const keys = new Map<string, Set<number>>();
  for (const text of coordinates) {
    const found = roomAt(maps, text);
    if (found === null) {
      throw new ElsewhereError("unknown", `there is no such place: "${text.replace(/~.*/s, "")}", with that secret`, { field });
    }
    const known = keys.get(found.map.name) ?? new Set();
    keys.set(found.map.name, known.add(found.room));
  }
  return keys;
}

function roomAt(maps: readonly WorldMap[], text: string): { readonly map: WorldMap; readonly room: number } | null {
  const [, name, place, secret] = /^([^~]*)\/([^~]*)~(.*)$/s.exec(text) ?? [];
  const map = maps.find((one) => one.name === name);
  // Of a closed room no secret is the right one.
  const room = map?.rooms.findIndex((one, i) => one.name === place && one.secret === secret && !map.closed.has(i + 1)) ?? -1;
  return map === undefined || room === -1 ? null : { map, room: room + 1 };
}
