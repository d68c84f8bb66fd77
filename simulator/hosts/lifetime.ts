import type { Scheduler } from "./scheduler.ts";

/** From a start of a host to its crash: what it was about to do dies with it, and nobody hears of it any more. */
export class Lifetime {
  readonly #scheduler: Scheduler;
  #isOver = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  after(ms: number, run: () => void): () => void {
    return this.#scheduler.after(ms, () => {
      if (!this.#isOver) run();
    });
  }

  /** Resolves so much later, and never if the host has crashed by then. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }
}
