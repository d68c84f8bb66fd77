import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { hexHash } from "../../record/chain.ts";
import { verifyRecord } from "../../record/verify.ts";
import type { CommitBatch } from "../contract.ts";
import { code, grounds, image, record, turn } from "../testing/rows.ts";
import { schemaVersion } from "./schema.ts";
import { openSqlite } from "./sqlite.ts";
import { Store } from "./store.ts";
import { batchOf, chance, everything } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-opening-"));
after(() => rmSync(root, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(root, `${++dirs}`);
const database = (dir: string): string => join(dir, "elsewhere.db");

function filled(dir: string, batches: number): Store {
  const store = new Store(dir);
  for (let n = 1; n <= batches; n++) assert.deepEqual(store.commit([{ ticket: n, batch: batchOf(n) }]), [null]);
  return store;
}

const baker = "program = (SELECT id FROM programs WHERE program = 'baker')";

function edit(dir: string, sql: string): void {
  const db = new DatabaseSync(database(dir));
  db.exec(sql);
  db.close();
}

test("R17 a data directory is made with its parents and holds elsewhere.db alone once closed", async () => {
  const dir = join(newDir(), "deep", "data");
  const storage = await openSqlite(dir);
  await storage.commit({ settings: [{ key: "name", value: "harbour" }] });
  await storage.close();
  assert.deepEqual(readdirSync(dir), ["elsewhere.db"]);
});

test("R18 a store opened again is as it was, its number of records too", () => {
  const dir = newDir();
  const first = filled(dir, 30);
  const before = everything(first);
  const { seq } = first;
  first.close();
  const again = new Store(dir);
  assert.deepEqual([everything(again), again.seq, again.notes], [before, seq, []]);
  again.close();
});

test("R19 a second server on the same directory is refused in one line", async () => {
  const dir = newDir();
  const storage = await openSqlite(dir);
  await assert.rejects(openSqlite(dir), (error) => code("taken")(error) && !(error as Error).message.includes("\n"));
  await storage.close();
  await (await openSqlite(dir)).close();
});

test("R20 a directory that cannot be written is refused and nothing is made in it", async () => {
  const file = newDir();
  writeFileSync(file, "a file, where a directory should be");
  await assert.rejects(openSqlite(join(file, "data")), code("storage"));
  await assert.rejects(openSqlite(file), code("storage"));
  assert.equal(readFileSync(file, "utf8"), "a file, where a directory should be");
});

test(
  "R20 a directory of another user's is refused and nothing is made in it",
  { skip: process.getuid?.() === 0 && "root may write everywhere" },
  async () => {
    const dir = newDir();
    mkdirSync(dir);
    chmodSync(dir, 0o555);
    await assert.rejects(openSqlite(dir), code("storage"));
    assert.deepEqual(readdirSync(dir), []);
  },
);

test("R21 a newer version's data is refused and left alone", () => {
  const dir = newDir();
  filled(dir, 1).close();
  edit(dir, "PRAGMA user_version = 99");
  assert.throws(() => new Store(dir), code("unsupported"));
  edit(dir, `PRAGMA user_version = ${schemaVersion}`);
  new Store(dir).close();
});

test("R68 an older version's data is refused in one line that says what to do, and left as it was to the byte", async () => {
  const [running, dir] = [newDir(), newDir()];
  const store = filled(running, 3);
  mkdirSync(dir);
  // As after a crash: with a log that whoever opens the database writes into it.
  for (const file of ["elsewhere.db", "elsewhere.db-wal"]) copyFileSync(join(running, file), join(dir, file));
  store.close();
  const old = readFileSync(database(dir));
  old.writeUInt32BE(1, 60);
  writeFileSync(database(dir), old);
  const contents = () => readdirSync(dir).map((file) => [file, hexHash(readFileSync(join(dir, file)))]);
  const before = contents();
  const refused = (error: unknown) =>
    code("unsupported")(error) &&
    new RegExp(`^[^\\n]*schema 1, this one reads ${schemaVersion}[^\\n]*--data[^\\n]*$`).test((error as Error).message);
  assert.throws(() => new Store(dir), refused);
  await assert.rejects(verifyRecord(dir), refused);
  assert.deepEqual(contents(), before);
});

test("R22 what is not ours, empty, or without its tables is refused", () => {
  const other = newDir();
  mkdirSync(other);
  edit(other, "CREATE TABLE theirs (x)");
  assert.throws(() => new Store(other), code("unsupported"));

  const empty = newDir();
  mkdirSync(empty);
  writeFileSync(database(empty), "");
  assert.throws(() => new Store(empty), code("corrupt"));

  const text = newDir();
  mkdirSync(text);
  writeFileSync(database(text), "not a database ".repeat(1_000));
  assert.throws(() => new Store(text), code("corrupt"));

  const changed = newDir();
  filled(changed, 1).close();
  edit(changed, "CREATE TABLE more (x)");
  assert.throws(() => new Store(changed), code("corrupt"));
});

test("R17 a database that was being made when the power went is made anew", () => {
  const dir = newDir();
  mkdirSync(dir);
  writeFileSync(`${database(dir)}.new`, "");
  const store = filled(dir, 2);
  store.close();
  assert.deepEqual(readdirSync(dir), ["elsewhere.db"]);
});

test("R23 of a program's images the newest and those to go back to keep their bytes, and all turns stay", () => {
  const dir = newDir();
  const store = filled(dir, 90);
  store.close();
  const db = new DatabaseSync(database(dir));
  const kept = db.prepare(`SELECT turn FROM images WHERE ${baker} AND bytes IS NOT NULL ORDER BY turn`).all();
  const turns = db.prepare(`SELECT count(*) AS n FROM turns WHERE ${baker}`).get();
  db.close();
  assert.deepEqual(
    kept.map((row) => row["turn"]),
    [20, 24, 28],
  );
  assert.equal(turns?.["n"], 30);
});

test("R24 where the newest image is damaged, the one before it and the turns since make the same heap", () => {
  const dir = newDir();
  filled(dir, 90).close();
  edit(dir, `UPDATE images SET bytes = x'00' WHERE ${baker} AND turn = 28`);
  const store = new Store(dir);
  const heap = store.heap("baker");
  store.close();
  assert.deepEqual([heap.image?.turn, heap.turns[0]?.turn, heap.turns.at(-1)?.turn], [24, 25, 30]);
});

test("R24 where every image of a start that began with one is damaged, nothing is guessed", () => {
  const dir = newDir();
  filled(dir, 33).close();
  edit(dir, "UPDATE images SET bytes = x'00' WHERE turn >= 300");
  const store = new Store(dir);
  assert.throws(() => store.heap("wanderer"), code("corrupt"));
  assert.deepEqual(
    store.images("wanderer").map((entry) => entry.turn),
    [300, 250, 200],
  );
  assert.throws(() => store.image("wanderer", store.images("wanderer")[0]!.hash), code("corrupt"));
  store.close();
});

test("R67 log lines that the last batch made needless are there again when it is taken back", () => {
  const dir = newDir();
  const store = new Store(dir);
  const line = (n: number) => ({ program: "baker", now: n, level: "log" as const, text: `line ${n}` });
  const lines = Array.from({ length: limits.logLinesKeptMax }, (_, i) => line(i));
  assert.deepEqual(store.commit([{ ticket: 1, batch: { logs: lines } }]), [null]);
  assert.deepEqual(store.commit([{ ticket: 2, batch: { logs: [line(1_000), line(1_001)] } }]), [null]);
  store.close();
  edit(dir, "DELETE FROM batches WHERE batch = 2");
  const again = new Store(dir);
  assert.equal(again.notes.length, 1);
  assert.deepEqual(again.reader.log("baker", limits.logLinesKeptMax), lines);
  again.close();
});

test("R69 a program of a kind, with an image of 500 bytes and a state of 200, takes at most 1,024 bytes", () => {
  const dir = newDir();
  const store = new Store(dir);
  const programs = Array.from({ length: 1_000 }, (_, i) => `baker-${1_000 + i}`);
  const state = (turn: number) => JSON.stringify({ turn, memory: "m".repeat(170) }).padEnd(200);
  const bytes = Buffer.from(Array.from({ length: 500 }, (_, i) => i % 251));
  let ticket = 0;
  const commit = (batch: CommitBatch) => assert.deepEqual(store.commit([{ ticket: ++ticket, batch }]), [null]);
  commit({ grounds });
  const random = chance(69);
  // Not all at once and not in order, and with states that grow, as they do in a world.
  const inAnyOrder = programs.map((program) => ({ program, at: random(1 << 20) })).sort((a, b) => a.at - b.at);
  for (let n = 1; n <= 3; n++) {
    for (let at = 0; at < programs.length; at += 100) {
      const some = inAnyOrder.slice(at, at + 100).map(({ program }) => program);
      commit({
        programs: some.map((program) => ({ program, state: state(n * 1_000).slice(0, 190 + n * 4) })),
        turns: some.map((program) => turn(program, n)),
        ...(n === 3 && { images: some.map((program) => ({ ...image(program, n), bytes, hash: hexHash(bytes) })) }),
      });
    }
  }
  store.close();
  const db = new DatabaseSync(database(dir));
  const pages = db.prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name NOT IN ('turns', 'ground_bytes', 'undo')").get();
  db.close();
  const perProgram = Number(pages?.["bytes"]) / programs.length;
  assert.ok(perProgram <= 1_024, `${perProgram} bytes a program`);
});

const child = fileURLToPath(new URL("./crash-child.ts", import.meta.url));

/** Runs the child that commits without end, and waits until it has printed `text`. */
async function runChild(
  dir: string,
  text: RegExp,
): Promise<{ readonly process: ChildProcess; readonly output: () => string; until(text: RegExp): Promise<void> }> {
  const running = spawn(process.execPath, [...process.execArgv, child, dir, "4"], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  const until = (wanted: RegExp): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!wanted.test(output)) return;
        running.stdout.off("data", look);
        resolve();
      };
      running.stdout.on("data", look);
      look();
    });
  running.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await until(text);
  return { process: running, output: () => output, until };
}

const exited = (running: ChildProcess): Promise<void> => new Promise((resolve) => running.once("close", () => resolve()));

test("R19 a killed server leaves the directory free", async () => {
  const dir = newDir();
  const { process: running } = await runChild(dir, /^1\n/);
  assert.throws(() => new Store(dir), code("taken"));
  const gone = exited(running);
  running.kill("SIGKILL");
  await gone;
  new Store(dir).close();
});

test(
  "R14 when the system refuses to write, nothing is lost and it goes on",
  { skip: !existsSync("/usr/bin/prlimit") && "needs prlimit" },
  async () => {
    const dir = newDir();
    const { process: running, output, until } = await runChild(dir, /^1\n/);
    const limit = (bytes: string): Promise<void> =>
      exited(spawn("/usr/bin/prlimit", [`--pid=${running.pid}`, `--fsize=${bytes}:`], { stdio: "inherit" }));
    await limit("200000");
    await until(/refused/);
    await limit("unlimited");
    const refused = Number(/refused (\d+)/.exec(output())![1]);
    await until(new RegExp(`^${refused + 50}$`, "m"));
    const gone = exited(running);
    running.kill("SIGKILL");
    await gone;
    assert.match(output(), /refused \d+ ElsewhereError: [^\n]*elsewhere\.db: [^\n]+/);
    const store = new Store(dir);
    const reached = Number(store.reader.setting("batch"));
    assert.ok(reached >= refused + 50);
    assert.deepEqual(
      store.reader.memory("ann", 0, 10_000).map((row) => row.seq),
      Array.from({ length: reached }, (_, i) => (i + 1) * 10),
    );
    store.close();
  },
);

test("R25 an unexpected failure of one commit is an error like any other, with the field it is about", () => {
  const store = new Store(newDir());
  const [error] = store.commit([{ ticket: 1, batch: { records: [record("town", 1)] } }]);
  assert.ok(error instanceof ElsewhereError && error.detail.field === "keyframes");
  store.close();
});
