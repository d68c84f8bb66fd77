/** A departure in memory, and how it is shown. */
import type { CrossingInfo, CrossingState, ErrorJson } from "@elsewhere/protocol";
import type { Desk, Timing } from "./desk.ts";
import type { Departure } from "./journal.ts";
import { type MessageOf, refusal } from "./messages.ts";

export interface Under extends Timing {
  row: Departure;
  isPacking: boolean;
  /** The witness has the row of this release. */
  isWitnessed: boolean;
  /** Why the other host will not have it, or it is taken back. */
  gone: ErrorJson | null;
  /** All mail that came after it was packed, once the other host has it and no more can come. */
  letters: MessageOf<"forward">["letters"] | null;
  isAlive: boolean;
  sealedKey: Promise<string> | null;
  /** Its end waits for a tick. */
  isEnding: boolean;
}

/** `isSettled`: whether the last of its mail from where it was before has come. */
export function infoOfDeparture(under: Under, desk: Desk, isSettled: boolean): CrossingInfo {
  const { row } = under;
  const { clock, peers } = desk.options;
  const host = peers.nameOf(row.to);
  const state = row.state === "released" && under.gone !== null ? "returning" : row.state;
  const waits: Readonly<Record<typeof state, string>> = {
    offered: `${row.name} to accept`,
    consented: isSettled ? "its heap to be packed" : "the last of its mail from where it was before",
    frozen: `${host} to take it`,
    released: waitsWhenReleased(under, host),
    unclear: `the operator to say whether it lives at ${host}`,
    returning: "the witness to write that it is given back",
  };
  const secondsLeft = row.state === "released" || row.state === "unclear" ? null : Math.max(0, (under.dueMs - clock.nowMs()) / 1_000);
  return { ...overInfo(row, desk, state, under.gone), waitsFor: waits[state], secondsLeft };
}

function waitsWhenReleased({ isWitnessed, isAlive, letters }: Under, host: string): string {
  if (!isWitnessed) return "the witness to write that it has left";
  if (isAlive) return letters === null ? "its body to go" : `${host} to take the last of its mail`;
  return `${host} to say that it lives there`;
}

/** It is no longer this host's to say that it stays. */
export const isPast = ({ state }: Departure): boolean => state === "released" || state === "unclear";

/** Why it is given up when its time is over. */
export function tooLate({ state, forMs }: Departure, host: string): ErrorJson {
  const seconds = `within ${Math.round(forMs / 1_000)} s`;
  return state === "offered"
    ? refusal("interrupted", `it did not accept ${seconds}`)
    : refusal("unreachable", `${host} did not take it ${seconds}`);
}

/** One that waits for nothing any more. */
export function overInfo(row: Departure, desk: Desk, state: CrossingState, error: ErrorJson | null): CrossingInfo {
  const { attempt, program, name, epoch } = row;
  const payloadBytes = row.state === "frozen" || row.state === "released" ? (row.offer?.payloadBytes ?? null) : null;
  const about = { attempt, direction: "out", program, name, host: desk.options.peers.nameOf(row.to) } as const;
  return { ...about, state, waitsFor: null, secondsLeft: null, epoch, payloadBytes, error };
}
