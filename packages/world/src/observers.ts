/**
 * Turns what happened on a map into what each watched body perceives of it. It keeps:
 * (1) whatever is told was let through by `perception.ts`, asked about the state at the end of the step;
 * (2) what is told, applied to what was known before, is exactly what `present` would answer now;
 * (3) a step costs what it changed and those near enough to be told of it, however many are watched.
 */
import { Audience } from "./audience.ts";
import type { Before } from "./before.ts";
import { Deliveries, type Observation } from "./deliveries.ts";
import { bitOf, Ears, type Wants } from "./ears.ts";
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
    this.#audience = new Audience(state.bodyTable, this.#ears);
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

  /** To be called after every step, whether or not anything happened. Only bodies with something to perceive are listed. */
  observe({ events, touched }: Happened): Map<number, Observation> {
    const state = this.#state;
    const { bodyTable } = state;
    if (this.#freshTick !== state.tick) this.#fresh.clear();
    for (const { id } of touched) if (bodyTable.slotOf(id) === -1) this.unwatch(id);
    for (const event of events) if (event.kind === "entered") this.#ears.resettle(event.body);
    const audience = this.#audience;
    audience.gather();
    const deliveries = new Deliveries((id) => (this.#parting.has(id) ? bitOf("reply") : this.#ears.of(bodyTable.slotOf(id))));
    const sight = new SightChanges({ map: this.#map, state, audience, past: new Past(bodyTable, touched), deliveries });
    for (const event of events) if (event.kind === "entered") this.#arrive(event.body, sight, deliveries);
    for (const id of this.#fresh) sight.takeAsKnown(id);
    for (const before of touched) {
      const listener = audience.listener(before.id);
      if (listener && looksOtherwise(listener, before)) sight.lookAbout(listener, before);
    }
    for (const before of touched.toSorted((a, b) => a.id - b.id)) sight.retrace(before);
    tell({ map: this.#map, state, audience, deliveries }, events);
    this.#parting.clear();
    this.#fresh.clear();
    return deliveries.observations();
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
