/**
 * Records a day of a town at ten ticks a second, as a host would, but as fast as this machine can: people who are at home most
 * of the time, go somewhere now and then, and speak. `day.ts DATA BODIES TICKS SHARE`: the share of time one is on the way.
 */
import { Atlas, type Input, MapState, step, type WorldMap } from "@elsewhere/world";
import type { CommitBatch, KeyframeRow, RecordRow } from "../../packages/server/src/storage/contract.ts";
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
const speed = 6;
const wayTiles = 24;
/** So long one takes to where it goes, about: 24 tiles at 6/16 of a tile a tick. */
const ticksOnTheWay = 64;
const ticksBetweenWords = 100;

export const townFor = (bodies: number): WorldMap => townOf({ seed: 5, bodies, observers: 0, inSight: 25, ticks: 0 });

/** A town whose people have been told where to go. The same seed sends the same ways. */
export class Town {
  readonly map: WorldMap;
  readonly state: MapState;
  moves = 0;
  said = 0;
  rawBytes = 0;
  readonly #bodies: number;
  readonly #atlas: Atlas;
  readonly #random: () => number;

  constructor(bodies: number, seed: number) {
    this.map = townFor(bodies);
    this.state = MapState.fresh(this.map);
    this.#bodies = bodies;
    this.#atlas = new Atlas([this.map]);
    this.#random = randomFrom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  enter(): Input[] {
    return Array.from({ length: this.#bodies }, (_, i) => ({
      kind: "enter",
      luggage: luggageOf(i + 1, { who: `person:${i}`, name: nameOf(i), speed }),
      at: { tile: this.#street(0, 0, this.map.width, this.map.height) },
    }));
  }

  ask(slot: number, intent: Extract<Input, { kind: "intent" }>["intent"]): Input {
    const { id, epoch, lastN } = this.state.bodyTable;
    return { kind: "intent", body: id[slot]!, epoch: epoch[slot]!, n: lastN[slot]! + 1, intent };
  }

  rests(slot: number): boolean {
    return this.state.bodyTable.activity[slot] == null;
  }

  /** Sends somebody on a way of some length. */
  walk(slot: number): Input {
    const { width, height } = this.map;
    const here = this.state.bodyTable.tile[slot]!;
    const [column, row] = [here % width, Math.floor(here / width)];
    const [left, top] = [Math.max(0, column - wayTiles), Math.max(0, row - wayTiles)];
    const to = this.#street(left, top, Math.min(width, column + wayTiles + 1), Math.min(height, row + wayTiles + 1));
    return this.ask(slot, { kind: "walk", to: `@${to % width},${Math.floor(to / width)}` });
  }

  /** One tick; returns its record, if anything happened in it. */
  tick(inputs: readonly Input[]): RecordRow | null {
    const { record, touched } = step(this.map, this.state, inputs, this.#atlas);
    this.moves += touched.length;
    if (record === null) return null;
    this.rawBytes += record.length;
    return { map: this.map.name, tick: this.state.tick, bytes: record };
  }

  keyframe(): KeyframeRow {
    return { map: this.map.name, tick: this.state.tick, bytes: this.state.keyframe() };
  }

  /** What a record says of its world. */
  settings(): NonNullable<CommitBatch["settings"]> {
    return [
      { key: "world", value: this.map.name },
      { key: "maps", value: JSON.stringify([this.map.name]) },
      { key: "seed", value: "1" },
      { key: "clocks", value: JSON.stringify([{ tick: 0, now: 0, worldMsPerTick: 100 }]) },
    ];
  }

  /** A tile between these that no house stands on. */
  #street(left: number, top: number, right: number, bottom: number): number {
    for (;;) {
      const tile = (top + this.below(bottom - top)) * this.map.width + left + this.below(right - left);
      if (!this.map.blocked[tile]) return tile;
    }
  }
}

async function recordDay(data: string, bodies: number, ticks: number, share: number): Promise<Recorded> {
  const town = new Town(bodies, 7);
  const storage = await openSqlite(data);
  const pending: Promise<void>[] = [];
  let records: RecordRow[] = [];
  const commit = async (settings: CommitBatch["settings"] = []): Promise<void> => {
    const tick = { key: "tick", value: String(town.state.tick) };
    pending.push(storage.commit({ records, keyframes: [town.keyframe()], settings: [...settings, tick] }));
    records = [];
    if (pending.length > commitsInFlightMax) await pending.shift();
  };
  await commit(town.settings());
  // How many set out in a tick, on average.
  const settingOut = (bodies * share) / ticksOnTheWay;
  for (let tick = 1, owed = 0; tick <= ticks; tick++) {
    const inputs = tick === 1 ? town.enter() : [];
    for (owed += tick === 1 ? 0 : settingOut; owed >= 1; owed--) {
      const slot = town.below(bodies);
      if (town.rests(slot)) inputs.push(town.walk(slot));
    }
    if (tick % ticksBetweenWords === 0) {
      town.said++;
      inputs.push(town.ask(town.below(bodies), { kind: "emote", text: `notes that ${tick} ticks have passed` }));
    }
    const record = town.tick(inputs);
    if (record !== null) records.push(record);
    if (tick % ticksBetweenKeyframes === 0) await commit();
  }
  await commit();
  await Promise.all(pending);
  await storage.recode();
  await storage.close();
  const { moves, said, rawBytes } = town;
  return { ticks, moves, said, rawBytes };
}

if (process.argv[1]?.endsWith("day.ts")) {
  const [data, ...sizes] = process.argv.slice(2);
  const [bodies, ticks, share] = sizes.map(Number) as [number, number, number];
  process.stdout.write(JSON.stringify(await recordDay(data!, bodies, ticks, share)));
}
