/**
 * Finds where the store stood when it was last open, and takes the last batch back should it not be whole.
 *
 * SQLite writes a transaction whole or not at all, so a batch that is not whole means a disk that lied or rotted. While
 * nothing follows it, it can be taken back exactly: `undo` holds what stood where it wrote, and what it deleted is
 * deleted only by the batch after it. Only one batch is ever taken back; if the one before is damaged too, or the undo
 * itself, nothing is guessed and nothing changed.
 */
import type { DatabaseSync } from "node:sqlite";
import { batchHash, entryHash, genesis, rowSum, sameHash } from "../../record/chain.ts";
import type { MapHead } from "../../record/append.ts";
import { broken } from "../../record/recover.ts";
import { reading } from "./faults.ts";
import { Columns, entryRow, imageRow, mapHead, turnRow } from "./rows.ts";
import { emptyUndo } from "./schema.ts";
import { headColumns, headFromJson, type State, type Undo } from "./state.ts";

export interface Resumed {
  readonly state: State;
  /** Ticks taken back, by map. */
  readonly cut: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

interface UndoRow {
  readonly batch: number;
  readonly seq: number;
  readonly undo: Undo | null;
}

export function resume(db: DatabaseSync, path: string): Resumed {
  return reading(path, () => {
    const row = undoRow(db);
    const damage = damageOf(db, row.batch);
    if (damage === null) return { state: stateOf(db, row), cut: new Map(), notes: [] };
    if (row.undo === null) throw damage;
    const undo = row.undo;
    db.exec("BEGIN IMMEDIATE");
    try {
      takeBack(db, row.batch, row.seq, undo);
      const before = damageOf(db, row.batch - 1);
      if (before !== null) throw before;
      const state = stateOf(db, undoRow(db));
      db.exec("COMMIT");
      return { state, cut: new Map(undo.ticks), notes: [noteOf(row.batch, undo, path)] };
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  });
}

function noteOf(batch: number, undo: Undo, path: string): string {
  const ticks = undo.ticks.map(([map, count]) => `${count} of map ${map}`).join(", ");
  return `the last write (batch ${batch}) in ${path} was not whole and was cut off${ticks === "" ? "" : `: ticks lost: ${ticks}`}`;
}

function undoRow(db: DatabaseSync): UndoRow {
  const row = db.prepare("SELECT * FROM undo").get();
  if (row === undefined) throw broken("the row of undo is missing");
  const c = new Columns("undo", row);
  const [batch, seq, json] = [c.number("batch"), c.number("seq"), c.text("json")];
  if (rowSum("undo", [batch, seq, json]) !== c.text("sum")) throw broken("the row of undo is damaged");
  return { batch, seq, undo: JSON.parse(json) as Undo | null };
}

function hashOfBatch(db: DatabaseSync, batch: number): Uint8Array {
  if (batch === 0) return genesis;
  const row = db.prepare("SELECT hash FROM batches WHERE batch = ?").get(batch);
  if (row === undefined) throw broken(`batch ${batch} is missing`);
  return new Columns("batches", row).bytes("hash");
}

/** What is wrong with the last batch, null if it is whole. */
function damageOf(db: DatabaseSync, batch: number): Error | null {
  try {
    return reading("the last batch", () => {
      checkLast(db, batch);
      return null;
    });
  } catch (error) {
    return error as Error;
  }
}

function checkLast(db: DatabaseSync, batch: number): void {
  if (Number(db.prepare("SELECT coalesce(max(batch), 0) AS n FROM batches").get()?.["n"]) !== batch) throw broken(`batch ${batch} is not the last one`);
  const links: Uint8Array[] = [];
  const heads = new Map<string, Uint8Array>();
  const before = db.prepare("SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1");
  for (const row of rowsOf(db, "entries", "seq", batch)) {
    const entry = entryRow(row);
    const previous = before.get(entry.map, entry.seq)?.["hash"] ?? genesis;
    const hash = entryHash(previous as Uint8Array, entry);
    if (!sameHash(hash, entry.hash)) throw broken(`the record of map ${entry.map} is broken at tick ${entry.tick}`);
    heads.set(entry.map, hash);
    links.push(hash);
  }
  for (const row of rowsOf(db, "turns", "id", batch)) links.push(turnRow(row).hash);
  for (const row of rowsOf(db, "images", "id", batch)) links.push(imageRow(row).link);
  if (batch > 0 && !sameHash(batchHash(hashOfBatch(db, batch - 1), batch, links), hashOfBatch(db, batch))) {
    throw broken(`batch ${batch} is not what was committed`);
  }
  const stored = headsOf(db);
  for (const [map, hash] of heads) {
    if (!sameHash(stored.get(map)?.hash ?? genesis, hash)) throw broken(`the record of map ${map} does not end where its head says`);
  }
}

/** The last batch's rows of a table that only grows, in the order they were written. */
function rowsOf(db: DatabaseSync, table: "entries" | "turns" | "images", key: "seq" | "id", batch: number): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY ${key} DESC`).iterate()) {
    if (row["batch"] !== batch) break;
    rows.push(row);
  }
  return rows.toReversed();
}

function headsOf(db: DatabaseSync): ReadonlyMap<string, MapHead> {
  return new Map(
    db
      .prepare("SELECT * FROM heads")
      .all()
      .map(mapHead)
      .map(({ map, head }) => [map, head]),
  );
}

function stateOf(db: DatabaseSync, { batch, seq, undo }: UndoRow): State {
  return { batch, batchHash: hashOfBatch(db, batch), seq, heads: headsOf(db), taken: undo?.taken ?? [] };
}

/** Removes all that `batch` wrote and puts back what stood there. The numbers it used are not given again. */
function takeBack(db: DatabaseSync, batch: number, seq: number, undo: Undo): void {
  for (const table of ["batches", "entries", "turns", "images", "deliveries", "memories", "logs"]) {
    db.prepare(`DELETE FROM ${table} WHERE batch = ?`).run(batch);
  }
  const heads = undo.heads.map(([map, head]) => (head === null ? ([map, null] as const) : ([map, headColumns(map, headFromJson(head))] as const)));
  putBack(db, "heads", "map", heads);
  putBack(
    db,
    "programs",
    "program",
    undo.programs.map(([program, state]) => [program, state === null ? null : [program, state, rowSum("programs", [program, state])]]),
  );
  putBack(
    db,
    "settings",
    "key",
    undo.settings.map(([key, value]) => [key, value === null ? null : [key, value, rowSum("settings", [key, value])]]),
  );
  db.prepare("INSERT OR REPLACE INTO undo VALUES (1, ?, ?, ?, ?)").run(...emptyUndo(batch - 1, seq));
}

type Columned = readonly (readonly [key: string, columns: readonly (string | number | Uint8Array)[] | null])[];

function putBack(db: DatabaseSync, table: string, key: string, rows: Columned): void {
  for (const [value, columns] of rows) {
    if (columns === null) db.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(value);
    else db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`).run(...columns);
  }
}
