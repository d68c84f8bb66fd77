/**
 * Begins turns: of those that are due, as many as may be under way, in the order in which they became due, and none before
 * its quota or its back-off lets it. A program that sleeps is looked at by nothing here.
 */
import type { Allowances } from "./allowances.ts";
import type { ProgramPool } from "./contract.ts";
import { isNewHeap } from "./kept.ts";
import type { Resident } from "./resident.ts";
import { Schedule } from "./schedule.ts";

export interface DispatcherOptions {
  readonly pool: ProgramPool;
  readonly allowances: Allowances;
  /** The clock that back-offs and quotas go by, ms. */
  readonly clockMs: () => number;
  /** The turn that has just finished is to be taken at once. */
  readonly hasten: () => void;
  /** A program has failed too often for its heap to be tried again. */
  readonly intervene: (resident: Resident, next: "older" | "fresh") => Promise<void>;
}

/** Turns asked of the pool at once; whatever else is due waits here, where it costs nothing. */
const turnsUnderWayMax = 4_096;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #schedule = new Schedule<Resident>();
  readonly #underWay = new Set<Promise<void>>();
  #finished: Resident[] = [];
  #now = 0;
  #tick = -1;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** It is world time `now`, and mail up to `tick` is durable: begins what is due. */
  advance(now: number, tick: number): void {
    this.#now = now;
    this.#tick = tick;
    this.#schedule.advance(now, this.#options.clockMs());
    this.#pump();
  }

  wake(resident: Resident): void {
    this.#schedule.wake(resident);
  }

  /** Nothing of it is under way: it sleeps until its timer, waits, or is looked at again at once. */
  rest(resident: Resident): void {
    const { status, kept, mailbox } = resident;
    const runs = status.kind === "running";
    this.#schedule.sleep(resident, runs && kept.turn > 0 ? kept.wakeAt : null);
    if (runs && (isNewHeap(kept) || mailbox.hasMail(this.#tick))) this.#schedule.wake(resident);
    if (status.kind === "backing_off") this.#schedule.wait(resident, status.untilMs);
  }

  /** Programs whose turns have ended since last asked, in the order of their ids. */
  takeFinished(): readonly Resident[] {
    const finished = this.#finished.sort((a, b) => (a.spec.program < b.spec.program ? -1 : 1));
    this.#finished = [];
    return finished;
  }

  /** Resolves when no turn is under way and none is due. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #pump(): void {
    while (this.#underWay.size < turnsUnderWayMax) {
      const resident = this.#schedule.take();
      if (resident === null) return;
      this.#consider(resident);
    }
  }

  #consider(resident: Resident): void {
    const { status, phase } = resident;
    const { clockMs, intervene, allowances, pool, hasten } = this.#options;
    const nowMs = clockMs();
    if (status.kind === "backing_off") {
      if (phase !== "idle" || status.untilMs > nowMs) return;
      if (status.next !== "again") {
        resident.status = { ...status, untilMs: Number.POSITIVE_INFINITY };
        this.#track(intervene(resident, status.next));
        return;
      }
    }
    if (!resident.isDue(this.#now, this.#tick)) return;
    const meters = allowances.meters(resident, nowMs);
    let waitMs = 0;
    for (const meter of meters) waitMs = Math.max(waitMs, meter.turnWaitMs(nowMs));
    if (waitMs > 0) {
      this.#schedule.wait(resident, nowMs + waitMs);
      return;
    }
    for (const meter of meters) meter.takeTurn();
    const run = resident.run(this.#now, this.#tick, allowances.quota(resident), pool);
    this.#track(
      run.then(() => {
        this.#finished.push(resident);
        if (resident.consents) hasten();
      }),
    );
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.then(() => {
      this.#underWay.delete(tracked);
      this.#pump();
    });
    this.#underWay.add(tracked);
  }
}
