import { type Before, slotNow } from "./before.ts";
import type { BodyTable } from "./bodies.ts";
import type { WorldMap } from "./map.ts";
import { nowhere } from "./perception.ts";

/** Bodies that went from one cell into another, their room and layers the same. */
export interface Shift {
  readonly from: number;
  readonly to: number;
  readonly slots: number[];
}

/**
 * How those that a step changed stood before it. Most of them have gone on within their cell, room and layers: these are
 * known by their slot alone. Those who only went into another cell are gathered by both cells, for a crowd does so together.
 * All others are *stirred*, and listed by the cells they left and came into.
 */
export class Past {
  readonly #map: WorldMap;
  readonly #bodies: BodyTable;
  #touched: readonly Before[] = [];
  #ready = false;
  #step = 0;
  /** By slot: in which step the body there was changed, and how it stood before. */
  #changedIn = new Float64Array(0);
  #before: (Before | null)[] = [];
  readonly #stirred = new Map<number, Before[]>();
  readonly #shifts = new Map<number, Shift[]>();

  constructor(map: WorldMap, bodies: BodyTable) {
    this.#map = map;
    this.#bodies = bodies;
  }

  /** To be called after each step, with all that it changed. Nothing is sorted out until somebody asks. */
  begin(touched: readonly Before[]): void {
    this.#touched = touched;
    this.#ready = false;
  }

  /** How the body stood that is in a slot now; null if it stands as it stood. */
  of(slot: number): Before | null {
    if (!this.#ready) this.#sort();
    return this.#changedIn[slot] === this.#step ? this.#before[slot]! : null;
  }

  /** Those stirred who were in a cell before the step or are in it now. */
  stirredIn(cell: number): readonly Before[] {
    if (!this.#ready) this.#sort();
    return this.#stirred.get(cell) ?? none;
  }

  /** Those who went out of a cell or into it. */
  shiftsOf(cell: number): readonly Shift[] {
    if (!this.#ready) this.#sort();
    return this.#shifts.get(cell) ?? none;
  }

  /** Whether a body, in that slot now, is seen from anywhere as it was, but for the distance: on the same layers in the same room. */
  isSteady(before: Before, slot: number): boolean {
    if (slot === -1 || slot !== before.slot || before.layerOn !== this.#bodies.layersOf(slot)) return false;
    const { roomOf } = this.#map;
    return roomOf[before.tile] === roomOf[this.#bodies.tile[slot]!];
  }

  #sort(): void {
    const bodies = this.#bodies;
    this.#ready = true;
    this.#step++;
    this.#stirred.clear();
    this.#shifts.clear();
    if (this.#changedIn.length < bodies.id.length) this.#grow(bodies.id.length);
    for (const before of this.#touched) {
      const slot = slotNow(bodies, before);
      if (slot !== -1) {
        this.#changedIn[slot] = this.#step;
        this.#before[slot] = before;
      }
      // Most have only gone on within their tile.
      if (slot === before.slot && bodies.tile[slot] === before.tile && bodies.layersOf(slot) === before.layerOn) continue;
      const from = before.tile === nowhere ? -1 : bodies.cellOf(before.tile);
      const to = slot === -1 ? -1 : bodies.cellAt(slot);
      if (this.isSteady(before, slot)) {
        if (from !== to) this.#shift(from, to, slot);
        continue;
      }
      if (from !== -1) this.#stir(from, before);
      if (to !== -1 && to !== from) this.#stir(to, before);
    }
  }

  #stir(cell: number, before: Before): void {
    append(this.#stirred, cell, before);
  }

  #shift(from: number, to: number, slot: number): void {
    const known = this.#shifts.get(from)?.find((one) => one.from === from && one.to === to);
    if (known) known.slots.push(slot);
    else {
      const shift = { from, to, slots: [slot] };
      append(this.#shifts, from, shift);
      append(this.#shifts, to, shift);
    }
  }

  #grow(size: number): void {
    const changedIn = new Float64Array(size);
    changedIn.set(this.#changedIn);
    this.#changedIn = changedIn;
    while (this.#before.length < size) this.#before.push(null);
  }
}

const none: readonly never[] = Object.freeze([]);

function append<T>(lists: Map<number, T[]>, cell: number, item: T): void {
  const list = lists.get(cell);
  if (list) list.push(item);
  else lists.set(cell, [item]);
}
