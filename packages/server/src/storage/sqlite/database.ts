import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ElsewhereError } from "@elsewhere/protocol/errors";
import { broken } from "../../record/recover.ts";
import { named, reading } from "./faults.ts";
import { emptyTally, Ledger } from "./ledger.ts";
import { applicationId, databaseFile, schemaVersion, tables } from "./schema.ts";
import { inspectWal } from "./wal.ts";
import { Writer } from "./write.ts";

/** To this the log is cut back after a commit that was larger: all of it is read at a start. */
const logBytesKept = 16 * 1024 * 1024;

/** Room for all the pages that a large commit changes; beyond it SQLite writes them to the log twice. */
const cacheBytes = 16 * 1024 * 1024;

export interface OpenDatabase {
  readonly db: DatabaseSync;
  readonly path: string;
  readonly notes: readonly string[];
}

/**
 * Opens the database of a data directory for writing, and for this process alone; makes both where they are missing.
 * Throws `storage`, `taken`, `unsupported` or `corrupt`, and then leaves everything as it was.
 */
export function openDatabase(dir: string): OpenDatabase {
  const path = join(dir, databaseFile);
  prepareDirectory(dir, path);
  if (!existsSync(path)) createDatabase(path);
  requireVersion(path);
  const notes = wholeLog(path);
  const db = connect(path);
  try {
    reading(path, () => {
      lock(db);
      checkSchema(db, path);
      db.exec("PRAGMA journal_mode=WAL");
      db.exec("PRAGMA synchronous=FULL");
      db.exec(`PRAGMA journal_size_limit=${logBytesKept}; PRAGMA cache_size=${-cacheBytes / 1024}`);
    });
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, path, notes };
}

/** Refuses what cannot be written before anything is. */
function prepareDirectory(dir: string, path: string): void {
  try {
    if (!existsSync(dir)) {
      mkdirSync(dir, { recursive: true });
      syncDirectory(dirname(dir));
    }
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const file of [path, `${path}-wal`]) if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `the data directory ${dir} cannot be written (${why}); allow this user to write it or choose another with --data`;
    throw new ElsewhereError("storage", what, { field: "data" }, { cause: error });
  }
}

/** A directory entry is only durable once its directory is. */
function syncDirectory(dir: string): void {
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes the whole database under another name and gives it its own name last: a file called `elsewhere.db` without
 * its tables is therefore never a new one, but one that lost them.
 */
function createDatabase(path: string): void {
  const draft = `${path}.new`;
  const db = connect(draft);
  try {
    lock(db);
    if (count(db, "SELECT count(*) AS n FROM sqlite_schema") === 0) {
      db.exec(`PRAGMA synchronous=FULL; BEGIN; ${tables.join("; ")}`);
      const ids = { seq: 0, turn: 0, image: 0, program: 0 };
      new Writer(db, new Ledger(db)).putUndo(0, { tally: emptyTally, ids, later: { deliveries: [], images: [] } }, null);
      db.exec(`PRAGMA application_id=${applicationId}; PRAGMA user_version=${schemaVersion}; COMMIT`);
    }
    db.close();
    giveName(draft, path);
    syncDirectory(dirname(path));
  } catch (error) {
    if (db.isOpen) db.close();
    const known = named(error, path);
    // Another server that is making this very file keeps it.
    if (!(known instanceof ElsewhereError && known.code === "taken")) rmSync(draft, { force: true });
    throw known;
  }
}

/** Never replaces a database that has appeared meanwhile. */
function giveName(draft: string, path: string): void {
  try {
    linkSync(draft, path);
    rmSync(draft, { force: true });
  } catch (error) {
    // There are file systems without links; and a database that is there already is the one to open.
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST" || existsSync(path);
    if (isThere) rmSync(draft, { force: true });
    else renameSync(draft, path);
  }
}

function connect(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw named(error, path);
  }
}

/** Takes the lock that a running server holds until it ends, in whatever way. */
function lock(db: DatabaseSync): void {
  db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; BEGIN EXCLUSIVE; COMMIT");
}

function wholeLog(path: string): readonly string[] {
  const log = inspectWal(`${path}-wal`);
  if (log.kind === "whole") return [];
  if (log.kind === "torn") {
    return [`an unfinished write of ${log.bytes} bytes at the end of ${path}-wal was cut off; it was never acknowledged`];
  }
  // The log of a running server may look like anything, so the lock is asked first. Read-only: closing must not touch the log.
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    reading(path, () => count(db, "SELECT count(*) AS n FROM sqlite_schema"));
  } finally {
    db.close();
  }
  throw broken(`acknowledged writes in ${path}-wal are damaged: ${log.reason}`);
}

/**
 * Refuses the data of another version. Looks into the file itself, where SQLite keeps both numbers and which it never
 * changes again, because SQLite would write to the directory merely by opening it.
 */
export function requireVersion(path: string): void {
  const header = headerOf(path);
  if (header === null || header.readUInt32BE(68) !== applicationId) return;
  // How it may be written and read: SQLite would take a damaged number for a file that only later versions of it may write.
  if (header[18]! > 2 || header[19]! > 2) throw broken(`${path} is damaged: its header`);
  const version = header.readUInt32BE(60);
  if (version === schemaVersion) return;
  const [age, advice] =
    version > schemaVersion
      ? ["a newer", "start that version"]
      : ["an older", "go on with that version, or choose another directory with --data to begin anew"];
  const what = `${path} was written by ${age} version of Elsewhere (schema ${version}, this one reads ${schemaVersion}); ${advice}`;
  throw new ElsewhereError("unsupported", what, { field: "data", limit: schemaVersion });
}

/** The first bytes of a database; null if it is too short to be one, or cannot be read: SQLite will say why. */
function headerOf(path: string): Buffer | null {
  const header = Buffer.alloc(100);
  try {
    const handle = openSync(path, "r");
    try {
      return readSync(handle, header) === header.length ? header : null;
    } finally {
      closeSync(handle);
    }
  } catch {
    return null;
  }
}

/** Refuses files of others, and schemas that are not exactly ours. */
export function checkSchema(db: DatabaseSync, path: string): void {
  const found = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").all();
  const application = pragma(db, "application_id");
  const version = pragma(db, "user_version");
  if (application !== applicationId && found.length > 0) {
    throw new ElsewhereError("unsupported", `${path} is not a database of Elsewhere; choose another directory with --data`, {
      field: "data",
    });
  }
  const same = version === schemaVersion && found.length === tables.length && found.every(({ sql }, i) => sql === tables[i]);
  if (!same) throw broken(`${path} has lost its tables`);
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function count(db: DatabaseSync, sql: string): number {
  return Number(db.prepare(sql).get()?.["n"]);
}
