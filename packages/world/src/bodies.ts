import type { BodyKind, JsonObject } from "@elsewhere/protocol";
import { Aims } from "./aims.ts";
import { type Keys, keysFrom, noKeys } from "./hiding.ts";
import type { Luggage } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import { Motion } from "./motion.ts";
import { Sleepers } from "./sleepers.ts";
import { SlotSet } from "./slot-set.ts";
import { sixteenths } from "./space.ts";
import { Standing } from "./standing.ts";

/** What of a body seldom changes. Always replaced whole, never written into. */
export interface Cold {
  readonly who: string;
  readonly kind: BodyKind;
  readonly name: string;
  readonly description: string;
  readonly portable: boolean;
  readonly traits: JsonObject;
  readonly marks: JsonObject;
  readonly carried: readonly Luggage[];
  /** Hidden rooms it may find, each as `map/alias`, sorted; they are kept for ever. */
  readonly holds: readonly string[];
}

const nothing: JsonObject = Object.freeze({});
const noLuggage: readonly Luggage[] = Object.freeze([]);
const noHolds: readonly string[] = Object.freeze([]);

/** Most bodies show nothing, bear no mark and carry nothing: they share one of each. */
export function leanCold(cold: Cold): Cold {
  const lean = (object: JsonObject): JsonObject => (Object.keys(object).length === 0 ? nothing : object);
  const { who, kind, name, description, portable, traits, marks, carried, holds } = cold;
  return {
    who,
    kind,
    name,
    description,
    portable,
    traits: lean(traits),
    marks: lean(marks),
    carried: carried.length === 0 ? noLuggage : carried,
    holds: holds.length === 0 ? noHolds : holds,
  };
}

/** A walk or a pursuit under way. Always replaced whole, never written into. */
export interface Activity {
  /** The intent to answer at its end; null for following, which is answered when it begins. */
  readonly n: number | null;
  /** Coordinates as text, or the id of the body it walks to. */
  readonly to: string | number;
  /** The steps, one letter each; null while there is no path. */
  readonly path: string | null;
  /** First and last tile of the path. */
  readonly from: number;
  readonly end: number;
  /** Place in the queue for a path; 0 when not waiting. */
  readonly ticket: number;
  readonly plannedTick: number;
  readonly retries: number;
}

/** One body, whole: how it is entered into the table and how it is stored. */
export interface BodyRow {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  readonly at: number;
  readonly asleepSince: number;
  readonly speed: number;
  readonly layerOn: number;
  readonly layerSees: number;
  readonly epoch: number;
  readonly lastN: number;
  readonly cold: Cold;
  readonly activity: Activity | null;
}

export const awake = -1;

/** Bits of `bound`: it has a path to walk along; it makes for a body. */
export const going = 1;
export const pursuing = 2;

/**
 * The bodies of one map by slot. A new body takes the lowest free slot, so that which slot it gets follows from
 * which are in use and not from how that came about: a recovered map goes on exactly as the one that was lost.
 * Cells and counts by tile are derived here and never stored.
 */
export class BodyTable {
  readonly cellTiles: number;
  readonly cellColumns: number;
  readonly cellRows: number;
  /** Slots from here on were never used. */
  end = 0;
  count = 0;
  id = new Float64Array(64);
  x = new Int32Array(64);
  y = new Int32Array(64);
  tile = new Int32Array(64);
  facing = new Uint8Array(64);
  /** How many steps along its path the tile it makes for lies. */
  at = new Int32Array(64);
  /** The tick at which it fell asleep, or `awake`; written by `setAsleep` alone. */
  asleepSince = new Float64Array(64);
  speed = new Uint16Array(64);
  layerOn = new Uint32Array(64);
  layerSees = new Uint32Array(64);
  epoch = new Float64Array(64);
  lastN = new Float64Array(64);
  readonly cold: (Cold | null)[] = [];
  readonly activity: (Activity | null)[] = [];
  readonly standing: Standing;
  /** What of its activity every tick asks after: see `going`. */
  bound = new Uint8Array(64);
  /** How many steps its path has; 0 without one. */
  steps = new Int32Array(64);
  /** Slots of those with an activity: of all others a tick knows nothing. */
  readonly acting = new SlotSet();
  readonly sleepers = new Sleepers();
  readonly motion = new Motion();
  readonly #map: WorldMap;
  readonly #layerAt: Uint32Array | null;
  readonly #width: number;
  readonly #aims: Aims;
  readonly #pathOf = (slot: number): string => this.activity[slot]!.path!;
  readonly #slots = new Map<number, number>();
  readonly #slotsByWho = new Map<string, number>();
  readonly #head: Int32Array;
  #cell = new Int32Array(64);
  #next = new Int32Array(64);
  #previous = new Int32Array(64);
  #lowestFree = 0;

  constructor(map: WorldMap) {
    this.#map = map;
    this.#layerAt = map.layerAt;
    this.#width = map.width;
    this.#aims = new Aims(map.width);
    this.cellTiles = Math.max(4, Math.ceil(map.sightTiles / 2));
    this.cellColumns = Math.ceil(map.width / this.cellTiles);
    this.cellRows = Math.ceil(map.height / this.cellTiles);
    this.standing = new Standing(map.width * map.height);
    this.#head = new Int32Array(this.cellColumns * this.cellRows).fill(-1);
  }

  has(slot: number): boolean {
    return slot >= 0 && slot < this.end && this.cold[slot] != null;
  }

  /** The slot of a body, -1 if it is not on this map. */
  slotOf(id: number): number {
    return this.#slots.get(id) ?? -1;
  }

  slotOfWho(who: string): number {
    return this.#slotsByWho.get(who) ?? -1;
  }

  coldOf(slot: number): Cold {
    return this.cold[slot]!;
  }

  freeSlot(): number {
    while (this.cold[this.#lowestFree] != null) this.#lowestFree++;
    return this.#lowestFree;
  }

  insert(slot: number, row: BodyRow): void {
    while (slot >= this.id.length) this.#grow();
    for (let s = this.end; s < slot; s++) this.cold[s] = this.activity[s] = null;
    this.end = Math.max(this.end, slot + 1);
    this.count++;
    this.id[slot] = row.id;
    this.at[slot] = row.at;
    this.facing[slot] = row.facing;
    this.setAsleep(slot, row.asleepSince);
    this.speed[slot] = row.speed;
    this.layerOn[slot] = row.layerOn;
    this.layerSees[slot] = row.layerSees;
    this.epoch[slot] = row.epoch;
    this.lastN[slot] = row.lastN;
    this.cold[slot] = row.cold;
    this.activity[slot] = null;
    this.setActivity(slot, row.activity);
    this.#aims.forget(slot);
    this.#slots.set(row.id, slot);
    this.#slotsByWho.set(row.cold.who, slot);
    this.motion.reset(slot);
    this.x[slot] = row.x;
    this.y[slot] = row.y;
    const tile = this.#tileAt(row.x, row.y);
    this.tile[slot] = tile;
    this.standing.add(tile, this.layersOf(slot));
    this.#link(slot, this.cellOf(tile));
  }

  delete(slot: number): void {
    this.standing.remove(this.tile[slot]!, this.layersOf(slot));
    this.#unlink(slot);
    this.tile[slot] = -1;
    this.#slots.delete(this.id[slot]!);
    this.#slotsByWho.delete(this.coldOf(slot).who);
    this.cold[slot] = null;
    this.setActivity(slot, null);
    this.sleepers.delete(slot);
    this.count--;
    this.#lowestFree = Math.min(this.#lowestFree, slot);
    while (this.end > 0 && this.cold[this.end - 1] == null) this.end--;
  }

  moveTo(slot: number, x: number, y: number, facing: number): void {
    this.motion.add(slot, x - this.x[slot]!, y - this.y[slot]!);
    this.x[slot] = x;
    this.y[slot] = y;
    this.facing[slot] = facing;
    const tile = this.#tileAt(x, y);
    if (tile === this.tile[slot]) return;
    this.standing.remove(this.tile[slot]!, this.layersOf(slot));
    this.tile[slot] = tile;
    this.standing.add(tile, this.layersOf(slot));
    const cell = this.cellOf(tile);
    if (cell === this.#cell[slot]) return;
    this.#unlink(slot);
    this.#link(slot, cell);
  }

  setActivity(slot: number, activity: Activity | null): void {
    if (this.activity[slot]?.path !== activity?.path) this.#aims.forget(slot);
    this.activity[slot] = activity;
    this.steps[slot] = activity?.path?.length ?? 0;
    this.bound[slot] = activity === null ? 0 : (activity.path === null ? 0 : going) | (typeof activity.to === "number" ? pursuing : 0);
    if (activity) this.acting.add(slot);
    else this.acting.delete(slot);
  }

  setAsleep(slot: number, since: number): void {
    this.asleepSince[slot] = since;
    if (since === awake) this.sleepers.delete(slot);
    else this.sleepers.set(slot, since);
  }

  setAt(slot: number, at: number): void {
    const isNext = at === this.at[slot]! + 1 && at <= this.steps[slot]!;
    this.at[slot] = at;
    if (isNext) this.#aims.advance(slot, at, this.#pathOf);
    else this.#aims.forget(slot);
  }

  /** The tile a walking body makes for: tile number `at` of its path. */
  aimOf(slot: number): number {
    const known = this.#aims.known(slot);
    if (known !== -1) return known;
    const { path, from } = this.activity[slot]!;
    return this.#aims.of(slot, path!, from, this.at[slot]!);
  }

  row(slot: number): BodyRow {
    return {
      id: this.id[slot]!,
      x: this.x[slot]!,
      y: this.y[slot]!,
      facing: this.facing[slot]!,
      at: this.at[slot]!,
      asleepSince: this.asleepSince[slot]!,
      speed: this.speed[slot]!,
      layerOn: this.layerOn[slot]!,
      layerSees: this.layerSees[slot]!,
      epoch: this.epoch[slot]!,
      lastN: this.lastN[slot]!,
      cold: this.coldOf(slot),
      activity: this.activity[slot] ?? null,
    };
  }

  /** The layers the body in a slot is on, where it stands. */
  layersOf(slot: number): number {
    const there = this.#layerAt === null ? 0 : this.#layerAt[this.tile[slot]!]!;
    return there === 0 ? this.layerOn[slot]! : there;
  }

  setLayers(slot: number, on: number, sees: number): void {
    this.standing.remove(this.tile[slot]!, this.layersOf(slot));
    this.layerOn[slot] = on;
    this.layerSees[slot] = sees;
    this.standing.add(this.tile[slot]!, this.layersOf(slot));
  }

  /** The hidden rooms of this map that the body in a slot knows. */
  keysOf(slot: number): Keys {
    if (this.#map.hiddenAt === null) return noKeys;
    return keysFrom(this.#map, this.coldOf(slot).holds, this.tile[slot]!);
  }

  cellOf(tile: number): number {
    const row = (tile / this.#width) | 0;
    const column = tile - row * this.#width;
    return ((row / this.cellTiles) | 0) * this.cellColumns + ((column / this.cellTiles) | 0);
  }

  /** The cell in which the body in a slot stands. */
  cellAt(slot: number): number {
    return this.#cell[slot]!;
  }

  /** Calls `visit` for every cell that a square of `radius` tiles around `tile` touches. */
  cellsNear(tile: number, radius: number, visit: (cell: number) => void): void {
    const column = tile % this.#width;
    const row = Math.floor(tile / this.#width);
    const left = Math.max(0, Math.floor((column - radius) / this.cellTiles));
    const right = Math.min(this.cellColumns - 1, Math.floor((column + radius) / this.cellTiles));
    const top = Math.max(0, Math.floor((row - radius) / this.cellTiles));
    const bottom = Math.min(this.cellRows - 1, Math.floor((row + radius) / this.cellTiles));
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) visit(y * this.cellColumns + x);
  }

  /** Calls `visit` for every body in those cells, in no particular order. */
  bodiesNear(tile: number, radius: number, visit: (slot: number) => void): void {
    this.cellsNear(tile, radius, (cell) => this.bodiesIn(cell, visit));
  }

  bodiesIn(cell: number, visit: (slot: number) => void): void {
    for (let slot = this.#head[cell]!; slot !== -1; slot = this.#next[slot]!) visit(slot);
  }

  #tileAt(x: number, y: number): number {
    return ((y / sixteenths) | 0) * this.#width + ((x / sixteenths) | 0);
  }

  #link(slot: number, cell: number): void {
    const head = this.#head[cell]!;
    this.#cell[slot] = cell;
    this.#next[slot] = head;
    this.#previous[slot] = -1;
    if (head !== -1) this.#previous[head] = slot;
    this.#head[cell] = slot;
  }

  #unlink(slot: number): void {
    const next = this.#next[slot]!;
    const previous = this.#previous[slot]!;
    if (previous === -1) this.#head[this.#cell[slot]!] = next;
    else this.#next[previous] = next;
    if (next !== -1) this.#previous[next] = previous;
  }

  #grow(): void {
    const size = this.id.length * 2;
    const grown = <T extends { set(old: T): void }>(wider: T, old: T): T => {
      wider.set(old);
      return wider;
    };
    this.motion.grow(size);
    this.id = grown(new Float64Array(size), this.id);
    this.x = grown(new Int32Array(size), this.x);
    this.y = grown(new Int32Array(size), this.y);
    this.tile = grown(new Int32Array(size), this.tile);
    this.facing = grown(new Uint8Array(size), this.facing);
    this.at = grown(new Int32Array(size), this.at);
    this.asleepSince = grown(new Float64Array(size), this.asleepSince);
    this.speed = grown(new Uint16Array(size), this.speed);
    this.layerOn = grown(new Uint32Array(size), this.layerOn);
    this.layerSees = grown(new Uint32Array(size), this.layerSees);
    this.epoch = grown(new Float64Array(size), this.epoch);
    this.lastN = grown(new Float64Array(size), this.lastN);
    this.bound = grown(new Uint8Array(size), this.bound);
    this.steps = grown(new Int32Array(size), this.steps);
    this.#aims.grow(size);
    this.#cell = grown(new Int32Array(size), this.#cell);
    this.#next = grown(new Int32Array(size), this.#next);
    this.#previous = grown(new Int32Array(size), this.#previous);
  }
}
