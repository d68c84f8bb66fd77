/** A row of a patch: the slot of its first body, the step its changes were encoded in, and where their bytes start and end. */
export const stride = 4;
export const encodedIn = 1;
export const startsAt = 2;
export const endsAt = 3;
/** No slot, no step. */
export const none = -1;

/**
 * What every frame asks of every patch in sight, by the patches' numbers, and which bodies are in each: a chain of slots, by
 * ascending id. All of it is numbers side by side, for a frame's time is mostly spent waiting for memory.
 */
export class PatchTable {
  /** How many patches there are. */
  count = 0;
  /** `stride` numbers a patch. */
  rows = new Int32Array(64 * stride);
  /** By slot: the next body of the same patch, -1 for the last. */
  next = new Int32Array(64);
  /** By patch: the last step that there was anything to tell of besides moves. */
  newsStep = new Int32Array(64);

  /** Returns the number of a new patch. */
  add(): number {
    const patch = this.count++;
    if (patch >= this.newsStep.length) {
      this.rows = longer(this.rows);
      this.newsStep = longer(this.newsStep);
    }
    this.rows.fill(none, patch * stride, (patch + 1) * stride);
    this.newsStep[patch] = none;
    return patch;
  }

  /** Slots of all bodies in a patch. */
  members(patch: number): number[] {
    const slots: number[] = [];
    for (let slot = this.rows[patch * stride]!; slot !== none; slot = this.next[slot]!) slots.push(slot);
    return slots;
  }

  setMembers(patch: number, slots: readonly number[]): void {
    let after = none;
    for (let i = slots.length - 1; i >= 0; i--) {
      const slot = slots[i]!;
      while (slot >= this.next.length) this.next = longer(this.next);
      this.next[slot] = after;
      after = slot;
    }
    this.rows[patch * stride] = after;
  }
}

function longer(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(numbers.length * 2);
  grown.set(numbers);
  return grown;
}
