// A destination's part in one attempt. It answers, and never asks: an answer is given when what was asked comes again to a
// disk that knows the answer, so that a write and the message that tells of it are two steps here as well.
import { isSent, type Say } from "./messages.ts";
import { type Emit, type Rules, type State, type Stay, updateStay } from "./state.ts";

export function destinationWrites(state: State, rules: Rules, emit: Emit): void {
  for (let attempt = 1; attempt <= state.attempts.length; attempt++) {
    decide(state, attempt, rules, emit);
    discard(state, attempt, rules, emit);
    live(state, attempt, rules, emit);
  }
}

/** The durable writes: STAGED, GONE, ALIVE. */
function decide(state: State, attempt: number, rules: Rules, emit: Emit): void {
  const { to, stay, parcel } = state.attempts[attempt - 1]!;
  const who = `destination ${to + 1}`;
  const gone = (why: string): void =>
    emit(updateStay(state, attempt, { status: "gone", isOpened: false }), `${who}: GONE, ${why}`, attempt);
  const isCommitted = isSent(state, "COMMIT", attempt);
  if (stay.status === "unknown") {
    if (isSent(state, "OFFER", attempt)) {
      if (parcel.isHeld && state.rooms[to]! > 0) emit(stage(state, attempt), `${who}: STAGED`, attempt);
      gone("the offer is refused");
    }
    if (isCommitted || isSent(state, "ASK", attempt)) gone("it never had an offer");
    if (isCommitted && parcel.isHeld && rules.bug === "alive without admission")
      emit(awake(updateStay(state, attempt, { isHeld: true }), attempt), `${who}: ALIVE, unasked`, attempt);
  }
  const mayOpen = stay.status === "staged" || (stay.status === "gone" && rules.bug === "commit honoured after gone");
  if (mayOpen && isCommitted && stay.isHeld && !stay.isOpened)
    emit(updateStay(state, attempt, { isOpened: true }), `${who}: opens the payload and tries it`, attempt);
  if (mayOpen && stay.isOpened) emit(awake(state, attempt), `${who}: ALIVE`, attempt);
  if (stay.status === "staged") {
    // By its own clock; or the trial failed, or the source gave up.
    gone("its deadline passed");
    if (stay.isOpened) gone("the trial failed");
    if (isSent(state, "ABORT", attempt)) gone("the source gave up");
  }
}

function stage(state: State, attempt: number): State {
  const { to } = state.attempts[attempt - 1]!;
  const staged = updateStay(state, attempt, { status: "staged", isAdmitted: true, isHeld: true });
  return { ...staged, rooms: changeRoom(state, to, -1) };
}

const changeRoom = ({ rooms }: State, to: number, change: number): readonly number[] =>
  rooms.map((room, index) => (index === to ? room + change : room));

const awake = (state: State, attempt: number): State =>
  updateStay(state, attempt, { status: "alive", isOpened: false, hasQuota: true, ...state.attempts[attempt - 1]!.payload });

/** Answers to what was asked, by what is on the disk. */
export function destinationSends(state: State, rules: Rules, say: Say): void {
  for (const [index, { stay }] of state.attempts.entries()) {
    const attempt = index + 1;
    const isOffered = isSent(state, "OFFER", attempt);
    const isAsked = isSent(state, "COMMIT", attempt) || isSent(state, "ASK", attempt);
    if (stay.status === "staged" && isOffered) say("ACCEPT", attempt);
    if (stay.status === "gone" && (isOffered || (isAsked && rules.bug !== "gone not repeated"))) say("GONE", attempt);
    if (stay.status === "alive" && isAsked) say("ALIVE", attempt);
    if (stay.status === "alive" && isSent(state, "FORWARD", attempt) && hasHad(stay)) say("FORWARDED", attempt);
  }
}

/** The numbers of letters that a program has had came with it. */
const hasHad = ({ box, read }: Stay): boolean => box || read > 0;

/** The payload goes and its room is free again, once GONE is on the disk. */
function discard(state: State, attempt: number, rules: Rules, emit: Emit): void {
  const { to, stay } = state.attempts[attempt - 1]!;
  const isEarly = rules.bug === "discard before gone is durable" && stay.status === "staged";
  if (!stay.isHeld || (stay.status !== "gone" && !isEarly)) return;
  const status = rules.bug === "gone forgotten" ? "unknown" : stay.status;
  const discarded = updateStay(state, attempt, { isHeld: false, status });
  const rooms = rules.bug === "room not given back" ? state.rooms : changeRoom(state, to, 1);
  emit({ ...discarded, rooms }, `destination ${to + 1}: discards the payload`, attempt);
}

function live(state: State, attempt: number, rules: Rules, emit: Emit): void {
  const { to, stay } = state.attempts[attempt - 1]!;
  if (stay.status !== "alive") return;
  const who = `destination ${to + 1}`;
  if (stay.box) emit(updateStay(state, attempt, { box: false, read: stay.read + 1 }), `${who}: the program takes the letter`, attempt);
  const isNew = !hasHad(stay) || (rules.bug === "mail not known by its number" && stay.read < 2);
  if (isNew && isSent(state, "FORWARD", attempt))
    emit(updateStay(state, attempt, { box: true }), `${who}: a forwarded letter waits`, attempt);
}
