/**
 * Turns what happened on a map into what each watched body perceives of it. It keeps:
 * (1) whatever is told was let through by `perception.ts`, asked about the state at the end of the step;
 * (2) what is told, applied to what was known before, is exactly what `present` would answer now;
 * (3) a step costs what it changed and those near enough to be told of it, however many are watched.
 */
import { Audience, type Wants } from "./audience.ts";
import type { Before } from "./before.ts";
import { Deliveries, type Observation } from "./deliveries.ts";
import type { WorldEvent } from "./events.ts";
import { tell } from "./hearsay.ts";
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
const shut: Eyes = { tile: nowhere, awake: false, layerSees: 0 };
const everything = (): Wants => null;

export class Observers {
  readonly #map: WorldMap;
  readonly #watched = new Set<number>();
  /** Bodies no longer watched, to whom the answers of the step in progress are still delivered. */
  readonly #parting = new Set<number>();
  /** Bodies watched since that tick was over: what they have in sight they are taken to know. */
  readonly #fresh = new Set<number>();
  #freshTick = -1;

  constructor(map: WorldMap) {
    this.#map = map;
  }

  /** From now on what this body perceives is told; what it has in sight now it is taken to know. */
  watch(state: MapState, body: number): void {
    if (state.bodyTable.slotOf(body) === -1) return;
    this.#watched.add(body);
    this.#parting.delete(body);
    if (this.#freshTick !== state.tick) this.#fresh.clear();
    this.#freshTick = state.tick;
    this.#fresh.add(body);
  }

  /** Stops telling; answers to its own intents of the step in progress still come with the next `observe`. */
  unwatch(body: number): void {
    if (this.#watched.delete(body)) this.#parting.add(body);
  }

  /**
   * To be called after every step, whether or not anything happened. Only bodies with something to perceive are listed.
   * `wants` says what a body listens to: of other kinds nothing is told it, replies excepted.
   */
  observe(state: MapState, happened: Happened, wants: (body: number) => Wants = everything): Map<number, Observation> {
    const { bodyTable } = state;
    if (this.#freshTick !== state.tick) this.#fresh.clear();
    for (const { id } of happened.touched) if (bodyTable.slotOf(id) === -1) this.unwatch(id);
    const audience = new Audience(bodyTable, this.#watched, wants);
    const deliveries = new Deliveries((id) => (this.#watched.has(id) || this.#parting.has(id) ? wants(id) : undefined));
    const past = new Past(bodyTable, happened.touched);
    const sight = new SightChanges({ map: this.#map, state, audience, past, deliveries });
    for (const event of happened.events) {
      if (event.kind === "entered") this.#arrive(state, event.body, audience, sight, deliveries);
    }
    for (const id of this.#fresh) sight.takeAsKnown(id);
    for (const before of happened.touched) {
      const listener = audience.listener(before.id);
      if (listener && (listener.tile !== before.tile || !before.awake)) sight.lookAbout(listener, before);
    }
    for (const before of happened.touched.toSorted((a, b) => a.id - b.id)) sight.retrace(before);
    tell({ map: this.#map, state, audience, deliveries }, happened.events);
    this.#parting.clear();
    this.#fresh.clear();
    return deliveries.observations();
  }

  /** Who comes onto the map, be it back in the same step, knows nobody there yet. */
  #arrive({ bodyTable }: MapState, body: number, audience: Audience, sight: SightChanges, deliveries: Deliveries): void {
    const listener = audience.listener(body);
    if (!listener) return;
    const x = bodyTable.x[listener.slot]! / sixteenths;
    const y = bodyTable.y[listener.slot]! / sixteenths;
    deliveries.to(body).arrived = { kind: "arrived", map: this.#map.name, x, y };
    sight.lookAbout(listener, shut);
  }
}
