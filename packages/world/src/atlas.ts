import { keysTo } from "./hiding.ts";
import { exitsKnown } from "./known.ts";
import type { MapExit, WorldMap } from "./map.ts";

/** The maps of a world and how they are linked. */
export class Atlas {
  readonly #maps: ReadonlyMap<string, WorldMap>;
  readonly #hops = new Map<string, MapExit | null>();

  constructor(maps: readonly WorldMap[]) {
    this.#maps = new Map(maps.map((map) => [map.name, map]));
  }

  map(name: string): WorldMap | null {
    return this.#maps.get(name) ?? null;
  }

  /** The exit to take on the way that crosses the fewest maps, for one who holds those hidden rooms; null if none leads there. */
  nextHop(from: string, to: string, holds: readonly string[] = []): MapExit | null {
    if (holds.length > 0) return this.#search(from, to, holds);
    const key = JSON.stringify([from, to]);
    let hop = this.#hops.get(key);
    if (hop === undefined) {
      hop = this.#search(from, to, holds);
      this.#hops.set(key, hop);
    }
    return hop;
  }

  /** Breadth first, exits in the order of the map, so that equal atlases choose equally. */
  #search(from: string, to: string, holds: readonly string[]): MapExit | null {
    const seen = new Set([from]);
    let edge: { readonly map: string; readonly first: MapExit | null }[] = [{ map: from, first: null }];
    while (edge.length > 0) {
      const next: typeof edge = [];
      for (const { map, first } of edge) {
        const known = this.#maps.get(map);
        for (const exit of known ? exitsKnown(known, keysTo(known, holds)) : []) {
          if (seen.has(exit.map) || !this.#maps.has(exit.map)) continue;
          if (exit.map === to) return first ?? exit;
          seen.add(exit.map);
          next.push({ map: exit.map, first: first ?? exit });
        }
      }
      edge = next;
    }
    return null;
  }
}
