import { awake, type BodyTable } from "./bodies.ts";
import type { Ears } from "./ears.ts";
import type { WorldMap } from "./map.ts";
import type { Eyes } from "./perception.ts";
import { isAmong, type Rim } from "./rim.ts";

/** Somebody who is told what it perceives, awake and on the map. */
export interface Listener extends Eyes {
  readonly id: number;
  readonly slot: number;
  /** What it listens to, in bits. */
  readonly takes: number;
}

/**
 * Who may be told of a step, found around where something happened. What the bodies of a cell listen to together is
 * looked up once a step, and what those within sight of it do, so that a crowd that listens to nothing is passed over.
 */
export class Audience {
  readonly #bodies: BodyTable;
  readonly #ears: Ears;
  /** How many cells on sight reaches. */
  readonly #reach: number;
  /** By cell what its bodies listen to; those of a row around it; those of the rows above and below as well. */
  readonly #own: Looked;
  readonly #across: Looked;
  readonly #around: Looked;
  #step = 0;

  constructor(map: WorldMap, bodies: BodyTable, ears: Ears) {
    this.#bodies = bodies;
    this.#ears = ears;
    this.#reach = Math.ceil(map.sightTiles / bodies.cellTiles);
    const cells = bodies.cellColumns * bodies.cellRows;
    this.#own = new Looked(cells);
    this.#across = new Looked(cells);
    this.#around = new Looked(cells);
  }

  /** To be called when a step is over, before anybody is told of it. */
  gather(): void {
    this.#step++;
  }

  /** Null if nobody looks through that body, it is asleep or not here. */
  listener(id: number): Listener | null {
    const slot = this.#bodies.slotOf(id);
    return slot === -1 ? null : this.listenerIn(slot);
  }

  /** The same of the body in a slot. */
  listenerIn(slot: number): Listener | null {
    const takes = this.#ears.of(slot);
    return takes === 0 || this.#bodies.asleepSince[slot] !== awake ? null : this.#listener(slot, takes);
  }

  /** Calls `visit` for who listens to any of `kinds`, in the cells that a square of `radius` tiles around `tile` touches. */
  near(tile: number, radius: number, kinds: number, visit: (listener: Listener) => void): void {
    const listening = (slot: number): void => visit(this.#listener(slot, this.#ears.of(slot)));
    this.#bodies.cellsNear(tile, radius, (cell) => this.#visit(cell, kinds, listening));
  }

  /** The same by slots, in the cells of a rim that are not among its inner ones. */
  onRim({ all, inner }: Rim, kinds: number, visit: (slot: number) => void): void {
    for (let row = all.top; row <= all.bottom; row++) {
      for (let column = all.left; column <= all.right; column++) {
        if (!isAmong(inner, column, row)) this.#visit(row * this.#bodies.cellColumns + column, kinds, visit);
      }
    }
  }

  /** Whether anybody who listens to any of `kinds` may have the cell in sight. */
  isHeeded(cell: number, kinds: number): boolean {
    if (this.#around.step[cell] !== this.#step) {
      const { cellColumns, cellRows } = this.#bodies;
      const row = Math.floor(cell / cellColumns);
      const last = Math.min(cellRows - 1, row + this.#reach);
      let takes = 0;
      for (let other = Math.max(0, row - this.#reach); other <= last; other++)
        takes |= this.#takenAcross(cell + (other - row) * cellColumns);
      this.#around.set(cell, this.#step, takes);
    }
    return (this.#around.takes[cell]! & kinds) !== 0;
  }

  #takenAcross(cell: number): number {
    if (this.#across.step[cell] !== this.#step) {
      const { cellColumns } = this.#bodies;
      const column = cell % cellColumns;
      const last = Math.min(cellColumns - 1, column + this.#reach);
      let takes = 0;
      for (let other = Math.max(0, column - this.#reach); other <= last; other++) takes |= this.#taken(cell + other - column);
      this.#across.set(cell, this.#step, takes);
    }
    return this.#across.takes[cell]!;
  }

  #visit(cell: number, kinds: number, visit: (slot: number) => void): void {
    if ((this.#taken(cell) & kinds) === 0) return;
    this.#bodies.bodiesIn(cell, (slot) => {
      if ((this.#ears.of(slot) & kinds) !== 0 && this.#bodies.asleepSince[slot] === awake) visit(slot);
    });
  }

  #taken(cell: number): number {
    if (this.#own.step[cell] !== this.#step) {
      let takes = 0;
      this.#bodies.bodiesIn(cell, (slot) => {
        takes |= this.#ears.of(slot);
      });
      this.#own.set(cell, this.#step, takes);
    }
    return this.#own.takes[cell]!;
  }

  #listener(slot: number, takes: number): Listener {
    const { id, tile, layerSees } = this.#bodies;
    return { id: id[slot]!, slot, takes, tile: tile[slot]!, awake: true, layerSees: layerSees[slot]!, keys: this.#bodies.keysOf(slot) };
  }
}

/** What was found of each cell, and in which step. */
class Looked {
  readonly takes: Uint16Array;
  readonly step: Float64Array;

  constructor(cells: number) {
    this.takes = new Uint16Array(cells);
    this.step = new Float64Array(cells);
  }

  set(cell: number, step: number, takes: number): void {
    this.takes[cell] = takes;
    this.step[cell] = step;
  }
}
