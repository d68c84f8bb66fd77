import type { Storage } from "./contract.ts";

/** A store on a disk: it can be copied while it is in use. */
export interface DiskStorage extends Storage {
  /**
   * Begins a copy of all that is committed at this moment. Commits go on meanwhile and are not part of it. A copy begun
   * before and not yet at its end is given up.
   */
  copy(): Promise<StorageCopy>;
}

/** The bytes of one database that holds everything, to be put into a data directory of its own. */
export interface StorageCopy {
  readonly bytes: number;
  /**
   * The same in order, in pieces; to be read once, and to its end or by `for await`, for the store keeps no piece of it from
   * changing for ever. Throws `storage` once the copy was given up: another one was begun, the store was closed, or it was
   * read so slowly that the log has grown beyond `limits.copyLogBytesMax`. What was given until then is no whole copy.
   */
  readonly pieces: AsyncIterableIterator<Uint8Array, undefined, undefined>;
}
