import type { WorldMap } from "@elsewhere/world";

/** Tiles that can be walked to from the entries if every door stands open. */
export function reached(map: WorldMap): Set<number> {
  const queue = map.entries.flatMap(({ tiles }) => [...tiles]);
  const seen = new Set(queue);
  for (let tile = queue.pop(); tile !== undefined; tile = queue.pop()) {
    const column = tile % map.width;
    for (const next of [column > 0 ? tile - 1 : -1, column < map.width - 1 ? tile + 1 : -1, tile - map.width, tile + map.width]) {
      if (next < 0 || next >= map.blocked.length || map.blocked[next] !== 0 || seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return seen;
}
