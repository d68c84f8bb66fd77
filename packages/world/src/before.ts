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

/** Keeps, while a step changes a map, how those it changes stood at first: what is told of a step is the difference. */
export class Befores {
  readonly #bodies: BodyTable;
  readonly #byId = new Map<number, Before>();

  constructor(bodies: BodyTable) {
    this.#bodies = bodies;
  }

  /** To be called before the body in a slot is changed in any way that perception knows of. */
  keep(slot: number): void {
    const id = this.#bodies.id[slot]!;
    if (!this.#byId.has(id)) this.#byId.set(id, standing(this.#bodies, slot));
  }

  /** To be called before a body comes onto the map. */
  keepAbsence(id: number, name: string): void {
    if (this.#byId.has(id)) return;
    const nothing = { x: 0, y: 0, facing: 0, awake: false, layerOn: 0, layerSees: 0, keys: noKeys };
    this.#byId.set(id, { id, slot: -1, name, tile: nowhere, ...nothing });
  }

  /** Of all who in the end do not stand as they stood. */
  changed(): readonly Before[] {
    return [...this.#byId.values()].filter((before) => this.#isChanged(before));
  }

  #isChanged(before: Before): boolean {
    const bodies = this.#bodies;
    const slot = bodies.slotOf(before.id);
    if (slot === -1 || before.tile === nowhere) return slot !== -1 || before.tile !== nowhere;
    if (slot !== before.slot) return true;
    const moved = bodies.x[slot] !== before.x || bodies.y[slot] !== before.y || bodies.facing[slot] !== before.facing;
    const layered = bodies.layersOf(slot) !== before.layerOn || bodies.layerSees[slot] !== before.layerSees;
    // What one holds only ever grows.
    const found = bodies.keysOf(slot).size !== before.keys.size;
    return moved || layered || found || (bodies.asleepSince[slot] === awake) !== before.awake;
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
