/** A set of slots, a bit each, so that it is gone through in ascending order without sorting. */
export class SlotSet {
  #words = new Uint32Array(2);
  size = 0;

  has(slot: number): boolean {
    return (((this.#words[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
  }

  add(slot: number): void {
    if (this.has(slot)) return;
    const word = slot >>> 5;
    if (word >= this.#words.length) this.#grow(word);
    this.#words[word]! |= 1 << (slot & 31);
    this.size++;
  }

  /** Returns whether it was there. */
  delete(slot: number): boolean {
    if (!this.has(slot)) return false;
    this.#words[slot >>> 5]! &= ~(1 << (slot & 31));
    this.size--;
    return true;
  }

  /** The lowest slot in it that is higher than `after`, -1 if there is none. The set may change between two calls. */
  next(after: number): number {
    const words = this.#words;
    const from = after + 1;
    let word = from >>> 5;
    if (word >= words.length) return -1;
    let bits = words[word]! & (-1 << (from & 31));
    while (bits === 0) {
      if (++word === words.length) return -1;
      bits = words[word]!;
    }
    return word * 32 + 31 - Math.clz32(bits & -bits);
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let slot = this.next(-1); slot !== -1; slot = this.next(slot)) yield slot;
  }

  #grow(word: number): void {
    const words = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
    words.set(this.#words);
    this.#words = words;
  }
}
