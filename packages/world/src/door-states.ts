import type { WorldMap } from "./map.ts";
import { type Terrain, terrainOf } from "./terrain.ts";

/** What keeps bodies off a tile. */
export const free = 0;
export const wall = 1;
export const shutDoor = 2;

/** What a keyframe of a part of a map has in place of a door that is no part of it: the others keep their numbers. */
export const untold: readonly [name: string, open: boolean] = ["", false];

/** Which doors stand open, and the walls that follow from it. */
export class DoorStates {
  readonly #map: WorldMap;
  readonly #terrain: Terrain;
  readonly #open: Uint8Array;
  /** `free`, `wall` or `shutDoor` by tile; derived. */
  readonly walls: Uint8Array;
  /** Doors of which the keyframe of a part told nothing, and no record since. */
  readonly #untold = new Set<number>();

  constructor(map: WorldMap) {
    this.#map = map;
    this.#terrain = terrainOf(map);
    this.#open = Uint8Array.from(map.doors, (door) => (door.open ? 1 : 0));
    // It is 1 where a tile blocks, as a wall is here: copied whole, for a map is large and many states of it are made to be looked at.
    this.walls = map.blocked.slice();
    for (let door = 0; door < this.#open.length; door++) this.#rebuild(door);
  }

  isOpen(door: number): boolean {
    return this.#open[door] === 1;
  }

  /** Whether the state is of a part of the map that has not that door. */
  isUntold(door: number): boolean {
    return this.#untold.has(door);
  }

  set(door: number, open: boolean): void {
    this.#untold.delete(door);
    this.#open[door] = open ? 1 : 0;
    this.#rebuild(door);
  }

  /** Tiles that the door would block if it stood that way. */
  tilesBlocked(door: number, open: boolean): Int32Array {
    const { blockedOpen, blockedClosed } = this.#map.doors[door]!;
    return open ? blockedOpen : blockedClosed;
  }

  blocks(door: number, tile: number): boolean {
    const terrain = this.#terrain.doors[door]!;
    return (this.isOpen(door) ? terrain.open : terrain.closed).has(tile);
  }

  /** By name as well as by position, so that a keyframe still fits when the map's author has added a door. */
  entries(): (readonly [string, boolean])[] {
    return this.#map.doors.map((door, i) => (this.isUntold(i) ? untold : ([door.name, this.isOpen(i)] as const)));
  }

  restore(entries: readonly (readonly [string, boolean])[]): void {
    entries.forEach(([name, open], i) => {
      const door = this.#doorNamed(name, i);
      if (door !== -1) this.set(door, open);
      else if (name === untold[0] && i < this.#open.length) this.#untold.add(i);
    });
  }

  /** The doors of which entries tell, each with how it stands. */
  *among(entries: readonly (readonly [string, boolean])[]): Iterable<readonly [door: number, open: boolean]> {
    for (const [i, [name, open]] of entries.entries()) {
      const door = this.#doorNamed(name, i);
      if (door !== -1) yield [door, open];
    }
  }

  #doorNamed(name: string, i: number): number {
    return this.#map.doors[i]?.name === name ? i : this.#map.doors.findIndex((one) => one.name === name);
  }

  #rebuild(door: number): void {
    const { blocked, doors } = this.#map;
    for (const tile of [...doors[door]!.blockedOpen, ...doors[door]!.blockedClosed]) {
      const shut = this.#terrain.doorsAt.get(tile)!.some((other) => this.blocks(other, tile));
      this.walls[tile] = blocked[tile] ? wall : shut ? shutDoor : free;
    }
  }
}
