import { clockText, dayText } from "../state/clock.ts";

/** A stretch of world time, ms since 1970; `to` is not before `from`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Zoom = "hour" | "day" | "all";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How much of world time a track shows; null is all of it. */
const zoomMs: Readonly<Record<Zoom, number | null>> = { hour: hourMs, day: dayMs, all: null };

export const clampTo = (span: Span, at: number): number => Math.min(Math.max(at, span.from), span.to);

/** The part of a record that is shown at this zoom: around a moment, and never beyond the record's ends. */
export function spanAround(zoom: Zoom, record: Span, at: number): Span {
  const lengthMs = zoomMs[zoom];
  if (lengthMs === null || record.to - record.from <= lengthMs) return record;
  const from = Math.min(Math.max(at - lengthMs / 2, record.from), record.to - lengthMs);
  return { from, to: from + lengthMs };
}

/** So near an end of what is shown, as a share of it, one looks farther on. */
const edgeShare = 0.04;

/** Whether a moment is so near the edge of what is shown, or beyond it, that the track has to move on. */
export function isAtEdge(shown: Span, record: Span, at: number): boolean {
  const edgeMs = (shown.to - shown.from) * edgeShare;
  return (at < shown.from + edgeMs && shown.from > record.from) || (at > shown.to - edgeMs && shown.to < record.to);
}

/** Where a moment lies in what is shown, 0 to 1. */
export function shareOf(span: Span, at: number): number {
  return span.to === span.from ? 1 : (clampTo(span, at) - span.from) / (span.to - span.from);
}

/** The moment at a share of what is shown; a share beyond 0 to 1 is taken for that end. */
export const momentAt = (span: Span, share: number): number =>
  Math.round(span.from + Math.min(Math.max(share, 0), 1) * (span.to - span.from));

/** Steps that people count time in, the least first. */
const steps = [
  ...[1, 5, 10, 30].map((seconds) => seconds * 1000),
  ...[1, 5, 10, 30].map((minutes) => minutes * minuteMs),
  ...[1, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 7, 14, 28, 91, 364].map((days) => days * dayMs),
];

const stepOver = (ms: number): number => steps.find((step) => step >= ms) ?? ms;

export interface Mark {
  readonly at: number;
  /** A date where a day begins, else a time. */
  readonly label: string;
  readonly day: boolean;
}

/** At most `most` marks of world time, at whole days, hours or minutes. */
export function marksOf(span: Span, most: number): readonly Mark[] {
  const stepMs = stepOver((span.to - span.from) / Math.max(1, most));
  const marks: Mark[] = [];
  if (stepMs <= 0) return marks;
  for (let at = Math.ceil(span.from / stepMs) * stepMs; at <= span.to && marks.length < most; at += stepMs) {
    const day = at % dayMs === 0;
    marks.push({ at, label: day ? dayText(at) : clockText(at), day });
  }
  return marks;
}

/** How far one press of an arrow key goes. */
export const keyStepMs = (span: Span): number => stepOver((span.to - span.from) / 100);

/** Where a key takes one; `live` for the one that goes to the present; null for a key that means nothing here. */
export function momentOfKey(key: string, at: number, shown: Span, record: Span): number | "live" | null {
  const stepMs = keyStepMs(shown);
  const by: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -10,
    PageUp: 10,
  };
  if (key === "End") return "live";
  if (key === "Home") return record.from;
  const count = by[key];
  return count === undefined ? null : clampTo(record, at + count * stepMs);
}
