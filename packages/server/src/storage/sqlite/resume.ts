/**
 * Finds where the store stood when it was last open, and takes the last batch back should it not be whole.
 *
 * SQLite writes a transaction whole or not at all, so a batch that is not whole means a disk that lied or rotted. While
 * nothing follows it, it can be taken back exactly: `undo` holds what stood where it wrote, and what it deleted is
 * deleted only by the batch after it. Only one batch is ever taken back; if the one before is damaged too, or the undo
 * itself, nothing is guessed and nothing changed.
 */
import type { DatabaseSync } from "node:sqlite";
import { batchHash, entryHash, genesis, sameHash } from "../../record/chain.ts";
import { broken } from "../../record/recover.ts";
import { reading } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import { Columns, entryRow, imageRow, turnRow, undoColumns } from "./rows.ts";
import { headsOf, type State, type Undo } from "./state.ts";
import type { Writer } from "./write.ts";

export interface Resumed {
  readonly state: State;
  /** Ticks taken back, by map. */
  readonly cut: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

/** `seq` is the highest number ever given to an entry. */
interface Last {
  readonly batch: number;
  readonly seq: number;
  readonly undo: Undo;
}

export function resume(db: DatabaseSync, path: string, ledger: Ledger, writer: Writer): Resumed {
  return reading(path, () => {
    const last = lastUndo(db);
    const damage = damageOf(db, last, ledger);
    if (damage === null) return { state: stateOf(db, last, ledger), cut: new Map(), notes: [] };
    const { back } = last.undo;
    if (back === null) throw damage;
    db.exec("BEGIN IMMEDIATE");
    try {
      takeBack(db, last, back, ledger, writer);
      const before = lastUndo(db);
      const remaining = damageOf(db, before, ledger);
      if (remaining !== null) throw remaining;
      const state = stateOf(db, before, ledger);
      db.exec("COMMIT");
      return { state, cut: new Map(back.ticks), notes: [noteOf(last.batch, back.ticks, path)] };
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  });
}

function noteOf(batch: number, ticks: readonly (readonly [map: string, count: number])[], path: string): string {
  const lost = ticks.map(([map, count]) => `${count} of map ${map}`).join(", ");
  return `the last write (batch ${batch}) in ${path} was not whole and was cut off${lost === "" ? "" : `; ticks lost: ${lost}`}`;
}

export function lastUndo(db: DatabaseSync): Last {
  const row = db.prepare("SELECT * FROM undo").get();
  if (row === undefined) throw broken("the row of undo is missing");
  const { batch, seq, json } = undoColumns(row);
  return { batch, seq, undo: JSON.parse(json) as Undo };
}

function hashOfBatch(db: DatabaseSync, batch: number): Uint8Array {
  if (batch === 0) return genesis;
  const row = db.prepare("SELECT hash FROM batches WHERE batch = ?").get(batch);
  if (row === undefined) throw broken(`batch ${batch} is missing`);
  return new Columns("batches", row).bytes("hash");
}

/** What is wrong with the last batch, null if it is whole. */
function damageOf(db: DatabaseSync, { batch, undo }: Last, ledger: Ledger): Error | null {
  try {
    return reading("the last batch", () => {
      ledger.check(undo.tally);
      checkLast(db, batch, ledger);
      return null;
    });
  } catch (error) {
    return error as Error;
  }
}

function checkLast(db: DatabaseSync, batch: number, ledger: Ledger): void {
  if (Number(db.prepare("SELECT coalesce(max(batch), 0) AS n FROM batches").get()?.["n"]) !== batch)
    throw broken(`batch ${batch} is not the last one`);
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
  const stored = headsOf(ledger);
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

function stateOf(db: DatabaseSync, { batch, seq, undo }: Last, ledger: Ledger): State {
  return { batch, batchHash: hashOfBatch(db, batch), seq, heads: headsOf(ledger), tally: undo.tally, taken: undo.taken };
}

/** Removes all that the last batch wrote and puts back what stood there. The numbers it used are not given again. */
function takeBack(db: DatabaseSync, { batch, seq }: Last, back: NonNullable<Undo["back"]>, ledger: Ledger, writer: Writer): void {
  for (const table of ["batches", "entries", "turns", "images", "deliveries", "memories", "logs"]) {
    db.prepare(`DELETE FROM ${table} WHERE batch = ?`).run(batch);
  }
  for (const [table, key, row] of back.rows.toReversed()) {
    ledger.remove(table, ...key);
    if (row !== null) ledger.insert(table, ...row);
  }
  writer.putUndo(batch - 1, seq, { tally: back.tally, taken: [], back: null });
}
