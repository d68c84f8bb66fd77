/**
 * What is done about a program that keeps failing: the same heap again, an older one, a fresh one with its `memory`, and
 * then nothing more until somebody looks. Each step waits longer than the one before, and only a run of good turns
 * forgets a fault, so that a heap that fails every other turn does not go round for ever.
 */
import { limits } from "@elsewhere/protocol";
import type { Fault, SupervisionStep } from "./contract.ts";

const ladder: readonly SupervisionStep[] = ["again", "again", "older", "fresh"];
/** A heap that cannot be had again does not come back by asking again. */
const lostHeap: readonly SupervisionStep[] = ["older", "older", "older", "fresh"];

/** Good turns after which earlier faults no longer count. */
export const goodTurnsToForget = 8;

/** What comes after the `faultsInRow`th fault (from 1 on), and after how long; null suspends. */
export function afterFault(fault: Fault, faultsInRow: number): { readonly step: SupervisionStep; readonly waitMs: number } | null {
  const step = (fault.reason === "image" ? lostHeap : ladder)[faultsInRow - 1];
  if (step === undefined) return null;
  return { step, waitMs: Math.min(1000 * 2 ** (faultsInRow - 1), limits.backOffMsMax) };
}

/** For the log: what happens next, as a person would say it. */
export function describeStep(step: SupervisionStep, waitMs: number): string {
  const what = { again: "tried again", older: "goes back to an older image", fresh: "starts anew with its memory" }[step];
  return `${what} in ${waitMs / 1000} s`;
}
