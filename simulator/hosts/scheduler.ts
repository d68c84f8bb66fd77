import { MinHeap } from "../../packages/server/src/programs/min-heap.ts";

interface Entry {
  run: (() => void) | null;
}

/** True time, which nobody in a simulation knows, and all that is going to happen, one thing after another. */
export class Scheduler {
  readonly #entries = new MinHeap<Entry>();
  #nowMs = 0;
  #events = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  get events(): number {
    return this.#events;
  }

  /** Returns how to have it not happen. */
  after(ms: number, run: () => void): () => void {
    const entry: Entry = { run };
    this.#entries.push(this.#nowMs + Math.max(0, ms), entry);
    return () => (entry.run = null);
  }

  /** Lets everything happen that is due by then. Whatever an event sets off by promises has ended before the next one begins. */
  async run(untilMs: number): Promise<void> {
    while (this.#entries.leastKey <= untilMs) {
      this.#nowMs = this.#entries.leastKey;
      const { run } = this.#entries.pop()!;
      if (run === null) continue;
      this.#events++;
      run();
      await promisesHaveRun();
    }
    this.#nowMs = untilMs;
  }
}

/** Nothing in a simulation waits for anything outside, so that what promises set off ends before the loop turns. */
const promisesHaveRun = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
