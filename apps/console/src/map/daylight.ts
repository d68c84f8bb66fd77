import { mixColour } from "./palette.ts";

/** The light over the map at one moment of world time. */
export interface Daylight {
  readonly phase: "night" | "dawn" | "day" | "dusk";
  /** Multiplied over the map: white changes nothing. */
  readonly tint: number;
  /** 0 by day, 1 in deep night: how strongly lamps shine. */
  readonly darkness: number;
}

interface Stop {
  readonly hour: number;
  readonly tint: number;
  readonly darkness: number;
}

const stops: readonly Stop[] = [
  { hour: 0, tint: 0x7080b8, darkness: 1 },
  { hour: 4.5, tint: 0x7483ba, darkness: 1 },
  { hour: 6, tint: 0xc9a3ae, darkness: 0.45 },
  { hour: 7, tint: 0xffe3c9, darkness: 0.1 },
  { hour: 8.5, tint: 0xffffff, darkness: 0 },
  { hour: 16.5, tint: 0xffffff, darkness: 0 },
  { hour: 18.5, tint: 0xffd3a6, darkness: 0.15 },
  { hour: 20, tint: 0xb48aa4, darkness: 0.6 },
  { hour: 21.5, tint: 0x7888bd, darkness: 0.95 },
  { hour: 24, tint: 0x7080b8, darkness: 1 },
];

const dayMs = 86_400_000;

/** Hours since midnight of the world's day, with fractions. */
export const hourOf = (now: number): number => ((((now % dayMs) + dayMs) % dayMs) / dayMs) * 24;

export function daylight(now: number): Daylight {
  const hour = hourOf(now);
  const after = stops.findIndex((stop) => stop.hour > hour);
  const to = stops[after]!;
  const from = stops[after - 1]!;
  const share = (hour - from.hour) / (to.hour - from.hour);
  return {
    phase: hour < 5 || hour >= 21 ? "night" : hour < 8 ? "dawn" : hour < 17.5 ? "day" : "dusk",
    tint: mixColour(from.tint, to.tint, share),
    darkness: from.darkness + (to.darkness - from.darkness) * share,
  };
}
