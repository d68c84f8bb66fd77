/**
 * A record of a town that was never closed: its people showed something of themselves until it was large, and since its last
 * keyframe all of them have walked. `recovery.ts make DATA BODIES BYTES` makes it, `recovery.ts start DATA BODIES` starts a
 * host on it and prints how long that took up to the first tick that is durable.
 */
import { Atlas, type Input, MapState, step } from "@elsewhere/world";
import { startHost } from "../../packages/server/src/host.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import { Store } from "../../packages/server/src/storage/sqlite/store.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { worldOfMap } from "../../packages/server/src/worlds/load.ts";
import { luggageOf } from "../../packages/world/src/testing/stage.ts";
import { noPool } from "../../test/support/host.ts";
import { randomFrom } from "../../test/support/random.ts";
import { nameOf } from "../perception/scene.ts";
import { townFor } from "./day.ts";

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
/** How many show something new in a tick, and how much of it. */
const showing = 40;
const shown = "lantern ".repeat(110);

const [what, data, ...sizes] = process.argv.slice(2);
const [bodies, wanted] = sizes.map(Number) as [number, number];
process.stdout.write(JSON.stringify(what === "make" ? make() : await start()));
process.exit(0);

function make(): Made {
  const map = townFor(bodies);
  const state = MapState.fresh(map);
  const atlas = new Atlas([map]);
  const random = randomFrom(13);
  const below = (limit: number): number => Math.floor(random() * limit);
  const store = new Store(data!);
  let ticket = 0;
  let bytes = 0;
  let batch: { records: { map: string; tick: number; bytes: Uint8Array }[] } = { records: [] };
  const commit = (more: CommitBatch = {}): void => {
    const settings = [{ key: "tick", value: String(state.tick) }];
    const [error] = store.commit([{ ticket: ++ticket, batch: { ...batch, ...more, settings: [...settings, ...(more.settings ?? [])] } }]);
    if (error) throw error;
    batch = { records: [] };
  };
  const keyframe = (): { map: string; tick: number; bytes: Uint8Array }[] => {
    const whole = state.keyframe();
    bytes += whole.length;
    return [{ map: map.name, tick: state.tick, bytes: whole }];
  };
  const tick = (inputs: readonly Input[]): void => {
    const { record } = step(map, state, inputs, atlas);
    if (record === null) return;
    bytes += record.length;
    batch.records.push({ map: map.name, tick: state.tick, bytes: record });
  };
  const ground = (): number => {
    for (;;) {
      const tile = below(map.width * map.height);
      if (!map.blocked[tile]) return tile;
    }
  };
  const ask = (slot: number, intent: Extract<Input, { kind: "intent" }>["intent"]): Input => {
    const { id, epoch, lastN } = state.bodyTable;
    return { kind: "intent", body: id[slot]!, epoch: epoch[slot]!, n: lastN[slot]! + 1, intent };
  };
  const names = [
    { key: "world", value: map.name },
    { key: "maps", value: JSON.stringify([map.name]) },
    { key: "seed", value: "1" },
  ];
  commit({ keyframes: keyframe(), settings: names });
  tick(
    Array.from({ length: bodies }, (_, i) => ({
      kind: "enter",
      luggage: luggageOf(i + 1, { who: `person:${i}`, name: nameOf(i), speed: 6 }),
      at: { tile: ground() },
    })),
  );
  while (bytes < wanted) {
    const slots = new Set(Array.from({ length: showing }, () => below(bodies)));
    tick(Array.from(slots, (slot) => ask(slot, { kind: "show", traits: { carries: `${shown}${below(1e6)}` } })));
    if (state.tick % ticksBetweenKeyframes === 0) commit({ keyframes: keyframe() });
  }
  // All set out before the last keyframe, so that after it there is little but walking.
  const walk = (): Input[] => {
    const { activity, tile } = state.bodyTable;
    const inputs: Input[] = [];
    for (let slot = 0; slot < bodies; slot++) {
      if (activity[slot] != null) continue;
      const [x, y] = [tile[slot]! % map.width, Math.floor(tile[slot]! / map.width)];
      const near = (at: number, side: number): number => Math.min(side - 1, Math.max(0, at - 24 + below(49)));
      inputs.push(ask(slot, { kind: "walk", to: `@${near(x, map.width)},${near(y, map.height)}` }));
    }
    return inputs;
  };
  for (let i = 0; i < 100; i++) tick(walk());
  commit({ keyframes: keyframe() });
  for (let i = 0; i < tail; i++) {
    tick(walk());
    if (i % 50 === 0) commit();
  }
  commit();
  // As after a kill: nothing is closed.
  return { bytes, ticks: state.tick, tail };
}

async function start(): Promise<Recovery> {
  const startedMs = performance.now();
  return await new Promise((resolve, reject) => {
    const host = async (): Promise<void> => {
      await startHost({
        loaded: worldOfMap("", { maps: [townFor(bodies)], drawings: new Map(), images: new Map(), notes: [] }),
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
