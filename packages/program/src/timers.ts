import { ElsewhereError, limits } from "@elsewhere/protocol";

/** An amount of world time; the parts are added up. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly ms?: number;
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** What sleeps, earliest first; of two that end at once, the one begun first. */
export class Timers {
  #timers: Timer[] = [];

  /** World time of the earliest, null if nothing sleeps. */
  get next(): number | null {
    return this.#timers[0]?.at ?? null;
  }

  add(at: number, fire: () => void): void {
    if (this.#timers.length >= limits.timersMax) {
      throw new ElsewhereError("limit", `more than ${limits.timersMax} sleeps at once`, { field: "sleep", limit: limits.timersMax });
    }
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1]!.at > at) place--;
    this.#timers.splice(place, 0, { at, fire });
  }

  /** Takes out what is due at `now`. What is added later waits for another turn, so that no sleep of 0 spins within one. */
  takeDue(now: number): Timer[] {
    let count = 0;
    while (count < this.#timers.length && this.#timers[count]!.at <= now) count++;
    return this.#timers.splice(0, count);
  }
}

export function durationMs({ days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0 }: Duration): number {
  const total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms;
  if (Number.isFinite(total) && total >= 0) return total;
  throw new ElsewhereError("malformed", "sleep: write an amount of time from 0 on, such as { minutes: 5 }", { field: "sleep" });
}
