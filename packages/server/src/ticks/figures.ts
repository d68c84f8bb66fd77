/** The last `size` values of something measured, for percentiles. */
export class Figures {
  readonly #values: Float64Array;
  #count = 0;

  constructor(size = 600) {
    this.#values = new Float64Array(size);
  }

  add(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value;
  }

  /** The value below which a share `p` (0..1) of the last ones lies; 0 before the first. */
  percentile(p: number): number {
    const kept = this.#values.slice(0, Math.min(this.#count, this.#values.length)).sort();
    return kept[Math.min(kept.length - 1, Math.floor(p * kept.length))] ?? 0;
  }
}
