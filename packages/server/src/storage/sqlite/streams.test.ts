/** Sealed streams of hidden rooms on a disk: what is done to a map's past is not done to them, and all else is done around them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { verifyRecord } from "../../record/verify.ts";
import type { CommitBatch } from "../contract.ts";
import { record } from "../testing/rows.ts";
import { Store } from "./store.ts";
import { commitAll, recodeAll } from "./testing.ts";
import { sql } from "./testing/sql.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-streams-"));
after(() => rmSync(root, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(root, `${++dirs}`);

const stream = "~0123456789abcdef0123";

const chunk = (n: number): string => `tail:${stream}:${n}`;

/** A tick with a chunk of the tail; with each eighth the chunks become a block. The first block is older than all that is ever recoded. */
function tailed(n: number): CommitBatch {
  const cut = n === 1 || n % 8 === 0;
  return {
    records: [record("town", n)],
    keyframes: cut ? [record("town", n, `all of town at ${n} ${"tile ".repeat(50)}`), record(stream, n, `sealed through ${n}`)] : [],
    settings: [
      { key: "batch", value: String(n) },
      { key: chunk(n), value: `sealed ${n}` },
      ...(cut ? Array.from({ length: 8 }, (_, i) => ({ key: chunk(n - 1 - i), value: null })) : []),
    ],
  };
}
const first: CommitBatch = { keyframes: [record("town", 0), record(stream, 0)] };

test("Z60 a setting that the last batch removed is back when that batch is taken back", async () => {
  const dir = newDir();
  const store = new Store(dir);
  commitAll(store, 0, 0, () => first);
  commitAll(store, 1, 23, tailed);
  const told = (from: Store): unknown => Array.from({ length: 26 }, (_, n) => from.reader.setting(chunk(n)));
  const before = told(store);
  commitAll(store, 24, 24, tailed);
  assert.notDeepEqual(told(store), before);
  store.close();
  sql(dir, "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)");
  const again = new Store(dir);
  // The first batch was that before tick 1.
  assert.match(again.notes[0]!, /batch 25/);
  assert.deepEqual(told(again), before);
  assert.equal(again.recover(stream)?.keyframe.tick, 16);
  commitAll(again, 24, 30, tailed);
  assert.deepEqual([again.reader.setting(chunk(23)), again.reader.setting(chunk(24))], [null, "sealed 24"]);
  again.close();
  const { ok, problems } = await verifyRecord(dir);
  assert.deepEqual([ok, problems], [true, []]);
});

test("Z62 a sealed stream is never recoded nor thinned, and holds back neither blocks of maps nor the rows of their batches", async () => {
  const dir = newDir();
  const store = new Store(dir);
  commitAll(store, 0, 0, () => first);
  commitAll(store, 1, 1_400, tailed);
  store.retain([{ map: stream, ticks: 10, keep: "nothing" }]);
  const blocks = store.reader.stretches(stream);
  recodeAll(store);
  commitAll(store, 1_401, 1_500, tailed);
  recodeAll(store);
  assert.deepEqual(store.reader.stretches(stream).slice(0, blocks.length), blocks);
  assert.equal(store.recover(stream)?.keyframe.tick, 1_496);
  store.close();
  const count = (what: string): number => Number(sql(dir, `SELECT count(*) AS n FROM ${what}`)[0]!["n"]);
  assert.equal(count(`entries WHERE map = '${stream}'`), 2 + Math.floor(1_500 / 8));
  assert.equal(count(`blocks WHERE map = '${stream}'`), 0);
  assert.ok(count("entries WHERE map = 'town'") < 30);
  const batches = count("batches");
  assert.ok(batches < 30, `${batches} batches have a row`);
  const { ok, problems } = await verifyRecord(dir);
  assert.deepEqual([ok, problems], [true, []]);
  sql(dir, `DELETE FROM entries WHERE map = '${stream}' AND tick = 800`);
  assert.ok(!(await verifyRecord(dir)).ok);
});

test("R70 Z61 whatever the ticks of maps and streams are, each is reached from the last keyframe at or before it", () => {
  const steps = fc.array(fc.record({ town: fc.integer({ min: 0, max: 9 }), keyframe: fc.boolean(), block: fc.boolean() }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, (walk) => {
      const store = new Store(newDir());
      const keyframes = new Map([
        ["town", [0]],
        [stream, [0]],
      ]);
      commitAll(store, 0, 0, () => first);
      let tick = 0;
      for (const [i, { town, keyframe, block }] of walk.entries()) {
        tick += town + 1;
        const framed = [...(keyframe ? ["town"] : []), ...(block ? [stream] : [])];
        for (const map of framed) keyframes.get(map)!.push(tick);
        commitAll(store, i + 1, i + 1, () => ({ records: [record("town", tick)], keyframes: framed.map((map) => record(map, tick)) }));
      }
      for (const [map, ticks] of keyframes) {
        for (let wanted = 0; wanted <= tick + 1; wanted++) {
          const at = ticks.findLastIndex((each) => each <= wanted);
          const found = store.reader.stretch(map, wanted);
          assert.deepEqual([found?.fromTick, found?.nextTick], [ticks[at], ticks[at + 1] ?? null], `${map} at ${wanted}`);
        }
      }
      store.close();
    }),
    { numRuns: 15 },
  );
});
