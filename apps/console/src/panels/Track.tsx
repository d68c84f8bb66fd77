import { computed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { goTo, holdStill, isPlaying, backToLive, letGo, moment } from "../past/past.ts";
import { layers, pathsOf } from "../past/plot.ts";
import { density, record, shown } from "../past/record.ts";
import { marksOf, momentAt, momentOfKey, shareOf, type Span } from "../past/span.ts";
import { momentText } from "../past/words.ts";
import { dayText } from "../state/clock.ts";

/** So near its right end, as a share of the track, one means the present. */
const liveShare = 0.995;
const plotHeight = 30;
/** Room for one mark's label, CSS pixels. */
const markWidth = 76;
/** What a label is wide itself; one that would not be whole is left out. */
const dayWidth = 68;
const timeWidth = 38;

/** The record as a track: how much happened when, days and hours, and a handle at the moment that is shown. */
export function Track() {
  const track = useRef<HTMLDivElement>(null);
  const width = useSignal(600);
  const pointed = useSignal<number | null>(null);
  useEffect(() => {
    const element = track.current!;
    const sized = new ResizeObserver(() => (width.value = element.clientWidth));
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  const span = shown.value;
  const at = moment.value ?? span?.to ?? 0;
  return (
    <div
      class="track"
      ref={track}
      role="slider"
      tabIndex={0}
      aria-label="Moment shown"
      aria-orientation="horizontal"
      aria-disabled={span === null}
      aria-valuemin={span?.from ?? 0}
      aria-valuemax={span?.to ?? 0}
      aria-valuenow={at}
      aria-valuetext={span === null ? "The record is not known yet" : valueText(moment.value)}
      data-testid="track"
      {...(span === null ? {} : handlers(track, pointed))}
    >
      {span !== null && (
        <>
          <Plot span={span} />
          <Marks span={span} width={width.value} />
          <span class="handle" style={{ left: `${shareOf(span, at) * 100}%` }} aria-hidden="true" />
          {pointed.value !== null && <Pointed span={span} share={pointed.value} />}
        </>
      )}
    </div>
  );
}

/** Read aloud whenever it changes: what goes on by itself is told by what seldom does. */
function valueText(at: number | null): string {
  if (at === null) return "Live";
  return isPlaying.value ? `${dayText(at)}, in the past, playing` : `${momentText(at)}, in the past`;
}

interface Handled {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
  readonly onPointerLeave: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

let dragging: number | null = null;

function handlers(track: { readonly current: HTMLDivElement | null }, pointed: { value: number | null }): Handled {
  const share = (event: PointerEvent): number => {
    const { left, width } = track.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const drop = (): void => {
    dragging = null;
    letGo();
  };
  return {
    onPointerDown(event) {
      if (event.button !== 0) return;
      track.current!.setPointerCapture(event.pointerId);
      dragging = event.pointerId;
      holdStill();
      pointed.value = share(event);
      goTo(momentAt(shown.peek()!, pointed.value));
    },
    onPointerMove(event) {
      pointed.value = share(event);
      if (dragging === event.pointerId) goTo(momentAt(shown.peek()!, pointed.value));
    },
    onPointerUp(event) {
      if (dragging !== event.pointerId) return;
      const isLive = share(event) >= liveShare && shown.peek()!.to >= record.peek()!.to;
      drop();
      if (isLive) backToLive();
      if (event.pointerType !== "mouse") pointed.value = null;
    },
    onPointerCancel: drop,
    onPointerLeave: () => (pointed.value = null),
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const span = shown.peek()!;
      const wanted = momentOfKey(event.key, moment.peek() ?? span.to, span, record.peek()!);
      if (wanted === null) return;
      event.preventDefault();
      if (wanted === "live") backToLive();
      else goTo(wanted);
    },
  };
}

const paths = computed(() => (density.value === null ? null : pathsOf(density.value, plotHeight)));

/** How much happened when, in the box it was counted for; what is shown may have moved on since. */
function Plot({ span }: { readonly span: Span }) {
  const counted = density.value;
  const drawn = paths.value;
  if (counted === null || drawn === null) return null;
  const share = (at: number): number => ((at - span.from) / Math.max(1, span.to - span.from)) * 100;
  const left = share(counted.from);
  return (
    <svg
      class="plot"
      viewBox={`0 0 ${counted.speech.length} ${plotHeight}`}
      preserveAspectRatio="none"
      style={{ left: `${left}%`, width: `${share(counted.to) - left}%` }}
      aria-hidden="true"
    >
      {layers.map((layer) => (
        <path key={layer} data-layer={layer} d={drawn[layer]} />
      ))}
    </svg>
  );
}

function Marks({ span, width }: { readonly span: Span; readonly width: number }) {
  const marks = marksOf(span, Math.max(2, Math.floor(width / markWidth)));
  const roomFor = (at: number): number => (1 - shareOf(span, at)) * width;
  return (
    <span class="marks" aria-hidden="true">
      {marks.map(({ at, label, day }) => (
        <span key={at} class="mark" data-day={day} style={{ left: `${shareOf(span, at) * 100}%` }}>
          {roomFor(at) > (day ? dayWidth : timeWidth) && label}
        </span>
      ))}
    </span>
  );
}

/** The time under the pointer. */
function Pointed({ span, share }: { readonly span: Span; readonly share: number }) {
  return (
    <span class="pointed" style={{ left: `clamp(4.6rem, ${share * 100}%, calc(100% - 4.6rem))` }} aria-hidden="true">
      {momentText(momentAt(span, share))}
    </span>
  );
}
