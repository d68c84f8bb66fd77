/** The tables of a data directory. `schemaVersion` goes up with every change of them. */
export const schemaVersion = 3;

/** "ELSW": tells our files from any other SQLite database. */
export const applicationId = 0x454c5357;

export const databaseFile = "elsewhere.db";

/**
 * `entries`, `turns`, `images` and `batches` only grow; they are what the chains protect. Old entries become `blocks`, from
 * which they can be had again, and the bytes of old turns go onto `reels`; of the batches that had entries of that age every
 * 1,024th row stays. A pruned image keeps its row and loses its bytes, and so does a block that is no longer kept, and a
 * ground, whose bytes are in a table of their own because its row is written again with every image that stands on it.
 * `memories` only grow and `logs` lose their oldest lines; each row carries a sum and a number without gaps. `heads`, `people`, `programs`, `grounds`, `settings` and `deliveries` change in place, see
 * ledger.ts. `undo` holds one row: how to take the last batch back, should it turn out not to be whole.
 *
 * There may be a hundred thousand programs, so what there is one of for each is kept small: rows refer to a program by
 * a number, and no index leads to it, its turns or its images. A program's row says which images are kept and which turn
 * is the last, and each turn which one was `before` it. What grows at the end only then touches few pages a commit.
 */
export const tables: readonly string[] = [
  "CREATE TABLE batches (batch INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT",
  "CREATE TABLE entries (seq INTEGER PRIMARY KEY, batch INTEGER NOT NULL, map TEXT NOT NULL, tick INTEGER NOT NULL, kind TEXT NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT",
  "CREATE INDEX entries_of_map ON entries (map, seq)",
  "CREATE TABLE blocks (block INTEGER PRIMARY KEY, map TEXT NOT NULL, from_tick INTEGER NOT NULL, last_tick INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, first_batch INTEGER NOT NULL, last_batch INTEGER NOT NULL, after BLOB NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL, kept TEXT NOT NULL, sum BLOB NOT NULL, bytes BLOB) STRICT",
  "CREATE INDEX blocks_of_map ON blocks (map, from_tick)",
  "CREATE TABLE heads (map TEXT PRIMARY KEY, seq INTEGER NOT NULL, tick INTEGER NOT NULL, hash TEXT NOT NULL, keyframe_seq INTEGER NOT NULL, sum BLOB NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE turns (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, program INTEGER NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, tick INTEGER NOT NULL, through_seq INTEGER NOT NULL, before INTEGER NOT NULL, sum BLOB NOT NULL, reel INTEGER, bytes BLOB) STRICT",
  "CREATE INDEX turns_unreeled ON turns (id) WHERE reel IS NULL",
  "CREATE TABLE reels (reel INTEGER PRIMARY KEY, sum BLOB NOT NULL, bytes BLOB NOT NULL) STRICT",
  "CREATE TABLE images (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, program INTEGER NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, ground INTEGER NOT NULL, anew INTEGER NOT NULL, hash BLOB NOT NULL, sum BLOB NOT NULL, bytes BLOB) STRICT",
  "CREATE TABLE programs (id INTEGER PRIMARY KEY, program TEXT NOT NULL, start INTEGER NOT NULL, turn INTEGER NOT NULL, last_turn INTEGER NOT NULL, through_seq INTEGER NOT NULL, lines INTEGER NOT NULL, images TEXT NOT NULL, state TEXT, sum BLOB NOT NULL) STRICT",
  "CREATE TABLE deliveries (program INTEGER NOT NULL, seq INTEGER NOT NULL, batch INTEGER NOT NULL, tick INTEGER NOT NULL, json TEXT NOT NULL, sum BLOB NOT NULL, PRIMARY KEY (program, seq)) STRICT, WITHOUT ROWID",
  "CREATE TABLE grounds (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, kind TEXT NOT NULL, needs TEXT NOT NULL, images INTEGER NOT NULL, stored INTEGER NOT NULL, sum BLOB NOT NULL) STRICT",
  "CREATE TABLE ground_bytes (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
  "CREATE TABLE people (who TEXT PRIMARY KEY, n INTEGER NOT NULL, seq INTEGER NOT NULL, sum BLOB NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE memories (who TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, now REAL NOT NULL, json TEXT NOT NULL, sum BLOB NOT NULL, PRIMARY KEY (who, seq)) STRICT, WITHOUT ROWID",
  "CREATE TABLE logs (program INTEGER NOT NULL, n INTEGER NOT NULL, now REAL NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL, sum BLOB NOT NULL, PRIMARY KEY (program, n)) STRICT, WITHOUT ROWID",
  "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum BLOB NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE undo (one INTEGER PRIMARY KEY CHECK (one = 1), batch INTEGER NOT NULL, json TEXT NOT NULL, back TEXT, sum BLOB NOT NULL) STRICT",
];
