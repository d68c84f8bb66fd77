/** The tables of a data directory. `schemaVersion` goes up with every change of them. */
export const schemaVersion = 1;

/** "ELSW": tells our files from any other SQLite database. */
export const applicationId = 0x454c5357;

export const databaseFile = "elsewhere.db";

/**
 * `entries`, `turns`, `images` and `batches` only grow; they are what the chains protect. A pruned image keeps its row
 * and loses its bytes. `memories` only grow and `logs` lose their oldest lines; each row carries a sum and a number
 * without gaps. `heads`, `ends`, `programs`, `settings` and `deliveries` change in place, see ledger.ts. `undo` holds
 * one row: how to take the last batch back, should it turn out not to be whole.
 */
export const tables: readonly string[] = [
  "CREATE TABLE batches (batch INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT",
  "CREATE TABLE entries (seq INTEGER PRIMARY KEY, batch INTEGER NOT NULL, map TEXT NOT NULL, tick INTEGER NOT NULL, kind TEXT NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
  "CREATE INDEX entries_of_map ON entries (map, seq)",
  "CREATE TABLE heads (map TEXT PRIMARY KEY, seq INTEGER NOT NULL, tick INTEGER NOT NULL, hash TEXT NOT NULL, keyframe_seq INTEGER NOT NULL, sum TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE turns (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, program TEXT NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, tick INTEGER NOT NULL, through_seq INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
  "CREATE UNIQUE INDEX turns_of_program ON turns (program, start, turn)",
  "CREATE TABLE images (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, program TEXT NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, hash TEXT NOT NULL, link BLOB NOT NULL, bytes BLOB) STRICT",
  "CREATE UNIQUE INDEX images_of_program ON images (program, start, turn)",
  "CREATE TABLE ends (what TEXT NOT NULL, owner TEXT NOT NULL, start INTEGER NOT NULL, n INTEGER NOT NULL, seq INTEGER NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (what, owner)) STRICT, WITHOUT ROWID",
  "CREATE TABLE programs (program TEXT PRIMARY KEY, state TEXT NOT NULL, sum TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE deliveries (program TEXT NOT NULL, seq INTEGER NOT NULL, batch INTEGER NOT NULL, tick INTEGER NOT NULL, json TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (program, seq)) STRICT, WITHOUT ROWID",
  "CREATE TABLE memories (who TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, batch INTEGER NOT NULL, now REAL NOT NULL, json TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (who, seq)) STRICT, WITHOUT ROWID",
  "CREATE TABLE logs (program TEXT NOT NULL, n INTEGER NOT NULL, batch INTEGER NOT NULL, now REAL NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY (program, n)) STRICT, WITHOUT ROWID",
  "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE undo (one INTEGER PRIMARY KEY CHECK (one = 1), batch INTEGER NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL, sum TEXT NOT NULL) STRICT",
];
