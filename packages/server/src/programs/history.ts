/**
 * What is kept of a program, tick by tick. Most of it follows from its turns: `afterTurn` is what a turn makes of it. The
 * rest, its beginning and whatever is done to it between two turns, is noted beside it and goes into the next turn's
 * transcript. So the transcripts tell how a program stood at any tick, and its row tells what came after them.
 */
import type { PerceptKind } from "@elsewhere/protocol";
import type { Outcome } from "./contract.ts";
import { type Kept, noChanges, unborn, wantsOf } from "./kept.ts";
import { goodTurnsToForget } from "./supervision.ts";

/** What changed, and in which tick. */
export type KeptChange = readonly [tick: number, to: { readonly [key in keyof Kept]?: unknown }];

/** Of more changes between two turns the oldest are told as one. */
const changesToldMax = 64;

type Followed = Exclude<keyof Kept, "since" | "imageTurn" | "heapBytes">;
/** Images are told by themselves, and change nothing of what a program does. */
const followed = (Object.keys(unborn) as (keyof Kept)[]).filter(
  (key): key is Followed => key !== "since" && key !== "imageTurn" && key !== "heapBytes",
);

/** `after`, with what of it is not as `before` noted for that tick. */
export function noted(before: Kept, after: Kept, tick: number): Kept {
  const to: Record<string, unknown> = {};
  for (const key of followed) if (after[key] !== before[key]) to[key] = key === "wants" ? [...after.wants] : after[key];
  if (Object.keys(to).length === 0) return { ...after, since: before.since };
  const since = [...before.since];
  const last = since.at(-1);
  if (last?.[0] === tick) since[since.length - 1] = [tick, { ...last[1], ...to }];
  else since.push([tick, to]);
  const [first, second, ...rest] = since;
  if (since.length <= changesToldMax) return { ...after, since };
  return { ...after, since: [[second![0], { ...first![1], ...second![1] }], ...rest] };
}

/** A program that is first here, noted as such. */
export const born = (kept: Kept, tick: number): Kept => noted(unborn, kept, tick);

/** What was noted, done again. */
export function changedBy(kept: Kept, [, to]: KeptChange): Kept {
  const { wants, ...others } = to as { readonly wants?: readonly PerceptKind[] } & Partial<Omit<Kept, "wants">>;
  return { ...kept, ...others, ...(wants && { wants: wantsOf(wants) }) };
}

/** What is kept once a turn has ended well that took mail up to `throughSeq`. All that was noted goes with that turn. */
export function afterTurn(kept: Kept, turn: number, throughSeq: number, outcome: Outcome): Kept {
  const { intents, wakeAt, wants, memory } = outcome;
  const { arrived } = kept;
  const forgiven = kept.faultsInRow > 0 && kept.goodInRow + 1 >= goodTurnsToForget;
  let lastN = kept.lastN;
  for (const { n } of intents) lastN = Math.max(lastN, n);
  return {
    ...kept,
    turn,
    throughSeq: Math.max(kept.throughSeq, throughSeq),
    wakeAt,
    wants: wantsOf(wants),
    lastN,
    memory: memory === null ? kept.memory : JSON.stringify(memory),
    turns: kept.turns + 1,
    rewound: false,
    chance: null,
    arrived: arrived?.isNew === true ? { ...arrived, isNew: false } : arrived,
    faultsInRow: forgiven ? 0 : kept.faultsInRow,
    goodInRow: kept.faultsInRow > 0 && !forgiven ? kept.goodInRow + 1 : 0,
    since: noChanges,
  };
}
