/**
 * Finds where the store stood when it was last open, and takes the last batch back should it not be whole.
 *
 * SQLite writes a transaction whole or not at all, so a batch that is not whole means a disk that lied or rotted. While
 * nothing follows it, it can be taken back exactly: `undo` holds what stood where it wrote, and what it made needless is
 * removed only by the batch after it. Only one batch is ever taken back; if the one before is damaged too, or the undo
 * itself, nothing is guessed and nothing changed.
 */
import type { DatabaseSync } from "node:sqlite";
import { ElsewhereError } from "@elsewhere/protocol/errors";
import { broken } from "../../record/recover.ts";
import { checkBatch, hashOfBatch } from "./check-batch.ts";
import { reading } from "./faults.ts";
import { Grounds } from "./grounds.ts";
import type { Ledger } from "./ledger.ts";
import type { ProgramIds } from "./program-ids.ts";
import { ProgramMail } from "./program-mail.ts";
import { undoColumns } from "./rows.ts";
import { type Back, headsOf, type Kept, type State } from "./state.ts";
import type { Writer } from "./write.ts";

export interface Resumed {
  readonly state: State;
  /** Of all programs, as the check has read it. */
  readonly mail: ProgramMail;
  /** Ticks taken back, by map. */
  readonly cut: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

export interface Last {
  readonly batch: number;
  readonly kept: Kept;
  back(): Back;
}

export function resume(db: DatabaseSync, path: string, ledger: Ledger, writer: Writer, programIds: ProgramIds): Resumed {
  return reading(path, () => {
    const last = lastUndo(db);
    const { mail, damage } = lookedAt(db, last, ledger, programIds);
    if (damage === null) return { state: stateOf(db, last, ledger), mail, cut: new Map(), notes: [] };
    const back = last.back();
    if (back === null) throw damage;
    db.exec("BEGIN IMMEDIATE");
    try {
      takeBack(db, last, back, ledger, writer);
      const before = lastUndo(db);
      const { mail, damage: remaining } = lookedAt(db, before, ledger, programIds);
      if (remaining !== null) throw remaining;
      const state = stateOf(db, before, ledger);
      db.exec("COMMIT");
      return { state, mail, cut: new Map(back.ticks), notes: [noteOf(last.batch, back.ticks, path)] };
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
  const { batch, json, back } = undoColumns(row);
  return { batch, kept: JSON.parse(json) as Kept, back: () => (back === null ? null : (JSON.parse(back) as Back)) };
}

/** SQLite tells a disk that fails to read from one that has rotted by nothing but trying: so what is damaged is damaged twice. */
function lookedAt(
  db: DatabaseSync,
  last: Last,
  ledger: Ledger,
  programIds: ProgramIds,
): { readonly mail: ProgramMail; readonly damage: Error | null } {
  for (let again = true; ; again = false) {
    programIds.backTo(0);
    const mail = new ProgramMail(programIds);
    const damage = damageOf(db, last, ledger, programIds, mail);
    if (damage === null || !again) return { mail, damage };
  }
}

/** What is wrong with the last batch, null if it is whole. Throws `storage` where the disk does not answer: that is no damage. */
function damageOf(db: DatabaseSync, { batch, kept }: Last, ledger: Ledger, programIds: ProgramIds, mail: ProgramMail): Error | null {
  try {
    return reading("the last batch", () => {
      ledger.check(kept.tally, (table, row) => mail.add(table, row));
      checkBatch(db, batch, ledger, programIds);
      return null;
    });
  } catch (error) {
    if (!(error instanceof ElsewhereError && error.code === "corrupt")) throw error;
    return error;
  }
}

function stateOf(db: DatabaseSync, { batch, kept }: Last, ledger: Ledger): State {
  return { ...kept, batch, batchHash: hashOfBatch(db, batch), heads: headsOf(ledger), grounds: Grounds.readIn(ledger) };
}

/**
 * Removes all that the last batch wrote and puts back what stood there: what only grows is cut at where it ended before.
 * The numbers of entries are not given again.
 */
function takeBack(db: DatabaseSync, { batch, kept }: Last, back: NonNullable<Back>, ledger: Ledger, writer: Writer): void {
  const { ids, tally } = back;
  const cut = (table: string, where: string, ...values: readonly (string | number)[]): void => {
    db.prepare(`DELETE FROM ${table} WHERE ${where}`).run(...values);
  };
  cut("batches", "batch = ?", batch);
  cut("entries", "seq > ?", ids.seq);
  cut("turns", "id > ?", ids.turn);
  cut("images", "id > ?", ids.image);
  cut("deliveries", "batch = ?", batch);
  for (const [table, [key], row] of back.rows) {
    if (table === "people") cut("memories", "who = ? AND seq > ?", String(key), Number(row?.[2] ?? Number.MIN_SAFE_INTEGER));
    if (table === "programs") cut("logs", "program = ? AND n > ?", Number(key), Number(row?.[6] ?? 0));
    if (table === "grounds" && row?.[5] !== 1) cut("ground_bytes", "id = ?", Number(key));
  }
  for (const [table, key, row] of back.rows.toReversed()) {
    ledger.remove(table, ...key);
    if (row !== null) ledger.insert(table, ...row);
  }
  const nothing = { deliveries: [], images: [] };
  writer.putUndo(batch - 1, { tally, ids: { ...ids, seq: kept.ids.seq }, later: nothing }, null);
}
