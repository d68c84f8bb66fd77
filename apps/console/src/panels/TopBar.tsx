import { useSignal, useSignalEffect } from "@preact/signals";
import { daylight } from "../map/daylight.ts";
import { clockText, dayText } from "../state/clock.ts";
import type { Keys } from "../state/keys.ts";
import { acts, eyes } from "../state/operator.ts";
import { stateName } from "../state/session.ts";
import { dialog } from "../state/ui.ts";
import { mapTitle, shownMap, worldInfo } from "../state/world.ts";
import { DoorIcon } from "./icons.tsx";

/** Where one is, what time it is there, how the connection stands, and the way out. */
export function TopBar(_props: { readonly keys: Keys }) {
  const world = worldInfo.value;
  const title = shownMap.value === null ? null : mapTitle(shownMap.value.drawing.name);
  return (
    <header class="top">
      <p class="where">
        <strong>{world?.name ?? "Elsewhere"}</strong>
        {title !== null && title !== world?.name && <span class="map-title">{title}</span>}
      </p>
      <Clock />
      <Standing />
      {acts.value && (
        <button type="button" class="leave" data-testid="leave" onClick={() => (dialog.value = { kind: "leave" })}>
          <DoorIcon />
          <span>Leave</span>
        </button>
      )}
    </header>
  );
}

const phaseNames = { night: "night", dawn: "dawn", day: "daytime", dusk: "dusk" } as const;

function Clock() {
  const now = useWorldTime();
  if (now === null) return <p class="clock" />;
  const { phase } = daylight(now);
  return (
    <p class="clock" data-testid="clock" title={`World time: ${dayText(now)}, ${clockText(now)}, ${phaseNames[phase]}`}>
      <span class="sun" data-phase={phase} aria-hidden="true" />
      <time>{clockText(now)}</time>
      <span class="day">{dayText(now)}</span>
      <span class="hidden">, {phaseNames[phase]}</span>
    </p>
  );
}

/** World time, counted on between the ticks that tell it. */
function useWorldTime(): number | null {
  const now = useSignal<number | null>(null);
  useSignalEffect(() => {
    const seer = eyes.value;
    const world = worldInfo.value;
    if (seer !== null) {
      seer.beat.value;
      now.value = seer.world.now;
      return;
    }
    if (world === null) return;
    now.value = world.now;
    const timer = setInterval(() => {
      now.value = (now.peek() ?? world.now) + 1000 * world.speed;
    }, 1000);
    return () => clearInterval(timer);
  });
  return now.value;
}

const standings: Readonly<Record<string, string>> = {
  live: "Connected",
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
  paused: "The world holds its breath",
  fenced: "Held elsewhere",
};

function Standing() {
  const name = stateName.value;
  const text = standings[name];
  if (text === undefined) return null;
  return (
    <p class="standing" data-testid="connection" data-state={name}>
      <span class="lamp" aria-hidden="true" />
      <span class="words">{text}</span>
    </p>
  );
}
