import { ElsewhereError } from "@elsewhere/protocol";

/** A point of world time: a date, milliseconds since 1970, or the next time the world's clock (UTC) shows an hour. */
export type Moment = Date | number | { readonly hour: number; readonly minute?: number };

const dayMs = 86_400_000;

/** The moment in milliseconds. An hour of the clock always lies ahead: at seven, the next `{ hour: 7 }` is tomorrow's. */
export function momentMs(moment: Moment, now: number): number {
  const ms = moment instanceof Date ? moment.getTime() : typeof moment === "number" ? moment : nextMs(moment ?? {}, now);
  if (Number.isFinite(ms)) return ms;
  throw new ElsewhereError("malformed", "at: write a date, milliseconds, or an hour of the day such as { hour: 7, minute: 30 }", {
    field: "at",
  });
}

function nextMs({ hour = Number.NaN, minute = 0 }: Partial<Exclude<Moment, Date | number>>, now: number): number {
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60)) return Number.NaN;
  const today = Math.floor(now / dayMs) * dayMs + Math.round((hour * 60 + minute) * 60_000);
  return today > now ? today : today + dayMs;
}
