// The source's part. A step is one durable write, or one message sent because of what is on the disk: between the two
// anything may happen. Messages are repeated for as long as the disk gives cause to.
import { isSent, type Say } from "./messages.ts";
import { type Emit, noMemory, type Rules, type State, updateSource } from "./state.ts";

/** What the source writes unless it is disturbed. */
export function sourceWrites(state: State, rules: Rules, emit: Emit): void {
  const { source, witness } = state;
  if (source.quarantined) {
    if (rules.bug === "no fence after restore") emit(updateSource(state, { quarantined: false }), "source: asks no witness", 0);
    // What the answer tells cannot have changed since: nobody but this incarnation is heard any more.
    else if (isSent(state, "FENCED", 0))
      emit(leaveQuarantine(state), `source: learns of ${witness.rows.length} rows, leaves quarantine`, 0);
    return;
  }
  takeTurns(state, emit);
  for (let attempt = 1; attempt <= state.attempts.length; attempt++) receive(state, attempt, rules, emit);
  // By its own clock, which nobody else's need agree with.
  if (source.status === "frozen") emit(giveUp(state), "source: deadline passes, RUNNING again", source.attempt);
}

/** What begins something new: consent to an attempt, and the attempt. */
export function beginnings(state: State, rules: Rules, emit: Emit): void {
  const { source, memory, attempts } = state;
  const attempt = attempts.length + 1;
  if (source.quarantined || source.status !== "running" || attempt > rules.bounds.attemptsMax) return;
  if (source.consent !== attempt) {
    const consented = state.consented | (1 << (attempt - 1));
    emit({ ...updateSource(state, { consent: attempt }), consented }, "source: the program consents", attempt);
  }
  const isConsented = rules.bug === "consent not bound" ? source.consent > 0 : source.consent === attempt;
  const isBetweenTurns = !memory.isInTurn || rules.bug === "freeze amid a turn";
  if (!isConsented || !isBetweenTurns) return;
  // Two unused destinations are alike, so that the first attempt may as well go to the first.
  for (const to of attempt === 1 ? [0] : [0, 1]) emit(freeze(state, to), `source: FROZEN, for destination ${to + 1}`, attempt);
}

function freeze(state: State, to: number): State {
  const { box, read, epoch } = state.source;
  const stay = { status: "unknown", isAdmitted: false, isHeld: false, isOpened: false, box: false, read: 0, hasQuota: false } as const;
  const parcel = { isHeld: true, isPast: false, hasKey: false };
  const attempts = [...state.attempts, { to, epoch, payload: { box, read }, stay, parcel }];
  return { ...updateSource(state, { status: "frozen", attempt: attempts.length, hasKey: true }), attempts };
}

const giveUp = (state: State): State => updateSource(state, { status: "running", hasKey: false });

function takeTurns(state: State, emit: Emit): void {
  const { source, memory } = state;
  if (memory.isInTurn) {
    const read = source.read + (source.box ? 1 : 0);
    emit(updateSource(state, { box: false, read }, { ...memory, isInTurn: false }), "source: a turn ends, its output is out", 0);
  } else if (source.status === "running") {
    emit(updateSource(state, {}, { ...memory, isInTurn: true }), "source: a turn begins", 0);
  }
}

/** What the source sends for as long as its disk gives cause to, and what it answers. */
export function sourceSends(state: State, rules: Rules, say: Say): void {
  const { source, memory } = state;
  const { attempt } = source;
  if (source.quarantined) {
    if (rules.bug !== "no fence after restore") say("FENCE", 0);
    return;
  }
  if (source.status === "running" && attempt > 0) say("ABORT", attempt);
  // The payload goes by the carrier at the same time.
  if (source.status === "frozen") say("OFFER", attempt);
  if (source.status === "frozen" && rules.bug === "alive without admission") say("COMMIT", attempt);
  if (source.status === "released") {
    say(source.incarnation === 0 ? "ROW0" : "ROW1", attempt);
    if (!source.hasKey) say("ASK", attempt);
    else if (memory.hasReceipt || rules.bug === "commit before witness") say("COMMIT", attempt);
    if (memory.knowsGone) say(source.incarnation === 0 ? "BACK0" : "BACK1", attempt);
  }
  if (source.status === "closed" && source.box) say("FORWARD", attempt);
  for (let each = 1; each <= state.attempts.length; each++)
    if (isSent(state, "ACCEPT", each) && !isUnderWay(state, each)) say("ABORT", each);
}

const isUnderWay = ({ source }: State, attempt: number): boolean => source.attempt === attempt && source.status !== "running";

function receive(state: State, attempt: number, rules: Rules, emit: Emit): void {
  const { source, memory } = state;
  const isOurs = isUnderWay(state, attempt);
  const isReleased = source.status === "released" && isOurs;
  const isAccepted = source.status === "frozen" && (isOurs || rules.bug === "accept not bound to its attempt");
  if (isAccepted && isSent(state, "ACCEPT", attempt))
    emit(updateSource(state, { status: "released", hasQuota: false }), "source: RELEASED", source.attempt);
  if (isSent(state, "GONE", attempt)) {
    if (source.status === "frozen" && isOurs) emit(giveUp(state), "source: is refused, RUNNING again", attempt);
    if (isReleased && rules.bug === "return without the witness") emit(takeBack(state), "source: hears GONE, RUNNING again", attempt);
    else if (isReleased) emit(updateSource(state, {}, { ...memory, knowsGone: true }), "source: hears GONE", attempt);
  }
  if (isReleased && isSent(state, "RECEIPT", attempt))
    emit(updateSource(state, {}, { ...memory, hasReceipt: true }), "source: has the receipt", attempt);
  if (isReleased && isSent(state, "RETURNED", attempt)) emit(takeBack(state), "source: is given it back, RUNNING again", attempt);
  if (isReleased && isSent(state, "ALIVE", attempt)) emit(updateSource(state, { status: "closed" }, noMemory), "source: CLOSED", attempt);
  if (source.status === "closed" && isOurs && isSent(state, "FORWARDED", attempt))
    emit(updateSource(state, { box: false }), "source: drops the letter that was taken", attempt);
}

const takeBack = (state: State): State =>
  updateSource(state, { status: "running", attempt: 0, hasKey: false, hasQuota: true, epoch: state.source.epoch + 2 }, noMemory);

/** A restored source has put up a fence against what it may have done since its backup, and knows where the program is. */
function leaveQuarantine(state: State): State {
  const { source } = state;
  const { rows: written } = state.witness;
  const rows = written.length;
  const isOurs = rows % 2 === 0;
  if (isOurs) {
    // Released under this very epoch, and no row: it goes on with the release. Any other attempt is given up.
    if (source.status === "released" && source.epoch === rows) return updateSource(state, { quarantined: false });
    const attempt = source.status === "frozen" ? source.attempt : 0;
    return updateSource(state, { quarantined: false, status: "running", attempt, hasKey: false, hasQuota: true, epoch: rows });
  }
  const attempt = written.at(-1)!;
  const knowsIt = isUnderWay(state, attempt);
  if (knowsIt && source.status === "closed") return updateSource(state, { quarantined: false });
  const hasKey = knowsIt && source.hasKey;
  return updateSource(state, { quarantined: false, status: "released", attempt, hasKey, hasQuota: false, epoch: rows - 1 });
}
