// The witness: one row for each epoch, written once. It answers with what is written, however often it is asked.
import { isSent, type Kind, type Say } from "./messages.ts";
import type { Emit, Rules, State, Witness } from "./state.ts";

export function witnessWrites(state: State, rules: Rules, emit: Emit): void {
  const { witness } = state;
  if (witness.incarnation === 0 && isSent(state, "FENCE", 0)) emit(write(state, { incarnation: 1 }), "witness: puts up the fence", 0);
  for (const [index, { epoch }] of state.attempts.entries()) {
    const attempt = index + 1;
    if (witness.rows.length === epoch && isHeard(state, rules, "ROW0", "ROW1", attempt))
      emit(append(state, attempt), `witness: epoch ${epoch} has left`, attempt);
    const isLast = witness.rows.length === epoch + 1 && witness.rows[epoch] === attempt;
    if (isLast && isHeard(state, rules, "BACK0", "BACK1", attempt))
      emit(append(state, 0), `witness: epoch ${epoch + 1} was given back`, attempt);
  }
}

export function witnessSends(state: State, rules: Rules, say: Say): void {
  const { rows, incarnation } = state.witness;
  if (incarnation === 1 && isSent(state, "FENCE", 0)) say("FENCED", 0);
  for (const [index, { epoch }] of state.attempts.entries()) {
    const attempt = index + 1;
    if (rows[epoch] !== attempt) continue;
    if (isHeard(state, rules, "ROW0", "ROW1", attempt)) say("RECEIPT", attempt);
    if (rows[epoch + 1] === 0 && isHeard(state, rules, "BACK0", "BACK1", attempt)) say("RETURNED", attempt);
  }
}

/** The first incarnation is heard until there is a fence, and never again. */
function isHeard(state: State, rules: Rules, first: Kind, restored: Kind, attempt: number): boolean {
  const isFenced = state.witness.incarnation > 0 && rules.bug !== "fence only asks";
  return isSent(state, restored, attempt) || (!isFenced && isSent(state, first, attempt));
}

const write = (state: State, change: Partial<Witness>): State => ({ ...state, witness: { ...state.witness, ...change } });
const append = (state: State, row: number): State => write(state, { rows: [...state.witness.rows, row] });
