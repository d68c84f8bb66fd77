/**
 * Who sleeps, the longest asleep first, so that a tick asks only after that one. Bodies fall asleep in the order of
 * ticks; only where they are put in otherwise, from a keyframe, are they sorted when first asked for.
 */
export class Sleepers {
  /** Tick at which it fell asleep by slot, in the order of those ticks while `#sorted`. */
  #since = new Map<number, number>();
  #sorted = true;
  /** No body was put in with a later one. */
  #last = 0;

  set(slot: number, since: number): void {
    this.#since.delete(slot);
    this.#since.set(slot, since);
    this.#sorted &&= since >= this.#last;
    this.#last = Math.max(this.#last, since);
  }

  delete(slot: number): void {
    this.#since.delete(slot);
  }

  /** Slots of all who fell asleep at `tick` or before, ascending. */
  until(tick: number): readonly number[] {
    if (!this.#sorted) this.#since = new Map([...this.#since].toSorted(([, a], [, b]) => a - b));
    this.#sorted = true;
    const slots: number[] = [];
    for (const [slot, since] of this.#since) {
      if (since > tick) break;
      slots.push(slot);
    }
    return slots.sort((a, b) => a - b);
  }
}
