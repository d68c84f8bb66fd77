/**
 * Where both sides of crossings write and send from. What is written becomes durable in the order of calls; a message goes out
 * after all that was written before it was said, so that no host is ever told what a crash could take back.
 */
import { limits } from "@elsewhere/protocol";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch, SettingRow } from "../storage/contract.ts";
import type { CrossingsOptions } from "./contract.ts";
import type { Message } from "./messages.ts";

/** Something done within a tick; null puts it off to the next one. */
export type TickAction = (tick: number, now: number) => CommitBatch | null;

/** When something is given up, and when it is said again; by the monotonic clock, ms. */
export interface Timing {
  dueMs: number;
  againMs: number;
  everyMs: number;
}

export class Desk {
  readonly options: CrossingsOptions;
  #actions: { readonly act: TickAction; readonly durable: () => void }[] = [];
  #committed: (() => void)[] = [];
  #closed = false;

  constructor(options: CrossingsOptions) {
    this.options = options;
  }

  write(settings: readonly SettingRow[] | null, durable: () => void = () => {}): void {
    this.options.journal.write(settings === null ? null : { settings }, () => {
      if (!this.#closed) durable();
    });
  }

  say(host: string, message: Message): void {
    this.write(null, () => this.send(host, message));
  }

  /** At once: for whoever knows that what it tells is durable. */
  send(host: string, message: Message): void {
    const { network, peers } = this.options;
    network.send(peers.successorOf(host), message);
  }

  /** Whether what comes from there is that host's to say: a restored one speaks for the one it was copied from. */
  isHost(from: string, host: string): boolean {
    return from === host || this.options.peers.predecessorOf(from) === host;
  }

  /** Lets something go on by itself. What fails is told, and tried again when its time comes. */
  run(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.#closed) this.options.say(`A crossing could not go on: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  inTick(act: TickAction, durable: () => void = () => {}): void {
    this.#actions.push({ act, durable });
  }

  /** Once the tick that is being made is durable. */
  onceCommitted(act: () => void): void {
    this.#committed.push(act);
  }

  before(tick: number, now: number): CommitBatch {
    if (this.#actions.length === 0) return {};
    const batches: CommitBatch[] = [];
    for (const action of this.#actions.splice(0)) {
      const batch = action.act(tick, now);
      if (batch === null) this.#actions.push(action);
      else {
        batches.push(batch);
        this.#committed.push(action.durable);
      }
    }
    return mergeBatches(batches);
  }

  after(): () => void {
    const committed = this.#committed.splice(0);
    return () => {
      if (!this.#closed) for (const act of committed) act();
    };
  }

  /** A timing of what is given up at a moment of the wall clock, but no later than after `forMs`. */
  timing(forMs: number, deadline: number): Timing {
    const { clock } = this.options;
    const nowMs = clock.nowMs();
    const leftMs = Math.min(forMs, Math.max(0, (deadline - clock.wallSeconds()) * 1_000));
    return { dueMs: nowMs + leftMs, againMs: nowMs, everyMs: limits.crossingRepeatMsFirst };
  }

  /** The moment of the wall clock, seconds, from which on something is given up. */
  deadline(forMs: number): number {
    return this.options.clock.wallSeconds() + forMs / 1_000;
  }

  /** Whether it is to be said again now; if so, the next time is later. */
  isAgain(timing: Timing, nowMs: number): boolean {
    if (timing.againMs > nowMs) return false;
    timing.againMs = nowMs + timing.everyMs;
    timing.everyMs = Math.min(limits.crossingRepeatMsMax, timing.everyMs * 2);
    return true;
  }

  close(): void {
    this.#closed = true;
  }
}
