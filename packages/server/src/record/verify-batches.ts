import { batchesBetweenRows, batchHash, genesis, sameHash } from "./chain.ts";
import type { ReadBatch } from "./reader.ts";

/**
 * Follows the batch chain from row to row. Not every batch has a row of its own; the hash of one without follows from its
 * links, and the next row vouches for them all.
 */
export class BatchChain {
  /** The last batch that was added. */
  last = 0;
  readonly #problem: (what: string) => void;
  readonly #allFrom: number;
  /** Null where it cannot be known: after entries that are not there. */
  #hash: Uint8Array | null = genesis;
  /** Whether all links since the last row are what they say. */
  #sound = true;

  constructor(problem: (what: string) => void, allFrom: number) {
    this.#problem = problem;
    this.#allFrom = allFrom;
  }

  /** The batches from the last one added up to that of the next row. */
  *upTo({ batch }: ReadBatch): Generator<number> {
    const next = this.last + 1;
    if (batch > next && (batch > this.#allFrom || batch - this.last > batchesBetweenRows)) {
      const missing = Math.min(batch - 1, Math.max(next, this.#allFrom));
      this.#problem(`batch ${missing} is not what was committed`);
      this.#hash = null;
    }
    // What is too far away was never written by us: of it, only the row itself is looked at.
    const first = batch - this.last > batchesBetweenRows ? batch : next;
    for (let n = first; n <= batch; n++) yield n;
  }

  /** `gapEnd`: the last batch with entries that are not there. */
  add(batch: number, { links, sound }: { readonly links: readonly Uint8Array[]; readonly sound: boolean }, gapEnd: number): void {
    this.last = batch;
    this.#sound &&= sound;
    this.#hash = this.#hash === null || batch <= gapEnd ? null : batchHash(this.#hash, batch, links);
  }

  /** A damaged turn or image has been named already, and is the reason. */
  compare({ batch, hash }: ReadBatch): void {
    const asCommitted = this.#hash === null || !this.#sound || sameHash(this.#hash, hash);
    if (!asCommitted) this.#problem(`batch ${batch} is not what was committed`);
    this.#hash = hash;
    this.#sound = true;
  }
}
