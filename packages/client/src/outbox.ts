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

/** Of these the world does one at a time: the latest. */
const movements: ReadonlySet<Intent["kind"]> = new Set<Intent["kind"]>(["walk", "follow", "stop"]);

const askedAfresh: ReadonlySet<Intent["kind"]> = new Set<Intent["kind"]>(["walk", "look", "leave"]);

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
   * After a reconnection: the world has taken all up to `lastN`. Most of that is done (`taken`). A look's answer is lost,
   * a walk ended where its body was unplugged, and who had left has just come back in: these are asked afresh, the walk
   * unless a later movement took its place (`superseded`). What the world did not take is sent again.
   */
  resume(lastN: number): {
    readonly taken: readonly number[];
    readonly superseded: readonly number[];
    readonly again: readonly Numbered[];
  } {
    this.#lastN = Math.max(this.#lastN, lastN);
    const lastMovement = Math.max(0, ...[...this.#waiting].filter(([, { intent }]) => movements.has(intent.kind)).map(([n]) => n));
    const taken: number[] = [];
    const superseded: number[] = [];
    // What is asked afresh joins the end while this runs; being above `lastN`, it is passed over.
    for (const [n, { ticket, intent }] of this.#waiting) {
      if (n > lastN) continue;
      this.#waiting.delete(n);
      if (intent.kind === "walk" && n < lastMovement) superseded.push(ticket);
      else if (askedAfresh.has(intent.kind)) this.add(ticket, intent);
      else taken.push(ticket);
    }
    const again = [...this.#waiting].map(([n, { intent }]) => ({ n, intent }));
    return { taken, superseded, again };
  }
}
