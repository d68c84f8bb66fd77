import { ElsewhereError } from "./errors.ts";

/** An amount of world time; the parts are added up. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly ms?: number;
}

const unitMs: Readonly<Record<string, number>> = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, ms: 1 };

/**
 * A duration in milliseconds. A unit that is none makes it `malformed`, as does a bare number: `sleep(1000)` would
 * otherwise be a sleep of nothing.
 */
export function durationMs(duration: Duration, field: string): number {
  let total = typeof duration === "object" && duration !== null ? 0 : Number.NaN;
  for (const [unit, amount] of Object.entries(duration ?? {})) total += (unitMs[unit] ?? Number.NaN) * (amount ?? 0);
  if (Number.isFinite(total) && total >= 0) return total;
  throw new ElsewhereError("malformed", `${field}: write an amount of time from 0 on, such as { minutes: 5 }`, { field });
}
