/**
 * Turns what happened on a map into what each watched body perceives of it. Owns who had whom in sight when the last
 * step was over; that follows from the state alone, so that `watch` has it again after a restart. It keeps:
 * (1) whatever is told was let through by `perception.ts`, asked about the state at the end of the step;
 * (2) what is told, applied to what was known before, is exactly what `present` would answer now.
 */
import { awake, type BodyTable } from "./bodies.ts";
import { Deliveries, type Observation } from "./deliveries.ts";
import type { WorldEvent } from "./events.ts";
import { tell } from "./hearsay.ts";
import type { WorldMap } from "./map.ts";
import { perceivesDoor, perceivesSlot, seenBody, slotsInSight } from "./perception.ts";
import { Sightings, type Watcher } from "./sightings.ts";
import { sixteenths } from "./space.ts";
import type { MapState } from "./state.ts";

/** What of a step an observer needs: a `StepResult`, or what `applyRecord` returns. */
export interface Happened {
  readonly events: readonly WorldEvent[];
  readonly touched: readonly number[];
}

/** A tile on no map, where nobody was. */
const nowhere = -1;

export class Observers {
  readonly #map: WorldMap;
  readonly #sightings = new Sightings();
  /** Bodies no longer watched, to whom the answers of the step in progress are still delivered. */
  readonly #parting = new Set<number>();
  /** Tile of each body when it last moved; only spares work, what it does not hold is looked up in full. */
  readonly #tiles = new Map<number, number>();

  constructor(map: WorldMap) {
    this.#map = map;
  }

  /** From now on what this body perceives is told; what it has in sight now it is taken to know. */
  watch(state: MapState, body: number): void {
    const { bodyTable } = state;
    const slot = bodyTable.slotOf(body);
    if (slot === -1) return;
    const asleep = bodyTable.asleepSince[slot] !== awake;
    const watcher: Watcher = { id: body, tile: bodyTable.tile[slot]!, asleep, known: new Map(), doors: new Set() };
    this.#sightings.add(watcher);
    this.#parting.delete(body);
    for (const seen of slotsInSight(this.#map, bodyTable, slot)) {
      if (seen !== slot) this.#sightings.learn(watcher, { id: bodyTable.id[seen]!, name: bodyTable.coldOf(seen).name });
    }
    watcher.doors = this.#doorsOf(bodyTable, slot);
  }

  /** Stops telling; answers to its own intents of the step in progress still come with the next `observe`. */
  unwatch(body: number): void {
    if (!this.#sightings.watchers.has(body)) return;
    this.#sightings.delete(body);
    this.#parting.add(body);
  }

  /** To be called after every step, whether or not anything happened. Only bodies with something to perceive are listed. */
  observe(state: MapState, happened: Happened): Map<number, Observation> {
    const { watchers } = this.#sightings;
    for (const id of watchers.keys()) if (state.bodyTable.slotOf(id) === -1) this.unwatch(id);
    const deliveries = new Deliveries((id) => watchers.has(id) || this.#parting.has(id));
    for (const event of happened.events) {
      if (event.kind !== "entered") continue;
      this.#tiles.delete(event.body);
      this.#arrive(state, event.body, deliveries);
    }
    const refreshed = new Set<Watcher>();
    for (const watcher of watchers.values()) if (this.#refresh(state, watcher, deliveries)) refreshed.add(watcher);
    for (const id of happened.touched.toSorted((a, b) => a - b)) this.#retrace(state.bodyTable, id, refreshed, deliveries);
    tell({ map: this.#map, state, sightings: this.#sightings, deliveries }, happened.events);
    this.#parting.clear();
    return deliveries.observations();
  }

  /** Who comes onto the map knows nobody there yet. */
  #arrive({ bodyTable }: MapState, body: number, deliveries: Deliveries): void {
    const watcher = this.#sightings.watchers.get(body);
    if (!watcher) return;
    this.#sightings.forgetAll(watcher);
    watcher.tile = nowhere;
    const slot = bodyTable.slotOf(body);
    if (bodyTable.asleepSince[slot] !== awake) return;
    const x = bodyTable.x[slot]! / sixteenths;
    const y = bodyTable.y[slot]! / sixteenths;
    deliveries.to(body).arrived = { kind: "arrived", map: this.#map.name, x, y };
  }

  /** Compares all that a watcher has in sight with what it knew, if it has moved to another tile, come or woken. */
  #refresh(state: MapState, watcher: Watcher, deliveries: Deliveries): boolean {
    const { bodyTable } = state;
    const slot = bodyTable.slotOf(watcher.id);
    const asleep = bodyTable.asleepSince[slot] !== awake;
    const tile = bodyTable.tile[slot]!;
    if (asleep === watcher.asleep && tile === watcher.tile) return false;
    watcher.asleep = asleep;
    watcher.tile = tile;
    if (asleep) {
      // Who falls asleep is told of nothing, not even that all it saw is gone.
      this.#sightings.forgetAll(watcher);
      return true;
    }
    const inSight = new Map(slotsInSight(this.#map, bodyTable, slot).map((seen) => [bodyTable.id[seen]!, seen]));
    inSight.delete(watcher.id);
    for (const id of watcher.known.keys()) {
      if (!inSight.has(id)) deliveries.to(watcher.id).vanished.push(this.#sightings.forget(watcher, id));
    }
    for (const [id, seen] of inSight) if (!watcher.known.has(id)) this.#appear(bodyTable, watcher, seen, deliveries);
    const doors = this.#doorsOf(bodyTable, slot);
    for (const door of doors) {
      if (watcher.doors.has(door)) continue;
      const { name } = this.#map.doors[door]!;
      deliveries.to(watcher.id).doors.set(door, { kind: "door", name, open: state.doors.isOpen(door) });
    }
    watcher.doors = doors;
    return true;
  }

  /** Follows one body that came, went, moved or turned through the sight of all who have not just looked about anew. */
  #retrace(bodyTable: BodyTable, id: number, refreshed: ReadonlySet<Watcher>, deliveries: Deliveries): void {
    const slot = bodyTable.slotOf(id);
    if (slot === -1) {
      this.#tiles.delete(id);
      for (const watcher of this.#sightings.knownBy(id)) deliveries.to(watcher.id).vanished.push(this.#sightings.forget(watcher, id));
      return;
    }
    for (const watcher of this.#sightings.knownBy(id)) {
      if (perceivesSlot(this.#map, bodyTable, bodyTable.slotOf(watcher.id), slot)) continue;
      deliveries.to(watcher.id).vanished.push(this.#sightings.forget(watcher, id));
    }
    const tile = bodyTable.tile[slot]!;
    if (this.#tiles.get(id) !== tile) {
      this.#tiles.set(id, tile);
      bodyTable.bodiesNear(tile, this.#map.sightTiles, (near) => {
        const watcher = this.#sightings.watchers.get(bodyTable.id[near]!);
        if (!watcher || near === slot || refreshed.has(watcher) || watcher.known.has(id)) return;
        if (perceivesSlot(this.#map, bodyTable, near, slot)) this.#appear(bodyTable, watcher, slot, deliveries);
      });
    }
    const move = [id, bodyTable.x[slot]! / sixteenths, bodyTable.y[slot]! / sixteenths, bodyTable.facing[slot]!] as const;
    for (const watcher of this.#sightings.knownBy(id)) {
      const delivery = deliveries.to(watcher.id);
      if (!delivery.appeared.has(id)) delivery.moves.push(move);
    }
    if (this.#sightings.watchers.get(id)?.asleep === false) deliveries.to(id).moves.push(move);
  }

  #appear(bodyTable: BodyTable, watcher: Watcher, slot: number, deliveries: Deliveries): void {
    const seen = seenBody(bodyTable, slot);
    this.#sightings.learn(watcher, seen);
    deliveries.to(watcher.id).appeared.set(seen.id, seen);
  }

  #doorsOf(bodyTable: BodyTable, slot: number): Set<number> {
    const doors = new Set<number>();
    for (let door = 0; door < this.#map.doors.length; door++) if (perceivesDoor(this.#map, bodyTable, slot, door)) doors.add(door);
    return doors;
  }
}
