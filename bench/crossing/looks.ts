/** What is seen in the hosts of a crossing, and what is made of it. */
import type { Saying } from "../perception/children.ts";

/** A clock that all processes of a machine share. */
export const nowNs = (): number => Number(process.hrtime.bigint());

export interface Turn {
  readonly program: string;
  readonly beginNs: number;
  readonly endNs: number;
  /** How often it says in this turn that it has crossed; null if it says nothing of that. */
  readonly crossed: number | null;
}

/** One that brings a crossing to this state, and how many bytes of text and data it holds. */
export interface Commit {
  readonly atNs: number;
  readonly state: string;
  readonly bytes: number;
}

export interface Looked extends Saying {
  readonly kind: "looked";
  readonly turns: readonly Turn[];
  readonly commits: readonly Commit[];
  /** When each trial of an arrival ended. */
  readonly triedNs: readonly number[];
  /** Bytes of each request it made with messages. */
  readonly bodies: readonly number[];
}

export const states = ["consented", "frozen", "staged", "released", "alive"] as const;

/** Bytes of each commit, by the state it brings a crossing to, of the payload and of a request. */
export interface Shape {
  readonly commits: Readonly<Record<(typeof states)[number], number>>;
  readonly payloadBytes: number;
  readonly bodyBytes: number;
}

export interface Handover {
  readonly ms: number;
  readonly fromNs: number;
  readonly atNs: number;
}

/** From the end of each last turn at a host to the beginning of the next one at another; throws where a crossing is missing. */
export function handoversOf(hosts: readonly Looked[]): Handover[] {
  const lives = new Map<string, (Turn & { readonly host: number })[]>();
  hosts.forEach(({ turns }, host) => {
    for (const turn of turns) {
      const life = turn.program.split("@")[0]!;
      lives.set(life, [...(lives.get(life) ?? []), { ...turn, host }]);
    }
  });
  return [...lives].flatMap(([life, turns]) => {
    turns.sort((a, b) => a.beginNs - b.beginNs);
    const handovers: Handover[] = [];
    let told = 0;
    turns.forEach((turn, i) => {
      const before = turns[i - 1];
      if (turn.crossed !== null) told = turn.crossed;
      if (before === undefined || before.host === turn.host) return;
      handovers.push({ ms: (turn.beginNs - before.endNs) / 1e6, fromNs: before.endNs, atNs: turn.beginNs });
    });
    // It says so in the very turn that was handed over.
    if (told !== handovers.length) throw new Error(`${life} was seen to cross ${handovers.length} times, and knows of ${told}`);
    return handovers;
  });
}

/**
 * How much of a handover both hosts did nothing but wait for their next tick, ms: one takes the consent, the other lets it in.
 * Of one program alone: what lies between its turns is its own.
 */
export function waitedMs(hosts: readonly Looked[], { fromNs, atNs }: Handover): number {
  const within = (times: readonly number[]): number => {
    const [time, ...more] = times.filter((each) => each >= fromNs && each <= atNs);
    if (time === undefined || more.length > 0) throw new Error("a step of a handover was seen not once");
    return time;
  };
  const commit = (state: string): number =>
    within(hosts.flatMap(({ commits }) => commits.flatMap((each) => (each.state === state ? each.atNs : []))));
  return (commit("consented") - fromNs + commit("alive") - within(hosts.flatMap(({ triedNs }) => triedNs))) / 1e6;
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)]!;
}
