// What must hold in every state that can be reached, each with the sentence that tells a reader what was broken.
import { type Attempt, roomsMax, type State } from "./state.ts";

export interface Invariant {
  readonly name: string;
  readonly sentence: string;
  readonly holds: (state: State) => boolean;
}

const runsAtSource = ({ source }: State): boolean => source.status === "running" && !source.quarantined;
const aliveIn = ({ attempts }: State): readonly Attempt[] => attempts.filter(({ stay }) => stay.status === "alive");

export const invariants: readonly Invariant[] = [
  {
    name: "one life",
    sentence: "the program is alive at one host at most",
    holds: (state) => aliveIn(state).length + Number(runsAtSource(state)) <= 1,
  },
  {
    name: "a copy that may run",
    sentence: "some host has a durable copy that it may run, or may once the other has answered",
    holds: hasCopyThatMayRun,
  },
  {
    name: "consent",
    sentence: "nothing is released without the program's consent to that attempt",
    holds: ({ source, witness, attempts, consented }) => {
      const isConsented = (attempt: number): boolean => (consented & (1 << (attempt - 1))) !== 0;
      const isReleased = source.status === "released" || source.status === "closed";
      if (isReleased && !isConsented(source.attempt)) return false;
      if (!witness.rows.every((row) => row === 0 || isConsented(row))) return false;
      return attempts.every(({ stay }, index) => stay.status !== "alive" || isConsented(index + 1));
    },
  },
  {
    name: "admission",
    sentence: "no program lives at a destination that has not admitted it itself",
    holds: (state) => aliveIn(state).every(({ stay }) => stay.isAdmitted),
  },
  {
    name: "blind carrier",
    sentence: "the carrier has nothing after its deadline, and never payload and key",
    holds: ({ attempts }) => attempts.every(({ parcel }) => !(parcel.isHeld && (parcel.isPast || parcel.hasKey))),
  },
  {
    name: "mail once",
    sentence: "no heap takes a letter twice",
    holds: ({ source, attempts }) => source.read <= 1 && attempts.every(({ stay }) => stay.read <= 1),
  },
  {
    name: "quota",
    sentence: "the program's quota is at one host or on its way, and every destination's room is free or used",
    holds: isQuotaConserved,
  },
  {
    name: "silence",
    sentence: "no turn is under way at the source from its freeze until it is given up or given back",
    holds: (state) => !state.memory.isInTurn || runsAtSource(state),
  },
];

function hasCopyThatMayRun({ source, witness, attempts }: State): boolean {
  const stayOf = (attempt: number): Attempt["stay"] => attempts[attempt - 1]!.stay;
  if (source.quarantined) {
    // Its disk is of another time: the witness says whose turn it is. What went to a destination is there, or comes back.
    const last = witness.rows.at(-1) ?? 0;
    return last === 0 || stayOf(last).status !== "staged" || stayOf(last).isHeld;
  }
  if (source.status === "running" || source.status === "frozen") return true;
  const stay = stayOf(source.attempt);
  if (source.status === "closed") return stay.status === "alive";
  return stay.status === "alive" || stay.status === "gone" || (stay.status === "staged" && stay.isHeld);
}

function isQuotaConserved(state: State): boolean {
  const { source, attempts, rooms } = state;
  const atDestinations = attempts.filter(({ stay }) => stay.hasQuota).length;
  // What a quarantined host has on its disk is not there to be spent.
  const atSource = source.hasQuota && !source.quarantined ? 1 : 0;
  const isOnItsWay = source.status === "released" || source.quarantined;
  const sum = atSource + atDestinations;
  if (sum > 1 || (sum === 0 && !isOnItsWay)) return false;
  return rooms.every((room, to) => room + attempts.filter((each) => each.to === to && each.stay.isHeld).length === roomsMax);
}

/** Alive at one host, which nothing but a new beginning changes. */
export function isSettled(state: State): boolean {
  const { source } = state;
  const alive = aliveIn(state);
  if (source.quarantined) return false;
  if (source.status === "running") return alive.length === 0;
  return source.status === "closed" && alive.length === 1 && alive[0] === state.attempts[source.attempt - 1];
}

/** Settled, and nothing is left: no offer waits, no payload is kept, the letter was taken once. */
export function isResolved(state: State): boolean {
  if (!isSettled(state)) return false;
  const { source, attempts } = state;
  const home = source.status === "running" ? source : attempts[source.attempt - 1]!.stay;
  const isTidy = attempts.every(
    ({ stay, parcel }) => stay.status !== "staged" && (stay.status === "alive" || !stay.isHeld) && !parcel.isHeld,
  );
  const isRead = !state.isMailSent || home.read === 1;
  return isTidy && !source.box && !home.box && isRead;
}
