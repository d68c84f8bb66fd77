import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ElsewhereError, type ErrorJson } from "@elsewhere/protocol";
import { broken } from "../../record/recover.ts";
import type { RecordReader } from "../../record/reader.ts";
import type { DeliveryRow, ProgramRow } from "../contract.ts";
import { checkSchema, requireVersion } from "./database.ts";
import { named, reading } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Blocks } from "./blocks.ts";
import { readEntries } from "./read-entries.ts";
import { PastReader } from "./read-past.ts";
import { Reels } from "./reels.ts";
import { lastUndo } from "./resume.ts";
import { programEndOf } from "./program-rows.ts";
import { batchRow, groundRow, imageColumns, logRow, memoryRow, programColumns, type Row, turnColumns } from "./rows.ts";
import { databaseFile } from "./schema.ts";
import { headsOf } from "./state.ts";
import { inspectWal } from "./wal.ts";

/** Opens the record of a data directory, or a backup, to read it. Throws `unknown` (there is none), `taken` (a server runs), `unsupported` or `corrupt`. */
export function openRecordReader(dir: string): RecordReader {
  const path = existsSync(dir) && statSync(dir).isFile() ? dir : join(dir, databaseFile);
  if (!existsSync(path)) throw new ElsewhereError("unknown", `there is no record in ${dir}: ${databaseFile} is missing`, { field: "dir" });
  requireVersion(path);
  const db = connect(path);
  try {
    return reading(path, () => {
      checkSchema(db, path);
      return readerOn(db, path);
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

function readerOn(db: DatabaseSync, path: string): RecordReader {
  const ledger = new Ledger(db);
  const blocks = reading(path, () => new Blocks(db));
  const reels = reading(path, () => new Reels(db));
  /** Of a turn whose reel is damaged the bytes are not what they were: whoever verifies names it, and goes on. */
  const reeled = (row: Row): Row => {
    try {
      return reels.whole(row);
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      return { ...row, bytes: new Uint8Array() };
    }
  };
  const past = reading(path, () => new PastReader(db, blocks));
  const numbered = { program: names(db, path, "programs", "program"), ground: names(db, path, "grounds", "hash") };
  const all = <T>(sql: string, read: (row: Row) => T): Iterable<T> => rows(db, path, sql, read);
  return {
    batches: () => all("SELECT batch, hash FROM batches ORDER BY batch", batchRow),
    allBatchesFrom: reading(path, () => allBatchesFrom(db)),
    entries: (map) => guarded(path, () => readEntries(db, blocks, map)),
    turns: () => all("SELECT * FROM turns ORDER BY id", (row) => turnColumns(reeled(row), numbered)),
    images: () => all("SELECT * FROM images ORDER BY id", (row) => imageColumns(row, numbered)),
    programs: () => all("SELECT * FROM programs ORDER BY id", programColumns),
    states: () => guarded(path, () => statesOf(ledger)),
    deliveries: () => guarded(path, () => deliveriesOf(ledger, numbered.program)),
    grounds: () => all("SELECT g.*, b.bytes FROM grounds g LEFT JOIN ground_bytes b USING (id) ORDER BY id", groundRow),
    heads: () => reading(path, () => headsOf(ledger)),
    setting: (key) => reading(path, () => (ledger.get("settings", key)?.[1] ?? null) as string | null),
    stretches: async (map) => reading(path, () => past.stretches(map)),
    stretch: async (map, tick) => reading(path, () => past.stretch(map, tick)),
    unchained: () => unchained(db, ledger, path),
    bytes: [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0),
    close: () => db.close(),
  };
}

function connect(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly: true });
  } catch (error) {
    throw named(error, path);
  }
}

/** Reads once, and when first asked, what the numbers of a table stand for. One that stands for nothing is told as such. */
function names(db: DatabaseSync, path: string, table: string, column: string): (id: number) => string {
  let known: Map<unknown, string> | null = null;
  return (id) => {
    known ??= new Map(
      Array.from(
        rows(db, path, `SELECT * FROM ${table}`, (row) => row),
        (row) => [row["id"], String(row[column])],
      ),
    );
    return known.get(id) ?? `number ${id}`;
  };
}

function rows<T>(db: DatabaseSync, path: string, sql: string, read: (row: Row) => T): Generator<T> {
  return guarded(path, function* () {
    for (const row of db.prepare(sql).iterate()) yield read(row);
  });
}

/** Goes through rows one by one; what goes wrong between two of them is told as what a user meets. */
function* guarded<T>(path: string, start: () => Generator<T>): Generator<T> {
  const cursor = reading(path, start);
  for (;;) {
    const next = reading(path, () => cursor.next());
    if (next.done) return;
    yield next.value;
  }
}

function* statesOf(ledger: Ledger): Generator<ProgramRow> {
  for (const row of ledger.all("programs")) {
    const { program, state } = programEndOf(row);
    if (state !== null) yield { program, state };
  }
}

function* deliveriesOf(ledger: Ledger, nameOf: (program: number) => string): Generator<DeliveryRow> {
  for (const [program, seq, , tick, json] of ledger.all("deliveries")) {
    yield { program: nameOf(Number(program)), seq: Number(seq), tick: Number(tick), json: String(json) };
  }
}

/** While no entry is in a block, every batch has a row. Sealed streams, which never are, hold back none. */
function allBatchesFrom(db: DatabaseSync): number {
  if (db.prepare("SELECT 1 FROM blocks LIMIT 1").get() === undefined) return 1;
  return Number(db.prepare("SELECT batch FROM entries WHERE map NOT GLOB '~*' ORDER BY seq LIMIT 1").get()?.["batch"] ?? 1);
}

const summed: readonly (readonly [table: string, check: (row: Row) => unknown])[] = [
  ["memories", memoryRow],
  ["logs", logRow],
];

function* unchained(db: DatabaseSync, ledger: Ledger, path: string): Generator<ErrorJson> {
  const log = inspectWal(`${path}-wal`);
  if (log.kind === "damaged") yield broken(`acknowledged writes in ${path}-wal are damaged: ${log.reason}`).toJSON();
  yield* problemsOf(path, () => {
    const result = db.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
    if (result !== "ok") throw broken(`${path} is damaged (${String(result)})`);
  });
  yield* problemsOf(path, () => ledger.check(lastUndo(db).kept.tally));
  for (const [table, check] of summed) {
    yield* problemsOf(path, () => {
      for (const row of rows(db, path, `SELECT * FROM ${table}`, (found) => found)) check(row);
    });
  }
}

function problemsOf(path: string, check: () => void): readonly ErrorJson[] {
  try {
    reading(path, check);
    return [];
  } catch (error) {
    return error instanceof ElsewhereError ? [error.toJSON()] : [];
  }
}
