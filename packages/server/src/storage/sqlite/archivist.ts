import { Worker } from "node:worker_threads";
import type { Done, Job } from "../../record/recode.ts";
import type { Store } from "./store.ts";

/** What the recoding thread answers. */
export type Recoded = { readonly done: Done } | { readonly error: string };

/** Has old entries recoded by a thread of its own, a job at a time, and puts the blocks into the store in between its calls. */
export class Archivist {
  /** Why the last try failed; the entries then stay as they are, and nothing is lost. */
  error: string | null = null;
  readonly #store: Store;
  #worker: Worker | null = null;
  #busy = false;
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
    if (this.#busy || this.#closed) return;
    try {
      const job = this.#store.due(this.#waiting.length > 0);
      if (job === null) this.#ended(null);
      else this.#recode(job);
    } catch (error) {
      this.#ended(messageOf(error));
    }
  }

  /** Recodes all that can be, however little it is, and then says so, or why not. */
  all(done: (error: string | null) => void): void {
    this.#waiting.push(done);
    this.consider();
  }

  close(): void {
    this.#closed = true;
    void this.#worker?.terminate();
  }

  #recode(job: Job): void {
    this.#busy = true;
    const bytes = bytesOf(job);
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
    this.#busy = false;
    if (this.#closed) return;
    try {
      if ("error" in answer) throw new Error(answer.error);
      this.#store.archive(answer.done);
      this.error = null;
    } catch (error) {
      this.#ended(messageOf(error));
      return;
    }
    this.consider();
  }

  #ended(error: string | null): void {
    this.error = error;
    for (const done of this.#waiting.splice(0)) done(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function bytesOf(job: Job): readonly Uint8Array[] {
  if (job.kind === "thin") return job.bytes === null ? [] : [job.bytes];
  return (job.kind === "recode" ? job.entries : job.turns).map(({ bytes }) => bytes);
}
