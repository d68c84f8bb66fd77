// The network. A message once sent can be delivered at any later moment, any number of times, or never: so loss, repetition
// and reordering need no steps of their own, and there is no bound on how many messages are under way.
import type { State } from "./state.ts";

/** Those with a 1 come from the restored source, whose incarnation is another. */
const kinds = [
  "OFFER",
  "ACCEPT",
  "GONE",
  "ABORT",
  "ROW0",
  "ROW1",
  "RECEIPT",
  "COMMIT",
  "ASK",
  "ALIVE",
  "BACK0",
  "BACK1",
  "RETURNED",
  "FORWARD",
  "FORWARDED",
] as const;

/** About the program, and no attempt. */
const kindsOfProgram = ["FENCE", "FENCED"] as const;

export type Kind = (typeof kinds)[number] | (typeof kindsOfProgram)[number];

/** Given what a host sends because of what it has on its disk or was asked. */
export type Say = (kind: Kind, attempt: number) => void;

const bits = Object.fromEntries([...kinds.entries(), ...kindsOfProgram.entries()].map(([index, kind]) => [kind, 1 << index])) as Readonly<
  Record<Kind, number>
>;

/** Whether a message can be delivered. `attempt` is 0 for those about the program. */
export const isSent = ({ sent }: State, kind: Kind, attempt: number): boolean => (sent[attempt]! & bits[kind]) !== 0;

export function send(state: State, kind: Kind, attempt: number): State {
  if (isSent(state, kind, attempt)) return state;
  return { ...state, sent: state.sent.map((word, index) => (index === attempt ? word | bits[kind] : word)) };
}

/** What was sent on the way from one state to the next. */
export const sentBetween = (before: State, after: State): readonly Kind[] =>
  after.sent.flatMap((word, attempt) =>
    (attempt === 0 ? kindsOfProgram : kinds).filter((kind) => (word & ~before.sent[attempt]! & bits[kind]) !== 0),
  );
