import type { Authority } from "./authority.ts";

const betweenLinesMs = 2_000;

/** Says a line now and then while something takes long; the lines in between are never made. */
export function nowAndThen({ time, say }: Pick<Authority, "time" | "say">): (line: () => string) => void {
  let saidMs = time.monotonicMs();
  return (line) => {
    if (time.monotonicMs() - saidMs < betweenLinesMs) return;
    saidMs = time.monotonicMs();
    say(`… ${line()}`);
  };
}
