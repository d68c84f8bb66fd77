/** A moment of a world as a person types it: world time (ISO, or HH:MM of the last day), `+90s` from the start, or a tick. */
import { ElsewhereError } from "@elsewhere/protocol";
import type { WorldClock } from "../ticks/clock.ts";

export type Moment =
  | { readonly kind: "tick"; readonly tick: number }
  /** World time, ms since 1970. */
  | { readonly kind: "now"; readonly now: number }
  /** World ms since the record begins. */
  | { readonly kind: "after"; readonly ms: number }
  /** Ms since midnight, of the last day of the record that has got so far. */
  | { readonly kind: "clock"; readonly ms: number };

/** What of a world its moments are counted by: the ends of its record, and its clock. */
export interface Span {
  readonly firstTick: number;
  readonly lastTick: number;
  readonly clock: Pick<WorldClock, "at">;
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const dayMs = 86_400_000;

/** Throws `malformed`. `field` names where it was typed. */
export function parseMoment(text: string, field: string): Moment {
  const tick = /^#(\d{1,15})$/.exec(text);
  if (tick) return { kind: "tick", tick: Number(tick[1]) };
  const after = /^\+(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (after) return { kind: "after", ms: Number(after[1]) * unitsMs[after[2]!]! };
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (clock) return { kind: "clock", ms: (Number(clock[1]) * 3_600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0)) * 1_000 };
  // Without a zone it is the world's own time, which has none: read as UTC, as worlds tell it.
  const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z?)?$/.test(text) ? Date.parse(isoInUtc(text)) : Number.NaN;
  if (Number.isNaN(iso)) {
    throw new ElsewhereError("malformed", `"${text}" is no moment: give world time (2026-03-01T10:00), 10:00, +90s or a tick as #1234`, {
      field,
    });
  }
  return { kind: "now", now: iso };
}

const isoInUtc = (text: string): string => (text.includes("T") && !text.endsWith("Z") ? `${text}Z` : text);

/** The last tick at or before a moment. Throws `unknown` for one outside the record, saying where that begins and ends. */
export function tickAt(moment: Moment, span: Span, field: string): number {
  const { firstTick, lastTick, clock } = span;
  if (moment.kind === "tick") return requireWithin(moment.tick, `tick ${moment.tick}`, span, field);
  const now = worldTimeOf(moment, span);
  const told = new Date(now).toISOString();
  if (now < clock.at(firstTick)) return requireWithin(firstTick - 1, told, span, field);
  if (now > clock.at(lastTick)) return requireWithin(lastTick + 1, told, span, field);
  let [low, high] = [firstTick, lastTick];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (clock.at(middle) <= now) low = middle;
    else high = middle - 1;
  }
  return low;
}

function worldTimeOf(moment: Exclude<Moment, { kind: "tick" }>, { firstTick, lastTick, clock }: Span): number {
  if (moment.kind === "now") return moment.now;
  if (moment.kind === "after") return clock.at(firstTick) + moment.ms;
  const last = clock.at(lastTick);
  const midnight = Math.floor(last / dayMs) * dayMs;
  return midnight + moment.ms <= last ? midnight + moment.ms : midnight - dayMs + moment.ms;
}

function requireWithin(tick: number, told: string, { firstTick, lastTick, clock }: Span, field: string): number {
  if (tick >= firstTick && tick <= lastTick) return tick;
  const end = (at: number): string => `tick ${at} (${new Date(clock.at(at)).toISOString()})`;
  const which = tick < firstTick ? "before" : "after";
  throw new ElsewhereError("unknown", `${told} is ${which} the record: it goes from ${end(firstTick)} to ${end(lastTick)}`, { field });
}
