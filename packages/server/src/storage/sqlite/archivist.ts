import { Worker } from "node:worker_threads";
import type { Done, Job } from "../../record/recode.ts";
import type { Store } from "./store.ts";

/** What the recoding thread answers. */
export type Recoded = { readonly done: Done } | { readonly error: string };

/** Has old entries recoded by a thread of its own, a job at a time, and puts the blocks into the store in between its calls. */
export class Archivist {
  readonly #store: Store;
  #worker: Worker | null = null;
  /** What is being recoded. */
  #job: Job | null = null;
  #closed = false;
  /** Those who want all recoded, however little it is, and wait until nothing is left. */
  #waiting: ((error: string | null) => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * To be called after commits with keyframes: without a later one nothing is due. What fails, and what is due when a server
   * starts, which then has other things to do, is tried again with the next.
   */
  consider(): void {
    if (this.#job !== null || this.#closed) return;
    this.#job = this.#store.due(this.#waiting.length > 0);
    if (this.#job !== null) this.#recode(this.#job);
    else for (const done of this.#waiting.splice(0)) done(this.#store.trouble);
  }

  /** Recodes all that can be, however little it is, and then says so, or why not. */
  all(done: (error: string | null) => void): void {
    this.#store.recodeAgain();
    this.#waiting.push(done);
    this.consider();
  }

  close(): void {
    this.#closed = true;
    void this.#worker?.terminate();
  }

  #recode(job: Job): void {
    const bytes = bytesOf(job);
    // Only its bytes are handed over: what it was of is still asked for.
    this.#thread().postMessage(
      job,
      bytes.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  #thread(): Worker {
    if (this.#worker === null) {
      const entry = import.meta.url.endsWith(".ts") ? "./recoder.ts" : "./recoder.js";
      this.#worker = new Worker(new URL(entry, import.meta.url), { name: "recoder" });
      this.#worker.unref();
      this.#worker.on("message", (answer: Recoded) => this.#take(answer));
      this.#worker.on("error", (error) => {
        this.#worker = null;
        this.#take({ error: error.message });
      });
    }
    return this.#worker;
  }

  #take(answer: Recoded): void {
    const job = this.#job!;
    this.#job = null;
    if (this.#closed) return;
    try {
      if ("error" in answer) throw new Error(answer.error);
      this.#store.archive(answer.done);
    } catch (error) {
      this.#store.recodeFailed(job, error instanceof Error ? error.message : String(error));
    }
    this.consider();
  }
}

function bytesOf(job: Job): readonly Uint8Array[] {
  if (job.kind === "thin") return job.bytes === null ? [] : [job.bytes];
  return (job.kind === "recode" ? job.entries : job.turns).map(({ bytes }) => bytes);
}
