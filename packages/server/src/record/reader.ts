import type { ElsewhereError, ErrorJson } from "@elsewhere/protocol";
import type { MapHead } from "./append.ts";
import type { ChainedTurn } from "./chain.ts";
import type { PastSource } from "./past.ts";
import type { DeliveryRow, ProgramRow } from "../storage/contract.ts";
import type { StoredEntry } from "./recover.ts";

/**
 * A record as it lies on the disk, for whoever checks or replays it: rows in the order in which they were committed,
 * none of them verified; stretches of the past are.
 */
export interface RecordReader extends PastSource {
  /** Their rows. Of batches before `allBatchesFrom` only some have one: the others' hashes follow from their entries. */
  batches(): Iterable<ReadBatch>;
  readonly allBatchesFrom: number;
  /** Of all maps, or of one. */
  entries(map?: string): Iterable<ReadEntry | ReadGap>;
  turns(): Iterable<ReadTurn>;
  images(): Iterable<ReadImage>;
  programs(): Iterable<ReadProgram>;
  /** What the host keeps of each program, of those it has put anything of. Throws `corrupt`. */
  states(): Iterable<ProgramRow>;
  /** Mail that no turn has taken, and what the turns of the last batch took. Throws `corrupt`. */
  deliveries(): Iterable<DeliveryRow>;
  grounds(): Iterable<ReadGround>;
  heads(): ReadonlyMap<string, MapHead>;
  /** One of the host's settings, null if it was never put. Throws `corrupt`. */
  setting(key: string): string | null;
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

/** Entries of a map that are no longer kept, or not readable: what comes after them goes on from `after`. */
export interface ReadGap {
  readonly kind: "gap";
  readonly map: string;
  readonly fromTick: number;
  readonly lastTick: number;
  /** The number of the first of them, and its batch. */
  readonly seq: number;
  readonly batch: number;
  readonly lastBatch: number;
  /** The chain's hash after the last of them. */
  readonly after: Uint8Array;
  /** Why they are not readable; null where they are not kept. */
  readonly problem: ElsewhereError | null;
}

export interface ReadTurn extends ChainedTurn {
  readonly id: number;
  readonly batch: number;
  /** The `id` of the turn before it in the same start of its program, 0 for the first. */
  readonly before: number;
  readonly sum: Uint8Array;
}

export interface ReadImage {
  readonly id: number;
  readonly batch: number;
  readonly program: string;
  readonly start: number;
  readonly turn: number;
  readonly hash: string;
  readonly template: string;
  readonly anew: boolean;
  readonly sum: Uint8Array;
  /** Null where they were pruned. */
  readonly bytes: Uint8Array | null;
}

/** Where a program stands by its own row. */
export interface ReadProgram {
  readonly program: string;
  readonly start: number;
  readonly turn: number;
  /** The `id` of the last turn of its present start, 0 where it has none yet. */
  readonly lastTurn: number;
  /** The `id`s of the images that are kept of it. */
  readonly images: readonly number[];
}

export interface ReadGround {
  readonly hash: string;
  readonly needs: readonly string[];
  /** How many images with bytes stand on it, by its own row. */
  readonly images: number;
  /** Whether its bytes should be there. */
  readonly stored: boolean;
  readonly bytes: Uint8Array | null;
}
