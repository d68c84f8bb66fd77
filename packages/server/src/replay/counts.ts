import type { RecordDensity } from "@elsewhere/protocol";

/** What is counted: speech, doings, comings and goings. */
export const categories = ["speech", "doings", "comings"] as const;
export type Category = (typeof categories)[number];

const perRow = 1 + categories.length;

/** How much happened in each tick in which anything did. Rows of a tick and one number a category, by ascending tick. */
export class Counts {
  #rows: Float64Array;
  #length: number;

  constructor(rows: Float64Array = new Float64Array(0)) {
    this.#rows = rows;
    this.#length = rows.length;
  }

  get rows(): Float64Array {
    return this.#rows.slice(0, this.#length);
  }

  /** Ticks must be added in their order. */
  add(tick: number, category: Category): void {
    if (this.#length === 0 || this.#rows[this.#length - perRow] !== tick) {
      if (this.#length === this.#rows.length) {
        const grown = new Float64Array(Math.max(64, 2 * this.#length));
        grown.set(this.#rows);
        this.#rows = grown;
      }
      this.#rows[this.#length] = tick;
      this.#length += perRow;
    }
    const at = this.#length - perRow + 1 + categories.indexOf(category);
    this.#rows[at] = this.#rows[at]! + 1;
  }

  each(take: (tick: number, category: Category, count: number) => void): void {
    for (let row = 0; row < this.#length; row += perRow) {
      categories.forEach((category, i) => {
        const count = this.#rows[row + 1 + i]!;
        if (count > 0) take(this.#rows[row]!, category, count);
      });
    }
  }
}

/** Counts in spans of equal length. */
export class Spans {
  readonly #from: number;
  readonly #to: number;
  readonly #counts: { readonly [category in Category]: number[] };

  /** `from`, `to`: world time, ms; `from` is part of the first span, `to` of the last. */
  constructor(from: number, to: number, bins: number) {
    this.#from = from;
    this.#to = to;
    const empty = (): number[] => Array.from({ length: bins }, () => 0);
    this.#counts = { speech: empty(), doings: empty(), comings: empty() };
  }

  add(now: number, category: Category, count: number): void {
    if (now < this.#from || now > this.#to) return;
    const counts = this.#counts[category];
    const span = Math.floor(((now - this.#from) / Math.max(1, this.#to - this.#from)) * counts.length);
    counts[Math.min(span, counts.length - 1)]! += count;
  }

  density(more: boolean): RecordDensity {
    return { from: this.#from, to: this.#to, ...this.#counts, more };
  }
}
