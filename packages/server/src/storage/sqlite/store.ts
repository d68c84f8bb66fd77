/**
 * The store as the storage thread runs it: everything here is synchronous. A failed commit leaves nothing, and holds back
 * all later ones until the very same batch is committed, so that none can take effect before it.
 */
import type { DatabaseSync } from "node:sqlite";
import { ElsewhereError } from "@elsewhere/protocol/errors";
import type { CommitBatch, MapRetention } from "../contract.ts";
import type { Done, Job } from "../../record/recode.ts";
import { Archive } from "./archive.ts";
import { Blocks } from "./blocks.ts";
import { Copying } from "./copying.ts";
import { openDatabase } from "./database.ts";
import { named } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { ProgramIds } from "./program-ids.ts";
import { pruneGrounds } from "./prune.ts";
import { Reader } from "./read.ts";
import { Reels } from "./reels.ts";
import { resume } from "./resume.ts";
import type { State } from "./state.ts";
import { Writer } from "./write.ts";

/** `ticket` names the batch: committing the same one again after a failure bears the same ticket. */
export interface Commit {
  readonly ticket: number;
  readonly batch: CommitBatch;
}

export class Store {
  readonly reader: Reader;
  readonly notes: readonly string[];
  readonly copying: Copying;
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #cut: ReadonlyMap<string, number>;
  readonly #writer: Writer;
  readonly #archive: Archive;
  readonly #programIds = new ProgramIds();
  #state: State;
  /** Tickets of what was refused and not committed since. */
  readonly #refused = new Set<number>();

  constructor(dir: string) {
    const { db, path, notes } = openDatabase(dir);
    this.#db = db;
    this.#path = path;
    this.copying = new Copying(db, path);
    try {
      const ledger = new Ledger(db);
      this.#writer = new Writer(db, ledger, this.#programIds);
      const blocks = new Blocks(db);
      const reels = new Reels(db);
      this.#archive = new Archive(db, blocks, reels);
      this.reader = new Reader(db, path, ledger, this.#programIds, blocks, reels);
      const resumed = resume(db, path, ledger, this.#writer, this.#programIds);
      this.#state = pruneGrounds(db, ledger, this.#writer, resumed.state);
      this.#cut = resumed.cut;
      this.reader.startWith(resumed.mail);
      this.notes = [...notes, ...resumed.notes];
    } catch (error) {
      db.close();
      throw named(error, path);
    }
  }

  get seq(): number {
    return this.#state.ids.seq;
  }

  recover(map: string): ReturnType<Reader["recover"]> {
    return this.reader.recover(map, this.#state, this.#cut.get(map) ?? 0);
  }

  heap(program: string): ReturnType<Reader["heap"]> {
    return this.reader.heap(program, this.#state.grounds);
  }

  images(program: string): ReturnType<Reader["images"]> {
    return this.reader.images(program, this.#state.grounds);
  }

  image(program: string, hash: string): ReturnType<Reader["image"]> {
    return this.reader.image(program, hash, this.#state.grounds);
  }

  grounds(): readonly string[] {
    return this.#state.grounds.all.filter(({ stored }) => stored).map(({ hash }) => hash);
  }

  ground(hash: string): ReturnType<Reader["ground"]> {
    return this.reader.ground(hash, this.#state.grounds);
  }

  /** Commits in order; what waits together shares one transaction. Gives the error of each, null for those now durable. */
  commit(commits: readonly Commit[]): readonly (Error | null)[] {
    if (commits.length > 1 && this.#refused.size === 0 && this.#try(commits) === null) return commits.map(() => null);
    return commits.map((commit) => this.#one(commit));
  }

  /** From now on keeps less of what is older. */
  retain(retention: readonly MapRetention[]): void {
    this.#archive.retain(retention);
  }

  /** What is next to be recoded; null if there is nothing, or too little to be worth it unless `all` is wanted. */
  due(all: boolean): Job | null {
    return this.#archive.due(this.#state, all);
  }

  /** What was due is done. Throws `storage` where the disk refuses it: all is then as before. */
  archive(done: Done): void {
    try {
      this.#archive.put(done);
    } catch (error) {
      throw named(error, this.#path);
    }
  }

  /** What was due could not be done. */
  recodeFailed(job: Job, why: string): void {
    this.#archive.failed(job, why);
  }

  /** What was tried in vain is tried again. */
  recodeAgain(): void {
    this.#archive.again();
  }

  /** Why the last try to recode something failed; null if all could be. */
  get trouble(): string | null {
    return this.#archive.trouble;
  }

  /** Refuses to grow beyond this many pages, as a full disk would; null lifts it. For tests. */
  limitPages(pages: number | null): void {
    this.#db.exec(`PRAGMA max_page_count=${pages ?? 0xfffffffe}`);
  }

  close(): void {
    this.copying.end();
    this.#db.close();
    this.copying.close();
  }

  #one(commit: Commit): Error | null {
    const { ticket } = commit;
    const isHeldBack = [...this.#refused].some((each) => each < ticket);
    const error = isHeldBack ? heldBack() : this.#try([commit]);
    if (error === null) this.#refused.delete(ticket);
    else this.#refused.add(ticket);
    return error;
  }

  #try(commits: readonly Commit[]): Error | null {
    let state = this.#state;
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      for (const { batch } of commits) state = this.#writer.write(batch, state);
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      this.#programIds.backTo(this.#state.ids.program);
      const known = named(error, this.#path);
      return known instanceof Error ? known : new Error(String(known));
    }
    this.#state = state;
    this.reader.startWith(null);
    this.copying.committed();
    return null;
  }
}

const heldBack = (): ElsewhereError =>
  new ElsewhereError("storage", "an earlier batch could not be stored; it must be committed again first", { field: "batch" });
