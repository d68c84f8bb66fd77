/** What the pages of a database hold, and a table of what was found damaged in which. For tests. */
import { DatabaseSync } from "node:sqlite";

/** By page, from 0: the table or index it belongs to. What belongs to none is free, but for the first one's header. */
export function pagesOf(path: string): (at: number) => string {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const owners = new Map<number, string>();
    for (const { page, name } of db.prepare("SELECT pageno - 1 AS page, name FROM dbstat").all()) owners.set(Number(page), String(name));
    const bytes = Number(db.prepare("PRAGMA page_size").get()?.["page_size"]);
    return (at) => owners.get(Math.floor(at / bytes)) ?? "free pages";
  } finally {
    db.close();
  }
}

/** Counts outcomes by what they befell. */
export class Outcomes {
  readonly #counts = new Map<string, Map<string, number>>();

  add(kind: string, outcome: string): void {
    const row = this.#counts.get(kind) ?? new Map<string, number>();
    row.set(outcome, (row.get(outcome) ?? 0) + 1);
    this.#counts.set(kind, row);
  }

  has(outcome: string): boolean {
    return [...this.#counts.values()].some((row) => row.has(outcome));
  }

  /** A line for each kind, and one for all of them. */
  get lines(): readonly string[] {
    const rows = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const total = new Map<string, number>();
    for (const [, row] of rows) for (const [outcome, count] of row) total.set(outcome, (total.get(outcome) ?? 0) + count);
    return [...rows, ["all", total] as const].map(
      ([kind, row]) => `${kind}: ${[...row].map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`,
    );
  }
}
