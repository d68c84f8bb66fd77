/** A hundred days of a small world, recorded, recoded, closed and recovered at odd moments, are replayed and give the same states. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { applyRecord, MapState, type WorldMap } from "@elsewhere/world";
import { openStretch } from "../packages/server/src/record/past.ts";
import { run } from "../packages/server/src/record/recode.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { Store } from "../packages/server/src/storage/sqlite/store.ts";
import { SmallLife, smallWorld } from "./support/days.ts";
import { randomFrom } from "./support/random.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-days-"));
after(() => rmSync(root, { recursive: true, force: true }));

const days = 100;
/** With 1440 a tick is a minute. */
const ticksADay = Number(process.env["ELSEWHERE_TICKS_A_DAY"] ?? 360);
const ticks = days * ticksADay;
const ticksABatch = 60;
const restarts = 12;
const stretches = 20;

const maps = smallWorld();
const hashOf = (state: MapState): string => hash("sha256", state.keyframe(), "hex");

/** Reads a map as a host does when it starts. */
function recovered(store: Store, map: WorldMap, tick: number): MapState {
  const { keyframe, records } = store.recover(map.name)!;
  const state = MapState.fromKeyframe(map, keyframe.bytes);
  for (const { bytes } of records) applyRecord(map, state, bytes);
  state.advanceTo(tick);
  return state;
}

interface Recorded {
  /** Of each map, after the last tick. */
  readonly states: readonly MapState[];
  /** By map and tick: the state's hash at every restart. */
  readonly hashes: ReadonlyMap<string, string>;
}

function recordDays(dir: string, restartAt: ReadonlySet<number>): Recorded {
  const life = new SmallLife(maps, 100);
  let states: readonly MapState[] = maps.map((map) => MapState.fresh(map));
  const hashes = new Map<string, string>();
  let store = new Store(dir);
  let ticket = 0;
  const keyframes = () => states.map((state) => ({ map: state.map.name, tick: state.tick, bytes: state.keyframe() }));
  const commit = (batch: Parameters<Store["commit"]>[0][0]["batch"]): void => {
    assert.deepEqual(store.commit([{ ticket: ++ticket, batch }]), [null]);
  };
  commit({ keyframes: keyframes() });
  let records: { map: string; tick: number; bytes: Uint8Array }[] = [];
  for (let tick = 1; tick <= ticks; tick++) {
    for (const { map, bytes } of life.step(states)) if (bytes !== null) records.push({ map, tick, bytes });
    const isDay = tick % ticksADay === 0;
    if (!isDay && tick % ticksABatch !== 0 && !restartAt.has(tick)) continue;
    commit({ records, ...(isDay && { keyframes: keyframes() }), settings: [{ key: "tick", value: `${tick}` }] });
    records = [];
    if (isDay && (tick / ticksADay) % 20 === 0)
      for (let job = store.due(true); job !== null; job = store.due(true)) store.archive(run(job));
    if (!restartAt.has(tick)) continue;
    const before = states.map(hashOf);
    store.close();
    store = new Store(dir);
    assert.equal(store.reader.setting("tick"), `${tick}`);
    states = maps.map((map) => recovered(store, map, tick));
    assert.deepEqual(states.map(hashOf), before, `recovered at tick ${tick}`);
    states.forEach((state, i) => hashes.set(`${state.map.name} ${tick}`, before[i]!));
  }
  store.close();
  return { states, hashes };
}

/** Replays a map from its first keyframe on, from blocks and rows, and gives how many of its keyframes it came by. */
function replayed(dir: string, map: WorldMap, { states, hashes }: Recorded): { readonly keyframes: number; readonly compared: number } {
  const reader = openRecordReader(dir);
  let state: MapState | null = null;
  let [keyframes, compared] = [0, 0];
  const moments = [...hashes]
    .filter(([key]) => key.startsWith(`${map.name} `))
    .map(([key, expected]) => ({ tick: Number(key.split(" ")[1]), expected }));
  const passMoments = (before: number): void => {
    for (; moments.length > 0 && moments[0]!.tick < before; compared++) {
      const { tick, expected } = moments.shift()!;
      state!.advanceTo(tick);
      assert.equal(hashOf(state!), expected, `${map.name} as it stood when it was closed at tick ${tick}`);
    }
  };
  try {
    for (const entry of reader.entries(map.name)) {
      assert.ok(entry.kind !== "gap");
      if (state !== null) passMoments(entry.tick);
      if (entry.kind === "tick") applyRecord(map, state!, entry.bytes);
      else {
        state ??= MapState.fromKeyframe(map, entry.bytes);
        state.advanceTo(entry.tick);
        keyframes++;
        assert.equal(Buffer.compare(state.keyframe(), entry.bytes), 0, `${map.name} at its keyframe of tick ${entry.tick}`);
      }
    }
  } finally {
    reader.close();
  }
  state!.advanceTo(ticks);
  passMoments(Infinity);
  assert.equal(hashOf(state!), hashOf(states.find((each) => each.map === map)!), `${map.name} at the end`);
  return { keyframes, compared };
}

/** Replays one stretch of a map, up to the keyframe of the one after it. */
async function replayedFrom(dir: string, map: WorldMap, tick: number, { states }: Recorded): Promise<"block" | "rows"> {
  const reader = openRecordReader(dir);
  try {
    const stored = (await reader.stretch(map.name, tick))!;
    const { keyframe, records } = openStretch(stored);
    const state = MapState.fromKeyframe(map, keyframe.bytes);
    for (const { bytes } of records) applyRecord(map, state, bytes);
    const next = (await reader.stretches(map.name)).find(({ fromTick }) => fromTick > stored.fromTick);
    state.advanceTo(next?.fromTick ?? ticks);
    const expected =
      next === undefined
        ? states.find((each) => each.map === map)!.keyframe()
        : openStretch((await reader.stretch(map.name, next.fromTick))!).keyframe.bytes;
    assert.equal(Buffer.compare(state.keyframe(), expected), 0, `${map.name} from tick ${stored.fromTick} on`);
    return "block" in stored.stored ? "block" : "rows";
  } finally {
    reader.close();
  }
}

test("R114 a hundred recorded days, through blocks, rows and restarts, are replayed to the same states", async (t) => {
  const dir = join(root, "data");
  const random = randomFrom(114);
  const restartAt = new Set(Array.from({ length: restarts }, () => 1 + Math.floor(random() * (ticks - 1))));
  const recorded = recordDays(dir, restartAt);
  for (const map of maps) {
    const { keyframes, compared } = replayed(dir, map, recorded);
    assert.equal(keyframes, days + 1);
    assert.equal(compared, restartAt.size);
  }
  const from = new Set<string>();
  for (let i = 0; i < stretches; i++) {
    from.add(await replayedFrom(dir, maps[i % maps.length]!, Math.floor(random() * (ticks + 1)), recorded));
  }
  from.add(await replayedFrom(dir, maps[0]!, ticks, recorded));
  assert.deepEqual([...from].sort(), ["block", "rows"]);
  const { ok, problems, bytes, batches } = await verifyRecord(dir);
  assert.deepEqual([ok, problems], [true, []]);
  t.diagnostic(`${ticks} ticks of ${maps.length} maps in ${batches} batches, ${restartAt.size} restarts, ${bytes} bytes`);
});
