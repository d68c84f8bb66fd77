import assert from "node:assert/strict";
import { test } from "node:test";
import type { PerceptKind } from "@elsewhere/protocol";
import type { Wants } from "@elsewhere/world";
import type { CommitBatch } from "../storage/contract.ts";
import { type RealTime, WorldClock } from "./clock.ts";
import { Committer } from "./committer.ts";
import { type Participant, Ticker, type TickerOptions } from "./ticker.ts";
import { World } from "./world.ts";

const time = { monotonicMs: () => 0, after: (_ms: number, wake: () => void) => (setImmediate(wake), () => {}), soon: setImmediate };

/** A world without maps that says what it was asked for, and takes part as told. */
class Asking extends World {
  readonly bodies: readonly number[];
  readonly found: Wants[] = [];

  constructor(bodies: readonly number[]) {
    super([], [], 1);
    this.bodies = bodies;
  }

  override step(...[tick, watches, wants]: Parameters<World["step"]>): ReturnType<World["step"]> {
    for (const body of this.bodies) this.found.push(wants!(body));
    return super.step(tick, watches, wants);
  }
}

function taking(part: Partial<Participant>, batch: CommitBatch = {}): Participant {
  return { before: () => batch, after: () => ({ batch: {}, publish: () => {} }), settled: async () => {}, ...part };
}

/** Of an empty world unless another is given, as fast as it can unless at a pace. */
function tickerOf(given: Partial<TickerOptions>, commit: (batch: CommitBatch) => void, failed: (error: unknown) => void): Ticker {
  const committer = new Committer({ commit: async (batch) => commit(batch) }, given.time ?? time, {
    paused: () => {},
    committed: () => {},
    failed,
  });
  return new Ticker({
    world: new World([], [], 1),
    clock: new WorldClock({ tick: 0, now: 0, worldMsPerTick: 100 }, 100),
    time,
    committer,
    participants: [],
    tick: 0,
    opening: { settings: [{ key: "world", value: "meadow" }] },
    cover: (batch) => batch,
    lockstep: false,
    pace: Infinity,
    failed,
    ...given,
  });
}

/** Runs one tick; returns what was committed with it. */
async function firstTick(world: World, participants: readonly Participant[]): Promise<CommitBatch> {
  const committed = Promise.withResolvers<CommitBatch>();
  const ticker = tickerOf({ world, participants }, committed.resolve, committed.reject);
  ticker.start();
  const batch = await committed.promise;
  await ticker.stop();
  return batch;
}

/** Real time that stands still until it is told to pass. */
class Watch {
  nowMs = 0;
  #alarm: { readonly atMs: number; readonly wake: () => void } | null = null;

  readonly time: RealTime = {
    monotonicMs: () => this.nowMs,
    after: (ms, wake) => {
      const alarm = { atMs: this.nowMs + ms, wake };
      this.#alarm = alarm;
      return () => {
        if (this.#alarm === alarm) this.#alarm = null;
      };
    },
    soon: setImmediate,
  };

  /** Ms by ms, with all that comes of each. */
  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      this.nowMs++;
      const due = this.#alarm;
      if (due !== null && due.atMs <= this.nowMs) {
        this.#alarm = null;
        due.wake();
      }
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  }
}

test("W84 a body is told what any who take part want of it, and everything where nobody says", async () => {
  const world = new Asking([1, 2, 3, 4]);
  const heard = new Set<PerceptKind>(["heard"]);
  const programs = taking({ wants: (body) => (body < 4 ? heard : undefined) });
  const watcher = taking({ wants: (body) => (body === 2 ? null : undefined) });
  const other = taking({ wants: (body) => (body === 3 ? new Set(["used"]) : undefined) });
  await firstTick(world, [programs, watcher, taking({}), other]);
  assert.deepEqual(world.found.slice(0, 4), [heard, null, new Set(["heard", "used"]), null]);
});

test("D1 a tick's batch holds the rows of all who take part, in their order, and those of every table", async () => {
  const log = (text: string): CommitBatch => ({ logs: [{ program: "baker", now: 0, level: "host", text }] });
  const ground = { hash: "0", kind: "base" as const, bytes: new Uint8Array(1), needs: [] };
  const parts = [taking({}, log("one")), taking({}, { grounds: [ground] }), taking({}, log("two"))];
  const { logs, grounds, settings } = await firstTick(new World([], [], 1), parts);
  assert.deepEqual(
    logs?.map(({ text }) => text),
    ["one", "two"],
  );
  assert.deepEqual(grounds, [ground]);
  assert.deepEqual(
    settings?.map(({ key }) => key),
    ["tick", "world"],
  );
});

/** At this many ms a tick; `begun` holds when each began. */
function pacedBy(tickMs: number): { readonly watch: Watch; readonly begun: readonly number[]; readonly ticker: Ticker } {
  const watch = new Watch();
  const begun: number[] = [];
  const counting = taking({ before: () => (begun.push(watch.nowMs), {}) });
  const clock = new WorldClock({ tick: 0, now: 0, worldMsPerTick: tickMs }, tickMs);
  const ticker = tickerOf(
    { time: watch.time, clock, pace: 1, participants: [counting] },
    () => {},
    (error) => assert.fail(String(error)),
  );
  ticker.start();
  return { watch, begun, ticker };
}

test("D13 a tick that is hastened comes at once, those after it when they would have come; one in 400 ms can be", async () => {
  const { watch, begun, ticker } = pacedBy(100);
  await watch.pass(130);
  assert.deepEqual(begun, [100]);
  const hasten = async (): Promise<void> => {
    ticker.hasten();
    ticker.hasten();
    await watch.settle();
  };
  await hasten();
  assert.deepEqual(begun, [100, 130]);
  for (let i = 0; i < 4; i++) {
    await hasten();
    await watch.pass(100);
  }
  assert.deepEqual(begun, [100, 130, 300, 400, 500]);
  await watch.pass(110);
  await hasten();
  await hasten();
  assert.deepEqual(begun, [100, 130, 300, 400, 500, 600, 640]);
  await watch.pass(160);
  assert.deepEqual(begun.slice(-2), [640, 800]);
  ticker.hasten();
  await ticker.stop();
  ticker.hasten();
  await watch.pass(300);
  assert.equal(begun.length, 8, "what has stopped is not hastened");
});

test("D13 the world's time is never more than one tick ahead, however long ticks are", async () => {
  const { watch, begun, ticker } = pacedBy(1_000);
  const hastenAt = async (ms: number): Promise<void> => {
    await watch.pass(ms - watch.nowMs);
    ticker.hasten();
    await watch.settle();
  };
  for (const ms of [300, 750, 999, 1_010, 1_500, 1_999]) await hastenAt(ms);
  assert.deepEqual(begun, [300, 1_010]);
  await watch.pass(2_010);
  assert.deepEqual(begun, [300, 1_010, 3_000, 4_000]);
  await ticker.stop();
});
