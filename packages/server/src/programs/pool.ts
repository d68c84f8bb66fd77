/**
 * The pool: programs are dealt to worker threads and stay with theirs. A worker is expendable. When one is ended
 * because a turn overran, that turn alone fails; every other request it held is given again, with what it takes to
 * rebuild the heap, to the worker that takes its place, as if nothing had happened.
 */
import { createHash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { RealTime } from "../ticks/clock.ts";
import type { Fault, Heap, ProgramPool, TurnInput, TurnResult } from "./contract.ts";
import type { FromWorker, Imaged, Load, ToWorker } from "./messages.ts";
import { buildBase } from "./sandbox/base.ts";
import { WorkerThread } from "./thread.ts";

export interface PoolOptions {
  /** The bytes of quickjs.wasm. */
  readonly engine: Uint8Array;
  /** The author's library as `bundleLibrary` makes it. */
  readonly library: string;
  /** How many worker threads; one per core but one is a good number. */
  readonly workers: number;
  readonly time: Pick<RealTime, "monotonicMs" | "after">;
  /** Wall time of a turn, and of a program's first turn. Larger values suit lockstep, where only fuel should decide. */
  readonly turnMsMax?: number;
  readonly startMsMax?: number;
}

interface Member {
  readonly program: string;
  readonly code: string;
  readonly codeHash: string;
  readonly heap: () => Promise<Heap>;
  readonly thread: WorkerThread;
  /** Whether its worker has its heap. */
  loaded: boolean;
}

/** A request as it waits for its answer; without an input it asks for an image. */
interface Request {
  readonly member: Member;
  readonly input: TurnInput | null;
  readonly answer: (result: FromWorker["result"]) => void;
}

export class WorkerPool implements ProgramPool {
  readonly base: string;
  readonly #threads: WorkerThread[];
  readonly #members = new Map<string, Member>();
  readonly #requests = new Map<number, Request>();
  #id = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    const base = buildBase(options.engine, options.library);
    this.base = createHash("sha256").update(base.engineHash).update(base.hash).digest("hex");
    const { turnMsMax = limits.turnMsMax, startMsMax = limits.startMsMax } = options;
    this.#threads = Array.from(
      { length: Math.max(1, options.workers) },
      () =>
        new WorkerThread(
          base,
          options.time,
          { turnMsMax, startMsMax },
          {
            answered: (id, result) => this.#answered(id, result),
            lost: (thread, held, culprit) => this.#lost(thread, held, culprit),
          },
        ),
    );
  }

  add(program: string, code: string, heap: () => Promise<Heap>): void {
    this.remove(program);
    const thread = this.#threads.reduce((least, each) => (each.members < least.members ? each : least));
    thread.members++;
    const codeHash = createHash("sha256").update(code).digest("hex");
    this.#members.set(program, { program, code, codeHash, heap, thread, loaded: false });
  }

  remove(program: string): void {
    const member = this.#members.get(program);
    if (member === undefined) return;
    this.#members.delete(program);
    member.thread.members--;
    if (member.loaded) member.thread.post({ id: ++this.#id, kind: "drop", program });
  }

  async run(program: string, input: TurnInput): Promise<TurnResult> {
    return (await this.#request(program, input)) as TurnResult;
  }

  async image(program: string): Promise<{ turn: number; bytes: Uint8Array; hash: string }> {
    const result = (await this.#request(program, null)) as Imaged;
    if (result.ok) return result;
    throw new ElsewhereError("fault", `no image of ${program}: ${result.fault.message}`, { field: program });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map((thread) => thread.close()));
    for (const id of this.#requests.keys()) this.#answered(id, failed("engine", "the pool is closed"));
  }

  #request(program: string, input: TurnInput | null): Promise<FromWorker["result"]> {
    const member = this.#members.get(program);
    if (member === undefined) throw new ElsewhereError("unknown", `there is no program "${program}"`, { field: program });
    return new Promise((answer) => {
      const id = ++this.#id;
      this.#requests.set(id, { member, input, answer });
      void this.#give(id);
    });
  }

  /** Gives a request to its worker, with what the worker needs first. */
  async #give(id: number): Promise<void> {
    const { member, input } = this.#requests.get(id)!;
    const { program, code, codeHash } = member;
    let load: Load | null = null;
    if (!member.loaded) {
      try {
        load = { code, codeHash, heap: await member.heap() };
      } catch (error) {
        this.#answered(id, failed("image", (error as Error).message));
        return;
      }
    }
    if (this.#closed) this.#answered(id, failed("engine", "the pool is closed"));
    else member.thread.post(toWorker(id, program, load, input));
  }

  #answered(id: number, result: FromWorker["result"]): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    this.#requests.delete(id);
    request.member.loaded = result.ok;
    request.answer(result);
  }

  #lost(thread: WorkerThread, held: readonly number[], culprit: { id: number; fault: Fault } | null): void {
    for (const member of this.#members.values()) if (member.thread === thread) member.loaded = false;
    for (const id of held) {
      if (this.#closed) this.#answered(id, failed("engine", "the pool is closed"));
      else if (id === culprit?.id) this.#answered(id, { ok: false, fault: culprit.fault });
      else if (this.#requests.has(id)) void this.#give(id);
    }
  }
}

function toWorker(id: number, program: string, load: Load | null, input: TurnInput | null): ToWorker {
  return input === null ? { id, kind: "image", program, load } : { id, kind: "run", program, load, input };
}

const failed = (reason: Fault["reason"], message: string): Extract<TurnResult, { ok: false }> => ({
  ok: false,
  fault: { reason, message },
});
