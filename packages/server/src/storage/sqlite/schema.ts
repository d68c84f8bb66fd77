import { rowSum } from "../../record/chain.ts";

/** The tables of a data directory. `schemaVersion` goes up with every change of them. */
export const schemaVersion = 1;

/** "ELSW": tells our files from any other SQLite database. */
export const applicationId = 0x454c5357;

export const databaseFile = "elsewhere.db";

/**
 * `entries`, `turns`, `images` and `batches` only grow; they are what the chains protect. A pruned image keeps its row
 * and loses its bytes. `heads` says where each map's chain ends. The rest changes in place, each row under a sum of
 * its own. `undo` holds one row: how to take the last batch back, should it turn out to be torn.
 */
export const tables: readonly string[] = [
  "CREATE TABLE batches (batch INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT",
  "CREATE TABLE entries (seq INTEGER PRIMARY KEY, batch INTEGER NOT NULL, map TEXT NOT NULL, tick INTEGER NOT NULL, kind TEXT NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
  "CREATE INDEX entries_of_map ON entries (map, seq)",
  "CREATE TABLE heads (map TEXT PRIMARY KEY, seq INTEGER NOT NULL, tick INTEGER NOT NULL, hash BLOB NOT NULL, keyframe_seq INTEGER NOT NULL, sum TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE turns (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, program TEXT NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, tick INTEGER NOT NULL, through_seq INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
  "CREATE UNIQUE INDEX turns_of_program ON turns (program, start, turn)",
  "CREATE TABLE images (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, program TEXT NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, hash TEXT NOT NULL, link BLOB NOT NULL, bytes BLOB) STRICT",
  "CREATE UNIQUE INDEX images_of_program ON images (program, start, turn)",
  "CREATE TABLE programs (program TEXT PRIMARY KEY, state TEXT NOT NULL, sum TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE deliveries (program TEXT NOT NULL, seq INTEGER NOT NULL, batch INTEGER NOT NULL, tick INTEGER NOT NULL, json TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (program, seq)) STRICT, WITHOUT ROWID",
  "CREATE TABLE memories (who TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, batch INTEGER NOT NULL, now REAL NOT NULL, json TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (who, seq)) STRICT, WITHOUT ROWID",
  "CREATE TABLE logs (program TEXT NOT NULL, n INTEGER NOT NULL, batch INTEGER NOT NULL, now REAL NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (program, n)) STRICT, WITHOUT ROWID",
  "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE undo (one INTEGER PRIMARY KEY CHECK (one = 1), batch INTEGER NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL, sum TEXT NOT NULL) STRICT",
];

/** Small tables that change in place: their pages are checked whenever a database is opened. */
export const checkedAtOpening: readonly string[] = ["heads", "undo", "settings", "programs", "deliveries"];

/** Columns of the undo row when there is nothing left to take back. `seq` is the highest number ever given to an entry. */
export function emptyUndo(batch: number, seq: number): [batch: number, seq: number, json: string, sum: string] {
  return [batch, seq, "null", rowSum("undo", [batch, seq, "null"])];
}
