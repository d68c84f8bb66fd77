/**
 * Turns what happened on a map into what each watched body perceives of it. It keeps:
 * (1) whatever is told was let through by `perception.ts`, asked about the state at the end of the step;
 * (2) what is told, applied to what was known before, is exactly what `present` would answer now;
 * (3) a step costs what it changed and those near enough to be told of it, however many are watched.
 */
import { Audience } from "./audience.ts";
import { type Before, slotNow } from "./before.ts";
import { awake } from "./bodies.ts";
import { Deliveries, type Observation } from "./deliveries.ts";
import { bitOf, Ears, ofSight, type Wants } from "./ears.ts";
import type { WorldEvent } from "./events.ts";
import { tell } from "./hearsay.ts";
import { noKeys } from "./hiding.ts";
import type { WorldMap } from "./map.ts";
import { Past } from "./past.ts";
import { type Eyes, nowhere } from "./perception.ts";
import { SightChanges } from "./sight.ts";
import { sixteenths } from "./space.ts";
import type { MapState } from "./state.ts";

/** What of a step an observer needs: a `StepResult`, or what `applyRecord` returns. */
export interface Happened {
  readonly events: readonly WorldEvent[];
  /** How all who came, went, moved, turned, fell asleep or woke stood before. */
  readonly touched: readonly Before[];
}

/** Who comes onto a map has seen nothing of it. */
const shut: Eyes = { tile: nowhere, awake: false, layerSees: 0, keys: noKeys };

export class Observers {
  readonly #map: WorldMap;
  readonly #ears: Ears;
  readonly #audience: Audience;
  readonly #past: Past;
  readonly #state: MapState;
  /** Bodies no longer watched, to whom the answers of the step in progress are still delivered. */
  readonly #parting = new Set<number>();
  /** Bodies watched since that tick was over: what they have in sight they are taken to know. */
  readonly #fresh = new Set<number>();
  #freshTick = -1;

  constructor(state: MapState) {
    this.#map = state.map;
    this.#state = state;
    this.#ears = new Ears(state.bodyTable);
    this.#audience = new Audience(state.map, state.bodyTable, this.#ears);
    this.#past = new Past(state.map, state.bodyTable);
  }

  /** From now on what this body perceives is told, of the kinds it wants; what it has in sight now it is taken to know. */
  watch(body: number, wants: Wants = null): void {
    if (this.#state.bodyTable.slotOf(body) === -1) return;
    this.#ears.listen(body, wants);
    this.#parting.delete(body);
    if (this.#freshTick !== this.#state.tick) this.#fresh.clear();
    this.#freshTick = this.#state.tick;
    this.#fresh.add(body);
  }

  /** What a watched body wants to be told from the next `observe` on. */
  listen(body: number, wants: Wants): void {
    if (this.#ears.has(body) && this.#state.bodyTable.slotOf(body) !== -1) this.#ears.listen(body, wants);
  }

  /** Stops telling; answers to its own intents of the step in progress still come with the next `observe`. */
  unwatch(body: number): void {
    if (this.#ears.delete(body)) this.#parting.add(body);
  }

  /** Stops telling all of those changed by a step who are gone or have fallen asleep; nobody else is asked after. */
  unwatchGone(touched: readonly Before[]): void {
    const { bodyTable } = this.#state;
    for (const before of touched) {
      const slot = slotNow(bodyTable, before);
      if (slot === -1 || bodyTable.asleepSince[slot] !== awake) this.unwatch(before.id);
    }
  }

  /** To be called after every step, whether or not anything happened. Only bodies with something to perceive are listed. */
  observe({ events, touched }: Happened): Map<number, Observation> {
    const state = this.#state;
    const { bodyTable } = state;
    if (this.#freshTick !== state.tick) this.#fresh.clear();
    if (this.#ears.size > 0) for (const before of touched) if (slotNow(bodyTable, before) === -1) this.unwatch(before.id);
    for (const event of events) if (event.kind === "entered") this.#ears.resettle(event.body);
    const audience = this.#audience;
    const past = this.#past;
    audience.gather();
    past.begin(touched);
    const deliveries = new Deliveries((id) => (this.#parting.has(id) ? bitOf("reply") : this.#ears.of(bodyTable.slotOf(id))));
    const sight = new SightChanges({ map: this.#map, state, audience, past, deliveries });
    for (const event of events) if (event.kind === "entered") this.#arrive(event.body, sight, deliveries);
    for (const id of this.#fresh) sight.takeAsKnown(id);
    if (this.#ears.any(ofSight | bitOf("door"))) this.#follow(touched, sight);
    tell({ map: this.#map, state, audience, deliveries }, events);
    this.#parting.clear();
    this.#fresh.clear();
    return deliveries.observations();
  }

  /** First those who went on themselves look about, then the others are shown who came, went and passed by. */
  #follow(touched: readonly Before[], sight: SightChanges): void {
    const bodies = this.#state.bodyTable;
    const audience = this.#audience;
    for (const before of touched) {
      const slot = slotNow(bodies, before);
      const listener = slot === -1 ? null : audience.listenerIn(slot);
      if (listener && looksOtherwise(listener, before)) sight.lookAbout(listener, before);
    }
    if (!this.#ears.any(ofSight)) return;
    for (const before of touched) {
      const slot = slotNow(bodies, before);
      if (slot !== -1 && bodies.tile[slot] === before.tile && bodies.layersOf(slot) === before.layerOn) continue;
      const heeded =
        (before.tile !== nowhere && audience.isHeeded(bodies.cellOf(before.tile), ofSight)) ||
        (slot !== -1 && audience.isHeeded(bodies.cellAt(slot), ofSight));
      if (heeded) sight.retrace(before, slot);
    }
  }

  /** Who comes onto the map, be it back in the same step, knows nobody there yet. */
  #arrive(body: number, sight: SightChanges, deliveries: Deliveries): void {
    const listener = this.#audience.listener(body);
    if (!listener) return;
    const { bodyTable } = this.#state;
    const x = bodyTable.x[listener.slot]! / sixteenths;
    const y = bodyTable.y[listener.slot]! / sixteenths;
    deliveries.to(body).arrived = { kind: "arrived", map: this.#map.name, x, y };
    sight.lookAbout(listener, shut);
  }
}

/** Whether the same surroundings may look otherwise to it than before the step. */
function looksOtherwise(eyes: Eyes, before: Eyes): boolean {
  const elsewhere = eyes.tile !== before.tile || !before.awake;
  return elsewhere || eyes.layerSees !== before.layerSees || eyes.keys.size !== before.keys.size;
}
