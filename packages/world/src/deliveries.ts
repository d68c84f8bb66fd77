import type { Percept, Seen, Who } from "@elsewhere/protocol";
import { bitOf } from "./ears.ts";

/** What one watched body perceives of one step. Percepts in order: arrival, vanished, appeared, changed, doors, events, replies. */
export interface Observation {
  readonly percepts: readonly Percept[];
}

/** One observation as it is put together. */
class Delivery {
  arrived: Percept | null = null;
  readonly vanished: Who[] = [];
  readonly appeared = new Map<number, Seen>();
  /** Doors that came into sight, by index, with how they stand. */
  readonly doors = new Map<number, Percept>();
  readonly changed = new Map<number, Seen>();
  readonly events: Percept[] = [];
  readonly replies: Percept[] = [];
  readonly #takes: number;

  /** `takes`: what its body listens to, in bits. */
  constructor(takes: number) {
    this.#takes = takes;
  }

  percepts(): readonly Percept[] {
    return this.#all().filter(({ kind }) => (this.#takes & bitOf(kind)) !== 0);
  }

  #all(): readonly Percept[] {
    const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;
    return [
      ...(this.arrived ? [this.arrived] : []),
      ...this.vanished.toSorted(byId).map((body): Percept => ({ kind: "vanished", body })),
      ...[...this.appeared.values()].toSorted(byId).map((body): Percept => ({ kind: "appeared", body })),
      ...[...this.changed.values()].toSorted(byId).map((body): Percept => ({ kind: "changed", body })),
      ...[...this.doors].toSorted(([a], [b]) => a - b).map(([, percept]) => percept),
      ...this.events,
      ...this.replies,
    ];
  }
}

/** The observations of one step. */
export class Deliveries {
  readonly #byBody = new Map<number, Delivery>();
  readonly #takenBy: (body: number) => number;

  /** `takenBy`: what a body listens to, in bits; 0 for one that nobody looks through. */
  constructor(takenBy: (body: number) => number) {
    this.#takenBy = takenBy;
  }

  /** What is put here for a body that nobody looks through goes nowhere. */
  to(body: number): Delivery {
    const existing = this.#byBody.get(body);
    if (existing) return existing;
    const takes = this.#takenBy(body);
    const delivery = new Delivery(takes);
    if (takes !== 0) this.#byBody.set(body, delivery);
    return delivery;
  }

  observations(): Map<number, Observation> {
    const observations = new Map<number, Observation>();
    for (const body of [...this.#byBody.keys()].toSorted((a, b) => a - b)) {
      const percepts = this.#byBody.get(body)!.percepts();
      if (percepts.length > 0) observations.set(body, { percepts });
    }
    return observations;
  }
}
