import { awake, type BodyTable, type Cold } from "./bodies.ts";
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
 * Keeps, while a step changes a map, how those it changes stood at first: what is told of a step is the difference. In a
 * crowd that walks that is everybody, so one object a slot serves one step after the other: what was kept of a step is good
 * until the next one begins.
 */
export class Befores {
  readonly #bodies: BodyTable;
  #kept: Before[] = [];
  /** Those who left in this step: they may be back before it ends. */
  readonly #left = new Set<number>();
  #step = 0;
  /** By slot: in which step the body there was last kept, and how it stood before that. */
  #keptIn = new Float64Array(0);
  readonly #standing: (Standing | null)[] = [];
  #heeds = true;

  constructor(bodies: BodyTable) {
    this.#bodies = bodies;
  }

  /** To be called before a step changes anything. `heeds`: false if nobody is told of it, so that nothing need be kept. */
  begin(heeds = true): void {
    this.#heeds = heeds;
    this.#step++;
    this.#bodies.motion.begin();
    if (this.#kept.length > 0) this.#kept = [];
    if (this.#left.size > 0) this.#left.clear();
  }

  /** To be called before the body in a slot is changed in any way that perception knows of. */
  keep(slot: number): void {
    if (!this.#heeds || this.#keptIn[slot] === this.#step) return;
    this.#settle(slot);
    const one = (this.#standing[slot] ??= new Standing());
    one.take(this.#bodies, slot);
    this.#kept.push(one);
  }

  /** To be called before a body comes onto the map into a slot. */
  comes(slot: number, id: number, name: string): void {
    if (!this.#heeds) return;
    this.#settle(slot);
    // Who left and came back was not absent before the step.
    if (!this.#left.has(id)) this.#kept.push(absent(id, name));
  }

  /** To be called before the body in a slot goes off the map. */
  leaves(slot: number): void {
    if (!this.#heeds) return;
    this.keep(slot);
    this.#left.add(this.#bodies.id[slot]!);
  }

  /** Of all who in the end do not stand as they stood. */
  changed(): readonly Before[] {
    return this.#kept.filter((before) => this.#isChanged(before));
  }

  #settle(slot: number): void {
    if (slot >= this.#keptIn.length) this.#grow(Math.max(slot + 1, this.#bodies.id.length));
    this.#keptIn[slot] = this.#step;
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
    const keptIn = new Float64Array(size);
    keptIn.set(this.#keptIn);
    this.#keptIn = keptIn;
    while (this.#standing.length < size) this.#standing.push(null);
  }
}

/** The slot that body is in now, -1 if it is not on the map: mostly the one it was in. */
export function slotNow(bodies: BodyTable, { slot, id }: Before): number {
  return slot !== -1 && bodies.id[slot] === id && bodies.has(slot) ? slot : bodies.slotOf(id);
}

function absent(id: number, name: string): Before {
  return { id, slot: -1, name, tile: nowhere, x: 0, y: 0, facing: 0, awake: false, layerOn: 0, layerSees: 0, keys: noKeys };
}

/** How the body in a slot stood, taken anew for every step that changes it. */
class Standing implements Before {
  id = 0;
  slot = 0;
  tile = 0;
  x = 0;
  y = 0;
  facing = 0;
  awake = false;
  layerOn = 0;
  layerSees = 0;
  keys = noKeys;
  #cold: Cold | null = null;

  /** Asked of few: what seldom changes of a body lies elsewhere in memory, and a crowd's all over it. */
  get name(): string {
    return this.#cold!.name;
  }

  take(bodies: BodyTable, slot: number): void {
    this.id = bodies.id[slot]!;
    this.slot = slot;
    this.tile = bodies.tile[slot]!;
    this.x = bodies.x[slot]!;
    this.y = bodies.y[slot]!;
    this.facing = bodies.facing[slot]!;
    this.awake = bodies.asleepSince[slot] === awake;
    this.layerOn = bodies.layersOf(slot);
    this.layerSees = bodies.layerSees[slot]!;
    this.keys = bodies.keysOf(slot);
    this.#cold = bodies.coldOf(slot);
  }
}
