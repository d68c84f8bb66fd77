/**
 * A record of a town that was never closed: its people showed something of themselves until it was large, and since its last
 * keyframe all of them have walked. `recovery.ts make DATA BODIES BYTES` makes it, `recovery.ts start DATA BODIES` starts a
 * host on it and prints how long that took up to the first tick that is durable.
 */
import { randomBytes } from "node:crypto";
import type { Input } from "@elsewhere/world";
import { startHost } from "../../packages/server/src/host.ts";
import type { CommitBatch, KeyframeRow, RecordRow } from "../../packages/server/src/storage/contract.ts";
import { Store } from "../../packages/server/src/storage/sqlite/store.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { worldOfMap } from "../../packages/server/src/worlds/load.ts";
import { noPool } from "../../test/support/host.ts";
import { Town, townFor } from "./day.ts";

export interface Made {
  readonly bytes: number;
  readonly ticks: number;
  /** Since the last keyframe. */
  readonly tail: number;
}

export interface Recovery {
  /** From the first look at the data directory to the first tick that is durable. */
  readonly ms: number;
  /** The same with what it takes to start the process and load its code. */
  readonly processMs: number;
  readonly bodies: number;
}

const ticksBetweenKeyframes = 600;
const tail = ticksBetweenKeyframes - 1;
const ticksUntilAllWalk = 100;
/** How many show something new in a tick, and how much of it. */
const showing = 40;
const shown = "lantern ".repeat(110);

const [what, data, ...sizes] = process.argv.slice(2);
const [bodies, wanted] = sizes.map(Number) as [number, number];
process.stdout.write(JSON.stringify(what === "make" ? make() : await start()));
process.exit(0);

function make(): Made {
  const town = new Town(bodies, 13);
  const store = new Store(data!);
  let ticket = 0;
  let bytes = 0;
  let records: RecordRow[] = [];
  const commit = (more: CommitBatch = {}): void => {
    const tick = { key: "tick", value: String(town.state.tick) };
    const batch = { records, ...more, settings: [tick, ...(more.settings ?? [])] };
    const [error] = store.commit([{ ticket: ++ticket, batch }]);
    if (error) throw error;
    records = [];
  };
  const keyframes = (): KeyframeRow[] => {
    const whole = town.keyframe();
    bytes += whole.bytes.length;
    return [whole];
  };
  const tick = (inputs: readonly Input[]): void => {
    const record = town.tick(inputs);
    if (record === null) return;
    bytes += record.bytes.length;
    records.push(record);
  };
  commit({ keyframes: keyframes(), settings: town.settings() });
  tick(town.enter());
  for (;;) {
    const slots = new Set(Array.from({ length: showing }, () => town.below(bodies)));
    tick(Array.from(slots, (slot) => town.ask(slot, { kind: "show", traits: { carries: `${shown}${town.below(1e6)}` } })));
    if (town.state.tick % ticksBetweenKeyframes === 0) commit({ keyframes: keyframes() });
    if (bytes >= wanted) break;
  }
  const slots = Array.from({ length: bodies }, (_, slot) => slot);
  const walk = (): Input[] => slots.filter((slot) => town.rests(slot)).map((slot) => town.walk(slot));
  // All set out before the last keyframe, so that after it there is little but walking.
  for (let i = 0; i < ticksUntilAllWalk; i++) tick(walk());
  commit({ keyframes: keyframes() });
  for (let i = 0; i < tail; i++) {
    tick(walk());
    if (i % 50 === 0) commit();
  }
  commit();
  // As after a kill: nothing is closed.
  return { bytes, ticks: town.state.tick, tail };
}

async function start(): Promise<Recovery> {
  // The world's own files are read before, and are no part of the record.
  const map = townFor(bodies);
  const startedMs = performance.now();
  return await new Promise((resolve, reject) => {
    const host = async (): Promise<void> => {
      await startHost({
        loaded: worldOfMap("", { maps: [map], drawings: new Map(), images: new Map(), notes: [] }),
        storage: await openSqlite(data!),
        pool: noPool,
        time: {
          monotonicMs: () => performance.now(),
          after: (ms, wake) => {
            const timer = setTimeout(wake, ms);
            return () => clearTimeout(timer);
          },
          soon: (wake) => void setImmediate(wake),
        },
        identity: { verify: () => Promise.reject(new Error("nobody comes")), newGuest: () => Promise.reject(new Error("nobody comes")) },
        guestAllowed: null,
        tickMs: 100,
        lockstep: false,
        pace: 1,
        seed: null,
        usage: () => ({ rssBytes: 0, cpuSeconds: 0 }),
        placeKeys: [],
        randomBytes,
        readImage: async () => null,
        crowd: (world) => ({
          before: () => ({}),
          after: () => ({
            batch: {},
            publish: () => resolve({ ms: performance.now() - startedMs, processMs: performance.now(), bodies: world.bodyCount }),
          }),
          settled: async () => {},
        }),
        say: () => {},
        failed: reject,
      });
    };
    host().catch(reject);
  });
}
