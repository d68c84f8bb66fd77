/** What goes into a program's log after a turn: its own lines, what went wrong in its author's words, and what it had perceived. */
import { limits } from "@elsewhere/protocol";
import type { LogRow } from "../storage/contract.ts";
import type { Fault, Outcome } from "./contract.ts";

export interface Diarist {
  readonly program: string;
  /** World time of the turn. */
  readonly now: number;
  /** What the turn was given, as JSON. */
  readonly percepts: readonly string[];
  /** Puts the author's positions into a text. */
  authorText(text: string): string;
  /** Counts a line of that length; false if that is too much. */
  writes(bytes: number): boolean;
}

/** The lines of a good turn; where one of them tells of an error, what the program had perceived comes after them. */
export function linesOf({ log }: Outcome, turn: Diarist): LogRow[] {
  const rows: LogRow[] = [];
  let dropped = 0;
  for (const { level, text } of log) {
    const told = turn.authorText(text);
    if (turn.writes(told.length)) rows.push(row(turn, level, told));
    else dropped++;
  }
  if (rows.some(({ level }) => level === "error")) rows.push(...perceived(turn));
  if (dropped > 0) rows.push(row(turn, "host", `${dropped} lines were dropped: it wrote more within a minute than its quota allows`));
  return rows;
}

/** The lines of a failed turn; `next` says what is done about it. */
export function linesOfFault({ reason, message }: Fault, next: string, turn: Diarist): LogRow[] {
  return [row(turn, "host", `fault (${next}): ${reason}: ${turn.authorText(message)}`), ...perceived(turn)];
}

export const hostLine = (program: string, now: number, text: string): LogRow => ({ program, now, level: "host", text: shorten(text) });

function perceived(turn: Diarist): LogRow[] {
  return turn.percepts.length === 0 ? [] : [row(turn, "host", `perceived in that turn: ${turn.percepts.join(", ")}`)];
}

function row({ program, now }: Diarist, level: LogRow["level"], text: string): LogRow {
  return { program, now, level, text: shorten(text) };
}

function shorten(text: string): string {
  return text.length <= limits.logLineCharsMax ? text : `${text.slice(0, limits.logLineCharsMax - 1)}…`;
}
