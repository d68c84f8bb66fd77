/**
 * Drops the bytes of grounds that nothing stands on any more. Only at a start: while a server runs it may hold grounds
 * ready that no image stands on yet, and counts on those it has stored.
 */
import type { DatabaseSync } from "node:sqlite";
import { groundColumns } from "./grounds.ts";
import { type Ledger, tallyChanged } from "./ledger.ts";
import { lastUndo } from "./resume.ts";
import type { State } from "./state.ts";
import type { Writer } from "./write.ts";

/** Gives the state without them. What the last batch wrote of grounds stays, so that it can still be taken back. */
export function pruneGrounds(db: DatabaseSync, ledger: Ledger, writer: Writer, state: State): State {
  if (state.grounds.idle(() => false).length === 0) return state;
  const back = lastUndo(db).back();
  const touched = new Set(back?.rows.flatMap(([table, [id]]) => (table === "grounds" ? [id] : [])));
  const idle = state.grounds.idle(({ id }) => touched.has(id));
  if (idle.length === 0) return state;
  db.exec("BEGIN IMMEDIATE");
  try {
    ledger.begin(state.tally);
    const dropBytes = db.prepare("DELETE FROM ground_bytes WHERE id = ?");
    let tallyBefore = back?.tally ?? null;
    const dropped = idle.map((ground) => ({ ...ground, stored: false }));
    for (const [i, ground] of dropped.entries()) {
      const [from, to] = [groundColumns(idle[i]!), groundColumns(ground)];
      dropBytes.run(ground.id);
      ledger.replace("grounds", from, to);
      // The row was the same before the last batch, so what that one goes back to changes alike.
      tallyBefore &&= tallyChanged(tallyBefore, "grounds", from, to);
    }
    const { tally } = ledger;
    writer.putUndo(state.batch, { tally, ids: state.ids, later: state.later }, back && { ...back, tally: tallyBefore! });
    db.exec("COMMIT");
    return { ...state, tally, grounds: state.grounds.with(dropped) };
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
