/**
 * Keeps the database's file as it is for as long as it is copied: what is committed stays in the log, and is taken into the
 * file when the copy has ended. So the copy is the moment at which it began, no commit waits for it, and whoever reads the
 * file needs nothing of SQLite.
 *
 * The file is opened once and closed after the database, never before: a process that closes *any* handle of a file loses
 * all its locks on it (https://sqlite.org/howtocorrupt.html, 2.2), and with them the data directory is open to a second server.
 */
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { ElsewhereError } from "@elsewhere/protocol/errors";
import { limits } from "@elsewhere/protocol/limits";
import type { Standing } from "./copy.ts";
import { named } from "./faults.ts";

/** After how many pages in the log SQLite takes them into the file, unless told otherwise. */
const logPagesMax = 1_000;

export class Copying {
  readonly #db: DatabaseSync;
  readonly #path: string;
  #file: number | null = null;
  #stands: Int32Array | null = null;
  #copies = 0;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
  }

  /** Takes the log into the file, which then stands still. Throws `storage` where the disk refuses it. */
  begin(): Standing {
    this.end();
    try {
      const { busy } = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy !== 0) throw new ElsewhereError("storage", `the log of ${this.#path} is being read: ask for the copy again`);
      this.#db.exec("PRAGMA wal_autocheckpoint=0");
      this.#file ??= openSync(this.#path, "r");
    } catch (error) {
      this.end();
      throw named(error, this.#path);
    }
    const stands = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#stands = new Int32Array(stands);
    Atomics.store(this.#stands, 0, 1);
    return { copy: ++this.#copies, file: this.#file, bytes: fstatSync(this.#file).size, stands };
  }

  /** The file may change again, unless another copy than this one was begun. Whoever still reads it is told of that before it does. */
  end(copy = this.#copies): void {
    if (copy !== this.#copies) return;
    if (this.#stands !== null) Atomics.store(this.#stands, 0, 0);
    this.#stands = null;
    this.#db.exec(`PRAGMA wal_autocheckpoint=${logPagesMax}`);
  }

  /** To be told of every commit: a log that has grown too long is worth more than the copy. */
  committed(): void {
    if (this.#stands !== null && statSync(`${this.#path}-wal`).size > limits.copyLogBytesMax) this.end();
  }

  /** Once the database is closed. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
