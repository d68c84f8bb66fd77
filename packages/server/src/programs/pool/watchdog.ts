/**
 * Sees to it from outside that no turn holds its worker: inside built-ins the engine never looks up. It looks at a
 * worker's beat at fixed intervals and asks the worker's thread for the processor time it has used; V8 answers that even in
 * the midst of a built-in. What a turn used between two looks is what it is charged, so that neither a busy machine nor one
 * that stood still is ever held against it.
 */
import { mark } from "./messages.ts";

/** A worker that says nothing at all for so many budgets, by the wall, is beyond help. */
const budgetsUnansweredMax = 100;

export class Watchdog {
  readonly #words: Int32Array;
  readonly #turnMsMax: number;
  readonly #startMsMax: number;
  #beat = 0;
  /** Processor time at the first answer in this turn. */
  #firstCpuMs: number | null = null;
  #unansweredMs = 0;
  #lookedMs = 0;

  constructor(marks: SharedArrayBuffer, turnMsMax: number, startMsMax: number) {
    this.#words = new Int32Array(marks);
    this.#turnMsMax = turnMsMax;
    this.#startMsMax = startMsMax;
  }

  /** How often to look: a turn is found at most two looks after it has used its budget, well before it has used two. */
  get intervalMs(): number {
    return this.#turnMsMax / 4;
  }

  /** A look: the beat at which to ask the worker for its processor time now, or the request whose turn has to be ended unheard. */
  look(nowMs: number): { readonly ask: number | null; readonly overrun: number | null } {
    const beat = Atomics.load(this.#words, mark.beat);
    const passedMs = Math.min(nowMs - this.#lookedMs, this.intervalMs * 1.5);
    this.#lookedMs = nowMs;
    const running = beat % 2 !== 0;
    if (beat === this.#beat && running) this.#unansweredMs += passedMs;
    else {
      this.#firstCpuMs = null;
      this.#unansweredMs = 0;
    }
    this.#beat = beat;
    const beyondHelp = this.#unansweredMs >= budgetsUnansweredMax * this.#budgetMs();
    return { ask: running ? beat : null, overrun: beyondHelp ? this.#request() : null };
  }

  /** The worker's answer to a question asked at a beat; the request whose turn has overrun, if one has. */
  answered(beat: number, cpuMs: number): number | null {
    // Only if one turn ran from the question to the answer does the answer say anything about it.
    if (beat !== Atomics.load(this.#words, mark.beat)) return null;
    this.#unansweredMs = 0;
    this.#firstCpuMs ??= cpuMs;
    return cpuMs - this.#firstCpuMs >= this.#budgetMs() ? this.#request() : null;
  }

  #budgetMs(): number {
    return Atomics.load(this.#words, mark.start) === 1 ? this.#startMsMax : this.#turnMsMax;
  }

  #request(): number {
    return Atomics.load(this.#words, mark.request);
  }
}
