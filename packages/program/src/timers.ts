import { ElsewhereError, limits } from "@elsewhere/protocol";

export interface Timer {
  at: number;
  readonly fire: () => void;
}

const none: readonly never[] = [];

/** What waits for a time, earliest first; of two that end at once, the one begun first. */
export class Timers {
  #timers: Timer[] = [];

  /** World time of the earliest, null if nothing waits. */
  get next(): number | null {
    return this.#timers[0]?.at ?? null;
  }

  /** Returns how to cancel it. */
  add(at: number, fire: () => void): () => void {
    const limit = limits.timersMax;
    if (this.#timers.length >= limit) {
      throw new ElsewhereError("limit", `more than ${limit} waits for a time at once`, { field: "sleep", limit });
    }
    const timer = { at, fire };
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1]!.at > at) place--;
    this.#timers.splice(place, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Another clock counts from now on, which is ahead by `ms`: what is left of every wait stays. */
  shift(ms: number): void {
    for (const timer of this.#timers) timer.at += ms;
  }

  /** Takes out what is due at `now`. What is added later waits for another turn, so that no sleep of 0 spins within one. */
  takeDue(now: number): readonly Timer[] {
    if (this.#timers.length === 0) return none;
    let count = 0;
    while (count < this.#timers.length && this.#timers[count]!.at <= now) count++;
    return this.#timers.splice(0, count);
  }
}
