import assert from "node:assert/strict";
import { test } from "node:test";
import type { PerceptKind } from "@elsewhere/protocol";
import type { Wants } from "@elsewhere/world";
import type { CommitBatch } from "../storage/contract.ts";
import { WorldClock } from "./clock.ts";
import { Committer } from "./committer.ts";
import { type Participant, Ticker } from "./ticker.ts";
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

/** Runs one tick; returns what was committed with it. */
async function firstTick(world: World, participants: readonly Participant[]): Promise<CommitBatch> {
  const committed = Promise.withResolvers<CommitBatch>();
  const failed = (error: unknown): void => committed.reject(error);
  const storage = { commit: async (batch: CommitBatch) => committed.resolve(batch) };
  const committer = new Committer(storage, time, { paused: () => {}, committed: () => {}, failed });
  const clock = new WorldClock({ tick: 0, now: 0, worldMsPerTick: 100 }, 100);
  const opening = { settings: [{ key: "world", value: "meadow" }] };
  const cover = (batch: CommitBatch): CommitBatch => batch;
  const ticker = new Ticker({
    world,
    clock,
    time,
    committer,
    participants,
    tick: 0,
    opening,
    cover,
    lockstep: false,
    pace: Infinity,
    failed,
  });
  ticker.start();
  const batch = await committed.promise;
  await ticker.stop();
  return batch;
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
