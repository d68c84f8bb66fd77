import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { code } from "../storage/testing/rows.ts";
import { openSqlite } from "../storage/sqlite/sqlite.ts";
import { Store } from "../storage/sqlite/store.ts";
import { batchOf, chunkOf, stream, turnsThrough } from "../storage/sqlite/testing.ts";
import { verifyRecord } from "./verify.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-verify-"));
after(() => rmSync(root, { recursive: true, force: true }));

const batches = 300;
const original = join(root, "original");
{
  const store = new Store(original);
  for (let n = 1; n <= batches; n++) assert.deepEqual(store.commit([{ ticket: n, batch: batchOf(n) }]), [null]);
  store.close();
}

const baker = "program = (SELECT id FROM programs WHERE program = 'baker')";

let copies = 0;
function edited(sql: string): string {
  const dir = join(root, `${++copies}`);
  cpSync(original, dir, { recursive: true });
  const db = new DatabaseSync(join(dir, "elsewhere.db"));
  db.exec(sql);
  db.close();
  return dir;
}

test("R35 a sound record is told by its maps, ticks and heads, and is left as it was", async () => {
  const progress: number[] = [];
  const found = await verifyRecord(original, (done) => progress.push(done));
  assert.deepEqual([found.ok, found.problems, found.batches, found.turns], [true, [], batches, turnsThrough(batches)]);
  assert.deepEqual(
    found.maps.map(({ head, ...map }) => [map, head.length]),
    ["town", "inn"].map((map) => [{ map, ticks: batches, keyframes: 38, unkept: 0, firstTick: 0, lastTick: batches }, 64]),
  );
  assert.deepEqual([found.images, found.bytes > 100_000, progress], [70, true, [256, 300]]);
  assert.deepEqual(await verifyRecord(original), found);
});

test("Z63 a sealed stream is verified unopened and told as such, and is no map", async () => {
  const { maps, sealed } = await verifyRecord(original);
  assert.deepEqual(
    maps.map(({ map }) => map),
    ["town", "inn"],
  );
  assert.deepEqual(
    sealed.map(({ head, ...each }) => [each, head.length]),
    [[{ stream, blocks: 37, bytes: 37 * 600 }, 64]],
  );
});

const forgeries: readonly (readonly [string, string, RegExp])[] = [
  ["a tick's bytes", "UPDATE entries SET bytes = x'00' WHERE map = 'inn' AND tick = 17", /map inn is broken at tick 17/],
  ["a tick's number", "UPDATE entries SET tick = 18 WHERE map = 'inn' AND tick = 17 AND kind = 'tick'", /map inn is broken at tick 18/],
  ["a lost tick", "DELETE FROM entries WHERE map = 'town' AND tick = 17", /map town is broken at tick 18/],
  ["a lost map", "DELETE FROM entries WHERE map = 'inn'", /batch 1 is not what was committed/],
  ["a turn's bytes", `UPDATE turns SET bytes = x'00' WHERE ${baker} AND turn = 9`, /turn 9 of program baker/],
  ["a lost turn", `DELETE FROM turns WHERE ${baker} AND turn = 9`, /before turn 10 of program baker is missing/],
  ["a turn of another batch", `UPDATE turns SET batch = batch - 1 WHERE ${baker} AND turn = 9`, /batch 26 is not/],
  ["an image's bytes", `UPDATE images SET bytes = x'00' WHERE ${baker} AND turn = 96`, /image of program baker after turn 96/],
  ["an image's turn", `UPDATE images SET turn = 97 WHERE ${baker} AND turn = 96`, /image of program baker after turn 97/],
  ["a lost image", `DELETE FROM images WHERE ${baker} AND turn = 8`, /batch 24 is not what was committed/],
  ["an image's bytes that are gone", `UPDATE images SET bytes = NULL WHERE ${baker} AND turn = 96`, /an image of program baker is missing/],
  ["the template of an image", `UPDATE images SET ground = 1 WHERE ${baker} AND turn = 96`, /image of program baker after turn 96/],
  ["what a program goes on from", "UPDATE images SET anew = 0 WHERE turn = 2850", /image of program wanderer after turn 2850/],
  ["where a turn comes", `UPDATE turns SET before = 0 WHERE ${baker} AND turn = 9`, /before turn 9 of program baker is missing/],
  ["lost last turns", `DELETE FROM turns WHERE ${baker} AND turn = 100`, /program baker does not stand where its turns end/],
  ["a ground", "UPDATE ground_bytes SET bytes = x'00' WHERE id = 4", /ground \w{12} is damaged/],
  ["a lost ground", "DELETE FROM ground_bytes WHERE id = 5", /bytes of ground \w{12} are missing/],
  ["a lost program", "DELETE FROM programs WHERE program = 'baker'", /have been lost/],
  ["a batch's hash", "UPDATE batches SET hash = zeroblob(32) WHERE batch = 20", /batch 20 is not what was committed/],
  ["a lost batch", "DELETE FROM batches WHERE batch = 20", /batch 20 is not what was committed/],
  ["a head", "UPDATE heads SET hash = 'ff' WHERE map = 'inn'", /heads is damaged/],
  ["a lost delivery", "DELETE FROM deliveries WHERE seq = 299", /have been lost/],
  ["a changed memory", "UPDATE memories SET now = 1 WHERE seq = 500", /memories is damaged/],
  [
    "a changed log",
    "UPDATE logs SET text = 'nothing' WHERE program = (SELECT id FROM programs WHERE program = 'watch') AND n = 3",
    /logs is damaged/,
  ],
];
const sealedForgeries: typeof forgeries = [
  [
    "a sealed block's bytes",
    `UPDATE entries SET bytes = x'00' WHERE map = '${stream}' AND tick = 16`,
    /stream ~\w{20} is broken at tick 16/,
  ],
  [
    "a sealed block of another tick",
    `UPDATE entries SET tick = 17 WHERE map = '${stream}' AND tick = 16`,
    /stream ~\w{20} is broken at tick 17/,
  ],
  ["a lost sealed block", `DELETE FROM entries WHERE map = '${stream}' AND tick = 16`, /stream ~\w{20} is broken at tick 24/],
  [
    "a lost end of a stream",
    `DELETE FROM entries WHERE map = '${stream}' AND tick = 296`,
    /stream ~\w{20} does not end where its head says/,
  ],
  ["a lost stream", `DELETE FROM entries WHERE map = '${stream}'`, /stream ~\w{20} is missing/],
  ["a block in another stream", `UPDATE entries SET map = '~0' WHERE map = '${stream}' AND tick = 296`, /stream ~0 is broken at tick 296/],
  ["a chunk of a tail", `UPDATE settings SET value = 'AA==' WHERE key = '${chunkOf(299)}'`, /settings is damaged: tail:~\w{20}:299/],
  ["a lost chunk of a tail", `DELETE FROM settings WHERE key = '${chunkOf(299)}'`, /have been lost/],
];
for (const [rule, [what, sql, expected]] of [
  ...forgeries.map((each) => ["R36", each] as const),
  ...sealedForgeries.map((each) => ["Z64", each] as const),
]) {
  test(`${rule} verifying finds ${what} and names it`, async () => {
    const found = await verifyRecord(edited(sql));
    assert.ok(
      !found.ok && found.problems.some((problem) => problem.code === "corrupt" && expected.test(problem.message)),
      JSON.stringify(found.problems),
    );
  });
}

test("R36 verifying lists every damaged row, not the first alone", async () => {
  const found = await verifyRecord(edited(`UPDATE turns SET bytes = x'00' WHERE turn IN (3, 5) AND ${baker}`));
  assert.deepEqual(
    found.problems.map((problem) => /turn \d+ of program \w+/.exec(problem.message)?.[0]),
    ["turn 3 of program baker", "turn 5 of program baker"],
  );
});

test("R37 a record is not verified while a server runs on it, and where there is none that is said", async () => {
  const dir = join(root, "running");
  const storage = await openSqlite(dir);
  await assert.rejects(verifyRecord(dir), code("taken"));
  await storage.close();
  assert.equal((await verifyRecord(dir)).ok, true);
  await assert.rejects(verifyRecord(join(root, "nowhere")), code("unknown"));
});
