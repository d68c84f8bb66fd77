/**
 * One place of the pool and the worker thread that fills it now. Gathers what is asked for in one go into one message, and
 * knows which requests the thread holds; when the thread is lost, whether ended from here or by itself, it says who is to
 * blame and fills the place anew.
 */
import { Worker } from "node:worker_threads";
import type { RealTime } from "../../ticks/clock.ts";
import type { Code, Fault, RecordedTurn } from "../contract.ts";
import { type Asked, type FromWorker, mark, marksBytes, Packing, type ToWorker, type WorkerData } from "./messages.ts";
import type { Footing, Grounds } from "./grounds.ts";
import type { Member } from "./member.ts";
import type { Request } from "./request.ts";
import type { Base } from "../sandbox/base.ts";
import { threadEnvironment } from "../../thread-environment.ts";
import { Watchdog } from "./watchdog.ts";

/** Who made a worker end: one of its requests, all of them where it never even began, or nobody that is known. */
export interface Blame {
  readonly on: number | "all" | null;
  readonly fault: Fault;
}

export interface ThreadEvents {
  answered(thread: WorkerThread, message: FromWorker): void;
  /** `held` are the requests without an answer, in the order given. */
  lost(thread: WorkerThread, held: readonly number[], blame: Blame): void;
}

export interface ThreadOptions {
  readonly time: Pick<RealTime, "monotonicMs" | "after">;
  readonly turnMsMax: number;
  readonly startMsMax: number;
  readonly slotsMax: number;
  readonly turnPollsMax: number;
}

/** What gives a program its heap again, and what that stands on. */
export interface GroundedLoad extends Footing {
  readonly code: Code;
  readonly image: Uint8Array | null;
  readonly turns: readonly RecordedTurn[];
}

/** The engine's own stack limit must be met before the thread's: a deep recursion is then an ordinary error inside. */
const stackSizeMb = 32;
const entry = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

export class WorkerThread {
  /** Programs that are live here, by their keys. */
  readonly live = new Map<string, Member>();
  /** Requests that wait until it holds fewer. */
  readonly queue = new Set<Request>();
  readonly #grounds: Grounds;
  readonly #options: ThreadOptions;
  readonly #events: ThreadEvents;
  readonly #held = new Set<number>();
  /** Bases and templates it has been given. */
  readonly #given = new Set<string>();
  #outbox = new Outbox();
  /** Null until there is work: a worker that cannot even start is not started over and over. */
  #worker: Worker | null = null;
  #marks = new SharedArrayBuffer(marksBytes);
  #watchdog: Watchdog;
  #cancelLook: (() => void) | null = null;
  #answered = false;
  #closed = false;

  constructor(grounds: Grounds, options: ThreadOptions, events: ThreadEvents) {
    this.#grounds = grounds;
    this.#options = options;
    this.#events = events;
    this.#watchdog = new Watchdog(this.#marks, options.turnMsMax, options.startMsMax);
  }

  /** Requests given and not yet answered. */
  get held(): number {
    return this.#held.size;
  }

  /** What is asked for in one go reaches the worker together. */
  ask(asked: Omit<Asked, "load">, load: GroundedLoad | null): void {
    this.#held.add(asked.id);
    if (load === null) this.#outgoing().asked.push({ ...asked, load: null });
    else {
      const { code, base, image, turns } = load;
      this.#give(load);
      const outbox = this.#outgoing();
      outbox.asked.push({ ...asked, load: { code, base, turns, image: image === null ? null : outbox.packing.add(image) } });
    }
    if (this.#cancelLook === null) this.#lookLater();
  }

  /** Has it know this base; a worker begins with that, before there is anything to do. */
  begin(base: string): void {
    if (!this.#given.has(base)) this.#outgoing().bases.push(this.#grounds.baseOf(base));
    this.#given.add(base);
  }

  drop(key: string): void {
    if (this.#worker !== null) this.#outgoing().drops.push(key);
  }

  dropTemplate(hash: string): void {
    if (this.#given.delete(hash) && this.#worker !== null) this.#outgoing().dropTemplates.push(hash);
  }

  /** It has made this template itself. */
  knows(template: string): void {
    this.#given.add(template);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook?.();
    await this.#worker?.terminate();
  }

  /** The newest template first: a worker that knows none of the code yet takes it for the likeliest. */
  #give({ base, template, newest }: Footing): void {
    this.begin(base);
    for (const hash of [newest, template]) {
      const ground = hash === null || this.#given.has(hash) ? null : this.#grounds.get(hash);
      if (ground === null) continue;
      this.#outgoing().templates.push(ground.bytes);
      this.#given.add(ground.hash);
    }
  }

  #outgoing(): Outbox {
    if (this.#outbox.empty) {
      const outbox = this.#outbox;
      queueMicrotask(() => this.#post(outbox));
      outbox.empty = false;
    }
    return this.#outbox;
  }

  #post(outbox: Outbox): void {
    // Another one by now: the worker was lost, and what it was to be told with it.
    if (outbox !== this.#outbox || this.#closed) return;
    this.#outbox = new Outbox();
    this.#worker ??= this.#spawn();
    const message = outbox.message();
    this.#worker.postMessage(message, message.buffer === null ? [] : [message.buffer]);
  }

  #spawn(): Worker {
    const { turnMsMax, startMsMax, slotsMax, turnPollsMax } = this.#options;
    this.#marks = new SharedArrayBuffer(marksBytes);
    this.#watchdog = new Watchdog(this.#marks, turnMsMax, startMsMax);
    this.#answered = false;
    const data: WorkerData = { slotsMax, turnPollsMax, marks: this.#marks };
    const worker = new Worker(entry, { workerData: data, env: threadEnvironment(), resourceLimits: { stackSizeMb } });
    let cause = "the worker ended by itself";
    worker.on("message", (message: FromWorker) => {
      if (worker !== this.#worker) return;
      this.#answered = true;
      for (const { id } of message.answers) this.#held.delete(id);
      this.#events.answered(this, message);
    });
    worker.on("error", (error) => (cause = (error as Error).message));
    worker.on("exit", () => {
      if (worker === this.#worker && !this.#closed) this.#lost({ on: this.#current(), fault: { reason: "engine", message: cause } });
    });
    worker.unref();
    return worker;
  }

  /** The request being worked on. */
  #current(): Blame["on"] {
    const id = Atomics.load(new Int32Array(this.#marks), mark.request);
    if (this.#held.has(id)) return id;
    return this.#answered ? null : "all";
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.time.after(this.#watchdog.intervalMs, () => this.#look());
  }

  #look(): void {
    this.#cancelLook = null;
    if (this.#held.size === 0) return;
    const { ask, overrun } = this.#watchdog.look(this.#options.time.monotonicMs());
    if (overrun !== null) this.#end(overrun);
    else {
      if (ask !== null && this.#worker !== null) void this.#askCpu(this.#worker, ask);
      this.#lookLater();
    }
  }

  /** A busy worker answers late, one that is ending not at all; the next look asks again. */
  async #askCpu(worker: Worker, beat: number): Promise<void> {
    const used = await worker.cpuUsage().catch(() => null);
    if (used === null || worker !== this.#worker) return;
    const overrun = this.#watchdog.answered(beat, (used.user + used.system) / 1000);
    if (overrun !== null) this.#end(overrun);
  }

  #end(overrun: number): void {
    const worker = this.#worker;
    this.#lost({ on: overrun, fault: { reason: "time", message: "held its worker longer than a turn may" } });
    void worker?.terminate();
  }

  #lost(blame: Blame): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    const held = [...this.#held];
    this.#held.clear();
    this.#given.clear();
    this.#outbox = new Outbox();
    this.#worker = null;
    this.#events.lost(this, held, blame);
  }
}

/** What the next message will say. */
class Outbox {
  empty = true;
  readonly drops: string[] = [];
  readonly dropTemplates: string[] = [];
  readonly bases: Base[] = [];
  readonly templates: Uint8Array[] = [];
  readonly asked: Asked[] = [];
  readonly packing = new Packing();

  message(): ToWorker {
    const { drops, dropTemplates, bases, templates, asked, packing } = this;
    return { drops, dropTemplates, bases, templates, asked, buffer: packing.take() };
  }
}
