import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What a query of a store's file that nobody has open gives. */
export function sql(dir: string, text: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(dir, "elsewhere.db"));
  try {
    return db.prepare(text).all();
  } finally {
    db.close();
  }
}
