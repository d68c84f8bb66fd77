/**
 * Looks at a write-ahead log before SQLite does. At opening, SQLite takes the log up to its last whole transaction and
 * silently forgets what follows. That is right for a write that was cut short, and must be said; it would be wrong for
 * transactions that had been acknowledged and were damaged later, and only this file can tell the two apart.
 *
 * The format is SQLite's (https://sqlite.org/fileformat2.html#the_write_ahead_log): a header of 32 bytes, then frames
 * of 24 bytes and a page; both carry a running checksum, a frame that ends a transaction carries a page count.
 * With synchronous=FULL every transaction is on disk before the next one begins, so a crash can leave at most one
 * unfinished. Whole transactions beyond it mean damage.
 */
import { readFileSync } from "node:fs";
import { ElsewhereError } from "@elsewhere/protocol/errors";

const headerBytes = 32;
const frameHeaderBytes = 24;

export type WalState =
  | { readonly kind: "whole" }
  /** Something follows the last whole transaction, no more than one unfinished write. */
  | { readonly kind: "torn"; readonly bytes: number }
  /** Acknowledged transactions would be lost. */
  | { readonly kind: "damaged"; readonly reason: string };

interface Sums {
  readonly s0: number;
  readonly s1: number;
}

function checksum(log: DataView, from: number, to: number, littleEndian: boolean, { s0, s1 }: Sums): Sums {
  let a = s0;
  let b = s1;
  for (let at = from; at < to; at += 8) {
    a = (a + log.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + log.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return { s0: a, s1: b };
}

const stated = (log: DataView, at: number): Sums => ({ s0: log.getUint32(at), s1: log.getUint32(at + 4) });
const equal = (a: Sums, b: Sums): boolean => a.s0 === b.s0 && a.s1 === b.s1;

/** Bytes of the log that hold whole transactions, from its start. */
function wholeBytes(log: DataView, frameBytes: number, littleEndian: boolean): number {
  let sums = stated(log, 24);
  let whole = headerBytes;
  for (let at = headerBytes; at + frameBytes <= log.byteLength; at += frameBytes) {
    if (!sameSalt(log, at)) break;
    sums = checksum(log, at, at + 8, littleEndian, sums);
    sums = checksum(log, at + frameHeaderBytes, at + frameBytes, littleEndian, sums);
    if (!equal(sums, stated(log, at + 16))) break;
    if (log.getUint32(at + 4) !== 0) whole = at + frameBytes;
  }
  return whole;
}

/** Whether the frame at `at` was written since the log was last begun anew. */
function sameSalt(log: DataView, at: number): boolean {
  return equal(stated(log, at + 8), stated(log, 16));
}

export function inspectWal(path: string): WalState {
  const file = read(path);
  const log = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (log.byteLength < headerBytes + frameHeaderBytes) return { kind: "whole" };
  const littleEndian = (log.getUint32(0) & 1) === 0;
  const pageBytes = log.getUint32(8);
  if (!equal(checksum(log, 0, 24, littleEndian, { s0: 0, s1: 0 }), stated(log, 24)) || pageBytes < 512 || pageBytes > 65_536) {
    return { kind: "damaged", reason: "its header is damaged" };
  }
  const frameBytes = frameHeaderBytes + pageBytes;
  const whole = wholeBytes(log, frameBytes, littleEndian);
  let commits = 0;
  let tornBytes = 0;
  for (let at = whole; at + frameHeaderBytes <= log.byteLength; at += frameBytes) {
    if (!sameSalt(log, at)) continue;
    tornBytes = Math.min(at + frameBytes, log.byteLength) - whole;
    if (log.getUint32(at + 4) !== 0) commits++;
  }
  if (commits > 1) return { kind: "damaged", reason: `${commits} transactions follow a damaged one` };
  return tornBytes === 0 ? { kind: "whole" } : { kind: "torn", bytes: tornBytes };
}

/** Nothing where there is none. A log that cannot be looked at may hold anything, and is no missing one. */
function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Buffer.alloc(0);
    const why = error instanceof Error ? error.message : String(error);
    throw new ElsewhereError(
      "storage",
      `${path} cannot be read (${why}); check the disk and the data directory`,
      { field: "data" },
      { cause: error },
    );
  }
}
