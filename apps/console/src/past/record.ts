/** What a timeline shows of the record: how far it reaches, and how much happened when. */
import type { RecordDensity, RecordTimeline } from "@elsewhere/protocol";
import { batch, computed, effect, signal } from "@preact/signals";
import { getDensity, getTimeline } from "../state/api.ts";
import { restMs } from "../state/pages.ts";
import { lineOf } from "../state/world.ts";
import { askingToken, held, moment, present, standing } from "./past.ts";
import { isAtEdge, type Span, spanAround, type Zoom } from "./span.ts";

const timeline = signal<RecordTimeline | null>(null);
export const density = signal<RecordDensity | null>(null);
/** Why the record cannot be asked, in one line. */
export const recordError = signal<string | null>(null);
export const zoom = signal<Zoom>("all");
/** Around which moment one looks at a part of the record; null keeps to the present. */
const anchor = signal<number | null>(null);

/** All of the record, up to the present; null while it is not known. */
export const record = computed((): Span | null => {
  const known = timeline.value;
  if (known === null) return null;
  return { from: known.from, to: Math.max(known.from, known.to, present.value ?? known.to, standing.value?.to ?? known.to) };
});

/** What of it the track shows. */
export const shown = computed((): Span | null => {
  const all = record.value;
  return all === null ? null : spanAround(zoom.value, all, anchor.value ?? all.to);
});

export function setZoom(wanted: Zoom): void {
  batch(() => {
    zoom.value = wanted;
    anchor.value = moment.peek();
  });
}

/** So many bins a track is divided into. */
const bins = 180;
/** A density is counted anew once what is shown has moved by this share of it, or is so old. */
const movedShare = 1 / 60;
const freshMs = 20_000;
/** After what is shown was changed, one may be about to change it further. */
const settleMs = 250;

/** Asks for what a timeline shows as long as it is on the page. Returns how to stop. */
export function keepCounting(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let busy = false;
  const again = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void round(), ms);
  };
  const round = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const startMs = performance.now();
    if (document.visibilityState === "visible") await count(startMs);
    busy = false;
    const tookMs = performance.now() - startMs;
    // Whose record it is may have changed meanwhile: what was asked then is not known yet.
    const isDue = askingToken.peek() !== null && (timeline.peek() === null || density.peek()?.more === true);
    again(isDue && recordError.peek() === null ? Math.max(settleMs, tookMs) : restMs(tookMs));
  };
  const stops = [
    effect(() => {
      // Another's past: nothing that was counted is theirs.
      void askingToken.value;
      batch(() => {
        timeline.value = null;
        density.value = null;
      });
      again(0);
    }),
    effect(() => {
      if (shown.value !== null && isStale(shown.value, performance.now())) again(settleMs);
    }),
    effect(() => {
      const [at, all] = [moment.value, record.value];
      // Under a hand the track stays where it is.
      if (held.value) return;
      if (at === null) anchor.value = null;
      else if (all !== null && isAtEdge(spanAround(zoom.value, all, anchor.peek() ?? all.to), all, at)) anchor.value = at;
    }),
  ];
  return () => {
    stopped = true;
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

let countedMs = 0;

function isStale(span: Span, nowMs: number): boolean {
  const counted = density.peek();
  if (counted === null || counted.more || nowMs - countedMs > freshMs) return true;
  const movedMs = Math.max(Math.abs(counted.from - span.from), Math.abs(counted.to - span.to));
  return movedMs > (span.to - span.from) * movedShare;
}

async function count(nowMs: number): Promise<void> {
  const token = askingToken.peek();
  if (token === null) return;
  try {
    if (timeline.peek() === null || nowMs - countedMs > freshMs) {
      const known = await getTimeline(token);
      if (token !== askingToken.peek()) return;
      timeline.value = known;
    }
    const span = shown.peek();
    if (span !== null && span.to > span.from && isStale(span, nowMs)) {
      const counted = await getDensity(token, span, bins);
      if (token !== askingToken.peek()) return;
      density.value = counted;
      countedMs = nowMs;
    }
    recordError.value = null;
  } catch (error) {
    recordError.value = lineOf(error);
  }
}
