import type { Context } from "./context.ts";
import { free } from "./door-states.ts";
import { isBarred, type Keys, keysTo } from "./hiding.ts";
import type { Luggage } from "./inputs.ts";
import { entriesKnown, worldExitsKnown } from "./known.ts";
import type { WorldMap } from "./map.ts";
import { manhattan, strides } from "./space.ts";

/** Where a body comes in. */
type At = { readonly place: string } | { readonly tile: number } | null;

/**
 * The tile for a body that comes in: of the named entry or world exit (null is the default entry) the one with the
 * fewest on it whom the newcomer could see, or the very tile that was named. Null if there is no such place. Things stand
 * even where nobody could walk, on a counter say, but not in a closed room; everybody else gets the nearest tile that is free, and none in a hidden
 * room that it does not hold.
 */
export function standableTile(context: Context, { kind, holds, layerSees }: Luggage, at: At): number | null {
  const { map, bodies, state } = context;
  const keys = keysTo(map, holds);
  if (at !== null && "tile" in at) {
    if (at.tile < 0 || at.tile >= map.width * map.height) return null;
    if (kind !== "thing") return nearestFree(context, at.tile, keys);
    return map.closed.has(map.hiddenAt?.[at.tile] ?? 0) ? null : at.tile;
  }
  const entries = entriesKnown(map, keys);
  const named = at === null ? entries[0] : [...entries, ...worldExitsKnown(map, keys)].find((one) => one.name === at.place);
  const tiles = named?.tiles ?? [];
  if (tiles.length === 0) return at === null ? nearestFree(context, 0, keys) : null;
  let best = -1;
  for (const tile of tiles) {
    if (state.doors.walls[tile] !== free) continue;
    if (best === -1 || bodies.standing.seen(tile, layerSees) < bodies.standing.seen(best, layerSees)) best = tile;
  }
  return best === -1 ? nearestFree(context, tiles[0]!, keys) : best;
}

/** Breadth first over the bare grid, through walls if need be: something has to be free somewhere. */
function nearestFree({ map, state }: Context, start: number, keys: Keys): number {
  const { walls } = state.doors;
  const seen = new Set([start]);
  const queue = [start];
  const stride = strides(map.width);
  for (let i = 0; i < queue.length; i++) {
    const tile = queue[i]!;
    if (walls[tile] === free && !isBarred(map, tile, keys)) return tile;
    for (let by = 0; by < 4; by++) {
      const next = tile + stride[by]!;
      const column = tile % map.width;
      if ((by === 1 && column === map.width - 1) || (by === 3 && column === 0)) continue;
      if (next < 0 || next >= walls.length || seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return start;
}

/** The tile of a world exit nearest as the crow flies; on a map without any, of its default entry. */
export function nearestExitTile(map: WorldMap, from: number, holds: readonly string[]): number {
  const keys = keysTo(map, holds);
  const tiles = worldExitsKnown(map, keys).flatMap((exit) => [...exit.tiles]);
  if (tiles.length === 0) tiles.push(...(entriesKnown(map, keys)[0]?.tiles ?? []));
  let best = tiles[0] ?? from;
  for (const tile of tiles) if (manhattan(tile, from, map.width) < manhattan(best, from, map.width)) best = tile;
  return best;
}
