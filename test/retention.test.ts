/** What is kept of a map's record once it is old: of a real map, stepped by the kernel. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { applyRecord, MapState, type WorldEvent } from "@elsewhere/world";
import { openStretch } from "../packages/server/src/record/past.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import type { CommitBatch } from "../packages/server/src/storage/contract.ts";
import { Store } from "../packages/server/src/storage/sqlite/store.ts";
import { recodeAll } from "../packages/server/src/storage/sqlite/testing.ts";
import { asciiMap } from "../packages/world/src/testing/ascii-map.ts";
import { Stage } from "../packages/world/src/testing/stage.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-retention-"));
after(() => rmSync(root, { recursive: true, force: true }));

const map = asciiMap("........\n........\n........", { name: "green" });
const ticksBetweenKeyframes = 100;

/** Two who walk to and fro, and speak now and then; recoded by and by, as it would be. */
function record(store: Store, ticks: number): void {
  const stage = new Stage(map);
  const keyframes = () => [{ map: map.name, tick: stage.state.tick, bytes: stage.state.keyframe() }];
  let waiting = [{ ticket: 0, batch: { keyframes: keyframes() } as CommitBatch }];
  stage.enter(1, 0, 0);
  stage.enter(2, 7, 2);
  let recorded = 0;
  for (let tick = stage.state.tick + 1; tick <= ticks; tick++) {
    if (tick % 20 === 0) for (const body of [1, 2]) stage.ask(body, { kind: "walk", to: `@${(tick + body) % 8},${tick % 3}` });
    if (tick % 90 === 0) stage.ask(1, { kind: "say", text: `it is ${tick}` });
    stage.step();
    if (tick % ticksBetweenKeyframes !== 0) continue;
    const records = stage.records.slice(recorded).map((row) => ({ map: map.name, ...row }));
    recorded = stage.records.length;
    waiting.push({ ticket: tick, batch: { records, keyframes: keyframes() } });
    assert.ok(store.commit(waiting).every((error) => error === null));
    waiting = [];
    if (tick % 300 === 0) recodeAll(store);
  }
}

/** All that can be seen happen again. */
function past({ reader }: Store): readonly { readonly tick: number; readonly said: readonly WorldEvent[]; readonly moves: boolean }[] {
  return reader.stretches(map.name).flatMap(({ fromTick }) => {
    const { keyframe, records } = openStretch(reader.stretch(map.name, fromTick)!);
    const state = MapState.fromKeyframe(map, keyframe.bytes);
    return Array.from(records, ({ tick, bytes }) => {
      const { events, touched } = applyRecord(map, state, bytes);
      return { tick, said: events.filter(({ kind }) => kind === "heard"), moves: touched.length > 0 };
    });
  });
}

test("R76 of what is older than it is to be kept whole what was said stays, or nothing, and all is still verified", async () => {
  const dir = join(root, "data");
  const store = new Store(dir);
  record(store, 1_300);
  const all = past(store);
  store.retain([{ map: map.name, ticks: 600, keep: "speech" }]);
  recodeAll(store);
  const thinned = past(store);
  const old = store.reader.stretches(map.name).filter(({ kept }) => kept === "speech");
  const oldUntil = old.at(-1)!.lastTick;
  assert.ok(oldUntil > 300 && oldUntil <= 700, String(oldUntil));
  assert.deepEqual(
    thinned.filter(({ tick }) => tick > oldUntil),
    all.filter(({ tick }) => tick > oldUntil),
  );
  assert.deepEqual(
    thinned.filter(({ tick }) => tick <= oldUntil).map(({ tick, said }) => [tick, said]),
    all.filter(({ tick, said }) => tick <= oldUntil && said.length > 0).map(({ tick, said }) => [tick, said]),
  );

  store.retain([{ map: map.name, ticks: 300, keep: "nothing" }]);
  recodeAll(store);
  const first = store.reader.stretches(map.name)[0]!;
  assert.ok(first.fromTick > oldUntil);
  assert.equal(store.reader.stretch(map.name, first.fromTick - 1), null);
  assert.deepEqual(
    past(store),
    all.filter(({ tick }) => tick > first.fromTick),
  );
  store.close();
  const { maps, problems } = await verifyRecord(dir);
  assert.deepEqual([problems, maps[0]!.unkept > 1], [[], true]);
});
