/** How far a crossing is, as the operator is shown it. */
import type { CrossingInfo, CrossingState } from "@elsewhere/protocol";

export interface Step {
  readonly name: string;
  /** It has happened, is what happens next, or lies ahead; `never` of a crossing that came to nothing. */
  readonly at: "done" | "now" | "ahead" | "never";
}

/** Where the program is: with the host it leaves, between the two, or with the one it goes to. */
type Whereabouts = "source" | "between" | "destination";

interface Meaning {
  /** How many of the steps have happened. */
  readonly done: number;
  readonly where: Whereabouts;
  /** Nothing comes after it. */
  readonly over?: true;
  readonly text: string;
}

const outward = ["Asked", "Consented", "Frozen", "Released", "Lives there"] as const;
const inward = ["Offered", "Reserved", "Key came", "Lives here"] as const;

const meanings: Readonly<Record<CrossingState, Meaning>> = {
  offered: { done: 1, where: "source", text: "It is asked whether it will go." },
  consented: { done: 2, where: "source", text: "It consented in a turn of its own, and is being packed." },
  frozen: { done: 3, where: "source", text: "It is packed and has no turns. If nobody takes it in time, it goes on here." },
  released: {
    done: 4,
    where: "between",
    text: "It is not this host's any more: its witness has that written down, then its key goes over.",
  },
  unclear: { done: 4, where: "between", text: "This host was restored. Whether it lives elsewhere only its operator can know." },
  returning: { done: 4, where: "between", text: "The other host will not have it. It is being taken back." },
  closed: { done: 5, where: "destination", over: true, text: "It lives there. Mail that comes for it here is sent on." },
  stayed: { done: 1, where: "source", over: true, text: "It stayed here." },
  lost: { done: 4, where: "between", over: true, text: "It was given up here: it lives there, or nowhere." },
  asked: { done: 1, where: "source", text: "Somebody here is to say whether it may come." },
  staged: { done: 2, where: "source", text: "A place is kept for it, which it takes once its key is here." },
  trying: { done: 3, where: "between", text: "Its key is here. It is tried in a worker of its own." },
  alive: { done: 4, where: "destination", over: true, text: "It lives here." },
  gone: { done: 1, where: "source", over: true, text: "It did not come to life here." },
  void: { done: 4, where: "source", over: true, text: "It lived here, until the host it came from took it back." },
};

export const isOver = ({ state }: CrossingInfo): boolean => meanings[state].over === true;
export const whereOf = ({ state }: CrossingInfo): Whereabouts => meanings[state].where;
export const meaningOf = ({ state }: CrossingInfo): string => meanings[state].text;

export function stepsOf({ direction, state }: CrossingInfo): readonly Step[] {
  const { done, over } = meanings[state];
  const turnsBack = over === true || state === "returning";
  return (direction === "out" ? outward : inward).map((name, i) => ({
    name,
    at: i < done ? "done" : turnsBack ? "never" : i === done ? "now" : "ahead",
  }));
}

/** Those under way come first, in the order in which the host has them. */
export const inOrder = (crossings: readonly CrossingInfo[]): readonly CrossingInfo[] =>
  crossings.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)));

/** `12 s left`, `3 min left`; null where nothing ends it but an answer. */
export function leftText({ secondsLeft }: CrossingInfo): string | null {
  if (secondsLeft === null) return null;
  const seconds = Math.max(0, Math.ceil(secondsLeft));
  if (seconds < 120) return `${seconds} s left`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min left` : `${Math.round(seconds / 3_600)} h left`;
}
