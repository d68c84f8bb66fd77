import type { Content } from "./slot.ts";

/** Heaps that can be made again, as many of those used last as go into `bytesMax`. */
export class Heaps<Key, Heap extends Content> {
  readonly #bytesMax: number;
  /** Used longest ago first. */
  readonly #heaps = new Map<Key, Heap>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(key: Key): Heap | null {
    const heap = this.#heaps.get(key);
    if (heap === undefined) return null;
    this.#heaps.delete(key);
    this.#heaps.set(key, heap);
    return heap;
  }

  /** Keeps this one, however large, and lets others go for it. */
  put(key: Key, heap: Heap): void {
    this.delete(key);
    this.#heaps.set(key, heap);
    this.#bytes += heap.heap.length;
    for (const [longest] of this.#heaps) {
      if (this.#bytes <= this.#bytesMax || longest === key) return;
      this.delete(longest);
    }
  }

  delete(key: Key): void {
    this.#bytes -= this.#heaps.get(key)?.heap.length ?? 0;
    this.#heaps.delete(key);
  }
}
