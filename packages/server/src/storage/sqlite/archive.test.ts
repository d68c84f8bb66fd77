/** Old entries become blocks, and blocks what is kept of them, under a world that goes on. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openStretch } from "../../record/past.ts";
import { run } from "../../record/recode.ts";
import { verifyRecord } from "../../record/verify.ts";
import { code } from "../testing/rows.ts";
import { openRecordReader } from "./record-reader.ts";
import { openSqlite } from "./sqlite.ts";
import { Store } from "./store.ts";
import { batchOf, chance, commitAll, everything, recodeAll } from "./testing.ts";
import { sql } from "./testing/sql.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-archive-"));
after(() => rmSync(root, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(root, `${++dirs}`);

const sound = async (dir: string) => {
  const { ok, problems } = await verifyRecord(dir);
  assert.deepEqual([ok, problems], [true, []]);
};

test("R71 old entries become blocks, and all that can be read is as before, whenever that is done", async () => {
  const [dir, other] = [newDir(), newDir()];
  const [store, plain] = [new Store(dir), new Store(other)];
  for (let n = 1; n <= 60; n++) {
    commitAll(store, n, n);
    commitAll(plain, n, n);
    if (n % 7 === 0) recodeAll(store);
    if (n % 10 === 0) assert.deepEqual(everything(store), everything(plain));
  }
  store.close();
  plain.close();
  const entriesOf = (from: string) => {
    const reader = openRecordReader(from);
    try {
      return [...reader.entries()];
    } finally {
      reader.close();
    }
  };
  assert.deepEqual(entriesOf(dir), entriesOf(other));
  assert.ok(Number(sql(dir, "SELECT count(*) AS n FROM entries")[0]!["n"]) < 60);
  const [recoded, whole] = [await verifyRecord(dir), await verifyRecord(other)];
  assert.deepEqual({ ...recoded, bytes: 0 }, { ...whole, bytes: 0 });
});

test("R71 a store that was recoded is opened again and goes on, and its last batch can still be taken back", () => {
  const dir = newDir();
  const first = new Store(dir);
  commitAll(first, 1, 42);
  recodeAll(first);
  const before = everything(first);
  commitAll(first, 43, 43);
  first.close();
  sql(dir, "DELETE FROM turns WHERE id = (SELECT max(id) FROM turns)");
  const again = new Store(dir);
  assert.deepEqual(everything(again), before);
  assert.match(again.notes[0]!, /batch 43/);
  commitAll(again, 43, 60);
  recodeAll(again);
  again.close();
  return sound(dir);
});

test("R72 a keyframe that the last two batches stand on is left where it is", () => {
  const store = new Store(newDir());
  commitAll(store, 1, 8);
  assert.equal(store.due(true), null, "the keyframe of the last batch may be taken back with it");
  commitAll(store, 9, 9);
  assert.equal(store.due(true), null, "and the batch before is then held against it");
  commitAll(store, 10, 10);
  assert.notEqual(store.due(true), null);
  store.close();
});

test("R72 what is recoded and does not fit on the disk is still there as it was, and is put in place later", async () => {
  const dir = newDir();
  const store = new Store(dir);
  const random = chance(72);
  const noise = (bytes: number) => Uint8Array.from({ length: bytes }, () => random(256));
  const tick = (n: number) => ({ map: "town", tick: n, bytes: noise(20_000) });
  const add = (n: number): void => {
    assert.deepEqual(store.commit([{ ticket: n, batch: { records: [tick(n)], ...(n % 8 === 0 && { keyframes: [tick(n)] }) } }]), [null]);
  };
  assert.deepEqual(store.commit([{ ticket: 0, batch: { keyframes: [tick(0)] } }]), [null]);
  for (let n = 1; n <= 20; n++) add(n);
  const past = (): unknown => Array.from({ length: 20 }, (_, n) => [...openStretch(store.reader.stretch("town", n)!).records].at(-1));
  const before = past();
  const done = run(store.due(true)!);
  store.limitPages(1);
  assert.throws(() => store.archive(done), code("storage"));
  assert.deepEqual(past(), before);
  store.limitPages(null);
  add(21);
  store.archive(done);
  assert.deepEqual(openStretch(store.reader.stretch("town", 3)!).keyframe.tick, 0);
  store.close();
  await sound(dir);
});

test("R73 of batches whose entries are in blocks every 1,024th row stays, and all are still verified", async () => {
  const dir = newDir();
  const store = new Store(dir);
  commitAll(store, 1, 1_300);
  recodeAll(store);
  store.close();
  const rows = sql(dir, "SELECT batch FROM batches WHERE batch < 1200").map((row) => row["batch"]);
  assert.deepEqual(rows, [1_024]);
  await sound(dir);
  const forged = newDir();
  cpSync(dir, forged, { recursive: true });
  sql(forged, "UPDATE batches SET hash = zeroblob(32) WHERE batch = 1024");
  assert.match((await verifyRecord(forged)).problems[0]!.message, /batch 1024 is not what was committed/);
  sql(dir, "UPDATE turns SET tick = tick + 1 WHERE batch = 500");
  assert.ok((await verifyRecord(dir)).problems.length > 0);
});

const damages: readonly (readonly [string, string])[] = [
  ["its bytes", "UPDATE blocks SET bytes = CAST(substr(bytes, 1, 40) || x'00' || substr(bytes, 42) AS BLOB) WHERE block = 1"],
  ["where it ends", "UPDATE blocks SET last_tick = last_tick - 1 WHERE block = 1"],
  ["what it leads to", "UPDATE blocks SET after = zeroblob(32) WHERE block = 1"],
  ["how much of it is kept", "UPDATE blocks SET kept = 'speech' WHERE block = 1"],
  ["all of it", "DELETE FROM blocks WHERE block = 1"],
];
for (const [what, statement] of damages) {
  test(`R74 a block of which ${what} is damaged is never shown, and verifying finds it`, async () => {
    const dir = newDir();
    const store = new Store(dir);
    for (const to of [20, 40, 60]) {
      commitAll(store, to - 19, to);
      recodeAll(store);
    }
    store.close();
    sql(dir, statement);
    const again = new Store(dir);
    assert.throws(() => {
      const stretch = again.reader.stretch("town", 3);
      assert.equal(stretch, null);
      again.reader.stretches("town");
    }, code("corrupt"));
    const fine = openStretch(again.reader.stretch("inn", 30)!);
    assert.ok([...fine.records].some(({ tick }) => tick === 31));
    again.close();
    const { problems } = await verifyRecord(dir);
    assert.ok(
      problems.some(({ message }) => message.includes("map town")),
      JSON.stringify(problems),
    );
  });
}

test("R75 a running store recodes beside its commits, and says so when that has been done", async () => {
  const dir = newDir();
  const storage = await openSqlite(dir);
  for (let n = 1; n <= 60; n++) await storage.commit(batchOf(n));
  await Promise.all([storage.recode(), storage.commit(batchOf(61))]);
  await storage.recode();
  assert.deepEqual(
    (await storage.recover("town"))?.records.map(({ tick }) => tick),
    [57, 58, 59, 60, 61],
  );
  await storage.close();
  assert.ok(Number(sql(dir, "SELECT count(*) AS n FROM blocks")[0]!["n"]) >= 2);
  await sound(dir);
});

test("R75 what cannot be recoded stays as it is, is told, and holds neither a commit nor other maps up", async () => {
  const dir = newDir();
  const store = new Store(dir);
  commitAll(store, 1, 30);
  store.close();
  sql(dir, "UPDATE entries SET bytes = x'00' WHERE map = 'town' AND tick = 3");
  const storage = await openSqlite(dir);
  await storage.commit(batchOf(31));
  assert.equal(storage.trouble, null);
  await assert.rejects(storage.recode(), code("storage"));
  await storage.commit(batchOf(32));
  assert.match(storage.trouble!, /map town is broken/);
  await storage.close();
  const maps = sql(dir, "SELECT DISTINCT map FROM blocks").map((row) => row["map"]);
  assert.deepEqual(maps, ["inn"]);
  assert.ok(Number(sql(dir, "SELECT count(*) AS n FROM reels")[0]!["n"]) > 0);
});

test("R77 the bytes of turns that an image stands for go together onto reels, and read the same", async () => {
  const [dir, other] = [newDir(), newDir()];
  const [store, plain] = [new Store(dir), new Store(other)];
  for (const each of [store, plain]) commitAll(each, 1, 120);
  recodeAll(store);
  commitAll(store, 121, 121);
  commitAll(plain, 121, 121);
  assert.deepEqual(everything(store), everything(plain));
  store.close();
  plain.close();
  const left = sql(dir, "SELECT count(*) AS n FROM turns WHERE reel IS NULL")[0]!["n"];
  const [bytes, before] = [dir, other].map((each) => Number(sql(each, "SELECT sum(length(bytes)) AS n FROM turns")[0]!["n"]));
  assert.ok(Number(left) > 0 && Number(left) < 40, `${String(left)} turns are left: those since the images`);
  assert.ok(bytes! < before! / 3);
  const turnsOf = (from: string) => {
    const reader = openRecordReader(from);
    try {
      return [...reader.turns()];
    } finally {
      reader.close();
    }
  };
  assert.deepEqual(turnsOf(dir), turnsOf(other));
  await sound(dir);
});

test("R77 a program's heap is made from an older image and turns on reels where its newest image is damaged", () => {
  const dir = newDir();
  const store = new Store(dir);
  commitAll(store, 1, 61);
  recodeAll(store);
  const { image, turns } = store.heap("baker");
  const last = turns.at(-1)?.turn ?? image!.turn;
  store.close();
  sql(dir, `UPDATE images SET bytes = x'00' WHERE turn = ${image!.turn} AND program = (SELECT id FROM programs WHERE program = 'baker')`);
  const again = new Store(dir);
  const older = again.heap("baker");
  assert.ok(older.image!.turn < image!.turn);
  assert.deepEqual(
    older.turns.map(({ turn }) => turn),
    Array.from({ length: last - older.image!.turn }, (_, i) => older.image!.turn + 1 + i),
  );
  again.close();
});

for (const [what, statement] of [
  ["damaged", "UPDATE reels SET bytes = CAST(substr(bytes, 1, 40) || x'00' || substr(bytes, 42) AS BLOB)"],
  ["lost", "DELETE FROM reels"],
] as const) {
  test(`R77 turns on a reel that is ${what} are never given, and verifying names them`, async () => {
    const dir = newDir();
    const store = new Store(dir);
    commitAll(store, 1, 60);
    recodeAll(store);
    store.close();
    sql(dir, statement);
    sql(dir, "UPDATE images SET bytes = x'00' WHERE program = (SELECT id FROM programs WHERE program = 'baker')");
    const again = new Store(dir);
    assert.throws(() => again.heap("baker"), code("corrupt"));
    again.close();
    const { problems } = await verifyRecord(dir);
    assert.ok(
      problems.some(({ message }) => message.includes("turn 1 of program baker is damaged")),
      JSON.stringify(problems[0]),
    );
  });
}
