import { read } from "node:fs";
import { promisify } from "node:util";
import { ElsewhereError } from "@elsewhere/protocol";
import type { StorageCopy } from "../copy.ts";

/** A database's file that stands still, as the storage thread hands it over. */
export interface Standing {
  /** Which copy of this store it is. */
  readonly copy: number;
  /** A handle to read it by; it is not the reader's to close. */
  readonly file: number;
  readonly bytes: number;
  /** One Int32: 1 for as long as the file stands still. */
  readonly stands: SharedArrayBuffer;
}

const pieceBytes = 256 * 1024;

/** Where the header says by which kind of log a database is written, and what it says of one without a log (https://sqlite.org/fileformat2.html). */
const logVersions = [18, 19] as const;
const noLog = 1;

const readFile = promisify(read);

/** The file as a database that stands alone. `end` is called when the last piece was read, or nobody reads on. */
export function copyFrom({ file, bytes, stands }: Standing, end: () => Promise<unknown>): StorageCopy {
  const standing = new Int32Array(stands);
  let at = 0;
  let ended = false;
  const finish = async (): Promise<IteratorReturnResult<undefined>> => {
    if (!ended) {
      ended = true;
      await end();
    }
    return { done: true, value: undefined };
  };
  const readOn = async (): Promise<Uint8Array> => {
    const piece = new Uint8Array(Math.min(pieceBytes, bytes - at));
    const { bytesRead } = await readFile(file, piece, 0, piece.length, at);
    // Asked after reading: what was read before the file may change is as it stood.
    if (Atomics.load(standing, 0) !== 1) throw givenUp();
    if (bytesRead !== piece.length) throw new ElsewhereError("storage", "the database is shorter than it was: check the disk");
    if (at === 0) for (const position of logVersions) piece[position] = noLog;
    at += piece.length;
    return piece;
  };
  const pieces: StorageCopy["pieces"] = {
    [Symbol.asyncIterator]: () => pieces,
    next: async () => {
      if (ended || at >= bytes) return await finish();
      try {
        return { done: false, value: await readOn() };
      } catch (error) {
        // Who is thrown at does not say that they leave. A store that is closed has ended its copies.
        await finish().catch(() => {});
        throw Atomics.load(standing, 0) === 1 ? error : givenUp();
      }
    },
    return: finish,
  };
  return { bytes, pieces };
}

function givenUp(): ElsewhereError {
  const why = "another copy was begun, the host is closing, or its log grew too long while this one was read";
  return new ElsewhereError("storage", `the copy was given up (${why}): make it again, on the host's own machine if it is slow`);
}
