import type { Intent } from "@elsewhere/protocol";

interface Waiting {
  /** What the asker knows the intent by; its number on the wire may change. */
  readonly ticket: number;
  readonly intent: Intent;
}

export interface Numbered {
  readonly n: number;
  readonly intent: Intent;
}

/**
 * Intents not yet answered, by their number. A number once sent is kept when an intent is sent again, so that the world,
 * which takes every number once, does nothing twice.
 */
export class Outbox {
  readonly #waiting = new Map<number, Waiting>();
  #lastN = 0;

  get size(): number {
    return this.#waiting.size;
  }

  add(ticket: number, intent: Intent): number {
    const n = ++this.#lastN;
    this.#waiting.set(n, { ticket, intent });
    return n;
  }

  /** The ticket of the intent that was answered; null if nobody waits for it. */
  answered(n: number): number | null {
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    return waiting?.ticket ?? null;
  }

  /** Tickets of all unanswered intents of a kind. */
  ticketsOf(kind: Intent["kind"]): readonly number[] {
    return [...this.#waiting.values()].filter(({ intent }) => intent.kind === kind).map(({ ticket }) => ticket);
  }

  /**
   * After a reconnection: the world has taken all up to `lastN`. What it took is done (`taken`), except a walk, which it
   * answers when it ends, and a look, whose answer was lost and which is asked afresh. What it did not take is sent again.
   */
  resume(lastN: number): { readonly taken: readonly number[]; readonly again: readonly Numbered[] } {
    this.#lastN = Math.max(this.#lastN, lastN);
    const taken: number[] = [];
    // Looks asked afresh join the end while this runs; being above `lastN`, they are passed over.
    for (const [n, { ticket, intent }] of this.#waiting) {
      if (n > lastN || intent.kind === "walk") continue;
      this.#waiting.delete(n);
      if (intent.kind === "look") this.add(ticket, intent);
      else taken.push(ticket);
    }
    const again = [...this.#waiting].filter(([n]) => n > lastN).map(([n, { intent }]) => ({ n, intent }));
    return { taken, again };
  }
}
