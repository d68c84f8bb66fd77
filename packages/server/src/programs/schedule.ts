/**
 * Who is due. Sleepers lie in one heap by the world time at which they wake, those that must wait (a back-off, a quota) in
 * another by the clock waits go by; who is due stands in one queue, first come, first served. Nobody who sleeps is looked at.
 */
import { MinHeap } from "./min-heap.ts";

/** What a schedule keeps at each program, so that one with nothing to wait for costs it nothing. */
export interface Scheduled {
  /** Whether it stands in the queue. */
  queued: boolean;
  /** World time of its entry among the sleepers, null if it has none that counts. */
  sleepsUntil: number | null;
}

/** Entries that no longer count are thrown out when there are this many more of them than programs. */
const slack = 1_024;

export class Schedule<T extends Scheduled> {
  readonly #sleepers = new MinHeap<T>();
  readonly #waiting = new MinHeap<T>();
  #queue: T[] = [];
  #next = 0;
  #asleep = 0;

  /** Wakes it at that world time, and at no other it was given before; null lets it sleep until it is woken. */
  sleep(program: T, until: number | null): void {
    if (until === program.sleepsUntil) return;
    if (program.sleepsUntil === null) this.#asleep++;
    if (until === null) this.#asleep--;
    program.sleepsUntil = until;
    if (until === null) return;
    this.#sleepers.push(until, program);
    if (this.#sleepers.size > 2 * this.#asleep + slack) this.#sleepers.retain((item, key) => item.sleepsUntil === key);
  }

  /** Looks at it again when the clock says so. */
  wait(program: T, untilMs: number): void {
    this.#waiting.push(untilMs, program);
  }

  wake(program: T): void {
    if (program.queued) return;
    program.queued = true;
    this.#queue.push(program);
  }

  /** It is world time `now`, and the clock waits go by says `clockMs`. */
  advance(now: number, clockMs: number): void {
    while (this.#sleepers.leastKey <= now) {
      const at = this.#sleepers.leastKey;
      const program = this.#sleepers.pop()!;
      if (program.sleepsUntil !== at) continue;
      program.sleepsUntil = null;
      this.#asleep--;
      this.wake(program);
    }
    while (this.#waiting.leastKey <= clockMs) this.wake(this.#waiting.pop()!);
  }

  /** The next in the queue, which it leaves. */
  take(): T | null {
    const program = this.#queue[this.#next];
    if (program === undefined) return null;
    this.#next++;
    program.queued = false;
    if (this.#next === this.#queue.length || this.#next > slack) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    return program;
  }
}
