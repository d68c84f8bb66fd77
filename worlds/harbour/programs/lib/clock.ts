/** Hours, days and routines in world time. A day here is 24 real minutes, so an hour is a minute and a minute a second. */
import { at, sleep } from "@elsewhere/program";

const hourMs = 3_600_000;

/** The hour of the day with its fraction: 13.5 is half past one. */
export const hour = (): number => (Date.now() / hourMs) % 24;
export const day = (): number => Math.floor(Date.now() / (24 * hourMs));
export const isNight = (): boolean => hour() < 6 || hour() >= 21;

/** Sleeps until the clock shows that hour again, which may have a fraction. */
export const untilHour = (hour: number): Promise<void> => at({ hour });

const hours = ["twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];

/** The hour in words, as one says it: "three in the afternoon", "noon". */
export function inWords(at = hour()): string {
  if (Math.floor(at) % 12 === 0) return Math.floor(at) === 12 ? "noon" : "midnight";
  const part = at < 6 ? "at night" : at < 12 ? "in the morning" : at < 18 ? "in the afternoon" : at < 22 ? "in the evening" : "at night";
  return `${hours[Math.floor(at) % 12]} ${part}`;
}

/** What somebody does from an hour of the day on. */
export type Part = readonly [from: number, doing: () => Promise<unknown>];

/**
 * Lives by the clock for ever: does the part of the day that has begun last, then waits for the next. A part that takes
 * too long simply begins the next one late; one that fails is over.
 */
export async function routine(plan: readonly Part[]): Promise<never> {
  const parts = plan.toSorted(([a], [b]) => a - b);
  for (;;) {
    const at = parts.findLastIndex(([from]) => from <= hour());
    const [from, doing] = parts.at(at)!;
    const [next] = parts[(at + 1) % parts.length]!;
    const endMs = Date.now() + ((next - hour() + 24) % 24 || 24) * hourMs;
    try {
      await doing();
    } catch (error) {
      // oxlint-disable-next-line no-console -- the program's own log, shown to the operator
      console.log(`what begins at ${from} failed:`, error);
    }
    // The pause keeps a part that fails at once from being tried again and again.
    await sleep({ ms: Math.max(60_000, endMs - Date.now()) });
  }
}

/** Runs `doing` again and again until the hour `end`, at least five minutes apart. Not at all for who comes after it. */
export async function during(end: number, doing: () => Promise<unknown>): Promise<void> {
  const hoursLeft = (end - hour() + 24) % 24;
  const endMs = Date.now() + (hoursLeft > 16 ? 0 : hoursLeft) * hourMs;
  while (Date.now() < endMs) {
    await doing();
    await sleep({ minutes: 5 });
  }
}
