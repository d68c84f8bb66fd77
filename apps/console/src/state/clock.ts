/** World time is UTC: a world has one sun, whatever the reader's own time zone. */
const time = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });

const exact = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** `07:42:10` */
export const exactText = (now: number): string => exact.format(now);

/** `07:42` */
export const clockText = (now: number): string => time.format(now);

/** `Wed, 3 May` */
export const dayText = (now: number): string => day.format(now);

/** A span of world time for people: `3 h 20 min`, `45 s`, `now`. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds <= 0) return "now";
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
