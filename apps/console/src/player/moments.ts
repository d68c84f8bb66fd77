/** World time in words: worlds have no zone, so it is told as UTC. */
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" });
const shortDay = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });

export const clockOf = (now: number): string => clock.format(now);
export const dayOf = (now: number): string => day.format(now);
export const shortDayOf = (now: number): string => shortDay.format(now);
