/**
 * Goes to random moments of a recorded day, through the eyes of random people of it, up to the first frame; and plays on at
 * full speed. `seek.ts DATA BODIES SEEKS`. What is shown is held against the record played from its beginning.
 */
import assert from "node:assert/strict";
import { FrameReader } from "@elsewhere/protocol";
import { applyRecord, MapState } from "@elsewhere/world";
import { openStretch } from "../../packages/server/src/record/past.ts";
import { Archive, StretchCache } from "../../packages/server/src/replay/archive.ts";
import type { Rest } from "../../packages/server/src/replay/contract.ts";
import { Replay } from "../../packages/server/src/replay/replay.ts";
import { openRecordReader } from "../../packages/server/src/storage/sqlite/record-reader.ts";
import { ClockHistory } from "../../packages/server/src/ticks/clock.ts";
import { randomFrom } from "../../test/support/random.ts";
import { townFor } from "./day.ts";

export interface SeekFigures {
  /** Of all blocks of the record. */
  readonly blockBytes: number;
  readonly seekMs: readonly number[];
  /** Times real time, through somebody's eyes. */
  readonly speed: number;
}

const never: Rest = { due: false, take: async () => {} };
const chunkTicks = 1_000;
const speedTicksMax = 36_000;
const checked = 20;

const [data, ...sizes] = process.argv.slice(2);
const [bodies, seeks] = sizes.map(Number) as [number, number];
const map = townFor(bodies);
const reader = openRecordReader(data!);
const random = randomFrom(11);
const toTick = Number(reader.setting("tick"));
const ends = { fromTick: 0, toTick };
const clock = new ClockHistory([{ tick: 0, now: 0, worldMsPerTick: 100 }]);
// As in the thread that plays the past, but for a cache: no moment is asked for twice.
const stretches = new StretchCache(new Archive(reader, { parts: async () => [] }, () => toTick), 1);
const eyesOf = (i: number): Replay =>
  new Replay(
    { maps: [map], clock, stretches, rest: never },
    { by: "operator", look: { who: `person:${i}`, as: "observing" }, at: null, frames: "binary", keys: new Map() },
  );

const seekMs: number[] = [];
for (let i = 0; i < seeks + 5; i++) {
  const who = Math.floor(random() * bodies);
  const tick = 2 + Math.floor(random() * (toTick - 2));
  const replay = eyesOf(who);
  const startedMs = performance.now();
  const { frames } = await replay.open(tick * 100, ends);
  // The first few warm everything up.
  if (i >= 5) seekMs.push(performance.now() - startedMs);
  if (i < checked) await check(who, tick, frames[0] as Uint8Array);
}

/** Whom the frame shows, and where, against the state by the record. */
async function check(who: number, tick: number, frame: Uint8Array): Promise<void> {
  const seen = new FrameReader().read(frame);
  assert.ok(seen?.type === "view" && seen.tick === tick, `the frame is of another tick than ${tick}`);
  const { keyframe, records } = openStretch((await reader.stretch("town", tick))!);
  const state = MapState.fromKeyframe(map, keyframe.bytes);
  for (const record of records) if (record.tick <= tick) applyRecord(map, state, record.bytes);
  const self = [...state.bodies()].find((body) => body.who === `person:${who}`)!;
  assert.ok(
    seen.bodies.some(({ id }) => id === self.id),
    "whoever looks does not see itself",
  );
  for (const { id, x, y } of seen.bodies) {
    const body = state.body(id)!;
    assert.deepEqual([x, y], [body.x / 16, body.y / 16]);
  }
}

const replay = eyesOf(0);
await replay.open(200, ends);
const ticks = Math.min(speedTicksMax, toTick - 2);
const startedMs = performance.now();
let shown = 0;
for (let played = 0; played < ticks; played += chunkTicks) shown += (await replay.advance(chunkTicks, ends)).frames.length;
const speed = (ticks * 100) / (performance.now() - startedMs);
assert.ok(shown > 0);
let blockBytes = 0;
for (const { fromTick } of await reader.stretches(map.name)) {
  const { stored } = (await reader.stretch(map.name, fromTick))!;
  if ("block" in stored) blockBytes += stored.block.length;
}
reader.close();
const figures: SeekFigures = { blockBytes, seekMs, speed };
process.stdout.write(JSON.stringify(figures));
