import { limits } from "@elsewhere/protocol";
import { shutDoor, wall } from "./door-states.ts";
import { type Keys, noKeys } from "./hiding.ts";
import type { WorldMap } from "./map.ts";
import { reachableFrom } from "./regions.ts";
import type { MapState } from "./state.ts";
import { letters, strides } from "./space.ts";
import { type Terrain, terrainOf } from "./terrain.ts";

export interface Found {
  /** The steps, one letter each; null if no way leads there. */
  readonly path: string | null;
  readonly expansions: number;
}

const finders = new WeakMap<WorldMap, PathFinder>();

/** The finder of a map: its arrays are scratch, used again by every search and no part of any state. */
export function finderOf(map: WorldMap): PathFinder {
  let finder = finders.get(map);
  if (!finder) {
    finder = new PathFinder(map);
    finders.set(map, finder);
  }
  return finder;
}

/** Whether a body on one tile may step onto a tile that a door shuts, because the door opens for it by itself. */
export function opensFor(state: MapState, terrain: Terrain, from: number, to: number): boolean {
  for (const door of terrain.doorsAt.get(to)!) {
    if (!state.doors.blocks(door, to)) continue;
    const { autoSteps, closed } = terrain.doors[door]!;
    if (state.doors.isOpen(door) || autoSteps.size === 0) return false;
    if (!autoSteps.has(from) && !closed.has(from)) return false;
  }
  return true;
}

/**
 * A* over the four neighbours with unit steps. The distance to the goals' bounding box is the estimate, so the
 * estimated length of a path only ever stays or grows by one or two a step: three stacks serve as the queue, and ties
 * go to the step found last, north before east before south before west.
 */
class PathFinder {
  readonly #map: WorldMap;
  readonly #terrain: Terrain;
  readonly #search: Uint32Array;
  readonly #goal: Uint32Array;
  readonly #cost: Uint32Array;
  readonly #cameBy: Uint8Array;
  readonly #done: Uint32Array;
  #generation = 0;
  #keys: Keys = noKeys;

  constructor(map: WorldMap) {
    const tiles = map.width * map.height;
    this.#map = map;
    this.#terrain = terrainOf(map);
    this.#search = new Uint32Array(tiles);
    this.#goal = new Uint32Array(tiles);
    this.#cost = new Uint32Array(tiles);
    this.#cameBy = new Uint8Array(tiles);
    this.#done = new Uint32Array(tiles);
  }

  /**
   * The shortest way to the nearest goal. Exits to other maps are stepped on only as goals, or to get off them. Hidden rooms
   * that are not among the keys are walls.
   */
  find(state: MapState, start: number, goals: ArrayLike<number>, keys: Keys): Found {
    const { regions } = this.#terrain;
    const reachable = reachableFrom(regions, regions.of[start]!, keys);
    this.#keys = keys;
    this.#generation++;
    const box = { left: Infinity, right: -1, top: Infinity, bottom: -1 };
    for (let i = 0; i < goals.length; i++) {
      const goal = goals[i]!;
      if (goal !== start && regions.of[start] !== -1 && !reachable(regions.of[goal]!)) continue;
      this.#goal[goal] = this.#generation;
      const x = goal % this.#map.width;
      const y = Math.floor(goal / this.#map.width);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
    return box.right === -1 ? { path: null, expansions: 0 } : this.#walk(state, start, box);
  }

  #walk(state: MapState, start: number, box: { left: number; right: number; top: number; bottom: number }): Found {
    const { width } = this.#map;
    const generation = this.#generation;
    const estimate = (tile: number): number => {
      const x = tile % width;
      const y = (tile - x) / width;
      return Math.max(box.left - x, 0, x - box.right) + Math.max(box.top - y, 0, y - box.bottom);
    };
    const stacks: [number[], number[], number[]] = [[], [], []];
    let total = estimate(start);
    this.#search[start] = generation;
    this.#cost[start] = 0;
    stacks[total % 3]!.push(start);
    let expansions = 0;
    let empty = 0;
    while (empty < 3) {
      const tile = stacks[total % 3]!.pop();
      if (tile === undefined) {
        total++;
        empty++;
        continue;
      }
      empty = 0;
      if (this.#done[tile] === generation) continue;
      this.#done[tile] = generation;
      expansions++;
      if (this.#goal[tile] === generation) return { path: this.#trace(start, tile), expansions };
      const cost = this.#cost[tile]! + 1;
      if (cost <= limits.pathTilesMax) {
        this.#expand(state, tile, (next, by) => {
          if (this.#search[next] === generation && this.#cost[next]! <= cost) return;
          this.#search[next] = generation;
          this.#cost[next] = cost;
          this.#cameBy[next] = by;
          stacks[(cost + estimate(next)) % 3]!.push(next);
        });
      }
    }
    return { path: null, expansions };
  }

  #expand(state: MapState, tile: number, visit: (next: number, by: number) => void): void {
    const { width } = this.#map;
    const { walls } = state.doors;
    const { exitAt } = this.#terrain;
    const { hiddenAt } = this.#map;
    const column = tile % width;
    const stride = strides(width);
    for (let by = 0; by < 4; by++) {
      if ((by === 1 && column === width - 1) || (by === 3 && column === 0)) continue;
      const next = tile + stride[by]!;
      if (next < 0 || next >= walls.length || walls[next] === wall || this.#done[next] === this.#generation) continue;
      if (hiddenAt !== null && hiddenAt[next] !== 0 && !this.#keys.has(hiddenAt[next]!)) continue;
      if (walls[next] === shutDoor && !opensFor(state, this.#terrain, tile, next)) continue;
      if (exitAt[next] !== -1 && this.#goal[next] !== this.#generation && exitAt[tile] === -1) continue;
      visit(next, by);
    }
  }

  #trace(start: number, end: number): string {
    const stride = strides(this.#map.width);
    const steps: string[] = [];
    for (let tile = end; tile !== start;) {
      const by = this.#cameBy[tile]!;
      steps.push(letters[by]!);
      tile -= stride[by]!;
    }
    return steps.reverse().join("");
  }
}
