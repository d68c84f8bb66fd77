/** An arrival in memory, and how it is shown. */
import type { CrossingInfo, CrossingState, ErrorJson } from "@elsewhere/protocol";
import type { Desk, Timing } from "./desk.ts";
import type { Arrival } from "./journal.ts";
import type { About, Offer } from "./messages.ts";

/** An arrival in memory. `fetching`: admitted, and nothing of it written yet. */
export interface Under extends Timing {
  row: Arrival | { readonly state: "fetching"; readonly host: string; readonly offer: Offer };
  isFetching: boolean;
  isTrying: boolean;
  isEnding: boolean;
}

export const aboutOfRow = (row: Under["row"]): About => (row.state === "fetching" ? row.offer : row);

export function infoOfArrival(under: Under, desk: Desk): CrossingInfo {
  const { row } = under;
  const state: CrossingState = row.state === "fetching" ? "asked" : under.isTrying ? "trying" : row.state;
  const secondsLeft = row.state === "alive" ? null : Math.max(0, (under.dueMs - desk.options.clock.nowMs()) / 1_000);
  return { ...arrivedInfo(row, desk, state, null), waitsFor: waitsFor(under, desk.options.peers.nameOf(row.host)), secondsLeft };
}

function waitsFor({ row, isTrying }: Under, host: string): string {
  if (row.state === "alive") return `the last of its mail from ${host}`;
  if (row.state === "staged") return isTrying ? "its trial in a worker of its own" : `its key from ${host}`;
  if (row.state === "fetching" || row.admitted) return "its payload";
  return `${row.by ?? "the operator"} to say whether it may come`;
}

/** One that waits for nothing any more. */
export function arrivedInfo(row: Under["row"], desk: Desk, state: CrossingState, error: ErrorJson | null): CrossingInfo {
  const { attempt, epoch } = aboutOfRow(row);
  const program = row.state === "alive" ? row.program : null;
  const offer = row.state === "alive" ? null : row.offer;
  const name = row.state === "alive" ? row.name : row.offer.name;
  const about = { attempt, direction: "in", program, name, host: desk.options.peers.nameOf(row.host) } as const;
  return { ...about, state, waitsFor: null, secondsLeft: null, epoch, payloadBytes: offer?.payloadBytes ?? null, error };
}
