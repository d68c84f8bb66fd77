interface Parcel {
  readonly bytes: Uint8Array;
  readonly untilMs: number;
}

/** A carrier: holds payloads until their deadline by a clock of its own, and can lose all of them. */
export class Carrier {
  readonly #nowMs: () => number;
  readonly #parcels = new Map<string, Parcel>();
  isDown = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  put(attempt: string, bytes: Uint8Array, forMs: number): void {
    this.#tidy();
    // To deposit it again puts nothing off.
    if (!this.isDown && !this.#parcels.has(attempt)) this.#parcels.set(attempt, { bytes, untilMs: this.#nowMs() + forMs });
  }

  get(attempt: string): Uint8Array | null {
    this.#tidy();
    return this.isDown ? null : (this.#parcels.get(attempt)?.bytes ?? null);
  }

  loseAll(): void {
    this.#parcels.clear();
  }

  get size(): number {
    this.#tidy();
    return this.#parcels.size;
  }

  #tidy(): void {
    for (const [attempt, { untilMs }] of this.#parcels) if (untilMs <= this.#nowMs()) this.#parcels.delete(attempt);
  }
}
