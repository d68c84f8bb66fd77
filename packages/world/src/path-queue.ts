/** Factor that leaves room in a ticket for every request of one tick. */
const perTick = 1 << 20;

/**
 * Who waits for a path, first come first served. A ticket is made of the tick and a count within it, so that it
 * follows from the state alone. Entries whose body has since asked for something else are skipped when their turn comes.
 */
export class PathQueue {
  #entries: { readonly slot: number; readonly ticket: number }[] = [];
  #head = 0;
  #lastTick = -1;
  #inTick = 0;

  enter(slot: number, tick: number): number {
    if (tick !== this.#lastTick) this.#inTick = 0;
    this.#lastTick = tick;
    const ticket = tick * perTick + ++this.#inTick;
    this.#entries.push({ slot, ticket });
    return ticket;
  }

  restore(slot: number, ticket: number): void {
    this.#entries.push({ slot, ticket });
  }

  sort(): void {
    this.#entries.sort((a, b) => a.ticket - b.ticket);
  }

  /** Takes the first who still waits; `ticketOf` says which ticket a slot holds now. */
  take(ticketOf: (slot: number) => number): number | null {
    while (this.#head < this.#entries.length) {
      const { slot, ticket } = this.#entries[this.#head++]!;
      if (this.#head > 4096) {
        this.#entries = this.#entries.slice(this.#head);
        this.#head = 0;
      }
      if (ticketOf(slot) === ticket) return slot;
    }
    this.#entries.length = 0;
    this.#head = 0;
    return null;
  }
}
