import type { Happened } from "../observers.ts";
import type { MapState } from "../state.ts";
import { Lens } from "./lens.ts";
import { Viewer } from "./viewer.ts";

/** Shows a map to all who look at it, each as its body sees it. What several see alike is worked out and encoded once. */
export class Sights {
  readonly #state: MapState;
  /** By what the eyes see: there are as many as differ in that. */
  readonly #lenses = new Map<number, Lens>();
  readonly #viewers = new Map<Viewer, Lens | null>();

  constructor(state: MapState) {
    this.#state = state;
  }

  /** To be called after every step, before anybody is shown it. */
  follow(happened: Happened): void {
    for (const lens of this.#lenses.values()) lens.follow(happened);
  }

  /** Somebody who looks through that body from now on. */
  viewer(body: number): Viewer {
    const { map, bodyTable } = this.#state;
    const viewer: Viewer = new Viewer(map, bodyTable, body, (sees, before) => {
      const lens = this.#lensFor(sees);
      lens.viewers++;
      this.#release(before);
      this.#viewers.set(viewer, lens);
      return lens;
    });
    this.#viewers.set(viewer, null);
    return viewer;
  }

  /** A viewer that looks no more; it must not be asked to write again. */
  dismiss(viewer: Viewer): void {
    this.#release(this.#viewers.get(viewer) ?? null);
    this.#viewers.delete(viewer);
  }

  #lensFor(sees: number): Lens {
    const { map, bodyTable } = this.#state;
    const lens = this.#lenses.get(sees) ?? new Lens(map, bodyTable, sees);
    this.#lenses.set(sees, lens);
    return lens;
  }

  /** A lens that nobody looks through costs nothing. */
  #release(lens: Lens | null): void {
    if (lens !== null && --lens.viewers === 0) this.#lenses.delete(lens.sees);
  }
}
