/**
 * The rows that change in place: heads, ends, programs, settings and deliveries. Each carries a sum of its own columns,
 * and all of them together a **tally**: how many there are and the exclusive-or of their sums. A row that rots has the
 * wrong sum; one that is lost, or hidden from a search by rot elsewhere, leaves the tally wrong.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { rowSum } from "../../record/chain.ts";
import { broken } from "../../record/recover.ts";

/** Columns of each table in order, `sum` left out; the first `keys` of them are its key. */
const tables = {
  heads: { keys: 1, columns: ["map", "seq", "tick", "hash", "keyframe_seq"] },
  ends: { keys: 2, columns: ["what", "owner", "start", "n", "seq"] },
  programs: { keys: 1, columns: ["program", "state"] },
  settings: { keys: 1, columns: ["key", "value"] },
  deliveries: { keys: 2, columns: ["program", "seq", "batch", "tick", "json"] },
} as const;

export type LedgerTable = keyof typeof tables;
export type LedgerRow = readonly (string | number)[];

const ledgerTables = Object.keys(tables) as readonly LedgerTable[];

export interface Tally {
  readonly count: number;
  /** Exclusive-or of all sums, 32 hex digits. */
  readonly sums: string;
}

export const emptyTally: Tally = { count: 0, sums: "0".repeat(32) };

/** What a row was before it was written, by its key; null if it was not there. */
export type Before = readonly [table: LedgerTable, key: LedgerRow, row: LedgerRow | null];

/** The columns of a stored row, checked against its sum. */
export function checkedRow(table: LedgerTable, row: Record<string, unknown>): LedgerRow {
  const columns = tables[table].columns.map((name) => row[name]) as (string | number)[];
  if (rowSum(table, columns) !== row["sum"]) throw broken(`a row of ${table} is damaged: ${String(columns[0])}`);
  return columns;
}

interface Statements {
  readonly get: StatementSync;
  readonly insert: StatementSync;
  readonly remove: StatementSync;
  readonly all: StatementSync;
}

export class Ledger {
  readonly #do: { readonly [table in LedgerTable]: Statements };
  readonly #takeDeliveries: StatementSync;
  #count = 0;
  #sums = 0n;
  #before: Before[] = [];

  constructor(db: DatabaseSync) {
    this.#do = Object.fromEntries(ledgerTables.map((table) => [table, prepare(db, table)])) as Record<LedgerTable, Statements>;
    this.#takeDeliveries = db.prepare("DELETE FROM deliveries WHERE program = ? AND seq <= ? RETURNING sum");
  }

  /** Goes on from `tally` and forgets what it knew of rows before. */
  begin({ count, sums }: Tally): void {
    this.#count = count;
    this.#sums = BigInt(`0x${sums}`);
    this.#before = [];
  }

  get tally(): Tally {
    return { count: this.#count, sums: this.#sums.toString(16).padStart(32, "0") };
  }

  /** What `put` wrote over since `begin`, the latest last. */
  get before(): readonly Before[] {
    return this.#before;
  }

  get(table: LedgerTable, ...key: LedgerRow): LedgerRow | null {
    const row = this.#do[table].get.get(...key);
    return row === undefined ? null : checkedRow(table, row);
  }

  *all(table: LedgerTable): Generator<LedgerRow> {
    for (const row of this.#do[table].all.iterate()) yield checkedRow(table, row);
  }

  put(table: LedgerTable, ...columns: LedgerRow): void {
    const key = columns.slice(0, tables[table].keys);
    this.#before.push([table, key, this.get(table, ...key)]);
    this.remove(table, ...key);
    this.insert(table, ...columns);
  }

  /** Fails if there is a row with its key. */
  insert(table: LedgerTable, ...columns: LedgerRow): void {
    const sum = rowSum(table, columns);
    this.#do[table].insert.run(...columns, sum);
    this.#count++;
    this.#sums ^= BigInt(`0x${sum}`);
  }

  remove(table: LedgerTable, ...key: LedgerRow): void {
    this.#removed(this.#do[table].remove.all(...key));
  }

  takeDeliveries(program: string, throughSeq: number): void {
    this.#removed(this.#takeDeliveries.all(program, throughSeq));
  }

  /** Reads every row of every table. Throws `corrupt` if one is damaged, lost or more than there should be. */
  check(tally: Tally): void {
    this.begin(emptyTally);
    for (const table of ledgerTables) {
      for (const row of this.all(table)) {
        this.#count++;
        this.#sums ^= BigInt(`0x${rowSum(table, row)}`);
      }
    }
    if (this.#count !== tally.count || this.tally.sums !== tally.sums) throw broken(`rows of ${ledgerTables.join(", ")} have been lost`);
  }

  #removed(rows: readonly Record<string, unknown>[]): void {
    for (const { sum } of rows) {
      this.#count--;
      this.#sums ^= BigInt(`0x${String(sum)}`);
    }
  }
}

function prepare(db: DatabaseSync, table: LedgerTable): Statements {
  const { keys, columns } = tables[table];
  const where = columns
    .slice(0, keys)
    .map((name) => `${name} = ?`)
    .join(" AND ");
  return {
    get: db.prepare(`SELECT * FROM ${table} WHERE ${where}`),
    insert: db.prepare(`INSERT INTO ${table} VALUES (${"?, ".repeat(columns.length)}?)`),
    remove: db.prepare(`DELETE FROM ${table} WHERE ${where} RETURNING sum`),
    all: db.prepare(`SELECT * FROM ${table}`),
  };
}
