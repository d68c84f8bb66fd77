import type { RealTime } from "../../packages/server/src/ticks/clock.ts";

/** Real time as the entry point hands it out. */
export const realTime: RealTime = {
  monotonicMs: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
  soon: (wake) => void setImmediate(wake),
};
