import type { PerceptKind } from "@elsewhere/protocol";
import type { BodyTable } from "./bodies.ts";

/** Kinds of percept that somebody listens to; null is all of them. Replies come to everybody. */
export type Wants = ReadonlySet<PerceptKind> | null;

const bits = {
  appeared: 1,
  vanished: 2,
  changed: 4,
  heard: 8,
  emoted: 16,
  used: 32,
  did: 64,
  moved_thing: 128,
  door: 256,
  arrived: 512,
  reply: 1024,
  found: 2048,
  offered: 4096,
  knocked: 8192,
} as const satisfies Record<PerceptKind, number>;
const everything = 16_383;
const perSlot = everything + 1;
/** Whoever takes any of these is told how what it has in sight changes. */
export const ofSight = bits.appeared | bits.vanished | bits.changed;

export const bitOf = (kind: PerceptKind): number => bits[kind];

function bitsOf(wants: Wants): number {
  if (wants === null) return everything;
  let sum: number = bits.reply;
  for (const kind of wants) sum |= bits[kind];
  return sum;
}

/**
 * Through which bodies of a map somebody looks, and what each listens to: one small number by slot, so that asking a
 * whole crowd is quick and keeping it costs next to nothing.
 */
export class Ears {
  readonly #bodies: BodyTable;
  /** Of each watched body its slot and its bits, in one number. */
  readonly #watched = new Map<number, number>();
  /** By bit: how many watched bodies take that kind. */
  readonly #counts = new Int32Array(32);
  #bits = new Uint16Array(64);
  /** Whose bits those are: a slot may by now be another's. */
  #ids = new Float64Array(64);

  constructor(bodies: BodyTable) {
    this.#bodies = bodies;
  }

  has(id: number): boolean {
    return this.#watched.has(id);
  }

  /** How many are watched. */
  get size(): number {
    return this.#watched.size;
  }

  /** Whether anybody on the map takes any of these kinds. */
  any(kinds: number): boolean {
    for (let bit = 0; kinds >> bit > 0; bit++) if ((kinds >> bit) & 1 && this.#counts[bit]! > 0) return true;
    return false;
  }

  /** The body must be on the map. */
  listen(id: number, wants: Wants): void {
    this.#put(id, bitsOf(wants));
  }

  /** Who has left and come back within a step may be in another slot. */
  resettle(id: number): void {
    const found = this.#watched.get(id);
    if (found !== undefined && this.#bodies.slotOf(id) !== -1) this.#put(id, found & everything);
  }

  /** Returns whether anybody looked through it. */
  delete(id: number): boolean {
    const found = this.#watched.get(id);
    if (found === undefined) return false;
    const slot = Math.floor(found / perSlot);
    if (this.#ids[slot] === id) this.#bits[slot] = 0;
    this.#count(found & everything, -1);
    return this.#watched.delete(id);
  }

  /** What the body in a slot listens to, in bits; 0 if nobody looks through it. */
  of(slot: number): number {
    return this.#ids[slot] === this.#bodies.id[slot] ? (this.#bits[slot] ?? 0) : 0;
  }

  #put(id: number, takes: number): void {
    const slot = this.#bodies.slotOf(id);
    this.delete(id);
    if (slot >= this.#bits.length) this.#grow(this.#bodies.id.length);
    this.#watched.set(id, slot * perSlot + takes);
    this.#count(takes, 1);
    this.#bits[slot] = takes;
    this.#ids[slot] = id;
  }

  #count(takes: number, by: number): void {
    for (let bit = 0; takes >> bit > 0; bit++) this.#counts[bit]! += by * ((takes >> bit) & 1);
  }

  #grow(size: number): void {
    const [grown, ids] = [new Uint16Array(size), new Float64Array(size)];
    grown.set(this.#bits);
    ids.set(this.#ids);
    [this.#bits, this.#ids] = [grown, ids];
  }
}
