import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { keptFollowing } from "../past/keeping.ts";
import { backToLive, line, mayLookBack, present, standing, trouble, viewpoint } from "../past/past.ts";
import { keepCounting, record, recordError, setZoom, zoom } from "../past/record.ts";
import { past } from "../past/shown.ts";
import type { Zoom } from "../past/span.ts";
import { eyes } from "../state/operator.ts";
import { perceiver } from "../state/session.ts";
import { dialog, menu } from "../state/ui.ts";
import { CloseIcon } from "./icons.tsx";
import { operatorNow } from "./operatorNow.ts";
import { Track } from "./Track.tsx";
import { Transport } from "./Transport.tsx";

/** The bar under the map: live, or any moment of the past. */
export function Timeline() {
  useEffect(keepCounting, []);
  useEffect(keptFollowing, []);
  useEffect(keepPresent, []);
  useEffect(returnByKey, []);
  useSignalEffect(() => {
    // One's own past ends with one's being in the world.
    const lost = viewpoint.value?.kind === "own" ? perceiver.value === null : !mayLookBack.value;
    if (lost && line.value !== null) backToLive();
  });
  const looksBack = past.value !== null;
  return (
    <section class="timeline" aria-label="Timeline" data-past={looksBack} data-testid="timeline">
      <div class="scrub">
        <ZoomChoice />
        <Track />
        <Live />
      </div>
      <Said />
      {looksBack && <Transport />}
    </section>
  );
}

const zooms: readonly (readonly [Zoom, string])[] = [
  ["hour", "Hour"],
  ["day", "Day"],
  ["all", "All"],
];

function ZoomChoice() {
  return (
    <select
      class="zoom"
      aria-label="How much of the record the track shows"
      title="How much of the record the track shows"
      data-testid="zoom"
      value={zoom.value}
      onChange={(event) => setZoom(event.currentTarget.value as Zoom)}
    >
      {zooms.map(([value, title]) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </select>
  );
}

function Live() {
  const live = line.value === null;
  return (
    <button
      type="button"
      class="live"
      aria-pressed={live}
      title={live ? "You see the present" : "Back to the present (Escape)"}
      data-testid="live"
      onClick={backToLive}
    >
      <span class="lamp" aria-hidden="true" />
      Live
    </button>
  );
}

/** What one has to know, and what one can do about it. */
function Said() {
  const state = line.value;
  const known = record.value;
  const text =
    trouble.value ??
    (state?.kind === "waiting" ? "The host cannot be reached. The past goes on at this moment once it answers." : null) ??
    (state?.kind === "connecting" && past.value === null ? "Going into the past…" : null) ??
    (recordError.value === null ? null : `The record cannot be read: ${recordError.value} It is asked again by itself.`) ??
    (known !== null && known.to - known.from < 1 ? "Nothing is recorded yet. Wait a moment, and there is a past." : null) ??
    ended();
  return (
    <div class="said" data-shown={text !== null} data-tone={trouble.value === null ? "calm" : "error"}>
      <p role="status" data-testid="timeline-said">
        {text}
      </p>
      {trouble.value !== null && (
        <button type="button" class="quiet round" aria-label="Close the message" onClick={() => (trouble.value = null)}>
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

function ended(): string | null {
  const frame = standing.value;
  if (frame === null || frame.speed !== 0) return null;
  if (frame.now >= frame.to) return "The record ends here. Press Live for the present.";
  return frame.now <= frame.from ? "The record begins here." : null;
}

/** Keeps the present moment while nobody else tells it. */
function keepPresent(): () => void {
  const look = (): void => {
    const own = perceiver.peek();
    present.value = own !== null ? own.world.now : past.peek() === null && eyes.peek() !== null ? eyes.peek()!.world.now : operatorNow();
  };
  look();
  const timer = setInterval(look, 1000);
  return () => {
    clearInterval(timer);
    present.value = null;
  };
}

/** Escape leads back to the present from anywhere, once whatever else it closes is closed. */
function returnByKey(): () => void {
  const stop = new AbortController();
  const down = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || line.peek() === null) return;
    if (dialog.peek() !== null || menu.peek() !== null) return;
    event.preventDefault();
    backToLive();
    document.getElementById("map")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", down, { signal: stop.signal });
  return () => stop.abort();
}
