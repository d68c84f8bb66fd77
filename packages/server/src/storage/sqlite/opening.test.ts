import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ElsewhereError } from "@elsewhere/protocol";
import { code, record } from "../contract-suite.ts";
import { openSqlite } from "./sqlite.ts";
import { Store } from "./store.ts";
import { batchOf, everything } from "./testing.ts";

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
  edit(dir, "PRAGMA user_version = 1");
  new Store(dir).close();
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
  const kept = db.prepare("SELECT turn FROM images WHERE program = 'baker' AND bytes IS NOT NULL ORDER BY turn").all();
  const turns = db.prepare("SELECT count(*) AS n FROM turns WHERE program = 'baker'").get();
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
  edit(dir, "UPDATE images SET bytes = x'00' WHERE program = 'baker' AND turn = 28");
  const store = new Store(dir);
  const heap = store.reader.heap("baker");
  store.close();
  assert.deepEqual([heap.image?.turn, heap.turns[0]?.turn, heap.turns.at(-1)?.turn], [24, 25, 30]);
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
