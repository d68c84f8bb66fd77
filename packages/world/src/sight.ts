/**
 * What a step changed in the sight of those who are told. Nothing is remembered of who had whom in sight: it follows
 * from how bodies stand now and how those that the step changed stood before it.
 */
import type { Seen, Who } from "@elsewhere/protocol";
import type { Audience, Listener } from "./audience.ts";
import { type Before, slotNow } from "./before.ts";
import type { BodyTable } from "./bodies.ts";
import type { Deliveries } from "./deliveries.ts";
import { bitOf, ofSight } from "./ears.ts";
import type { WorldMap } from "./map.ts";
import type { Past } from "./past.ts";
import { type Eyes, nowhere, perceivesDoor, seenBody, seenDoor, sees } from "./perception.ts";
import { type Cells, isAmong, type Rim, rimOf } from "./rim.ts";
import { chebyshev } from "./space.ts";
import type { MapState } from "./state.ts";

export interface SightParts {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly audience: Audience;
  readonly past: Past;
  readonly deliveries: Deliveries;
}

export class SightChanges {
  readonly #parts: SightParts;
  readonly #map: WorldMap;
  readonly #bodies: BodyTable;
  /** Those whose own sight was worked out anew, or is taken to be known. */
  readonly #settled = new Set<number>();
  /** How each body looks that appears to somebody, worked out once. */
  readonly #seen = new Map<number, Seen>();

  constructor(parts: SightParts) {
    this.#parts = parts;
    this.#map = parts.map;
    this.#bodies = parts.state.bodyTable;
  }

  /** Takes a listener to know what it has in sight now. */
  takeAsKnown(id: number): void {
    this.#settled.add(id);
  }

  /** Compares all that a listener has in sight with what those eyes, its own of before the step, had. */
  lookAbout(listener: Listener, was: Eyes): void {
    if (this.#settled.has(listener.id)) return;
    this.#settled.add(listener.id);
    if ((listener.takes & ofSight) !== 0) {
      if (this.#hasGoneOn(listener, was)) this.#compareAlong(listener, was, this.#rim(was.tile, listener.tile));
      else this.#compareAll(listener, was);
    }
    if ((listener.takes & bitOf("door")) !== 0) this.#findDoors(listener, was);
  }

  /** Follows one body, now in that slot or (-1) nowhere, through the sight of all who have not looked about anew. */
  retrace(before: Before, slot: number): void {
    const { audience, past } = this.#parts;
    const tile = slot === -1 ? nowhere : this.#bodies.tile[slot]!;
    const radius = this.#map.sightTiles;
    const show = (listener: Listener): void => {
      if (listener.id === before.id || this.#settled.has(listener.id)) return;
      const saw = sees(this.#map, listener, before.tile, before.layerOn);
      if (saw === this.#isSeen(listener, slot)) return;
      if (saw) this.#vanish(listener, before);
      else this.#appear(listener, slot);
    };
    if (past.isSteady(before, slot)) {
      if (tile === before.tile) return;
      audience.onRim(this.#rim(before.tile, tile), ofSight, (listener) => {
        if (!this.#settled.has(this.#bodies.id[listener]!)) show(audience.listenerIn(listener)!);
      });
      return;
    }
    // Some are near both where it was and where it is.
    const shown = new Set<number>();
    const showOnce = (listener: Listener): void => {
      if (!shown.has(listener.id)) show(listener);
      shown.add(listener.id);
    };
    if (before.tile !== nowhere) audience.near(before.tile, radius, ofSight, showOnce);
    if (tile !== nowhere) audience.near(tile, radius, ofSight, showOnce);
  }

  /** Whether those eyes went on by a few steps and else see as they saw. */
  #hasGoneOn(eyes: Eyes, was: Eyes): boolean {
    if (!was.awake || was.tile === nowhere || eyes.layerSees !== was.layerSees) return false;
    const { roomOf, width } = this.#map;
    return roomOf[eyes.tile] === roomOf[was.tile] && chebyshev(eyes.tile, was.tile, width) <= this.#bodies.cellTiles;
  }

  #rim(from: number, to: number): Rim {
    return rimOf(this.#map, this.#bodies, from, to, this.#map.sightTiles);
  }

  #compareAll(listener: Listener, was: Eyes): void {
    if (was.awake && was.tile !== nowhere) {
      const { all } = this.#rim(was.tile, was.tile);
      this.#compareAlong(listener, was, { all, inner: noCells });
    }
    this.#bodies.bodiesNear(listener.tile, this.#map.sightTiles, (slot) => {
      if (slot !== listener.slot && this.#isSeen(listener, slot) && !this.#wasSeen(was, slot)) this.#appear(listener, slot);
    });
  }

  /** Compares what is in a rim's cells, or was; in its inner ones and between them nobody looks otherwise but those stirred. */
  #compareAlong(listener: Listener, was: Eyes, rim: Rim): void {
    const { past } = this.#parts;
    const { left, right, top, bottom } = rim.all;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cell = row * this.#bodies.cellColumns + column;
        const inner = isAmong(rim.inner, column, row);
        if (!inner) this.#bodies.bodiesIn(cell, (slot) => this.#compare(listener, was, slot));
        for (const shift of past.shiftsOf(cell)) {
          const passed = cell === shift.from ? !this.#lies(shift.to, rim.all) : inner && !this.#lies(shift.from, rim.inner);
          if (passed) for (const slot of shift.slots) this.#compare(listener, was, slot);
        }
        for (const before of past.stirredIn(cell)) this.#compareStirred(listener, was, before, cell, inner, rim.all);
      }
    }
  }

  #lies(cell: number, cells: Cells): boolean {
    const columns = this.#bodies.cellColumns;
    return isAmong(cells, cell % columns, Math.floor(cell / columns));
  }

  /** Of one listed in a cell; who is in another one among `all` is compared there, and where a cell is not an inner one everybody in it is. */
  #compareStirred(listener: Listener, was: Eyes, before: Before, cell: number, inner: boolean, all: Cells): void {
    const slot = slotNow(this.#bodies, before);
    if (slot === -1) {
      if (sees(this.#map, was, before.tile, before.layerOn)) this.#vanish(listener, before);
      return;
    }
    const now = this.#bodies.cellAt(slot);
    if (now === cell ? inner : !this.#lies(now, all)) this.#compare(listener, was, slot);
  }

  #compare(listener: Listener, was: Eyes, slot: number): void {
    if (slot === listener.slot) return;
    const saw = this.#wasSeen(was, slot);
    if (saw === this.#isSeen(listener, slot)) return;
    if (saw) this.#vanish(listener, { id: this.#bodies.id[slot]!, name: this.#bodies.coldOf(slot).name });
    else this.#appear(listener, slot);
  }

  /** Whether those eyes had in sight, before the step, the body that is in a slot now. */
  #wasSeen(was: Eyes, slot: number): boolean {
    const before = this.#parts.past.of(slot);
    if (before === null) return this.#isSeen(was, slot);
    return sees(this.#map, was, before.tile, before.layerOn);
  }

  #findDoors(listener: Listener, was: Eyes): void {
    const { doors } = this.#parts.state;
    this.#map.doors.forEach((_, door) => {
      if (doors.isUntold(door) || perceivesDoor(this.#map, was, door) || !perceivesDoor(this.#map, listener, door)) return;
      this.#parts.deliveries.to(listener.id).doors.set(door, { kind: "door", ...seenDoor(this.#map, door, doors.isOpen(door)) });
    });
  }

  #isSeen(eyes: Eyes, slot: number): boolean {
    return slot !== -1 && sees(this.#map, eyes, this.#bodies.tile[slot]!, this.#bodies.layersOf(slot));
  }

  #vanish(listener: Listener, { id, name }: Who): void {
    this.#parts.deliveries.to(listener.id).vanished.push({ id, name });
  }

  #appear(listener: Listener, slot: number): void {
    const seen = this.#seen.get(slot) ?? seenBody(this.#bodies, slot);
    this.#seen.set(slot, seen);
    this.#parts.deliveries.to(listener.id).appeared.set(seen.id, seen);
  }
}

const noCells: Cells = { left: 0, right: -1, top: 0, bottom: -1 };
