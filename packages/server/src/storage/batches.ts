import type { CommitBatch } from "./contract.ts";

/** The rows of all batches, table by table, in order. */
export function mergeBatches(batches: readonly CommitBatch[]): CommitBatch {
  const all = <K extends keyof CommitBatch>(key: K): NonNullable<CommitBatch[K]> => {
    const lists = batches.flatMap((batch) => (batch[key] === undefined || batch[key].length === 0 ? [] : [batch[key]]));
    return (lists.length === 1 ? lists[0] : lists.flat()) as NonNullable<CommitBatch[K]>;
  };
  return {
    records: all("records"),
    keyframes: all("keyframes"),
    programs: all("programs"),
    turns: all("turns"),
    grounds: all("grounds"),
    images: all("images"),
    deliveries: all("deliveries"),
    memories: all("memories"),
    logs: all("logs"),
    settings: all("settings"),
  } satisfies Required<CommitBatch>;
}
