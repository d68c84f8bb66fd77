/**
 * The tick: drain → step → commit → publish. It owns the tick number and the order of things, and nothing else.
 *
 * 1. Nothing is published before the commit of the tick that made it (the committer sees to that).
 * 2. The commit of one tick may overlap the step of the next, at most `commitsInFlightMax` of them; a disk that
 *    refuses therefore stops the world instead of letting it run ahead of its record.
 * 3. A tick in which nothing happened is stored only now and then: it shows nothing that a crash could take back.
 * 4. A tick that somebody waits for can come early, and none after it comes sooner for that: the world's time is never ahead of
 *    real time by more than one tick, and goes no faster.
 * 5. In lockstep every tick waits for the commit before it and for all turns that commit set off.
 */
import { limits, type PerceptKind } from "@elsewhere/protocol";
import type { Wants } from "@elsewhere/world";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch } from "../storage/contract.ts";
import type { RealTime, WorldClock } from "./clock.ts";
import type { Committer } from "./committer.ts";
import { Figures } from "./figures.ts";
import type { World, WorldStep } from "./world.ts";

/** What whoever takes part makes of a tick. */
export interface Taken {
  /** What must be committed with it. */
  readonly batch: CommitBatch;
  /** Somebody outside is shown something of this tick, so that it must be durable even if nothing happened in it. */
  readonly tells?: boolean;
  /** Makes what is shown of it: called before the next step, and where it can be while the tick is being stored. */
  readonly prepare?: () => void;
  /** Shows it. Called once the tick is durable. */
  readonly publish: () => void;
}

/** Whoever takes part in ticks: sessions, programs. */
export interface Participant {
  /** Hands inputs to the world's inboxes; returns what must be committed with the tick that takes them. */
  before(tick: number, now: number): CommitBatch;
  /** Takes what was perceived. */
  after(tick: number, now: number, step: WorldStep): Taken;
  /**
   * What it is to be told of what a body perceives; undefined says nothing about that body. Asked when a body comes in
   * and after `world.listensAnew`; a body about which nobody says anything is told everything.
   */
  wants?(body: number): Wants | undefined;
  /** Lockstep: resolves when it has answered all it was given. */
  settled(): Promise<void>;
}

/** One tick in so many real ms can be hastened: whoever looks on sees the others at their usual pace. */
const hasteEveryMs = 400;

/** Ticks after which the passing of time itself is stored and told, even if nothing has happened. */
export const heartbeatTicks = 10;

export interface TickerOptions {
  readonly world: World;
  readonly clock: WorldClock;
  readonly time: RealTime;
  readonly committer: Committer;
  readonly participants: readonly Participant[];
  /** The tick the world was recovered at. */
  readonly tick: number;
  /** What must be on disk together with the first tick: all of it, or this start never happened. */
  readonly opening: CommitBatch;
  /** Seals what of a batch must not lie open. */
  readonly cover: (batch: CommitBatch) => CommitBatch;
  readonly lockstep: boolean;
  /** Ticks per `tickMs` of real time: 1 is real time, Infinity as fast as the machine can. */
  readonly pace: number;
  readonly failed: (error: unknown) => void;
}

export class Ticker {
  readonly #options: TickerOptions;
  /** Time spent in a tick, and from the beginning of one to that of the next, real ms. */
  readonly tickMs = new Figures();
  readonly intervalMs = new Figures();
  #tick: number;
  #committed: number;
  #dueMs = 0;
  #hastenedMs = Number.NEGATIVE_INFINITY;
  #startedMs = 0;
  #lagMs = 0;
  #cancel: (() => void) | null = null;
  #stopping: (() => void) | null = null;
  #running = false;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#tick = this.#committed = options.tick;
  }

  /** The last tick that is durable. */
  get committed(): number {
    return this.#committed;
  }

  /** The last tick that was stepped. */
  get tick(): number {
    return this.#tick;
  }

  /** How much later than due the last tick began, real ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  start(): void {
    this.#running = true;
    this.#dueMs = this.#options.time.monotonicMs();
    this.#schedule();
  }

  /** Lets a running tick end, then runs no more. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    if (this.#cancel !== null) {
      this.#cancel();
      return;
    }
    await new Promise<void>((resolve) => (this.#stopping = resolve));
  }

  /** The next tick comes at once instead of when it is due, unless one came early just now. */
  hasten(): void {
    const { time } = this.#options;
    const nowMs = time.monotonicMs();
    const isAhead = this.#dueMs - nowMs > this.#spanMs;
    if (this.#cancel === null || isAhead || nowMs - this.#hastenedMs < hasteEveryMs) return;
    this.#hastenedMs = nowMs;
    this.#cancel();
    this.#cancel = null;
    time.soon(() => this.#wake());
  }

  /** Real time from one tick to the next, ms. */
  get #spanMs(): number {
    return this.#options.clock.tickMs / this.#options.pace;
  }

  #schedule(): void {
    const { time } = this.#options;
    const nowMs = time.monotonicMs();
    this.#dueMs = Math.max(this.#dueMs + this.#spanMs, nowMs - this.#spanMs);
    const waitMs = this.#dueMs - nowMs;
    if (waitMs >= 1) this.#cancel = time.after(waitMs, () => this.#wake());
    else time.soon(() => this.#wake());
  }

  #wake(): void {
    this.#cancel = null;
    this.#lagMs = Math.max(0, this.#options.time.monotonicMs() - this.#dueMs);
    this.#run().then(
      () => (this.#running ? this.#schedule() : this.#stopping?.()),
      (error: unknown) => {
        this.#running = false;
        this.#stopping?.();
        this.#options.failed(error);
      },
    );
  }

  async #run(): Promise<void> {
    const { committer, participants, lockstep } = this.#options;
    await committer.below(lockstep ? 1 : limits.commitsInFlightMax);
    if (lockstep) for (const participant of participants) await participant.settled();
    if (this.#running) this.#once();
  }

  #once(): void {
    const { world, clock, time, committer, participants } = this.#options;
    const startedMs = time.monotonicMs();
    if (this.#startedMs > 0) this.intervalMs.add(startedMs - this.#startedMs);
    this.#startedMs = startedMs;
    const tick = ++this.#tick;
    const now = clock.at(tick);
    const batches = participants.map((participant) => participant.before(tick, now));
    const step = world.step(tick, isInhabitant, (body) => wantedBy(participants, body));
    const shown = participants.map((participant) => participant.after(tick, now, step));
    const first = tick === this.#options.tick + 1;
    const own: CommitBatch = {
      records: step.records,
      keyframes: world.keyframesDue(tick),
      settings: settingsOf(tick, step, world),
    };
    // What others put is newer.
    if (first) batches.unshift(this.#options.opening);
    const batch = this.#options.cover(mergeBatches([own, ...batches, ...shown.map(({ batch: each }) => each)]));
    const stored = tick % heartbeatTicks === 0 || !isIdle(batch) || shown.some(({ tells }) => tells === true);
    const prepare = (): void => {
      for (const each of shown) each.prepare?.();
    };
    // A tick that is not stored may be shown at once.
    if (!stored) prepare();
    committer.append(stored ? batch : null, () => {
      if (stored) this.#committed = tick;
      for (const each of shown) each.publish();
    });
    if (stored) prepare();
    this.tickMs.add(time.monotonicMs() - startedMs);
  }
}

function settingsOf(tick: number, step: WorldStep, world: World): { key: string; value: string }[] {
  const settings = [{ key: "tick", value: String(tick) }];
  if (step.transitChanged) settings.push({ key: "transit", value: JSON.stringify(world.transit) });
  return settings;
}

/** Whether nothing but time has passed: nobody was shown anything, so a crash may take it back. */
function isIdle({ settings = [], ...rows }: CommitBatch): boolean {
  return settings.length <= 1 && Object.values(rows).every((list) => list.length === 0);
}

const isInhabitant = (who: string): boolean => who.startsWith("program:") || who.startsWith("person:");

/** What all participants together want to be told of what a body perceives. */
function wantedBy(participants: readonly Participant[], body: number): Wants {
  let all: ReadonlySet<PerceptKind> | undefined;
  for (const participant of participants) {
    const wants = participant.wants?.(body);
    if (wants === null) return null;
    if (wants !== undefined) all = all === undefined ? wants : new Set([...all, ...wants]);
  }
  return all ?? null;
}
