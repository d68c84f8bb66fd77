/** How often somebody may try what comes to nothing: each such attempt costs work and leaves rows on a disk for good. */
export class Patience {
  readonly #perMinute: number;
  readonly #nowMs: () => number;
  /** When all of somebody's failures will be forgotten, by the monotonic clock; who is not in it has none. */
  readonly #untilMs = new Map<string, number>();

  /** So many failures a minute on average, and twice as many at once. */
  constructor(perMinute: number, nowMs: () => number) {
    this.#perMinute = perMinute;
    this.#nowMs = nowMs;
  }

  /** Whether somebody may try once more. */
  has(who: string): boolean {
    return this.#leftMs(who) <= 120_000 - 60_000 / this.#perMinute;
  }

  /** Another attempt has come to nothing. */
  lose(who: string): void {
    const leftMs = this.#leftMs(who);
    if (leftMs === 0) this.#forget();
    this.#untilMs.set(who, this.#nowMs() + leftMs + 60_000 / this.#perMinute);
  }

  #leftMs(who: string): number {
    return Math.max(0, (this.#untilMs.get(who) ?? 0) - this.#nowMs());
  }

  #forget(): void {
    const nowMs = this.#nowMs();
    for (const [who, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(who);
  }
}
