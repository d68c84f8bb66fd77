import { clocksKept } from "../recover.ts";
import { ClockHistory } from "./clock.ts";

/** World time of a tick, milliseconds since 1970, by a record's settings `clocks` and `clock`; null for a world that has not begun. */
export function timeOf(clocks: string | null, clock: string | null, tick: number): number | null {
  const settings = clocksKept(clocks, clock);
  return settings.length === 0 ? null : new ClockHistory(settings).at(tick);
}
