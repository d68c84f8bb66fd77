// All steps there are: what the hosts write and send by themselves, and what happens to them.
import { carrierWrites } from "./carrier.ts";
import { destinationSends, destinationWrites } from "./destination.ts";
import { isSent, type Say, send } from "./messages.ts";
import { beginnings, sourceSends, sourceWrites } from "./source.ts";
import { type Emit, noMemory, type Rules, type State, updateSource, updateStay } from "./state.ts";
import { witnessSends, witnessWrites } from "./witness.ts";

/** Writes that go on once nothing disturbs: hosts are delivered to, and deadlines pass. */
export function writes(state: State, rules: Rules, emit: Emit): void {
  sourceWrites(state, rules, emit);
  destinationWrites(state, rules, emit);
  carrierWrites(state, rules, emit);
  witnessWrites(state, rules, emit);
}

/** One message each that some host has cause to send and has not sent yet. */
export function sends(state: State, rules: Rules, emit: Emit): void {
  sayAll(state, rules, (kind, attempt) => {
    if (!isSent(state, kind, attempt)) emit(send(state, kind, attempt), `sends ${kind}`, attempt);
  });
}

function sayAll(state: State, rules: Rules, say: Say): void {
  sourceSends(state, rules, say);
  destinationSends(state, rules, say);
  witnessSends(state, rules, say);
}

/** The state once all messages are sent that there is cause to send, and those that they give cause to. */
export function withAllSent(state: State, rules: Rules): State {
  let all = state;
  sayAll(state, rules, (kind, attempt) => (all = send(all, kind, attempt)));
  return all === state ? state : withAllSent(all, rules);
}

/** Crashes, a backup and its restore; and what begins something new: an attempt, a letter. */
export function disturb(state: State, rules: Rules, emit: Emit): void {
  const { source, memory, backup, witness } = state;
  const { restoresMax, lettersMax } = rules.bounds;
  beginnings(state, rules, emit);
  if (!state.isMailSent && lettersMax > 0) emit({ ...updateSource(state, { box: true }), isMailSent: true }, "source: a letter comes", 0);
  if (memory.isInTurn || memory.hasReceipt || memory.knowsGone) emit({ ...state, memory: noMemory }, "source: crashes", 0);
  for (const [index, { to, stay }] of state.attempts.entries())
    if (stay.isOpened) emit(updateStay(state, index + 1, { isOpened: false }), `destination ${to + 1}: crashes`, 0);
  if (!state.isRestored && !backup && restoresMax > 0) emit({ ...state, backup: { source, witness } }, "source: is backed up", 0);
  if (backup) emit(restore(state, backup, rules), "source: is restored from its backup", 0);
}

function restore(state: State, backup: NonNullable<State["backup"]>, rules: Rules): State {
  const source = { ...backup.source, quarantined: true, incarnation: 1 };
  const witness = rules.witness === "source" ? backup.witness : state.witness;
  // A letter that the backup does not have may be sent again.
  const isMailSent = source.box || source.read > 0;
  return { ...state, source, witness, isMailSent, memory: noMemory, backup: null, isRestored: true };
}
