import { type Happened, type MapState, type Observation, Observers, Sights, type Wants } from "@elsewhere/world";

/** A body that came to life in a tick, and what is wanted to be told of what it perceives. */
export interface Awoken {
  readonly body: number;
  readonly wants: Wants;
}

/** What a tick made of a map is, live or in its past, for those through whose eyes somebody looks. */
export class Outlook {
  /** Shows the map to sessions. */
  readonly sights: Sights;
  readonly #observers: Observers;

  constructor(state: MapState) {
    this.sights = new Sights(state);
    this.#observers = new Observers(state);
  }

  /** Sees the map through a body from now on, of kinds it wants. */
  watch(body: number, wants: Wants): void {
    this.#observers.watch(body, wants);
  }

  /** What a body that is watched wants to be told from now on. */
  listen(body: number, wants: Wants): void {
    this.#observers.listen(body, wants);
  }

  /** To be called after every tick of the map, with all it changed; returns by body what each watched one perceives of it. */
  follow(happened: Happened, awoken: readonly Awoken[]): ReadonlyMap<number, Observation> {
    this.#observers.unwatchGone(happened.touched);
    for (const { body, wants } of awoken) this.watch(body, wants);
    this.sights.follow(happened);
    return this.#observers.observe(happened);
  }
}
