import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { code } from "../storage/testing/rows.ts";
import { openSqlite, type SqliteStorage } from "../storage/sqlite/sqlite.ts";
import { batchOf, chance } from "../storage/sqlite/testing.ts";
import { loadHostKey } from "../tokens/host-key.ts";
import { loadTokenSecret } from "../tokens/secret.ts";
import { createTokens } from "../tokens/tokens.ts";
import { keepBackup, type Progress, restoreBackup } from "./backup.ts";
import { piecesOf } from "./drafts.ts";
import { confirm, requireConfirmed, restoredIn } from "./quarantine.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-backup-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
/** A folder in which nothing else lies. */
function newFolder(): string {
  const folder = join(root, `${++folders}`);
  mkdirSync(folder);
  return folder;
}

const quiet: Progress = { copied: () => {}, verified: () => {} };
let seconds = 1_000;
let drawn = 0;
const moment = {
  openStorage: openSqlite,
  randomBytes: (count: number) => new Uint8Array(count).fill(++drawn),
  nowSeconds: () => ++seconds,
};
const clock = { key: "clocks", value: JSON.stringify([{ tick: 10, now: 5_000, worldMsPerTick: 250 }]) };

async function world(folder: string, batches = 40): Promise<SqliteStorage> {
  const storage = await openSqlite(join(folder, "data"));
  for (let n = 1; n <= batches; n++) await storage.commit(batchOf(n));
  await storage.commit({ settings: [{ key: "tick", value: String(batches) }, clock] });
  return storage;
}

const tokensOf = async (storage: SqliteStorage) =>
  createTokens({ secret: await loadTokenSecret(storage, moment.randomBytes), host: "elsewhere", nowSeconds: () => 0 });

test("R82 a backup has its owner's rights alone, is whole when it has its name, and overwrites nothing", async () => {
  const folder = newFolder();
  const storage = await world(folder);
  const file = join(folder, "kept");
  const told: number[] = [];
  const found = await keepBackup(() => storage.copy(), file, { copied: (bytes) => told.push(bytes), verified: () => {} });
  assert.deepEqual([found.ok, found.batches, told.at(-1)], [true, 41, statSync(file).size]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).toSorted(), ["data", "kept"], "no draft is left");
  writeFileSync(file, "mine");
  let asked = false;
  const copy = (): ReturnType<typeof storage.copy> => {
    asked = true;
    return storage.copy();
  };
  await assert.rejects(keepBackup(copy, file, quiet), code("taken"));
  assert.deepEqual([asked, readFileSync(file, "utf8")], [false, "mine"]);
  await storage.close();
});

test("R82 a copy that breaks off, comes short or came damaged leaves nothing, and one that appears meanwhile stays", async () => {
  const folder = newFolder();
  const storage = await world(folder);
  const whole = await storage.copy();
  const pieces: Uint8Array[] = [];
  for await (const piece of whole.pieces) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  await storage.close();
  const file = join(folder, "kept");
  async function* given(...pieces: (Uint8Array | Error)[]): AsyncGenerator<Uint8Array, undefined, undefined> {
    for (const piece of pieces) {
      if (piece instanceof Error) throw piece;
      yield piece;
    }
  }
  const keep = (...pieces: (Uint8Array | Error)[]) =>
    keepBackup(async () => ({ bytes: bytes.length, pieces: given(...pieces) }), file, quiet);
  await assert.rejects(keep(bytes.subarray(0, 5000), new Error("the line is dead")), /the line is dead/);
  await assert.rejects(keep(bytes.subarray(0, 4096)), code("storage"));
  const damaged = Buffer.from(bytes);
  damaged.write("ALL", bytes.indexOf("all of town at 24"));
  await assert.rejects(keep(damaged), code("corrupt"));
  assert.deepEqual(readdirSync(folder), ["data"]);
  const meanwhile = async function* (): AsyncGenerator<Uint8Array, undefined, undefined> {
    yield bytes;
    writeFileSync(file, "another's");
  };
  await assert.rejects(
    keepBackup(async () => ({ bytes: bytes.length, pieces: meanwhile() }), file, quiet),
    code("taken"),
  );
  assert.deepEqual([readdirSync(folder).toSorted(), readFileSync(file, "utf8")], [["data", "kept"], "another's"]);
});

test("R85 a restored world holds everything, is another host's, and is quarantined", async () => {
  const folder = newFolder();
  const storage = await world(folder);
  const { fingerprint } = await loadHostKey(storage, moment.randomBytes);
  const old = await tokensOf(storage);
  const invitation = await old.forPerson("person:ada", "Ada", 1_000);
  const file = join(folder, "kept");
  const dir = join(folder, "deep", "again");
  const kept = await keepBackup(() => storage.copy(), file, quiet);
  const { verification, restored } = await restoreBackup(file, dir, quiet, moment);
  assert.deepEqual([verification.maps, verification.batches], [kept.maps, kept.batches]);
  assert.deepEqual(restored, { tick: 40, now: 12_500, from: fingerprint, restoredSeconds: seconds, confirmedSeconds: null });
  const again = await openSqlite(dir);
  assert.deepEqual(await restoredIn(again), restored);
  for (const map of ["town", "inn"]) assert.deepEqual(await again.recover(map), await storage.recover(map));
  assert.deepEqual(await again.heap("baker"), await storage.heap("baker"));
  assert.deepEqual(await again.memory("ann", 0, 100), await storage.memory("ann", 0, 100));
  assert.notEqual((await loadHostKey(again, moment.randomBytes)).fingerprint, fingerprint);
  await assert.rejects((await tokensOf(again)).verify(invitation), code("forbidden"));
  await assert.rejects(requireConfirmed(again), code("forbidden"));
  await requireConfirmed(storage);
  await again.close();
  await storage.close();
});

test("R85 a damaged backup is refused, and so is a name that is used; neither leaves anything", async () => {
  const folder = newFolder();
  const storage = await world(folder);
  const file = join(folder, "kept");
  await keepBackup(() => storage.copy(), file, quiet);
  await storage.close();
  await assert.rejects(restoreBackup(file, join(folder, "data"), quiet, moment), code("taken"));
  const bytes = readFileSync(file);
  const number = chance(5);
  const dir = join(folder, "again");
  let refused = 0;
  for (let i = 0; i < 20; i++) {
    const damaged = Buffer.from(bytes);
    const at = number(bytes.length);
    damaged[at]! ^= 1 << number(8);
    writeFileSync(file, damaged);
    try {
      await restoreBackup(file, dir, quiet, moment);
    } catch (error) {
      const { code: known, message } = error as { code?: string; message: string };
      assert.ok(known === "corrupt" || known === "unsupported", `byte ${at}: ${String(error)}`);
      assert.doesNotMatch(message, /\.part-/, "a draft's path means nothing to anybody");
      refused++;
    }
    // A bit that nothing is kept in does no harm: then everything is there.
    if (existsSync(dir)) rmSync(dir, { recursive: true });
    assert.deepEqual(readdirSync(folder).toSorted(), ["data", "kept"]);
  }
  assert.ok(refused > 5, `only ${refused} of 20 were found`);
  writeFileSync(file, "no database");
  await assert.rejects(restoreBackup(file, dir, quiet, moment));
  await assert.rejects(restoreBackup(join(folder, "nothing"), dir, quiet, moment), /ENOENT/);
  const older = new DatabaseSync(join(folder, "older"));
  older.exec("PRAGMA application_id=0x454c5357; PRAGMA user_version=1; CREATE TABLE entries (seq INTEGER)");
  older.close();
  await assert.rejects(restoreBackup(join(folder, "older"), dir, quiet, moment), code("unsupported"));
  assert.deepEqual(readdirSync(folder).toSorted(), ["data", "kept", "older"]);
});

test("R85 a file that is not there is said by whoever reads it, also when that is later", async () => {
  const pieces = piecesOf(join(newFolder(), "nothing"));
  await delay(20);
  await assert.rejects(pieces[Symbol.asyncIterator]().next(), /ENOENT/);
});

test("R88 confirming is kept for good, once and with its time, and only where there is something to confirm", async () => {
  const folder = newFolder();
  const storage = await world(folder);
  await assert.rejects(confirm(storage, moment.nowSeconds), code("forbidden"));
  const file = join(folder, "kept");
  await keepBackup(() => storage.copy(), file, quiet);
  await storage.close();
  const dir = join(folder, "again");
  const { restored } = await restoreBackup(file, dir, quiet, moment);
  const again = await openSqlite(dir);
  const confirmed = await confirm(again, moment.nowSeconds);
  assert.deepEqual(confirmed, { ...restored, confirmedSeconds: seconds });
  await requireConfirmed(again);
  await again.close();
  const later = await openSqlite(dir);
  await requireConfirmed(later);
  assert.deepEqual(await restoredIn(later), confirmed);
  await assert.rejects(confirm(later, moment.nowSeconds), code("forbidden"));
  // A world that was restored, confirmed and kept once more is quarantined again where it is restored.
  const second = join(folder, "second");
  await keepBackup(() => later.copy(), second, quiet);
  await later.close();
  assert.equal((await restoreBackup(second, join(folder, "third"), quiet, moment)).restored.confirmedSeconds, null);
});
