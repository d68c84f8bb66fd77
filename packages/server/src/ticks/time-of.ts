import { ClockHistory, clocksIn } from "./clock.ts";

/** World time of a tick, milliseconds since 1970, by a record's setting `clocks`; null for a world that has not begun. */
export function timeOf(clocks: string | null, tick: number): number | null {
  const settings = clocksIn(clocks);
  return settings.length === 0 ? null : new ClockHistory(settings).at(tick);
}
