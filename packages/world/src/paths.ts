import { limits } from "@elsewhere/protocol";
import { shutDoor, wall } from "./door-states.ts";
import { isBarred, isHidden, type Keys, noKeys } from "./hiding.ts";
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

/** Tiles in the order in which they were found, the last first. */
class TileStack {
  items = new Int32Array(256);
  length = 0;

  push(tile: number): void {
    if (this.length === this.items.length) this.#grow();
    this.items[this.length++] = tile;
  }

  #grow(): void {
    const items = new Int32Array(this.items.length * 2);
    items.set(this.items);
    this.items = items;
  }
}

/** By how much columns and rows change with one step in each direction. */
const stepX = [0, 1, 0, -1] as const;
const stepY = [-1, 0, 1, 0] as const;
/** Searches are numbered, so that nothing has to be wiped before one; at this number everything is. */
const searchesMax = 0xffff_ffff;

/**
 * A* over the four neighbours with unit steps. The distance to the goals' bounding box is the estimate, so the
 * estimated length of a path only ever stays or grows by one or two a step: three stacks serve as the queue, and ties
 * go to the step found last, north before east before south before west.
 */
class PathFinder {
  readonly #map: WorldMap;
  readonly #terrain: Terrain;
  /** By tile: the last search that came there, and what it knows: 8 times the cost, twice the direction it came by, 1 if done. */
  readonly #search: Uint32Array;
  readonly #node: Int32Array;
  /** By tile: the last search whose goal it was. */
  readonly #goal: Uint32Array;
  /** By tile: 1 where more than walls and doors keeps some from going. */
  readonly #special: Uint8Array;
  readonly #stacks = [new TileStack(), new TileStack(), new TileStack()] as const;
  #searches = 0;
  #keys: Keys = noKeys;
  /** The box around the goals. */
  #left = 0;
  #right = -1;
  #top = 0;
  #bottom = 0;

  constructor(map: WorldMap) {
    const tiles = map.width * map.height;
    this.#map = map;
    this.#terrain = terrainOf(map);
    this.#search = new Uint32Array(tiles);
    this.#node = new Int32Array(tiles);
    this.#goal = new Uint32Array(tiles);
    const { exitAt } = this.#terrain;
    this.#special = Uint8Array.from(exitAt, (exit, tile) => (exit !== -1 || isHidden(map, tile) ? 1 : 0));
  }

  /**
   * The shortest way to the nearest goal. Exits to other maps are stepped on only as goals, or to get off them. Hidden rooms
   * that are not among the keys are walls.
   */
  find(state: MapState, start: number, goals: ArrayLike<number>, keys: Keys): Found {
    this.#begin(keys);
    this.#setGoals(start, goals);
    if (this.#right === -1) return { path: null, expansions: 0 };
    this.#search[start] = this.#searches;
    this.#node[start] = 0;
    this.#stacks[this.#estimate(start) % 3]!.push(start);
    return this.#walk(state, start);
  }

  #begin(keys: Keys): void {
    if (this.#searches === searchesMax) {
      this.#searches = 0;
      this.#search.fill(0);
      this.#goal.fill(0);
    }
    this.#searches++;
    this.#keys = keys;
    for (const stack of this.#stacks) stack.length = 0;
  }

  #setGoals(start: number, goals: ArrayLike<number>): void {
    const { width, height } = this.#map;
    const { regions } = this.#terrain;
    const reachable = reachableFrom(regions, regions.of[start]!, this.#keys);
    this.#left = width;
    this.#right = -1;
    this.#top = height;
    this.#bottom = -1;
    for (let i = 0; i < goals.length; i++) {
      const goal = goals[i]!;
      if (goal !== start && regions.of[start] !== -1 && !reachable(regions.of[goal]!)) continue;
      this.#goal[goal] = this.#searches;
      const x = goal % width;
      const y = Math.floor(goal / width);
      this.#left = Math.min(this.#left, x);
      this.#right = Math.max(this.#right, x);
      this.#top = Math.min(this.#top, y);
      this.#bottom = Math.max(this.#bottom, y);
    }
  }

  #estimate(tile: number): number {
    const { width } = this.#map;
    const x = tile % width;
    const y = Math.floor(tile / width);
    return Math.max(this.#left - x, 0, x - this.#right) + Math.max(this.#top - y, 0, y - this.#bottom);
  }

  #walk(state: MapState, start: number): Found {
    let total = this.#estimate(start);
    let expansions = 0;
    for (let empty = 0; empty < 3;) {
      const stack = this.#stacks[total % 3]!;
      if (stack.length === 0) {
        total++;
        empty++;
        continue;
      }
      empty = 0;
      const tile = stack.items[--stack.length]!;
      const node = this.#node[tile]!;
      if ((node & 1) === 1) continue;
      this.#node[tile] = node | 1;
      expansions++;
      if (this.#goal[tile] === this.#searches) return { path: this.#trace(start, tile), expansions };
      const cost = (node >> 3) + 1;
      if (cost <= limits.pathTilesMax) this.#expand(state, tile, cost);
    }
    return { path: null, expansions };
  }

  /** Puts the neighbours of a tile, `cost` steps from the start, on the stacks. Written out, for this is most of a search. */
  #expand(state: MapState, tile: number, cost: number): void {
    const { width, height } = this.#map;
    const { walls } = state.doors;
    const search = this.#search;
    const node = this.#node;
    const searches = this.#searches;
    const row = (tile / width) | 0;
    const column = tile - row * width;
    for (let by = 0; by < 4; by++) {
      const x = column + stepX[by]!;
      const y = row + stepY[by]!;
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const next = y * width + x;
      const wallThere = walls[next]!;
      if (wallThere === wall) continue;
      if (search[next] === searches && ((node[next]! & 1) === 1 || node[next]! >> 3 <= cost)) continue;
      if (wallThere === shutDoor && !opensFor(state, this.#terrain, tile, next)) continue;
      if (this.#special[next] !== 0 && !this.#leads(tile, next)) continue;
      search[next] = searches;
      node[next] = cost * 8 + by * 2;
      const across = x < this.#left ? this.#left - x : x > this.#right ? x - this.#right : 0;
      const along = y < this.#top ? this.#top - y : y > this.#bottom ? y - this.#bottom : 0;
      this.#stacks[(cost + across + along) % 3]!.push(next);
    }
  }

  /** Whether neither an exit nor a hidden room keeps from a step. */
  #leads(tile: number, next: number): boolean {
    const { exitAt } = this.#terrain;
    if (isBarred(this.#map, next, this.#keys)) return false;
    return exitAt[next] === -1 || this.#goal[next] === this.#searches || exitAt[tile] !== -1;
  }

  #trace(start: number, end: number): string {
    const stride = strides(this.#map.width);
    const steps: string[] = [];
    for (let tile = end; tile !== start;) {
      const by = (this.#node[tile]! >> 1) & 3;
      steps.push(letters[by]!);
      tile -= stride[by]!;
    }
    return steps.reverse().join("");
  }
}
