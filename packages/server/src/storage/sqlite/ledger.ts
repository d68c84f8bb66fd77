/**
 * The rows that change in place: heads, people, programs, grounds, settings and deliveries. Each carries a sum of its own
 * columns, and all of them together a **tally**: how many there are and the exclusive-or of their sums. A row that rots
 * has the wrong sum; one that is lost, or hidden from a search by rot elsewhere, leaves the tally wrong.
 *
 * All of them are read at every start, so reading is kept cheap: rows come as arrays, their sums as text.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { rowSum } from "../../record/chain.ts";
import { broken } from "../../record/recover.ts";

/** Columns of each table in order, `sum` left out; the first `keys` of them are its key. */
const tables = {
  heads: { keys: 1, columns: ["map", "seq", "tick", "hash", "keyframe_seq"] },
  people: { keys: 1, columns: ["who", "n", "seq"] },
  programs: { keys: 1, columns: ["id", "program", "start", "turn", "last_turn", "through_seq", "lines", "images", "state"] },
  grounds: { keys: 1, columns: ["id", "hash", "kind", "needs", "images", "stored"] },
  settings: { keys: 1, columns: ["key", "value"] },
  deliveries: { keys: 2, columns: ["program", "seq", "batch", "tick", "json"] },
} as const;

export type LedgerTable = keyof typeof tables;
export type LedgerRow = readonly (string | number | null)[];

const ledgerTables = Object.keys(tables) as readonly LedgerTable[];

export interface Tally {
  readonly count: number;
  /** Exclusive-or of all sums, 32 hex digits. */
  readonly sums: string;
}

export const emptyTally: Tally = { count: 0, sums: "0".repeat(32) };

/** The tally once the row `from` has become the row `to`. */
export function tallyChanged({ count, sums }: Tally, table: LedgerTable, from: LedgerRow, to: LedgerRow): Tally {
  const changed = [rowSum(table, from), rowSum(table, to)].reduce((all, sum) => all ^ BigInt(`0x${sum}`), BigInt(`0x${sums}`));
  return { count, sums: toSums(changed) };
}

const toSums = (sums: bigint): string => sums.toString(16).padStart(32, "0");

/** What a row was before it was written, by its key; null if it was not there. */
export type Before = readonly [table: LedgerTable, key: LedgerRow, row: LedgerRow | null];

interface Statements {
  readonly get: StatementSync;
  readonly insert: StatementSync;
  readonly update: StatementSync;
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
    this.#takeDeliveries = arrays(db, `DELETE FROM deliveries WHERE program = ? AND seq <= ? RETURNING ${sumColumn}`);
  }

  /** Goes on from `tally` and forgets what it knew of rows before. */
  begin({ count, sums }: Tally): void {
    this.#count = count;
    this.#sums = BigInt(`0x${sums}`);
    this.#before = [];
  }

  get tally(): Tally {
    return { count: this.#count, sums: toSums(this.#sums) };
  }

  /** What was written over or dropped since `begin`, the latest last; deliveries, which are only inserted, left out. */
  get before(): readonly Before[] {
    return this.#before;
  }

  get(table: LedgerTable, ...key: LedgerRow): LedgerRow | null {
    const row = this.#do[table].get.get(...key);
    return row === undefined ? null : checked(table, row);
  }

  *all(table: LedgerTable): Generator<LedgerRow> {
    for (const row of this.#do[table].all.iterate()) yield checked(table, row);
  }

  put(table: LedgerTable, ...columns: LedgerRow): void {
    this.replace(table, this.get(table, ...columns.slice(0, tables[table].keys)), columns);
  }

  /** Like `put`, by whoever knows what is there before: null if nothing is. */
  replace(table: LedgerTable, before: LedgerRow | null, columns: LedgerRow): void {
    const { keys } = tables[table];
    const key = columns.slice(0, keys);
    this.#before.push([table, key, before]);
    if (before === null) {
      this.insert(table, ...columns);
      return;
    }
    const sum = rowSum(table, columns);
    const { changes } = this.#do[table].update.run(...columns.slice(keys), sum, ...key);
    if (changes !== 1) throw broken(`a row of ${table} is missing: ${String(key[0])}`);
    this.#sums ^= BigInt(`0x${rowSum(table, before)}`) ^ BigInt(`0x${sum}`);
  }

  /** Fails if there is a row with its key. */
  insert(table: LedgerTable, ...columns: LedgerRow): void {
    const sum = rowSum(table, columns);
    this.#do[table].insert.run(...columns, sum);
    this.#count++;
    this.#sums ^= BigInt(`0x${sum}`);
  }

  /** Removes a row, should it be there, so that it can be put back. */
  drop(table: LedgerTable, ...key: LedgerRow): void {
    const before = this.get(table, ...key);
    if (before === null) return;
    this.#before.push([table, key, before]);
    this.remove(table, ...key);
  }

  /** For good: what it was is not kept. */
  remove(table: LedgerTable, ...key: LedgerRow): void {
    this.#removed(this.#do[table].remove.all(...key));
  }

  takeDeliveries(program: number, throughSeq: number): void {
    this.#removed(this.#takeDeliveries.all(program, throughSeq));
  }

  /** Reads every row of every table, and shows it to `see`. Throws `corrupt` if one is damaged, lost or more than there should be. */
  check(tally: Tally, see: (table: LedgerTable, row: LedgerRow) => void = () => {}): void {
    this.begin(emptyTally);
    for (const table of ledgerTables) {
      for (const row of this.#do[table].all.iterate()) {
        const sum = String((row as unknown as LedgerRow).at(-1));
        see(table, checked(table, row));
        this.#count++;
        this.#sums ^= BigInt(`0x${sum}`);
      }
    }
    if (this.#count !== tally.count || this.tally.sums !== tally.sums) throw broken(`rows of ${ledgerTables.join(", ")} have been lost`);
  }

  #removed(rows: readonly unknown[]): void {
    for (const row of rows) {
      this.#count--;
      this.#sums ^= BigInt(`0x${String((row as LedgerRow)[0])}`);
    }
  }
}

/** The columns of a stored row, whose last is its sum, checked against that. */
function checked(table: LedgerTable, row: unknown): LedgerRow {
  const columns = row as (string | number | null)[];
  const sum = columns.pop();
  if (rowSum(table, columns) !== sum) throw broken(`a row of ${table} is damaged: ${String(columns[0])}`);
  return columns;
}

/** As text, a sum is read without an object of its own. */
const sumColumn = "lower(hex(sum))";

const selectFrom = (table: LedgerTable): string => `SELECT ${tables[table].columns.join(", ")}, ${sumColumn} FROM ${table}`;

function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

function prepare(db: DatabaseSync, table: LedgerTable): Statements {
  const { keys, columns } = tables[table];
  const equal = columns.map((name) => `${name} = ?`);
  const where = equal.slice(0, keys).join(" AND ");
  return {
    get: arrays(db, `${selectFrom(table)} WHERE ${where}`),
    insert: db.prepare(`INSERT INTO ${table} VALUES (${"?, ".repeat(columns.length)}unhex(?))`),
    update: db.prepare(`UPDATE ${table} SET ${equal.slice(keys).join(", ")}, sum = unhex(?) WHERE ${where}`),
    remove: arrays(db, `DELETE FROM ${table} WHERE ${where} RETURNING ${sumColumn}`),
    all: arrays(db, selectFrom(table)),
  };
}
