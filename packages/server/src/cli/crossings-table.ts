/** Crossings and pairings as lines for people. */
import type { CrossingInfo, CrossingState, PairingInfo } from "@elsewhere/protocol";

/** How much of an attempt's name is shown, and enough to say which one is meant. */
export const attemptCharsShown = 8;

/** An attempt's name as a command line can take it: what begins with a dash would be an option there. */
export const typeable = (attempt: string): string => attempt.replace(/^-+/, "");

const over: ReadonlySet<CrossingState> = new Set<CrossingState>(["closed", "stayed", "lost", "alive", "gone", "void"]);

export const isOver = ({ state, waitsFor }: CrossingInfo): boolean => over.has(state) && waitsFor === null;

export function crossingsTable(crossings: readonly CrossingInfo[]): readonly string[] {
  if (crossings.length === 0) return ["Nobody is crossing."];
  const rows = crossings.map(({ attempt, name, program, direction, host, state, waitsFor, secondsLeft, error }) => [
    typeable(attempt).slice(0, attemptCharsShown),
    program === null || program === name ? name : `${name} (${program})`,
    `${direction === "out" ? "to" : "from"} ${host}`,
    state,
    waitsFor ?? error?.message ?? "",
    secondsLeft === null ? "" : `${Math.ceil(secondsLeft)} s`,
  ]);
  return columns([["attempt", "program", "way", "state", "waits for", "left"], ...rows]);
}

export function pairingsTable(pairings: readonly PairingInfo[]): readonly string[] {
  if (pairings.length === 0) return ["This host is paired with none: elsewhere pair LINE, with the line that elsewhere pair says there."];
  const rows = pairings.map(({ name, address, admits, guestsMax, heapBytesMax, spawns, host }) => [
    name,
    address,
    admits,
    `${guestsMax}`,
    `${heapBytesMax}`,
    spawns.join(", "),
    host,
  ]);
  return columns([["name", "address", "admits", "guests", "heap bytes", "may start", "host key"], ...rows]);
}

/** One line of what a crossing has come to. */
export function crossingLine({ name, direction, host, state, waitsFor, error }: CrossingInfo): string {
  const reason = error === null ? "" : `: ${error.message}`;
  const waiting = waitsFor === null ? "" : `; it waits for ${waitsFor}`;
  const way = direction === "out" ? `to ${host}` : `from ${host}`;
  const words: Readonly<Record<CrossingState, string>> = {
    offered: `${name} is asked to go ${way}`,
    consented: `${name} has consented to go ${way}`,
    frozen: `${name} stands still and is packed to go ${way}`,
    released: `${name} is released ${way}`,
    unclear: `${name} may live at ${host}: this host was restored, and does not know`,
    returning: `${name} is being taken back: ${host} will not have it`,
    closed: `${name} is alive at ${host}`,
    stayed: `${name} stays here${reason}`,
    lost: `${name} was given up here: it lives at ${host}, or nowhere`,
    asked: `${name} would like to come ${way}`,
    staged: `${name} has a place here and may come ${way}`,
    trying: `${name} is tried out, coming ${way}`,
    alive: `${name} has come ${way} and is alive here`,
    gone: `${name} did not come ${way}${reason}`,
    void: `${name} was taken back by ${host}: its life here was void`,
  };
  return `${words[state]}${waiting}.`;
}

/** Rows under each other; the last column is as long as it is. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}
