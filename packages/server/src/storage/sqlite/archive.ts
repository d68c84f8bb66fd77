/**
 * Old entries become blocks while the world runs: which are due, what is handed out to be recoded, and the one transaction
 * in which the blocks take their place. A crash before it leaves the entries, after it the blocks. Blocks that are older
 * than their map's record is to be kept whole are thinned in the same way, and the bytes of old turns go onto reels.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { batchesBetweenRows, entryHash, genesis, sameHash } from "../../record/chain.ts";
import type { Done, Job, RecodedBlock } from "../../record/recode.ts";
import type { ReadEntry } from "../../record/reader.ts";
import { broken } from "../../record/recover.ts";
import { isStream } from "../../record/stream.ts";
import type { MapRetention } from "../contract.ts";
import type { Blocks } from "./blocks.ts";
import { reading } from "./faults.ts";
import type { Reels } from "./reels.ts";
import { Columns, entryRow } from "./rows.ts";
import type { State } from "./state.ts";

/** Entries are recoded once there are so many bytes, or ticks, of them: a block with little in it costs its keyframe. */
const dueBytes = 2 * 1024 * 1024;
const dueTicks = 36_000;
/** What is recoded at once, unless a single keyframe's ticks are more. */
const jobBytesMax = 32 * 1024 * 1024;

const statements = {
  keyframes: "SELECT seq, tick FROM entries WHERE map = ? AND kind = 'keyframe' AND batch < ? ORDER BY seq",
  size: "SELECT coalesce(sum(length(bytes)), 0) AS size FROM entries WHERE map = ? AND seq >= ? AND seq < ?",
  entries: "SELECT * FROM entries WHERE map = ? AND seq >= ? AND seq < ? ORDER BY seq",
  entry: "SELECT * FROM entries WHERE seq = ?",
  drop: "DELETE FROM entries WHERE map = ? AND seq >= ? AND seq <= ?",
  oldest: "SELECT seq, batch FROM entries WHERE seq > ? AND map NOT GLOB '~*' ORDER BY seq LIMIT 1",
  dropBatches: "DELETE FROM batches WHERE batch < ? AND batch % ? <> 0",
} as const;

export class Archive {
  /** By map; what is left out is kept whole for ever. */
  #retention: readonly MapRetention[] = [];
  /** Why something could not be recoded, by what it is of: it stays as it is, and everything else is recoded all the same. */
  readonly #troubles = new Map<string, string>();
  /** By what it is of, as of which keyframe or batch it was last looked at: nothing more is due of it, or it was tried in vain. */
  readonly #looked = new Map<string, number>();
  /** Up to here all entries left are of sealed streams: they are passed over once and not with every job. */
  #passedSeq = 0;
  readonly #db: DatabaseSync;
  readonly #blocks: Blocks;
  readonly #reels: Reels;
  readonly #do: { readonly [name in keyof typeof statements]: StatementSync };

  constructor(db: DatabaseSync, blocks: Blocks, reels: Reels) {
    this.#db = db;
    this.#blocks = blocks;
    this.#reels = reels;
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
  }

  /** From now on keeps less of what is older. */
  retain(retention: readonly MapRetention[]): void {
    this.#retention = retention;
    this.#looked.clear();
  }

  /** Why the last try of something failed; null if all could be recoded. */
  get trouble(): string | null {
    const [first = null] = this.#troubles.values();
    return first;
  }

  /** What is next to be recoded; null if there is nothing, or too little to be worth it unless `all` is wanted. */
  due({ heads, batch }: State, all: boolean): Job | null {
    for (const [map, { keyframeSeq }] of heads) {
      // A sealed block is as small as it gets already.
      if (isStream(map)) continue;
      const job = this.#look(entriesOf(map), keyframeSeq, all, () => this.#old(map, batch, all));
      if (job !== null) return job;
    }
    for (const retention of this.#retention) {
      const head = heads.get(retention.map);
      const job = head && this.#look(blocksOf(retention.map), head.keyframeSeq, all, () => this.#tooOld(retention, head.tick));
      if (job) return job;
    }
    return this.#look(turns, batch, all, () => {
      const found = this.#reels.due(batch - 1, all);
      return found === null ? null : { kind: "reel", turns: found };
    });
  }

  /** What was tried in vain is tried again. */
  again(): void {
    this.#troubles.clear();
  }

  /** What was handed out could not be recoded. */
  failed(job: Job, why: string): void {
    this.#troubles.set(subjectOf(job), why);
  }

  /** Of each subject one job at a time, and after the last one, or a failure, none until there is a later keyframe or batch. */
  #look(subject: string, asOf: number, all: boolean, look: () => Job | null): Job | null {
    if (all ? this.#troubles.has(subject) : this.#looked.get(subject) === asOf) return null;
    this.#looked.set(subject, asOf);
    try {
      return reading("the record", look);
    } catch (error) {
      this.#troubles.set(subject, (error as Error).message);
      return null;
    }
  }

  #tooOld({ map, ticks, keep }: MapRetention, headTick: number): Job | null {
    const block = this.#blocks.oldestBeyond(map, keep);
    if (block === null || block.lastTick >= headTick - ticks) return null;
    return { kind: "thin", map, block: block.block, bytes: keep === "speech" ? this.#blocks.bytes(block) : null };
  }

  /**
   * Entries of a map from its first keyframe up to before a later one. The last batch may still be taken back, and is then
   * held against the one before: so no keyframe of these two is relied upon.
   */
  #old(map: string, lastBatch: number, all: boolean): Job | null {
    const keyframes = this.#do.keyframes.all(map, lastBatch - 1).map((row) => new Columns("entries", row));
    const [first, second, ...others] = keyframes;
    if (first === undefined || second === undefined) return null;
    const from = first.number("seq");
    const last = keyframes.at(-1)!;
    const sizeTo = (seq: number): number => new Columns("entries", this.#do.size.get(map, from, seq)!).number("size");
    const ticks = last.number("tick") - first.number("tick");
    if (!all && ticks < dueTicks && sizeTo(last.number("seq")) < dueBytes) return null;
    let end = second.number("seq");
    for (const next of others) {
      if (sizeTo(next.number("seq")) > jobBytesMax) break;
      end = next.number("seq");
    }
    const entries = this.#do.entries.all(map, from, end).map(entryRow);
    this.#requireAll(entries.at(-1)!, end);
    return { kind: "recode", map, before: this.#blocks.last(map)?.after ?? genesis, after: entries.at(-1)!.hash, entries };
  }

  /** Of entries that an index hides none must be left behind: the one after them follows the last by the chain. */
  #requireAll({ map, tick, hash }: ReadEntry, end: number): void {
    const next = entryRow(this.#do.entry.get(end)!);
    if (!sameHash(entryHash(hash, next), next.hash)) throw broken(`the record of map ${map} is broken after tick ${tick}`);
  }

  put(done: Done): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      let passedSeq = this.#passedSeq;
      if (done.kind === "recode") passedSeq = this.#replace(done.blocks);
      else if (done.kind === "reel") this.#reels.put(done.ids, done.bytes);
      else this.#blocks.keep(done.block, done.bytes);
      this.#db.exec("COMMIT");
      this.#passedSeq = passedSeq;
      // There may be more of it.
      this.#looked.delete(subjectOf(done));
      this.#troubles.delete(subjectOf(done));
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** The blocks take the place of the entries they were made from. Gives the number up to which only streams have entries then. */
  #replace(blocks: readonly RecodedBlock[]): number {
    for (const block of blocks) this.#blocks.put(block);
    const [first, last] = [blocks[0]!, blocks.at(-1)!];
    this.#do.drop.run(first.map, first.firstSeq, last.lastSeq);
    const oldest = new Columns("entries", this.#do.oldest.get(this.#passedSeq)!);
    this.#do.dropBatches.run(oldest.number("batch"), batchesBetweenRows);
    return oldest.number("seq") - 1;
  }
}

const turns = "turns";
const entriesOf = (map: string): string => `entries of ${map}`;
const blocksOf = (map: string): string => `blocks of ${map}`;

function subjectOf(job: Job | Done): string {
  if (job.kind === "reel") return turns;
  return job.kind === "thin" ? blocksOf(job.map) : entriesOf(job.map);
}
