/** Allows `perSecond` takings a second on average and twice as many at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #monotonicMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  constructor(perSecond: number, monotonicMs: () => number) {
    this.#perSecond = perSecond;
    this.#burst = perSecond * 2;
    this.#monotonicMs = monotonicMs;
    this.#tokens = this.#burst;
    this.#filledAtMs = monotonicMs();
  }

  /** Whether one more is allowed now; if so, it is counted. */
  take(): boolean {
    const nowMs = this.#monotonicMs();
    const gained = ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** One bucket for every peer address. */
export class PeerBuckets {
  readonly #perSecond: number;
  readonly #peersMax: number;
  readonly #monotonicMs: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(perSecond: number, peersMax: number, monotonicMs: () => number) {
    this.#perSecond = perSecond;
    this.#peersMax = peersMax;
    this.#monotonicMs = monotonicMs;
  }

  take(peer: string): boolean {
    let bucket = this.#buckets.get(peer);
    if (!bucket) {
      // Forgetting everybody now and then is fairer than to let a crowd of addresses fill the memory.
      if (this.#buckets.size >= this.#peersMax) this.#buckets.clear();
      bucket = new TokenBucket(this.#perSecond, this.#monotonicMs);
      this.#buckets.set(peer, bucket);
    }
    return bucket.take();
  }
}
