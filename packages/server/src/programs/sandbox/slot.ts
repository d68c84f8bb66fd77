/**
 * One WebAssembly memory that many programs use, one after the other. Invariants:
 *
 * 1. After `load` every byte of it, the number of its pages and its stack pointer are what they would be in an instance
 *    made for this program alone: nothing tells a program who was here before, and nothing of them is left.
 * 2. `holds` names the content that all above the stack pointer is known to be equal to. It is null from the moment on in
 *    which a program may have changed it, and set again once every granule that differed has been put back.
 */
import assert from "node:assert/strict";
import type { Base } from "./base.ts";
import { Engine } from "./engine.ts";
import { putBack } from "./granules.ts";

/** All of a memory above the stack pointer, as it is before the program's own granules are put in. */
export interface Content {
  readonly heap: Buffer;
}

export class Slot {
  readonly engine: Engine;
  /** Which engine's module this is an instance of; no other can use it. */
  readonly engineHash: string;
  readonly #stackPointer: number;
  #holds: Content | null = null;
  /** Whether the heap in it has been at another host. */
  foreign = false;

  constructor({ module, engineHash, stackPointer }: Base) {
    this.engine = new Engine(module);
    this.engineHash = engineHash;
    this.#stackPointer = stackPointer;
  }

  get memoryBytes(): number {
    return this.engine.bytes.length;
  }

  get holds(): Content | null {
    return this.#holds;
  }

  get heap(): Buffer {
    return this.engine.bytes.subarray(this.#stackPointer);
  }

  /** A memory can only grow: to fill a smaller one it needs another slot. */
  canHold(engineHash: string, memoryBytes: number): boolean {
    return this.engineHash === engineHash && this.memoryBytes <= memoryBytes;
  }

  /** Makes this the memory that has `content` in its first part and nothing behind it, and then what `change` makes of it. */
  load(content: Content, memoryBytes: number, change?: (heap: Buffer) => void): void {
    const missing = memoryBytes - this.memoryBytes;
    assert(missing >= 0, "a slot was given a program smaller than itself");
    if (missing > 0) {
      this.engine.grow(missing);
      // Of a content longer than the memory was it held the first part only.
      this.#holds = null;
    }
    this.engine.reset(this.#stackPointer, this.foreign);
    this.foreign = false;
    const { heap } = this;
    if (this.#holds !== content) {
      const known = Math.min(content.heap.length, heap.length);
      content.heap.copy(heap, 0, 0, known);
      heap.fill(0, known);
    }
    this.#holds = null;
    change?.(heap);
  }

  /** Its program leaves: `granules` are all in which the heap differs from `content`. */
  clear(content: Content, granules: readonly number[]): void {
    putBack(this.heap, content.heap, granules);
    this.#holds = content;
  }
}
