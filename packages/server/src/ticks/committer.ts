/**
 * Owns the order of commit and publication (I1): batches become durable one after another, and what a batch
 * shows is published only after it. A disk that refuses holds everything back until it takes the same batch.
 */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { CommitBatch, Storage } from "../storage/contract.ts";
import type { RealTime } from "./clock.ts";

interface Waiting {
  /** Null: nothing to store, only the order to keep. */
  readonly batch: CommitBatch | null;
  readonly publish: () => void;
}

export interface CommitterEvents {
  /** The disk refused (its reason), or takes writes again (null). */
  paused(reason: string | null): void;
  committed(ms: number): void;
  /** Something no retry can mend: the host must stop. */
  failed(error: unknown): void;
}

export class Committer {
  readonly #storage: Pick<Storage, "commit">;
  readonly #time: RealTime;
  readonly #events: CommitterEvents;
  readonly #queue: Waiting[] = [];
  #running = false;
  #stopped = false;
  #drained: (() => void)[] = [];

  constructor(storage: Pick<Storage, "commit">, time: RealTime, events: CommitterEvents) {
    this.#storage = storage;
    this.#time = time;
    this.#events = events;
  }

  get inFlight(): number {
    return this.#queue.length;
  }

  append(batch: CommitBatch | null, publish: () => void): void {
    this.#queue.push({ batch, publish });
    if (!this.#running) void this.#run();
  }

  /** Resolves once fewer than `count` batches are on their way. */
  async below(count: number): Promise<void> {
    while (this.#queue.length >= count && !this.#stopped) {
      await new Promise<void>((resolve) => this.#drained.push(resolve));
    }
  }

  /** Gives up on what the disk keeps refusing; nothing of it was published. */
  stop(): void {
    this.#stopped = true;
    this.#wakeWaiters();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let next = this.#queue[0]; next !== undefined && !this.#stopped; next = this.#queue[0]) {
        if (next.batch !== null && !(await this.#commit(next.batch))) break;
        this.#queue.shift();
        next.publish();
        this.#wakeWaiters();
      }
    } catch (error) {
      this.stop();
      this.#events.failed(error);
    } finally {
      this.#running = false;
    }
  }

  async #commit(batch: CommitBatch): Promise<boolean> {
    let paused = false;
    while (!this.#stopped) {
      const startedMs = this.#time.monotonicMs();
      try {
        await this.#storage.commit(batch);
        if (paused) this.#events.paused(null);
        this.#events.committed(this.#time.monotonicMs() - startedMs);
        return true;
      } catch (error) {
        if (!(error instanceof ElsewhereError) || error.code !== "storage") throw error;
        if (!paused) this.#events.paused(error.message);
        paused = true;
        await new Promise<void>((resolve) => this.#time.after(limits.storageRetryMs, resolve));
      }
    }
    return false;
  }

  #wakeWaiters(): void {
    const waiters = this.#drained;
    this.#drained = [];
    for (const wake of waiters) wake();
  }
}
