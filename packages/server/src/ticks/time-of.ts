import { type ClockSetting, WorldClock } from "./clock.ts";

/**
 * World time of a tick, milliseconds since 1970, by a record's setting `clock`. Null for a world without a clock yet, and
 * for ticks before its clock was last set to another pace: the record does not say how it ran then.
 */
export function timeOf(setting: string | null, tick: number): number | null {
  const clock = JSON.parse(setting ?? "null") as ClockSetting | null;
  // How long a tick takes in real time is of no weight here.
  return clock === null || tick < clock.tick ? null : new WorldClock(clock, 1).at(tick);
}
