/** A binary heap: the item with the least key first. */
export class MinHeap<T> {
  #keys: number[] = [];
  #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Infinity when there is none. */
  get leastKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, item: T): void {
    let at = this.#items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#keys[above]! <= key) break;
      this.#put(at, this.#keys[above]!, this.#items[above]!);
      at = above;
    }
    this.#put(at, key, item);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    const key = this.#keys.pop();
    const item = this.#items.pop();
    if (this.#items.length > 0) this.#sink(key!, item!);
    return first;
  }

  /** Keeps only what `keep` says. */
  retain(keep: (item: T, key: number) => boolean): void {
    const keys = this.#keys;
    const items = this.#items;
    this.#keys = [];
    this.#items = [];
    items.forEach((item, i) => {
      if (keep(item, keys[i]!)) this.push(keys[i]!, item);
    });
  }

  #sink(key: number, item: T): void {
    const size = this.#items.length;
    let at = 0;
    for (let below = 1; below < size; below = 2 * at + 1) {
      if (below + 1 < size && this.#keys[below + 1]! < this.#keys[below]!) below++;
      if (this.#keys[below]! >= key) break;
      this.#put(at, this.#keys[below]!, this.#items[below]!);
      at = below;
    }
    this.#put(at, key, item);
  }

  #put(at: number, key: number, item: T): void {
    this.#keys[at] = key;
    this.#items[at] = item;
  }
}
