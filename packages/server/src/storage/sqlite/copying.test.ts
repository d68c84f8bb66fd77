import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { limits } from "@elsewhere/protocol";
import { verifyRecord } from "../../record/verify.ts";
import { code } from "../testing/rows.ts";
import type { StorageCopy } from "../copy.ts";
import { openRecordReader } from "./record-reader.ts";
import { openSqlite, type SqliteStorage } from "./sqlite.ts";
import { Store } from "./store.ts";
import { batchOf, everything } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-copying-"));
after(() => rmSync(root, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(root, `${++dirs}`);

async function filled(batches: number): Promise<{ storage: SqliteStorage; dir: string }> {
  const dir = newDir();
  const storage = await openSqlite(dir);
  for (let n = 1; n <= batches; n++) await storage.commit(batchOf(n));
  return { storage, dir };
}

/** Puts a copy into a directory of its own; `between` runs after every piece. */
async function keep({ pieces }: StorageCopy, between: () => Promise<unknown> = async () => {}): Promise<string> {
  const dir = newDir();
  mkdirSync(dir);
  const all: Uint8Array[] = [];
  for await (const piece of pieces) {
    all.push(piece);
    await between();
  }
  writeFileSync(join(dir, "elsewhere.db"), Buffer.concat(all));
  return dir;
}

test("R80 a copy holds all that was committed when it began and nothing of what came later, and verifies", async () => {
  const { storage, dir } = await filled(300);
  const copy = await storage.copy();
  let n = 300;
  const copied = await keep(copy, () => storage.commit(batchOf(++n)));
  assert.ok(n > 300, "commits went on");
  assert.equal(statSync(join(copied, "elsewhere.db")).size, copy.bytes);
  const found = await verifyRecord(copied);
  assert.deepEqual([found.problems, found.batches, found.maps.map(({ lastTick }) => lastTick)], [[], 300, [300, 300]]);
  await storage.close();
  const asItWas = newDir();
  const store = new Store(asItWas);
  for (let m = 1; m <= 300; m++) store.commit([{ ticket: m, batch: batchOf(m) }]);
  const again = new Store(copied);
  assert.deepEqual(everything(again), everything(store));
  again.close();
  store.close();
  const original = await verifyRecord(dir);
  assert.deepEqual([original.problems, original.batches], [[], n]);
});

test("R81 the database stands still while it is copied, and takes the log in again when the copy has ended", async () => {
  const { storage, dir } = await filled(20);
  const file = join(dir, "elsewhere.db");
  const { pieces } = await storage.copy();
  const before = readFileSync(file);
  let n = 20;
  const some = async (): Promise<void> => {
    for (const end = n + 400; n < end;) await storage.commit(batchOf(++n));
  };
  await some();
  assert.ok(statSync(`${file}-wal`).size > 8 * 1024 * 1024, "more than the log usually holds");
  assert.deepEqual(readFileSync(file), before);
  await pieces.return!();
  await some();
  assert.ok(statSync(file).size > before.length);
  await storage.close();
});

test("R81 a copy is given up by a newer one, by closing, and when the log has grown too long; the world goes on", async (t) => {
  const { storage, dir } = await filled(20);
  const older = await storage.copy();
  const newer = await storage.copy();
  await assert.rejects(older.pieces.next(), code("storage"));
  assert.equal((await verifyRecord(await keep(newer))).ok, true, "whoever gave up has not ended the newer one");

  const slow = await storage.copy();
  const bytes = new Uint8Array(4 * 1024 * 1024);
  const commits = Math.ceil(limits.copyLogBytesMax / bytes.length) + 2;
  for (let tick = 21; tick < 21 + commits; tick++) await storage.commit({ records: [{ map: "town", tick, bytes }] });
  await assert.rejects(slow.pieces.next(), code("storage"));
  assert.ok(statSync(join(dir, "elsewhere.db-wal")).size < limits.copyLogBytesMax, "the log was taken in");
  t.diagnostic(`${commits} commits of ${bytes.length} bytes`);

  const last = await storage.copy();
  await storage.close();
  await assert.rejects(last.pieces.next(), code("storage"));
  assert.equal((await verifyRecord(dir)).ok, true);
});

test("R83 a directory that was copied is still its server's alone", async () => {
  const { storage, dir } = await filled(20);
  await keep(await storage.copy());
  await keep(await storage.copy());
  // Of the locks of one process, only another one learns.
  const script = `
    const { openRecordReader } = await import(${JSON.stringify(fileURLToPath(new URL("./record-reader.ts", import.meta.url)))});
    try { openRecordReader(${JSON.stringify(dir)}); process.stdout.write("opened"); }
    catch (error) { process.stdout.write(error.code); }`;
  const told = execFileSync(process.execPath, ["--conditions=source", "--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(told, "taken");
  await storage.close();
  openRecordReader(dir).close();
});
