/**
 * One place of the pool and the worker thread that fills it now. Knows which requests the thread holds; when the thread
 * is lost, whether ended from here or by itself, it says which one is to blame and fills the place anew.
 */
import { Worker } from "node:worker_threads";
import type { RealTime } from "../ticks/clock.ts";
import type { Fault } from "./contract.ts";
import { type FromWorker, mark, marksBytes, type ToWorker, type WorkerData } from "./messages.ts";
import type { Base } from "./sandbox/base.ts";
import { Watchdog } from "./watchdog.ts";

export interface ThreadEvents {
  answered(id: number, result: FromWorker["result"]): void;
  /** `held` are the requests without an answer, in the order given. */
  lost(thread: WorkerThread, held: readonly number[], culprit: { id: number; fault: Fault } | null): void;
}

export interface TurnTimes {
  readonly turnMsMax: number;
  readonly startMsMax: number;
}

/** The engine's own stack limit must be met before the thread's: a deep recursion is then an ordinary error inside. */
const stackSizeMb = 32;
const entry = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

export class WorkerThread {
  /** Programs dealt to this place. */
  members = 0;
  readonly #base: Base;
  readonly #time: Pick<RealTime, "monotonicMs" | "after">;
  readonly #times: TurnTimes;
  readonly #events: ThreadEvents;
  readonly #held = new Set<number>();
  /** Null until there is work: a worker that cannot even start is not started over and over. */
  #worker: Worker | null = null;
  #marks = new SharedArrayBuffer(marksBytes);
  #watchdog: Watchdog;
  #cancelLook: (() => void) | null = null;
  #answers = 0;
  #closed = false;

  constructor(base: Base, time: Pick<RealTime, "monotonicMs" | "after">, times: TurnTimes, events: ThreadEvents) {
    this.#base = base;
    this.#time = time;
    this.#times = times;
    this.#events = events;
    this.#watchdog = new Watchdog(this.#marks, times.turnMsMax, times.startMsMax);
  }

  post(message: ToWorker): void {
    if (message.kind !== "drop") this.#held.add(message.id);
    this.#worker ??= this.#spawn();
    this.#worker.postMessage(message);
    if (this.#cancelLook === null && this.#held.size > 0) this.#lookLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook?.();
    await this.#worker?.terminate();
  }

  #spawn(): Worker {
    this.#marks = new SharedArrayBuffer(marksBytes);
    this.#watchdog = new Watchdog(this.#marks, this.#times.turnMsMax, this.#times.startMsMax);
    this.#answers = 0;
    const data: WorkerData = { base: this.#base, marks: this.#marks };
    const worker = new Worker(entry, { workerData: data, env: {}, resourceLimits: { stackSizeMb } });
    let cause = "the worker ended by itself";
    worker.on("message", ({ id, result }: FromWorker) => {
      if (worker !== this.#worker) return;
      this.#answers++;
      if (this.#held.delete(id)) this.#events.answered(id, result);
    });
    worker.on("error", (error) => (cause = (error as Error).message));
    worker.on("exit", () => {
      if (worker === this.#worker && !this.#closed) this.#lost({ reason: "engine", message: cause }, this.#current());
    });
    worker.unref();
    return worker;
  }

  /** The request being worked on; one that never got as far as its first answer is to blame for all it was given. */
  #current(): number | null {
    const words = new Int32Array(this.#marks);
    const id = Atomics.load(words, mark.request);
    if (this.#held.has(id)) return id;
    return this.#answers === 0 ? ([...this.#held][0] ?? null) : null;
  }

  #lookLater(): void {
    this.#cancelLook = this.#time.after(this.#watchdog.intervalMs, () => this.#look());
  }

  #look(): void {
    this.#cancelLook = null;
    if (this.#held.size === 0) return;
    const overrun = this.#watchdog.look(this.#time.monotonicMs());
    if (overrun === null) this.#lookLater();
    else this.#end(overrun);
  }

  #end(overrun: number): void {
    const worker = this.#worker;
    this.#lost({ reason: "time", message: "held its worker longer than a turn may" }, overrun);
    void worker?.terminate();
  }

  #lost(fault: Fault, culprit: number | null): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    const held = [...this.#held];
    this.#held.clear();
    this.#worker = null;
    this.#events.lost(this, held, culprit === null ? null : { id: culprit, fault });
  }
}
