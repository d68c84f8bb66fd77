import type { DatabaseSync } from "node:sqlite";
import { batchHash, entryHash, genesis, imageLink, sameHash, turnHash } from "../../record/chain.ts";
import { broken } from "../../record/recover.ts";
import { recordOf } from "../../record/stream.ts";
import { Grounds } from "./grounds.ts";
import type { Ledger } from "./ledger.ts";
import type { ProgramIds } from "./program-ids.ts";
import { Columns, entryRow, imageRow, type Row, turnRow } from "./rows.ts";
import { headsOf } from "./state.ts";

export function hashOfBatch(db: DatabaseSync, batch: number): Uint8Array {
  if (batch === 0) return genesis;
  const row = db.prepare("SELECT hash FROM batches WHERE batch = ?").get(batch);
  if (row === undefined) throw broken(`batch ${batch} is missing`);
  return new Columns("batches", row).bytes("hash");
}

/** Throws `corrupt` unless `batch` is the last one, and all that the chains hold of it is there as it was committed. */
export function checkBatch(db: DatabaseSync, batch: number, ledger: Ledger, programIds: ProgramIds): void {
  if (Number(db.prepare("SELECT coalesce(max(batch), 0) AS n FROM batches").get()?.["n"]) !== batch)
    throw broken(`batch ${batch} is not the last one`);
  const links: Uint8Array[] = [];
  const heads = new Map<string, Uint8Array>();
  const before = db.prepare("SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1");
  for (const row of rowsOf(db, "entries", "seq", batch)) {
    const entry = entryRow(row);
    const previous = before.get(entry.map, entry.seq)?.["hash"] ?? genesis;
    const hash = entryHash(previous as Uint8Array, entry);
    if (!sameHash(hash, entry.hash)) throw broken(`${recordOf(entry.map)} is broken at tick ${entry.tick}`);
    heads.set(entry.map, hash);
    links.push(hash);
  }
  const grounds = Grounds.readIn(ledger);
  const numbered = {
    program: (id: number) => String(programIds.nameOf(id)),
    ground: (id: number) => String(grounds.get(id)?.hash),
  };
  for (const row of rowsOf(db, "turns", "id", batch)) links.push(turnHash(turnRow(row, numbered)));
  for (const row of rowsOf(db, "images", "id", batch)) links.push(imageLink(imageRow(row, numbered)));
  if (batch > 0 && !sameHash(batchHash(hashOfBatch(db, batch - 1), batch, links), hashOfBatch(db, batch))) {
    throw broken(`batch ${batch} is not what was committed`);
  }
  const stored = headsOf(ledger);
  for (const [map, hash] of heads) {
    if (!sameHash(stored.get(map)?.hash ?? genesis, hash)) throw broken(`${recordOf(map)} does not end where its head says`);
  }
}

/** The last batch's rows of a table that only grows, in the order they were written. */
function rowsOf(db: DatabaseSync, table: "entries" | "turns" | "images", key: "seq" | "id", batch: number): Row[] {
  const rows: Row[] = [];
  for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY ${key} DESC`).iterate()) {
    if (row["batch"] !== batch) break;
    rows.push(row);
  }
  return rows.toReversed();
}
