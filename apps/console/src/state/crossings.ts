import type { CrossingDecision, CrossingInfo, PairingInfo } from "@elsewhere/protocol";
import { signal } from "@preact/signals";
import { getCrossings, getPairings, postCrossing, postDecision } from "./api.ts";
import { operatorError, operatorToken } from "./operator.ts";
import { lineOf } from "./world.ts";

export const crossings = signal<readonly CrossingInfo[] | null>(null);

export interface Paired {
  /** What another host is told to be paired with this one. */
  readonly line: string;
  readonly pairings: readonly PairingInfo[];
}

export const paired = signal<Paired | null>(null);

/** Asks anew for all that the pane of crossings shows. */
export async function refreshCrossings(): Promise<void> {
  const token = operatorToken.peek();
  if (token === null) return;
  try {
    crossings.value = await getCrossings(token);
    paired.value = await getPairings(token);
    operatorError.value = null;
  } catch (error) {
    operatorError.value = lineOf(error);
  }
}

/** Rejects with what the host has against it. */
export async function decide(attempt: string, decision: CrossingDecision): Promise<void> {
  await postDecision(operatorToken.peek()!, attempt, decision);
  await refreshCrossings();
}

export async function askWhoIsPaired(): Promise<Paired> {
  paired.value = await getPairings(operatorToken.peek()!);
  return paired.value;
}

/** Asks a program to go, to what this host calls the other one, `haven`, or a place there, `haven/quay`. */
export const offerCrossing = (program: string, to: string): Promise<CrossingInfo> => postCrossing(operatorToken.peek()!, program, to);
