import type { CrossingClock } from "../../packages/server/src/crossings/contract.ts";
import type { Lifetime } from "./lifetime.ts";

/** A host's own clocks: the wall's may say anything and jump, the other begins anew with each start. */
export class HostClock implements CrossingClock {
  readonly #lifetime: Lifetime;
  readonly #trueMs: () => number;
  readonly #startedMs: number;
  readonly #rate: number;
  readonly #wall: () => number;

  /** `rate`: how fast it goes. `wall`: seconds since 1970, as this host believes. */
  constructor(lifetime: Lifetime, trueMs: () => number, rate: number, wall: () => number) {
    this.#lifetime = lifetime;
    this.#trueMs = trueMs;
    this.#startedMs = trueMs();
    this.#rate = rate;
    this.#wall = wall;
  }

  nowMs(): number {
    return (this.#trueMs() - this.#startedMs) * this.#rate;
  }

  wallSeconds(): number {
    return this.#wall();
  }

  after(ms: number, wake: () => void): () => void {
    return this.#lifetime.after(ms / this.#rate, wake);
  }
}
