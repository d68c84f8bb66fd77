import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Verdict } from "./simulation.ts";

export interface Task {
  readonly seed: number;
  /** What is wrong on purpose, by its name. */
  readonly plant: string | null;
}

/**
 * Runs what seeds mean in a thread of its own. Node's test runner follows every promise of the thread that tests run in, to
 * know whose it is; a simulation is made of promises, and followed it takes half as long again.
 */
export class SimulationThread {
  #worker: Worker | null = null;

  /** One at a time. */
  async simulate(task: Task): Promise<Verdict> {
    this.#worker ??= new Worker(new URL("worker.ts", import.meta.url));
    this.#worker.postMessage(task);
    try {
      const [verdict] = (await once(this.#worker, "message")) as [Verdict];
      return verdict;
    } catch (cause) {
      this.#worker = null;
      throw new Error(`the thread died of seed ${task.seed}`, { cause });
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
