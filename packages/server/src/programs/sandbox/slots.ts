/** The slots of one worker: at most so many memories, given to one program after the other. */
import assert from "node:assert/strict";
import type { Base } from "./base.ts";
import { type Content, Slot } from "./slot.ts";

export class Slots {
  readonly #slotsMax: number;
  #count = 0;
  #free: Slot[] = [];

  constructor(slotsMax: number) {
    assert(slotsMax >= 1, "a pager needs a slot");
    this.#slotsMax = slotsMax;
  }

  /**
   * A slot that can hold so much, the one with the least to be copied into it where there is a choice. `vacate` is asked
   * to empty one when all are in use. One that is too large is let go and another made: its size would show inside.
   */
  take(base: Base, memoryBytes: number, content: Content, vacate: () => Slot): Slot {
    const free = this.#bestFree(base, memoryBytes, content);
    if (free !== undefined) {
      this.#free = this.#free.filter((slot) => slot !== free);
      return free;
    }
    if (this.#count >= this.#slotsMax) {
      const slot = this.#free.shift() ?? vacate();
      if (slot.canHold(base.engineHash, memoryBytes)) return slot;
      this.#count--;
    }
    const made = new Slot(base);
    this.#count++;
    return made;
  }

  give(slot: Slot): void {
    this.#free.push(slot);
  }

  /** One that was taken is not used again: its engine came apart. */
  discard(): void {
    this.#count--;
  }

  #bestFree({ engineHash }: Base, memoryBytes: number, content: Content): Slot | undefined {
    const merit = (slot: Slot): number => slot.memoryBytes + (slot.holds === content ? 1 : 0);
    return this.#free.reduce<Slot | undefined>(
      (best, slot) => (slot.canHold(engineHash, memoryBytes) && (best === undefined || merit(slot) > merit(best)) ? slot : best),
      undefined,
    );
  }
}
