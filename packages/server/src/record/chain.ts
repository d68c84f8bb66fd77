/**
 * The hashes that bind a record together, and nothing else: pure functions from rows to hashes.
 *
 * - A **map chain** links the keyframes and ticks of one map: `entryHash` takes in the hash of the entry before.
 * - The **batch chain** links what was committed together: `batchHash` takes in the hash of the batch before and the
 *   hashes of all entries, turns and images of its own. So the batch of a tick vouches for the turns and images
 *   that belong to it, and no row can be lost, added or exchanged without breaking one of the two.
 * - A **block chain** links the blocks of one map, into which old entries are recoded: `blockLink` takes in the link of the
 *   block before, and where the map chain stands at its end. So a block is checked without being read, and its entries,
 *   once read, by the map chain as before.
 * - `rowSum` guards a single row of what changes in place, against rot and not against forgery.
 *
 * Every hash is sha256 over a line of JSON that names what it is of, then the raw bytes: no two inputs read alike.
 */
import { createHash, hash } from "node:crypto";

/** What the first link of every chain follows. */
export const genesis: Uint8Array = new Uint8Array(32);

export interface Entry {
  readonly map: string;
  readonly tick: number;
  readonly kind: "keyframe" | "tick";
  readonly bytes: Uint8Array;
}

/** Text is stored as Unicode, where half a surrogate pair cannot stand; so it is hashed as it will be read back. JSON would keep the half. */
function asStored(column: string | number): string | number {
  return typeof column === "string" ? column.toWellFormed() : column;
}

function sha256(parts: readonly Uint8Array[], header: readonly (string | number)[], bytes?: Uint8Array): Uint8Array {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  digest.update(`${JSON.stringify(header.map(asStored))}\n`);
  if (bytes !== undefined) digest.update(bytes);
  return new Uint8Array(digest.digest());
}

export function entryHash(before: Uint8Array, entry: Entry): Uint8Array {
  return sha256([before], ["entry", entry.map, entry.tick, entry.kind], entry.bytes);
}

/** A turn as it is kept: `start` counts how often its program has started anew. */
export interface ChainedTurn {
  readonly program: string;
  readonly start: number;
  readonly turn: number;
  readonly tick: number;
  readonly throughSeq: number;
  readonly bytes: Uint8Array;
}

export function turnHash(turn: ChainedTurn): Uint8Array {
  return sha256([], ["turn", turn.program, turn.start, turn.turn, turn.tick, turn.throughSeq], turn.bytes);
}

/** Binds an image, by the hash of its bytes, to the program, the turn and the template it is of. Stays checkable after its bytes are dropped. */
export function imageLink(image: {
  readonly program: string;
  readonly start: number;
  readonly turn: number;
  readonly hash: string;
  readonly template: string;
  readonly anew: boolean;
}): Uint8Array {
  return sha256([], ["image", image.program, image.start, image.turn, image.hash, image.template, image.anew ? "anew" : ""]);
}

/** Of batches whose entries are in blocks, each row with a number that this divides stays. */
export const batchesBetweenRows = 1_024;

export function batchHash(before: Uint8Array, batch: number, links: readonly Uint8Array[]): Uint8Array {
  return sha256([before], ["batch", batch, links.length], Buffer.concat(links));
}

/** A run of a map's entries as one block. */
export interface ChainedBlock {
  readonly map: string;
  /** The tick of the state it opens with, and of its last entry. */
  readonly fromTick: number;
  readonly lastTick: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstBatch: number;
  readonly lastBatch: number;
  /** The map chain's hash after its last entry. */
  readonly after: Uint8Array;
  /** sha256 of its bytes as they were first written. */
  readonly digest: Uint8Array;
}

export function blockLink(before: Uint8Array, block: ChainedBlock): Uint8Array {
  const { map, fromTick, lastTick, firstSeq, lastSeq, firstBatch, lastBatch, after, digest } = block;
  return sha256([before, after, digest], ["block", map, fromTick, lastTick, firstSeq, lastSeq, firstBatch, lastBatch]);
}

/** sha256 of the bytes of a block. */
export function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}

/** sha256 of the bytes of an image or a ground as the contract writes it. */
export function hexHash(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

/**
 * 128 bits over the columns of one row, hex. A text goes in behind its length, so that no two rows read alike without
 * the cost of JSON: at a start this is taken of every row that changes in place.
 */
export function rowSum(table: string, columns: readonly (string | number | null)[]): string {
  let text = table;
  for (const column of columns) text += typeof column === "string" ? `|${column.length}:${column}` : `|${column}`;
  return hash("sha256", text, "hex").slice(0, 32);
}

const sumBytes = 16;

/** What is stored of a hash where it only guards its own row: the batch chain holds all of it. */
export function sumOf(link: Uint8Array): Uint8Array {
  return link.subarray(0, sumBytes);
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
