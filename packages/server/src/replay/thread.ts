import { Worker } from "node:worker_threads";
import { threadEnvironment } from "../thread-environment.ts";
import type { FromWorker, ToWorker, WorkerData } from "./messages.ts";

const entry = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** What one replay of a large world needs, and room for sixteen; beyond it the thread ends, and the host goes on. */
const heapMb = 2_048;

export interface ThreadEvents {
  received(message: FromWorker): void;
  /** It is gone, by itself. */
  lost(cause: string): void;
}

/** The worker thread in which replays run. */
export class ReplayThread {
  readonly #worker: Worker;
  #ended = false;

  constructor(workerData: WorkerData, events: ThreadEvents) {
    this.#worker = new Worker(entry, { workerData, env: threadEnvironment(), resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    let cause = "its thread ended by itself";
    this.#worker.on("message", (message: FromWorker) => {
      if (!this.#ended) events.received(message);
    });
    this.#worker.on("error", (error) => (cause = (error as Error).message));
    this.#worker.on("exit", () => {
      if (!this.#ended) events.lost(cause);
      this.#ended = true;
    });
    this.#worker.unref();
  }

  post(message: ToWorker): void {
    if (!this.#ended) this.#worker.postMessage(message);
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }
}
