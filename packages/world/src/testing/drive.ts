import { Atlas } from "../atlas.ts";
import type { Input, Transfer } from "../inputs.ts";
import type { WorldMap } from "../map.ts";
import type { MapState } from "../state.ts";
import { step, type StepResult } from "../step.ts";
import { type Deed, farMap } from "./random-world.ts";

/** Carries out deeds as a host would: numbers intents per body, makes no thing twice, and brings in again who stepped through an exit of the map onto itself. */
export class Driver {
  readonly map: WorldMap;
  readonly atlas: Atlas;
  /** Things that were brought in: each is brought in once. */
  readonly #things = new Set<number>();
  readonly #numbers = new Map<number, number>();
  #transit: readonly Transfer[] = [];

  constructor(map: WorldMap) {
    this.map = map;
    this.atlas = new Atlas([map, farMap]);
  }

  inputs(deeds: readonly Deed[]): readonly Input[] {
    const arriving = this.#transit.map(({ luggage, entry }): Input => ({ kind: "arrive", luggage, entry }));
    this.#transit = [];
    const possible = deeds.filter((deed) => deed.kind !== "enter" || deed.luggage.kind !== "thing" || this.#isNew(deed.luggage.id));
    return [
      ...arriving,
      ...possible.map((deed): Input => (deed.kind === "ask" ? { ...deed, kind: "intent", n: this.#next(deed.body) } : deed)),
    ];
  }

  step(state: MapState, inputs: readonly Input[]): StepResult {
    const result = step(this.map, state, inputs, this.atlas);
    this.#transit = result.transfers.filter(({ map }) => map === this.map.name);
    return result;
  }

  #isNew(thing: number): boolean {
    if (this.#things.has(thing)) return false;
    this.#things.add(thing);
    return true;
  }

  #next(body: number): number {
    const n = (this.#numbers.get(body) ?? 0) + 1;
    this.#numbers.set(body, n);
    return n;
  }
}
