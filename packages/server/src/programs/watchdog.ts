/**
 * Sees to it from outside that no turn holds its worker: inside built-ins the engine never looks up. It looks at a
 * worker's beat at fixed intervals and charges a turn for what passed between two looks, but never more than an
 * interval and a half, so that a machine (or this thread) that stood still is not held against the turn.
 */
import { mark } from "./messages.ts";

export class Watchdog {
  readonly #words: Int32Array;
  readonly #turnMsMax: number;
  readonly #startMsMax: number;
  #beat = 0;
  #chargedMs = 0;
  #lookedMs = 0;

  constructor(marks: SharedArrayBuffer, turnMsMax: number, startMsMax: number) {
    this.#words = new Int32Array(marks);
    this.#turnMsMax = turnMsMax;
    this.#startMsMax = startMsMax;
  }

  /** How often to look. */
  get intervalMs(): number {
    return this.#turnMsMax / 2;
  }

  /** The request whose turn has overrun, if one has. */
  look(nowMs: number): number | null {
    const beat = Atomics.load(this.#words, mark.beat);
    const passedMs = Math.min(nowMs - this.#lookedMs, this.intervalMs * 1.5);
    this.#lookedMs = nowMs;
    const sameTurn = beat === this.#beat && beat % 2 !== 0;
    this.#beat = beat;
    this.#chargedMs = sameTurn ? this.#chargedMs + passedMs : 0;
    const budgetMs = Atomics.load(this.#words, mark.start) === 1 ? this.#startMsMax : this.#turnMsMax;
    return sameTurn && this.#chargedMs >= budgetMs ? Atomics.load(this.#words, mark.request) : null;
  }
}
