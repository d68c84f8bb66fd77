import type { ProgramInfo, ProgramOrder } from "@elsewhere/protocol";

export interface Column {
  readonly order: ProgramOrder;
  readonly title: string;
  readonly by: string;
}

/** What the list can be ordered by, as its columns stand. */
export const columns: readonly Column[] = [
  { order: "name", title: "Program", by: "by name" },
  { order: "heapBytes", title: "Heap", by: "by heap" },
  { order: "turns", title: "Turns", by: "by turns" },
  { order: "totalMs", title: "Time", by: "by time used" },
  { order: "wakesPerMinute", title: "Wakes/min", by: "by turns in the last minute" },
  { order: "faults", title: "Faults", by: "by failed turns" },
  { order: "wakeAt", title: "Timer", by: "by next timer" },
];

export const statusText = (status: ProgramInfo["status"]): string => (status === "backing_off" ? "backing off" : status);

/** What is tried next with a program that keeps failing. */
export const nextText: Readonly<Record<NonNullable<ProgramInfo["next"]>, string>> = {
  again: "It will be tried again.",
  older: "It will go on from an older image.",
  fresh: "It will start afresh, with its memory.",
};

/** `101–200 of 98,304` */
export function rangeText(offset: number, rows: number, total: number): string {
  if (total === 0) return "none";
  return `${countText(offset + 1)}–${countText(offset + rows)} of ${countText(total)}`;
}

export const countText = (count: number): string => count.toLocaleString("en");

/** `12 KB`, `3.4 MB` */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A heap is measured by its image: one without has no size yet. */
export const heapText = (bytes: number): string => (bytes === 0 ? "–" : bytesText(bytes));

export const msText = (ms: number): string => (ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`);

/** Time used up so far: `640 ms`, `12.5 s`, `3 min`. */
export function spentText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${countText(Math.round(ms / 60_000))} min`;
}
