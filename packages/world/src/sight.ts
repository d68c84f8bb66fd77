/**
 * What a step changed in the sight of those who are told. Nothing is remembered of who had whom in sight: it follows
 * from how bodies stand now and how those that the step changed stood before it.
 */
import type { Seen, Who } from "@elsewhere/protocol";
import type { Audience, Listener } from "./audience.ts";
import type { Before } from "./before.ts";
import type { BodyTable } from "./bodies.ts";
import type { Deliveries } from "./deliveries.ts";
import { bitOf, moves, ofSight } from "./ears.ts";
import type { WorldMap } from "./map.ts";
import type { Past } from "./past.ts";
import { type Eyes, nowhere, perceivesDoor, seenBody, sees } from "./perception.ts";
import { sixteenths } from "./space.ts";
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
      this.#findAppeared(listener, was);
      if (was.awake && was.tile !== nowhere) this.#findVanished(listener, was);
    }
    if ((listener.takes & bitOf("door")) !== 0) this.#findDoors(listener, was);
  }

  /** Follows one body through the sight of all who have not looked about anew. */
  retrace(before: Before): void {
    const slot = this.#bodies.slotOf(before.id);
    this.#vanishFromStanding(before, slot);
    if (slot !== -1) this.#showMoved(before, slot);
  }

  #findAppeared(listener: Listener, was: Eyes): void {
    const { id, tile } = this.#bodies;
    this.#bodies.bodiesNear(listener.tile, this.#map.sightTiles, (slot) => {
      if (slot === listener.slot || !sees(this.#map, listener, tile[slot]!, this.#bodies.layersOf(slot))) return;
      const before = this.#parts.past.of(id[slot]!);
      if (!sees(this.#map, was, before?.tile ?? tile[slot]!, before?.layerOn ?? this.#bodies.layersOf(slot))) this.#appear(listener, slot);
    });
  }

  #findVanished(listener: Listener, was: Eyes): void {
    const { id, tile } = this.#bodies;
    const { past } = this.#parts;
    const radius = this.#map.sightTiles;
    this.#bodies.bodiesNear(was.tile, radius, (slot) => {
      if (slot === listener.slot || past.of(id[slot]!) || !sees(this.#map, was, tile[slot]!, this.#bodies.layersOf(slot))) return;
      if (sees(this.#map, listener, tile[slot]!, this.#bodies.layersOf(slot))) return;
      this.#vanish(listener, { id: id[slot]!, name: this.#bodies.coldOf(slot).name });
    });
    past.near(was.tile, radius, (before) => {
      if (before.id === listener.id || !sees(this.#map, was, before.tile, before.layerOn)) return;
      if (!this.#isSeen(listener, this.#bodies.slotOf(before.id))) this.#vanish(listener, before);
    });
  }

  #findDoors(listener: Listener, was: Eyes): void {
    const { doors } = this.#parts.state;
    this.#map.doors.forEach(({ name }, door) => {
      if (perceivesDoor(this.#map, was, door) || !perceivesDoor(this.#map, listener, door)) return;
      this.#parts.deliveries.to(listener.id).doors.set(door, { kind: "door", name, open: doors.isOpen(door) });
    });
  }

  #vanishFromStanding(before: Before, slot: number): void {
    const stayed = slot !== -1 && before.tile === this.#bodies.tile[slot] && before.layerOn === this.#bodies.layersOf(slot);
    if (stayed || before.tile === nowhere) return;
    this.#parts.audience.near(before.tile, this.#map.sightTiles, ofSight, (listener) => {
      if (listener.id === before.id || this.#settled.has(listener.id)) return;
      if (!sees(this.#map, listener, before.tile, before.layerOn) || this.#isSeen(listener, slot)) return;
      this.#vanish(listener, before);
    });
  }

  #showMoved(before: Before, slot: number): void {
    const { id, x, y, facing, tile } = this.#bodies;
    const { audience, deliveries } = this.#parts;
    const moved = before.tile === nowhere || x[slot] !== before.x || y[slot] !== before.y || facing[slot] !== before.facing;
    const move = [id[slot]!, x[slot]! / sixteenths, y[slot]! / sixteenths, facing[slot]!] as const;
    audience.near(tile[slot]!, this.#map.sightTiles, ofSight, (listener) => {
      const itself = listener.slot === slot;
      if (!itself && !this.#isSeen(listener, slot)) return;
      const known = itself || this.#settled.has(listener.id) || sees(this.#map, listener, before.tile, before.layerOn);
      if (!known) return this.#appear(listener, slot);
      if (!moved || (listener.takes & moves) === 0) return;
      const delivery = deliveries.to(listener.id);
      if (!delivery.appeared.has(before.id)) delivery.moves.push(move);
    });
  }

  #isSeen(listener: Listener, slot: number): boolean {
    return slot !== -1 && sees(this.#map, listener, this.#bodies.tile[slot]!, this.#bodies.layersOf(slot));
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
