import type { ProgramsPage } from "@elsewhere/protocol";

export const itemsPerPage = 100;

/** Where the last page begins. */
export const lastOffset = (total: number): number => Math.max(0, Math.ceil(total / itemsPerPage) - 1) * itemsPerPage;

/** The rows of `before`, in their places, with what `now` says of them. */
export function inPlace(before: ProgramsPage, now: ProgramsPage): ProgramsPage {
  const known = new Map(now.programs.map((info) => [info.program, info]));
  return { ...now, programs: before.programs.map((info) => known.get(info.program) ?? info) };
}

const restMsUsual = 2_000;
const restMsMax = 30_000;

/** How long to rest after asking: whoever looks on must not cost a busy host more than a tenth of its time. */
export const restMs = (tookMs: number, restMsMin = restMsUsual): number => Math.min(restMsMax, Math.max(restMsMin, 10 * tookMs));
