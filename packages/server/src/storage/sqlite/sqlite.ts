import { Worker } from "node:worker_threads";
import { ElsewhereError } from "@elsewhere/protocol";
import type { CommitBatch } from "../contract.ts";
import type { DiskStorage } from "../copy.ts";
import { copyFrom, type Standing } from "./copy.ts";
import { type AllRecoded, type Answer, type Call, type Opened, thrownFromJson } from "./messages.ts";
import { packBatch, unpackRows } from "./pack.ts";

/** The embedded storage of one data directory, with what its own tests need. */
export interface SqliteStorage extends DiskStorage {
  /** Recodes all old entries there are into blocks, however few, and resolves once that is done. Rejects with `storage` if it cannot be. */
  recode(): Promise<void>;
  /** Refuses to grow beyond this many pages, as a full disk would; null lifts it. For tests. */
  limitPages(pages: number | null): Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens the data directory `dir` (made if missing, with its parents) and the database `elsewhere.db` in it, for this process alone.
 * Rejects with `storage` (cannot be written), `taken` (another server has it), `unsupported` (a newer version's, or not
 * ours) or `corrupt` (not what was written); nothing was changed then.
 */
export async function openSqlite(dir: string): Promise<SqliteStorage> {
  // Unbuilt, this file ends in .ts and so does the worker's; built, both end in .js.
  const entry = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  const line = new Line(new Worker(new URL(entry, import.meta.url), { workerData: dir, name: "storage" }));
  const { notes } = (await line.answer()) as Opened;
  const tickets = new WeakMap<CommitBatch, number>();
  let lastTicket = 0;
  const ticketOf = (batch: CommitBatch): number => {
    const ticket = tickets.get(batch) ?? ++lastTicket;
    tickets.set(batch, ticket);
    return ticket;
  };
  const call = <T>(message: Call): Promise<T> => line.call(message) as Promise<T>;
  return {
    get seq() {
      return line.seq;
    },
    get trouble() {
      return line.trouble;
    },
    notes,
    commit: (batch) => {
      const packed = packBatch(batch);
      return line.call({ op: "commit", ticket: ticketOf(batch), batch: packed }, [packed.bytes.buffer]) as Promise<void>;
    },
    recover: (...args) => call({ op: "recover", args }),
    programs: async () => unpackRows("programs", await call({ op: "programs" })),
    mailboxes: async () => unpackRows("deliveries", await call({ op: "mailboxes" })),
    heap: (...args) => call({ op: "heap", args }),
    images: (...args) => call({ op: "images", args }),
    image: (...args) => call({ op: "image", args }),
    grounds: (...args) => call({ op: "grounds", args }),
    ground: (...args) => call({ op: "ground", args }),
    memory: (...args) => call({ op: "memory", args }),
    log: (...args) => call({ op: "log", args }),
    setting: (...args) => call({ op: "setting", args }),
    settingsUnder: (...args) => call({ op: "settingsUnder", args }),
    stretches: (...args) => call({ op: "stretches", args }),
    stretch: (...args) => call({ op: "stretch", args }),
    retain: (...args) => call({ op: "retain", args }),
    recode: async () => {
      const recoded = line.recoded();
      await call({ op: "recode" });
      const error = await recoded;
      if (error !== null) throw new ElsewhereError("storage", `old entries could not be recoded (${error})`);
    },
    copy: async () => {
      const standing = await call<Standing>({ op: "copy" });
      return copyFrom(standing, () => call({ op: "endCopy", copy: standing.copy }));
    },
    limitPages: (pages) => call({ op: "limitPages", pages }),
    close: () => line.close(),
  };
}

/** Calls to the storage thread and its answers, which come in the same order. */
class Line {
  seq = 0;
  trouble: string | null = null;
  readonly #worker: Worker;
  readonly #pending: Pending[] = [];
  readonly #recoded: ((error: string | null) => void)[] = [];
  #ended: Error | null = null;
  readonly #exited: Promise<void>;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (message: Answer | AllRecoded) => {
      if ("recoded" in message) this.#haveRecoded(message);
      else this.#settle(message);
    });
    worker.on("error", (error) => this.#end(error));
    this.#exited = new Promise((resolve) => {
      worker.on("exit", () => {
        this.#end(null);
        resolve();
      });
    });
  }

  call(message: Call, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#worker.postMessage(message, transfer);
    return this.answer();
  }

  /** Resolves once all old entries there are have been recoded, with why not, or null. */
  recoded(): Promise<string | null> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#worker.ref();
    return new Promise((resolve) => this.#recoded.push(resolve));
  }

  /** The next answer not yet waited for. */
  answer(): Promise<unknown> {
    // An idle store keeps no process alive; one that owes an answer does.
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    if (this.#ended === null) {
      const closed = this.call({ op: "close" });
      this.#ended = new ElsewhereError("storage", "the storage is closed");
      await closed;
    }
    await this.#exited;
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.shift();
    this.#rest();
    if (answer.ok) {
      this.seq = answer.seq;
      this.trouble = answer.trouble;
      pending?.resolve(answer.value);
    } else {
      pending?.reject(thrownFromJson(answer.error));
    }
  }

  #haveRecoded({ recoded }: AllRecoded): void {
    this.trouble = recoded;
    for (const resolve of this.#recoded.splice(0)) resolve(recoded);
    this.#rest();
  }

  #rest(): void {
    if (this.#pending.length === 0 && this.#recoded.length === 0 && this.#ended === null) this.#worker.unref();
  }

  #end(cause: Error | null): void {
    const why = cause === null ? "" : ` (${cause.message})`;
    this.#ended ??= new ElsewhereError("fault", `the storage thread has ended${why}; start the server again`, {}, { cause });
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended);
    for (const resolve of this.#recoded.splice(0)) resolve(this.#ended.message);
  }
}
