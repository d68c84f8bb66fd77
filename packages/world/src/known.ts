import { isKnown, type Keys } from "./hiding.ts";
import type { Entry, MapExit, Place, WorldExit, WorldMap } from "./map.ts";
import { terrainOf } from "./terrain.ts";

/** What of a map is known to whoever has these keys: all that does not lie in a hidden room, and what lies in those they hold. */

export function placesKnown(map: WorldMap, keys: Keys): readonly Place[] {
  return among(map, map.places, terrainOf(map).placesIn, keys);
}

export function entriesKnown(map: WorldMap, keys: Keys): readonly Entry[] {
  return among(map, map.entries, terrainOf(map).entriesIn, keys);
}

export function exitsKnown(map: WorldMap, keys: Keys): readonly MapExit[] {
  return among(map, map.exits, terrainOf(map).exitsIn, keys);
}

export function worldExitsKnown(map: WorldMap, keys: Keys): readonly WorldExit[] {
  return among(map, map.worldExits, terrainOf(map).worldExitsIn, keys);
}

function among<T>({ hiddenAt }: WorldMap, all: readonly T[], hidden: readonly (readonly number[])[], keys: Keys): readonly T[] {
  return hiddenAt === null ? all : all.filter((_, i) => isKnown(hidden[i]!, keys));
}
