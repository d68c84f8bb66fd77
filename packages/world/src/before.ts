import { awake, type BodyTable } from "./bodies.ts";
import { noKeys } from "./hiding.ts";
import { type Eyes, nowhere } from "./perception.ts";

/** How a body stood before a step; its tile is `nowhere` if it was not on this map. */
export interface Before extends Eyes {
  readonly id: number;
  /** Its place in the table of bodies, -1 if it was not on this map. */
  readonly slot: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  /** The layers it was on where it stood. */
  readonly layerOn: number;
}

/**
 * Keeps, while a step changes a map, how those it changes stood at first: what is told of a step is the difference. It
 * serves one step after the other, so that whom a step changes is found by slot; what was kept of one is good for ever.
 */
export class Befores {
  readonly #bodies: BodyTable;
  #kept: Before[] = [];
  /** Those who left in this step: they may be back before it ends. */
  readonly #left = new Set<number>();
  #step = 0;
  /** By slot: in which step the body there was kept, and where among those kept. */
  #keptIn = new Int32Array(64);
  #place = new Int32Array(64);

  constructor(bodies: BodyTable) {
    this.#bodies = bodies;
  }

  /** To be called before a step changes anything. */
  begin(): void {
    this.#step++;
    if (this.#kept.length > 0) this.#kept = [];
    this.#left.clear();
  }

  /** To be called before the body in a slot is changed in any way that perception knows of. */
  keep(slot: number): void {
    if (this.#keptIn[slot] === this.#step) return;
    this.#settle(slot);
    this.#kept.push(standing(this.#bodies, slot));
  }

  /** To be called before a body comes onto the map into a slot. */
  comes(slot: number, id: number, name: string): void {
    this.#settle(slot);
    // Who left and came back was not absent before the step.
    if (this.#left.has(id)) return;
    const nothing = { x: 0, y: 0, facing: 0, awake: false, layerOn: 0, layerSees: 0, keys: noKeys };
    this.#kept.push({ id, slot: -1, name, tile: nowhere, ...nothing });
  }

  /** To be called before the body in a slot goes off the map. */
  leaves(slot: number): void {
    this.keep(slot);
    this.#left.add(this.#bodies.id[slot]!);
  }

  /** How the body in a slot stood that was kept and has been there since before the step. */
  of(slot: number): Before {
    return this.#kept[this.#place[slot]!]!;
  }

  /** Of all who in the end do not stand as they stood. */
  changed(): readonly Before[] {
    return this.#kept.filter((before) => this.#isChanged(before));
  }

  #settle(slot: number): void {
    if (slot >= this.#keptIn.length) this.#grow(Math.max(slot + 1, this.#bodies.id.length));
    this.#keptIn[slot] = this.#step;
    this.#place[slot] = this.#kept.length;
  }

  #isChanged(before: Before): boolean {
    const bodies = this.#bodies;
    const { slot } = before;
    if (slot === -1) return bodies.slotOf(before.id) !== -1;
    if (bodies.id[slot] !== before.id || !bodies.has(slot)) return true;
    const moved = bodies.x[slot] !== before.x || bodies.y[slot] !== before.y || bodies.facing[slot] !== before.facing;
    if (moved || (bodies.asleepSince[slot] === awake) !== before.awake) return true;
    // What one holds only ever grows.
    const found = bodies.keysOf(slot).size !== before.keys.size;
    return found || bodies.layersOf(slot) !== before.layerOn || bodies.layerSees[slot] !== before.layerSees;
  }

  #grow(size: number): void {
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const wider = new Int32Array(size);
      wider.set(old);
      return wider;
    };
    this.#keptIn = grown(this.#keptIn);
    this.#place = grown(this.#place);
  }
}

function standing(bodies: BodyTable, slot: number): Before {
  return {
    id: bodies.id[slot]!,
    slot,
    name: bodies.coldOf(slot).name,
    tile: bodies.tile[slot]!,
    x: bodies.x[slot]!,
    y: bodies.y[slot]!,
    facing: bodies.facing[slot]!,
    awake: bodies.asleepSince[slot] === awake,
    layerOn: bodies.layersOf(slot),
    layerSees: bodies.layerSees[slot]!,
    keys: bodies.keysOf(slot),
  };
}
