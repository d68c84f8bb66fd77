import type { ErrorJson } from "@elsewhere/protocol";
import type { MapHead } from "./append.ts";
import type { ChainedTurn } from "./chain.ts";
import type { StoredEntry } from "./recover.ts";

/**
 * A record as it lies on the disk, for whoever checks or replays it: rows in the order in which they were committed,
 * none of them verified.
 */
export interface RecordReader {
  batches(): Iterable<ReadBatch>;
  entries(): Iterable<ReadEntry>;
  turns(): Iterable<ReadTurn>;
  images(): Iterable<ReadImage>;
  heads(): ReadonlyMap<string, MapHead>;
  /** Checks all that is not chained: sums of rows, structure of files. */
  unchained(): Iterable<ErrorJson>;
  /** Size of it all on the disk. */
  readonly bytes: number;
  close(): void;
}

export interface ReadBatch {
  readonly batch: number;
  readonly hash: Uint8Array;
}

export interface ReadEntry extends StoredEntry {
  /** Its number, counted over all maps. */
  readonly seq: number;
  readonly batch: number;
}

export interface ReadTurn extends ChainedTurn {
  readonly batch: number;
  readonly hash: Uint8Array;
}

export interface ReadImage {
  readonly batch: number;
  readonly program: string;
  readonly start: number;
  readonly turn: number;
  readonly hash: string;
  readonly link: Uint8Array;
  /** Null where they were pruned. */
  readonly bytes: Uint8Array | null;
}
