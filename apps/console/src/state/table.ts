import type { ProgramInfo } from "@elsewhere/protocol";

/** What the list of programs can be ordered by. */
export type Column = "name" | "status" | "turns" | "faults" | "heapBytes" | "turnMs" | "mailbox" | "wakeAt";

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

/** Trouble first: what an operator should look at stands on top. */
const statusRank: Readonly<Record<ProgramInfo["status"], number>> = { suspended: 0, backing_off: 1, running: 2, ended: 3 };

/** The programs whose name, id, map or status holds every word of `filter`, in that order; equals stay by name. */
export function arrange(programs: readonly ProgramInfo[], filter: string, order: Order): readonly ProgramInfo[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const fits = (info: ProgramInfo): boolean => {
    const text = `${info.name} ${info.program} ${info.map ?? ""} ${statusText(info.status)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const sign = order.descending ? -1 : 1;
  return programs.filter(fits).toSorted((a, b) => sign * compare(a, b, order.column) || a.name.localeCompare(b.name));
}

function compare(a: ProgramInfo, b: ProgramInfo, column: Column): number {
  if (column === "name") return a.name.localeCompare(b.name);
  if (column === "status") return statusRank[a.status] - statusRank[b.status];
  // No timer is later than any timer.
  if (column === "wakeAt") return (a.wakeAt ?? Number.MAX_VALUE) - (b.wakeAt ?? Number.MAX_VALUE);
  return a[column] - b[column];
}

/** A second click on a column turns it round; figures begin with the largest. */
export function nextOrder(order: Order, column: Column): Order {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column !== "name" && column !== "status" && column !== "wakeAt" };
}

export const statusText = (status: ProgramInfo["status"]): string => (status === "backing_off" ? "backing off" : status);

/** `12 KB`, `3.4 MB` */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export const msText = (ms: number): string => (ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`);
