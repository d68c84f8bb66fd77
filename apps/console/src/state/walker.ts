import type { Direction } from "@elsewhere/protocol";
import { steps, walkTarget } from "../map/walking.ts";
import { face, stand, walk } from "./acting.ts";
import { perceiver } from "./session.ts";
import { shownMap } from "./world.ts";

/** A key held shorter than this means one step, milliseconds. */
const tapMsMax = 170;
/** How near the end of the way a held key asks for more of it, in tiles. */
const renewTiles = 2.5;

interface Held {
  readonly direction: Direction;
  readonly sinceMs: number;
  readonly from: { readonly x: number; readonly y: number };
}

/** Walking with the keys: on while a key is down, and to a stop when it is let go. */
export class Walker {
  #held: readonly Held[] = [];
  #goal: { readonly x: number; readonly y: number } | null = null;

  press(direction: Direction, timeMs: number): void {
    const self = perceiver.value?.self;
    if (self === undefined || this.#held.some((held) => held.direction === direction)) return;
    this.#held = [...this.#held, { direction, sinceMs: timeMs, from: { x: self.x, y: self.y } }];
    this.#set();
  }

  release(direction: Direction, timeMs: number): void {
    const held = this.#held.find((one) => one.direction === direction);
    if (held === undefined) return;
    this.#held = this.#held.filter((one) => one !== held);
    if (this.#held.length > 0) return this.#set();
    this.#goal = null;
    const [dx, dy] = steps[direction];
    const step = { x: Math.floor(held.from.x) + dx, y: Math.floor(held.from.y) + dy };
    if (timeMs - held.sinceMs >= tapMsMax) stand();
    else if (this.#reach(held.direction, held.from) !== null) void walk(step);
  }

  /** Lets go of everything: the map lost the focus, and with it the keys. */
  releaseAll(): void {
    if (this.#held.length === 0) return;
    this.#held = [];
    this.#goal = null;
    stand();
  }

  /** Called after every tick: asks for more of the way before it ends, so that nobody stutters. */
  ticked(): void {
    const self = perceiver.value?.self;
    if (self === undefined || this.#goal === null || this.#held.length === 0) return;
    const left = Math.abs(self.x - this.#goal.x - 0.5) + Math.abs(self.y - this.#goal.y - 0.5);
    if (left < renewTiles) this.#set();
  }

  #set(): void {
    const self = perceiver.value?.self;
    const direction = this.#held.at(-1)?.direction;
    if (self === undefined || direction === undefined) return;
    const goal = this.#reach(direction, self);
    if (goal === null) {
      if (this.#goal === null) face(direction);
      return;
    }
    if (goal.x === this.#goal?.x && goal.y === this.#goal.y) return;
    this.#goal = goal;
    void walk(goal);
  }

  #reach(direction: Direction, from: { readonly x: number; readonly y: number }): { x: number; y: number } | null {
    const map = shownMap.value;
    const doors = perceiver.value?.world.doors;
    if (map === null) return null;
    const blocked = (x: number, y: number): boolean => map.blocked(x, y, (name) => doors?.get(name)?.open ?? true);
    return walkTarget({ width: map.width, height: map.height, blocked }, from, direction);
  }
}
