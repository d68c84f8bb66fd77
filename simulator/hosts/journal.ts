import type { Journal } from "../../packages/server/src/crossings/contract.ts";
import type { CommitBatch, KeptSetting } from "../../packages/server/src/storage/contract.ts";
import type { Disk } from "./disk.ts";
import type { Lifetime } from "./lifetime.ts";

/** Where a crash may come to a write: before it is durable, after, and after everybody was told. */
export type WritePoint = "before" | "durable" | "told";

export interface WritingEvents {
  /** How long a write takes. */
  delayMs(): number;
  /** A write is there; a host that crashes here says so by `lifetime.end`. */
  at(point: WritePoint): void;
  applied(batch: CommitBatch): void;
}

/** The way to a disk for as long as a host runs: one write after another, each told of once it is durable. */
export class DiskJournal implements Journal {
  readonly #disk: Disk;
  readonly #lifetime: Lifetime;
  readonly #nowMs: () => number;
  readonly #events: WritingEvents;
  readonly #queue: { readonly batch: CommitBatch | null; readonly durable: () => void }[] = [];
  #isWriting = false;

  constructor(disk: Disk, lifetime: Lifetime, nowMs: () => number, events: WritingEvents) {
    this.#disk = disk;
    this.#lifetime = lifetime;
    this.#nowMs = nowMs;
    this.#events = events;
  }

  /** How many writes wait. */
  get size(): number {
    return this.#queue.length;
  }

  write(batch: CommitBatch | null, durable: () => void): void {
    if (this.#lifetime.isOver) return;
    this.#queue.push({ batch, durable });
    if (!this.#isWriting) this.#next();
  }

  setting(key: string): Promise<string | null> {
    return Promise.resolve(this.#disk.contents.settings.get(key) ?? null);
  }

  settingsUnder(prefix: string): Promise<readonly KeptSetting[]> {
    const kept = [...this.#disk.contents.settings].filter(([key]) => key.startsWith(prefix));
    return Promise.resolve(kept.map(([key, value]) => ({ key, value })).toSorted((a, b) => (a.key < b.key ? -1 : 1)));
  }

  #next(): void {
    this.#isWriting = true;
    for (let next = this.#queue[0]; next !== undefined && !this.#lifetime.isOver; next = this.#queue[0]) {
      if (next.batch !== null) {
        const delayMs = this.#events.delayMs() + Math.max(0, this.#disk.fullUntilMs - this.#nowMs());
        this.#lifetime.after(delayMs, () => this.#write(next.batch!, next.durable));
        return;
      }
      this.#queue.shift();
      next.durable();
    }
    this.#isWriting = false;
  }

  #write(batch: CommitBatch, durable: () => void): void {
    this.#events.at("before");
    if (this.#lifetime.isOver) return;
    this.#disk.apply(batch);
    this.#events.applied(batch);
    this.#events.at("durable");
    if (this.#lifetime.isOver) return;
    this.#queue.shift();
    durable();
    this.#events.at("told");
    if (!this.#lifetime.isOver) this.#next();
  }
}
