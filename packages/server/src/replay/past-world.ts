import type { Percept } from "@elsewhere/protocol";
import type { WorldEvent, WorldMap } from "@elsewhere/world";
import type { Stretches } from "./archive.ts";
import { PastMap, type Watched } from "./past-map.ts";

/** Where somebody was at the end of a tick. */
export type Whereabouts =
  | { readonly kind: "present"; readonly on: PastMap; readonly body: number }
  /** Between two maps. */
  | { readonly kind: "transit" }
  | { readonly kind: "away"; readonly body: number; readonly name: string };

/** What one tick was in the whole world. */
export interface Moment {
  readonly tick: number;
  readonly events: readonly { readonly map: PastMap; readonly event: WorldEvent }[];
  /** What the watched one perceived. */
  readonly percepts: readonly Percept[];
  /** Whether the watched one came to life, on a map or by a new connection. */
  readonly isNew: boolean;
}

/** All maps of a world as they were at the end of one tick. */
export class PastWorld {
  readonly maps: ReadonlyMap<string, PastMap>;
  #tick = -1;
  /** Who had left one map and not yet reached another. */
  readonly #transit = new Set<string>();

  constructor(maps: readonly WorldMap[], stretches: Stretches, watched: Watched | null) {
    this.maps = new Map(maps.map((map) => [map.name, new PastMap(map, stretches, watched)]));
  }

  get tick(): number {
    return this.#tick;
  }

  /** Goes to a tick; returns what happened in it. */
  async seek(tick: number): Promise<Moment> {
    this.#transit.clear();
    for (const map of this.maps.values()) await map.seek(Math.max(0, tick - 1));
    this.#tick = tick - 1;
    await this.load();
    return this.step();
  }

  /** Whether somebody who is nowhere may be in a hidden room of which nothing can be shown. */
  get isPartial(): boolean {
    return [...this.maps.values()].some(({ isPartial }) => isPartial);
  }

  /** Whether the next tick can be stepped to at once. */
  get ready(): boolean {
    for (const map of this.maps.values()) if (!map.has(this.#tick + 1)) return false;
    return true;
  }

  /** Has the records of the next tick brought. */
  async load(): Promise<void> {
    for (const map of this.maps.values()) if (!map.has(this.#tick + 1)) await map.load(this.#tick + 1);
  }

  /** One tick of all maps; only while `ready`. */
  step(): Moment {
    const tick = ++this.#tick;
    const events: { readonly map: PastMap; readonly event: WorldEvent }[] = [];
    const percepts: Percept[] = [];
    let isNew = false;
    for (const map of this.maps.values()) {
      const moment = map.step(tick);
      for (const event of moment.events) events.push({ map, event });
      if (moment.observation !== undefined) percepts.push(...moment.observation.percepts);
      isNew ||= moment.isNew;
    }
    for (const { event } of events) {
      if (event.kind === "left" && event.how === "transferred") this.#transit.add(event.who);
      if (event.kind === "entered") this.#transit.delete(event.who);
    }
    return { tick, events, percepts, isNew };
  }

  /** Null for whoever had not come yet, or was taken out of the world. */
  locate(who: string): Whereabouts | null {
    for (const on of this.maps.values()) {
      const body = on.state?.bodyOf(who) ?? null;
      if (body !== null) return { kind: "present", on, body };
    }
    if (this.#transit.has(who)) return { kind: "transit" };
    for (const { state } of this.maps.values()) {
      const luggage = state?.awayOf(who) ?? null;
      if (luggage !== null) return { kind: "away", body: luggage.id, name: luggage.name };
    }
    return null;
  }
}
