/**
 * Records a day of a town at ten ticks a second, as a host would, but as fast as this machine can: people who are at home most
 * of the time, go somewhere now and then, and speak. `day.ts DATA BODIES TICKS SHARE`: the share of time one is on the way.
 */
import { Atlas, type Input, MapState, step } from "@elsewhere/world";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { luggageOf } from "../../packages/world/src/testing/stage.ts";
import { randomFrom } from "../../test/support/random.ts";
import { nameOf } from "../perception/scene.ts";
import { townOf } from "../perception/town.ts";

export interface Recorded {
  readonly ticks: number;
  /** How many bodies moved, over all ticks. */
  readonly moves: number;
  readonly said: number;
  /** Of the records as they were committed. */
  readonly rawBytes: number;
}

/** A keyframe and a commit after so many ticks; a host commits each. */
const ticksBetweenKeyframes = 600;
const commitsInFlightMax = 4;
/** So long one takes to where it goes, about: 24 tiles at 6/16 of a tile a tick. */
const ticksOnTheWay = 64;
const speed = 6;
const wayTiles = 24;
const ticksBetweenWords = 100;

export const townFor = (bodies: number) => townOf({ seed: 5, bodies, observers: 0, inSight: 25, ticks: 0 });

export async function recordDay(data: string, bodies: number, ticks: number, share: number): Promise<Recorded> {
  const map = townFor(bodies);
  const state = MapState.fresh(map);
  const atlas = new Atlas([map]);
  const random = randomFrom(7);
  const storage = await openSqlite(data);
  const below = (limit: number): number => Math.floor(random() * limit);
  const tileNear = (column: number, row: number, within: number): string => {
    for (;;) {
      const x = Math.min(map.width - 1, Math.max(0, column - within + below(2 * within + 1)));
      const y = Math.min(map.height - 1, Math.max(0, row - within + below(2 * within + 1)));
      if (!map.blocked[y * map.width + x]) return `@${x},${y}`;
    }
  };
  const entering = Array.from({ length: bodies }, (_, i): Input => {
    const [x, y] = tileNear(map.width >> 1, map.height >> 1, map.width)
      .slice(1)
      .split(",")
      .map(Number) as [number, number];
    const luggage = luggageOf(i + 1, { who: `person:${i}`, name: nameOf(i), speed });
    return { kind: "enter", luggage, at: { tile: y * map.width + x } };
  });
  const { tile, lastN, epoch } = state.bodyTable;
  const ask = (slot: number, intent: Extract<Input, { kind: "intent" }>["intent"]): Input => {
    const t = state.bodyTable;
    return { kind: "intent", body: t.id[slot]!, epoch: t.epoch[slot]!, n: t.lastN[slot]! + 1, intent };
  };
  void [tile, lastN, epoch];
  const sent = { moves: 0, said: 0, rawBytes: 0 };
  const pending: Promise<void>[] = [];
  let records: { map: string; tick: number; bytes: Uint8Array }[] = [];
  const commit = async (batch: CommitBatch): Promise<void> => {
    pending.push(storage.commit(batch));
    if (pending.length > commitsInFlightMax) await pending.shift();
  };
  const keyframe = () => [{ map: map.name, tick: state.tick, bytes: state.keyframe() }];
  await commit({
    keyframes: keyframe(),
    settings: [
      { key: "world", value: map.name },
      { key: "maps", value: JSON.stringify([map.name]) },
      { key: "clocks", value: JSON.stringify([{ tick: 0, now: 0, worldMsPerTick: 100 }]) },
    ],
  });
  // How many set out in a tick, on average.
  const settingOut = (bodies * share) / ticksOnTheWay;
  let owed = 0;
  for (let tick = 1; tick <= ticks; tick++) {
    const inputs: Input[] = tick === 1 ? entering : [];
    if (tick > 1) {
      for (owed += settingOut; owed >= 1; owed--) {
        const slot = below(bodies);
        const here = state.bodyTable.tile[slot]!;
        if (state.bodyTable.activity[slot] == null) {
          inputs.push(ask(slot, { kind: "walk", to: tileNear(here % map.width, Math.floor(here / map.width), wayTiles) }));
        }
      }
      if (tick % ticksBetweenWords === 0) {
        const slot = below(bodies);
        if (
          state.bodyTable.activity[slot] == null &&
          !inputs.some((input) => input.kind === "intent" && input.body === state.bodyTable.id[slot])
        ) {
          inputs.push(ask(slot, { kind: "say", text: `It is ${tick} o'clock, and I am ${nameOf(slot)}.` }));
          sent.said++;
        }
      }
    }
    const { record, touched } = step(map, state, inputs, atlas);
    sent.moves += touched.length;
    if (record !== null) {
      sent.rawBytes += record.length;
      records.push({ map: map.name, tick, bytes: record });
    }
    if (tick % ticksBetweenKeyframes === 0) {
      await commit({ records, keyframes: keyframe(), settings: [{ key: "tick", value: String(tick) }] });
      records = [];
    }
  }
  await commit({ records, keyframes: keyframe(), settings: [{ key: "tick", value: String(ticks) }] });
  await Promise.all(pending);
  await storage.recode();
  await storage.close();
  return { ticks, ...sent };
}

if (process.argv[1]?.endsWith("day.ts")) {
  const [data, ...sizes] = process.argv.slice(2);
  const [bodies, ticks, share] = sizes.map(Number) as [number, number, number];
  process.stdout.write(JSON.stringify(await recordDay(data!, bodies, ticks, share)));
}
