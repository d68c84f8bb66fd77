import { awake, type BodyTable } from "./bodies.ts";
import type { Ears } from "./ears.ts";
import type { Eyes } from "./perception.ts";

/** Somebody who is told what it perceives, awake and on the map. */
export interface Listener extends Eyes {
  readonly id: number;
  readonly slot: number;
  /** What it listens to, in bits. */
  readonly takes: number;
}

/**
 * Who may be told of a step, found around where something happened. What the bodies of a cell listen to together is
 * looked up once a step, so that a crowd that listens to nothing is passed over cell by cell.
 */
export class Audience {
  readonly #bodies: BodyTable;
  readonly #ears: Ears;
  /** By cell: what its bodies listen to, and in which step that was looked up. */
  readonly #takes: Uint16Array;
  readonly #lookedUp: Float64Array;
  #step = 0;

  constructor(bodies: BodyTable, ears: Ears) {
    this.#bodies = bodies;
    this.#ears = ears;
    this.#takes = new Uint16Array(bodies.cellColumns * bodies.cellRows);
    this.#lookedUp = new Float64Array(this.#takes.length);
  }

  /** To be called when a step is over, before anybody is told of it. */
  gather(): void {
    this.#step++;
  }

  /** Null if nobody looks through that body, it is asleep or not here. */
  listener(id: number): Listener | null {
    const slot = this.#bodies.slotOf(id);
    const takes = slot === -1 || this.#bodies.asleepSince[slot] !== awake ? 0 : this.#ears.of(slot);
    return takes === 0 ? null : this.#listener(slot, takes);
  }

  /** Calls `visit` for who listens to any of `kinds`, in the cells that a square of `radius` tiles around `tile` touches. */
  near(tile: number, radius: number, kinds: number, visit: (listener: Listener) => void): void {
    this.#bodies.cellsNear(tile, radius, (cell) => {
      if ((this.#taken(cell) & kinds) === 0) return;
      this.#bodies.bodiesIn(cell, (slot) => {
        const takes = this.#ears.of(slot);
        if ((takes & kinds) !== 0 && this.#bodies.asleepSince[slot] === awake) visit(this.#listener(slot, takes));
      });
    });
  }

  #taken(cell: number): number {
    if (this.#lookedUp[cell] !== this.#step) {
      let takes = 0;
      this.#bodies.bodiesIn(cell, (slot) => {
        takes |= this.#ears.of(slot);
      });
      this.#takes[cell] = takes;
      this.#lookedUp[cell] = this.#step;
    }
    return this.#takes[cell]!;
  }

  #listener(slot: number, takes: number): Listener {
    const { id, tile, layerSees } = this.#bodies;
    return { id: id[slot]!, slot, takes, tile: tile[slot]!, awake: true, layerSees: layerSees[slot]!, keys: this.#bodies.keysOf(slot) };
  }
}
