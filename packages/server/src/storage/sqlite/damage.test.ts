/** What happens to a data directory that rots or is cut short: a committed prefix or a named error, never rows nobody wrote. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { ElsewhereError } from "@elsewhere/protocol";
import { verifyRecord } from "../../record/verify.ts";
import { template } from "../testing/rows.ts";
import { Outcomes, pagesOf } from "./testing/anatomy.ts";
import { Store } from "./store.ts";
import { batchOf, chance, chunkOf, type Everything, everything, recodeAll, stream } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-damage-"));
after(() => rmSync(root, { recursive: true, force: true }));

const batches = 45;
/** How many bits are flipped in the database; of its log a third as many, and as many cuts. */
const flips = Number(process.env["ELSEWHERE_FLIPS"] ?? 300);
const original = join(root, "original");
/** `states[n]` is all that can be read after batch n. */
const states: Everything[] = [];
/** The same directory as a crash would have left it after the last batch: everything still in the log. */
const crashed = join(root, "crashed");
{
  const store = new Store(original);
  states.push(everything(store));
  for (let n = 1; n <= batches; n++) {
    assert.deepEqual(store.commit([{ ticket: n, batch: batchOf(n) }]), [null]);
    states.push(everything(store));
    if (n === 20 || n === 43) recodeAll(store);
  }
  mkdirSync(crashed);
  for (const file of ["elsewhere.db", "elsewhere.db-wal"]) copyFileSync(join(original, file), join(crashed, file));
  store.close();
}

let copies = 0;
function copyOf(dir: string, change: (file: string, bytes: Buffer) => Buffer): string {
  const copy = join(root, `copy-${++copies}`);
  mkdirSync(copy);
  const files = dir === crashed ? ["elsewhere.db", "elsewhere.db-wal"] : ["elsewhere.db"];
  for (const file of files) writeFileSync(join(copy, file), change(file, readFileSync(join(dir, file))));
  return copy;
}

type Found =
  /** `whole`: with all its images, for one that is damaged is left out. */
  | { readonly kind: "state"; readonly n: number; readonly notes: readonly string[]; readonly whole: boolean }
  | { readonly kind: "error"; readonly error: ElsewhereError; readonly at: "start" | "reading" };

/** Opens a directory and says after which batch it is. Fails for rows nobody wrote and for errors without a name. */
function find(dir: string, what: string): Found {
  let store: Store | null = null;
  try {
    store = new Store(dir);
    const all = everything(store);
    const { images, ...others } = all;
    const n = states.findLastIndex(
      (state) => isDeepStrictEqual({ ...state, images }, { ...others, images }) && haveAll(state.images, images),
    );
    assert.ok(n >= 0, `${what}: rows that were never written together`);
    return { kind: "state", n, notes: store.notes, whole: isDeepStrictEqual(states[n]!.images, images) };
  } catch (error) {
    if (error instanceof ElsewhereError) return { kind: "error", error, at: store === null ? "start" : "reading" };
    throw error;
  } finally {
    store?.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Whether all `some` of each program are among `all` of it. */
function haveAll(all: Everything["images"], some: Everything["images"]): boolean {
  return some.every((ofOne, i) => ofOne.every((image) => all[i]!.some((other) => isDeepStrictEqual(other, image))));
}

function edited(sql: string, dir = original): string {
  const copy = copyOf(dir, (_, bytes) => bytes);
  const db = new DatabaseSync(join(copy, "elsewhere.db"));
  db.exec(sql);
  db.close();
  return copy;
}

/** The rows of a program's, by its number. */
const of = (program: string): string => `program = (SELECT id FROM programs WHERE program = '${program}')`;

async function isSound(dir: string): Promise<boolean> {
  try {
    return (await verifyRecord(dir)).ok;
  } catch (error) {
    if (error instanceof ElsewhereError) return false;
    throw error;
  }
}

test("R26 every flipped bit of the database is found by verifying, or harms nothing; no read gives what was not written", async (t) => {
  const random = chance(26);
  const outcomes = new Outcomes();
  const file = join(original, "elsewhere.db");
  const pageAt = pagesOf(file);
  const size = readFileSync(file).length;
  const failed: string[] = [];
  for (let i = 0; i < flips; i++) {
    const [at, bit] = [random(size), random(8)];
    try {
      outcomes.add(pageAt(at), await outcomeOf(at, bit));
    } catch (error) {
      failed.push(`bit ${bit} of byte ${at}, in ${pageAt(at)}: ${String(error)}`);
    }
  }
  for (const line of outcomes.lines) t.diagnostic(line);
  assert.deepEqual(failed, []);
  // The test is worth something only if flips hit what matters and what does not.
  for (const outcome of ["harmless", "refused at the start", "refused where read"]) assert.ok(outcomes.has(outcome), outcome);
});

/** How a flipped bit is found. Throws if it is not, and does harm. */
async function outcomeOf(at: number, bit: number): Promise<string> {
  const dir = copyOf(original, (_, bytes) => {
    bytes[at]! ^= 1 << bit;
    return bytes;
  });
  const sound = await isSound(dir);
  const found = find(dir, "a flipped bit");
  if (sound) assert.ok(found.kind === "state" && found.n === batches && found.whole, "not found by verifying");
  if (found.kind === "error") assert.match(found.error.code, /^(corrupt|unsupported)$/);
  if (found.kind === "state" && found.n < batches) assert.ok(found.n === batches - 1 && found.notes.length === 1, "rows lost in silence");
  return sound ? "harmless" : howFound(found);
}

function howFound(found: Found): string {
  if (found.kind === "error") return found.at === "start" ? "refused at the start" : "refused where read";
  if (found.n < batches) return "taken back with the last batch";
  return found.whole ? "found by verifying alone" : "left out for an older image";
}

test("Z64 of a sealed block or a chunk of a tail with one bit flipped nothing is given, and verifying finds it", async () => {
  const random = chance(64);
  const where = [16, 40].map((tick) => ["entries", `map = '${stream}' AND tick = ${tick}`, "bytes", `hex(bytes)`] as const);
  const chunks = [41, 44].map((n) => ["settings", `key = '${chunkOf(n)}'`, "value", `hex(value)`] as const);
  for (const [table, row, column, hex] of [...where, ...chunks]) {
    for (let i = 0; i < flips / 60; i++) {
      const dir = copyOf(original, (_, bytes) => bytes);
      const db = new DatabaseSync(join(dir, "elsewhere.db"));
      const bytes = Buffer.from(String(db.prepare(`SELECT ${hex} AS hex FROM ${table} WHERE ${row}`).get()!["hex"]), "hex");
      // Without the highest bit of a byte a text stays one.
      const [at, bit] = [random(bytes.length), random(7)];
      bytes[at]! ^= 1 << bit;
      const stored = column === "value" ? bytes.toString("latin1") : bytes;
      db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${row}`).run(stored);
      db.close();
      const what = `bit ${bit} of byte ${at} of ${row}`;
      assert.equal(await isSound(dir), false, what);
      const found = find(dir, what);
      assert.ok(found.kind === "error" && found.error.code === "corrupt", what);
    }
  }
});

test("R27 a log cut short anywhere gives a committed prefix, and a cut within a write is said", (t) => {
  const random = chance(27);
  const length = readFileSync(join(crashed, "elsewhere.db-wal")).length;
  const kept = new Set<number>();
  for (let i = 0; i < flips / 3; i++) {
    const to = random(length);
    const found = find(
      copyOf(crashed, (file, bytes) => (file.endsWith("-wal") ? bytes.subarray(0, to) : bytes)),
      `log cut at ${to}`,
    );
    assert.equal(found.kind, "state", `log cut at ${to}`);
    if (found.kind !== "state") continue;
    assert.ok(found.n < batches);
    kept.add(found.n);
    const frameBytes = 24 + 4096;
    if (to > 32 + 24 && (to - 32) % frameBytes >= 24) assert.equal(found.notes.length, 1, `log cut at ${to} in silence`);
  }
  t.diagnostic(`${kept.size} different prefixes`);
  assert.ok(kept.size > 10);
});

test("R28 acknowledged writes that are damaged in the log are an error, not a shorter past", (t) => {
  const random = chance(28);
  const length = readFileSync(join(crashed, "elsewhere.db-wal")).length;
  const outcomes = new Outcomes();
  for (let i = 0; i < flips / 3; i++) {
    const [at, bit] = [random(length), random(8)];
    const found = find(
      copyOf(crashed, (file, bytes) => {
        if (file.endsWith("-wal")) bytes[at]! ^= 1 << bit;
        return bytes;
      }),
      `bit ${bit} of byte ${at} of the log`,
    );
    // The very last write may have been cut short; then it is gone, and said to be.
    if (found.kind === "state")
      assert.ok(found.n === batches || (found.n === batches - 1 && found.notes.length === 1), `byte ${at}: ${found.n} in silence`);
    outcomes.add("log", found.kind === "error" ? found.error.code : found.n === batches ? "harmless" : "taken for an unfinished write");
  }
  for (const line of outcomes.lines) t.diagnostic(line);
  assert.ok(outcomes.has("corrupt"));
});

const torn: readonly (readonly [string, string])[] = [
  ["its tick is missing", `DELETE FROM entries WHERE map = 'town' AND tick = ${batches} AND kind = 'tick'`],
  ["its tick is short", `UPDATE entries SET bytes = substr(bytes, 1, 3) WHERE map = 'inn' AND tick = ${batches} AND kind = 'tick'`],
  ["its turn is missing", "DELETE FROM turns WHERE id = (SELECT max(id) FROM turns)"],
  ["its own row is missing", `DELETE FROM batches WHERE batch = ${batches}`],
  ["a delivery of it is missing", `DELETE FROM deliveries WHERE batch = ${batches} AND ${of("smith")}`],
  ["a program's state is missing", "DELETE FROM programs WHERE program = 'baker'"],
];
for (const [what, sql] of torn) {
  test(`R29 the last batch is cut off whole and said to be when ${what}`, () => {
    const dir = edited(sql);
    const store = new Store(dir);
    const lost = store.recover("town")?.cut;
    const { seq } = store;
    const [note] = store.notes;
    assert.deepEqual(store.commit([{ ticket: 1, batch: batchOf(batches) }]), [null]);
    assert.deepEqual(everything(store), states[batches]);
    assert.ok(store.seq > seq && seq >= batches);
    store.close();
    assert.equal(lost, 1);
    assert.match(note!, /batch 45.*1 of map town/);
    assert.deepEqual(find(edited(sql), what), {
      kind: "state",
      n: batches - 1,
      notes: [note!.replace(dir, join(root, `copy-${copies}`))],
      whole: true,
    });
  });
}

test("R67 whichever batch is the last, with it cut off all is as before it", () => {
  const dir = join(root, "growing");
  const grow = (from: number, to: number): void => {
    const store = new Store(dir);
    for (let n = from; n <= to; n++) assert.deepEqual(store.commit([{ ticket: n, batch: batchOf(n) }]), [null]);
    store.close();
  };
  grow(1, 15);
  for (let n = 16; n <= 31; n++) {
    grow(n, n);
    const found = find(edited(`DELETE FROM batches WHERE batch = ${n}`, dir), `batch ${n}`);
    assert.ok(found.kind === "state" && found.n === n - 1 && found.whole, `batch ${n}`);
  }
});

test("R30 a broken chain in the middle is an error that names map and tick", () => {
  const store = new Store(edited("UPDATE entries SET bytes = x'00' WHERE map = 'inn' AND tick = 42"));
  assert.throws(() => store.recover("inn"), { code: "corrupt", message: /map inn is broken at tick 42/ });
  assert.equal(store.recover("town")?.records.length, 5);
  store.close();
});

test("R30 a tick missing in the middle is an error that names the map", () => {
  const store = new Store(edited("DELETE FROM entries WHERE map = 'inn' AND tick = 42"));
  assert.throws(() => store.recover("inn"), { code: "corrupt", message: /map inn is broken at tick 43/ });
  store.close();
});

test("R30 where the batch before the last is damaged as well, nothing is cut off", () => {
  const dir = edited(`DELETE FROM turns WHERE batch >= ${batches - 1}`);
  for (let i = 0; i < 2; i++) assert.throws(() => new Store(dir), { code: "corrupt", message: new RegExp(`batch ${batches - 1} `) });
});

const allBlocks = ({ reader }: Store): unknown => reader.stretches(stream).map(({ fromTick }) => reader.stretch(stream, fromTick));

const lost: readonly (readonly [string, string, (store: Store) => unknown])[] = [
  ["a turn", `DELETE FROM turns WHERE ${of("baker")} AND turn = 13`, (store) => store.heap("baker")],
  ["a turn's place", `UPDATE turns SET before = before - 1 WHERE ${of("baker")} AND turn = 14`, (store) => store.heap("baker")],
  ["a program", `UPDATE turns SET program = 1 WHERE ${of("baker")}`, (store) => store.heap("baker")],
  ["an image", "UPDATE images SET bytes = x'00'", (store) => store.image("baker", store.images("baker")[0]!.hash)],
  ["a ground", "UPDATE ground_bytes SET bytes = x'00'", (store) => store.ground(template.hash)],
  ["the bytes of a ground", "DELETE FROM ground_bytes", (store) => store.ground(template.hash)],
  ["a memory", "DELETE FROM memories WHERE seq = 200", (store) => store.reader.memory("ann", 0, 1_000)],
  ["the first memory of a page", "DELETE FROM memories WHERE seq = 210", (store) => store.reader.memory("ann", 200, 2)],
  ["the end of a memory", "DELETE FROM memories WHERE seq >= 300", (store) => store.reader.memory("ann", 0, 1_000)],
  ["the place of a memory", "UPDATE memories SET seq = 111 WHERE seq = 120", (store) => store.reader.memory("ann", 115, 7)],
  ["the last block", "DELETE FROM blocks WHERE map = 'inn' AND from_tick = 32", (store) => store.reader.stretch("inn", 39)],
  ["the first block", "DELETE FROM blocks WHERE map = 'inn' AND from_tick < 8", (store) => store.reader.stretch("inn", 1)],
  ["what the first sealed block is", `UPDATE entries SET kind = 'tick' WHERE map = '${stream}' AND tick = 8`, allBlocks],
  ["a sealed block", `DELETE FROM entries WHERE map = '${stream}' AND tick = 24`, allBlocks],
  ["a line of a log", `DELETE FROM logs WHERE ${of("baker")} AND n = 5`, (store) => store.reader.log("baker", 500)],
  ["a changed memory", "UPDATE memories SET json = '{}' WHERE seq = 200", (store) => store.reader.memory("ann", 0, 1_000)],
];
for (const [what, sql, read] of lost) {
  test(`R31 ${what} lost or changed is an error where it is read`, () => {
    const store = new Store(edited(sql));
    assert.throws(() => read(store), { code: "corrupt" });
    store.close();
  });
}

const ledger = [
  `DELETE FROM deliveries WHERE ${of("baker")} AND seq = 43`,
  "UPDATE programs SET state = '{}' WHERE program = 'smith'",
  "DELETE FROM settings",
  "DELETE FROM heads WHERE map = 'inn'",
  "UPDATE people SET n = n - 1 WHERE who = 'ann'",
  `UPDATE programs SET images = '' WHERE program = 'baker'`,
  "UPDATE grounds SET stored = 0",
  "DELETE FROM undo",
];
for (const sql of ledger) {
  test(`R31 nothing starts after ${sql.split(" WHERE")[0]}`, () => {
    const found = find(edited(sql), sql);
    // What the last batch wrote may be cut off with it; what was there before it may not be missing.
    assert.ok(found.kind === "error" ? found.error.code === "corrupt" : found.n === batches - 1 && found.notes.length === 1);
  });
}
