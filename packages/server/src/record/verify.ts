import { setImmediate as yieldToOthers } from "node:timers/promises";
import { ElsewhereError, type ErrorJson, limits } from "@elsewhere/protocol";
import { type Origin, originSetting, parseOrigin } from "../fork/origin.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import { entryHash, genesis, sameHash, toHex } from "./chain.ts";
import type { ReadEntry, ReadGap, RecordReader } from "./reader.ts";
import { BatchChain } from "./verify-batches.ts";
import { broken } from "./recover.ts";
import { isStream, recordOf } from "./stream.ts";
import { ProgramVerifier } from "./verify-programs.ts";

interface VerifiedMap {
  readonly map: string;
  readonly ticks: number;
  readonly keyframes: number;
  /** Blocks of which only a part is kept, or nothing. */
  readonly unkept: number;
  readonly firstTick: number;
  readonly lastTick: number;
  /** Hash of its last entry, hex: two records with equal heads are equal. */
  readonly head: string;
}

/** What happened in a hidden room, as far as it is in blocks: verified without being opened. */
interface VerifiedStream {
  readonly stream: string;
  readonly blocks: number;
  readonly bytes: number;
  /** Hash of its last block, hex. */
  readonly head: string;
}

export interface Verification {
  readonly maps: readonly VerifiedMap[];
  readonly sealed: readonly VerifiedStream[];
  /** Where its world was taken from, null for one that began by itself. */
  readonly origin: Origin | null;
  readonly batches: number;
  readonly images: number;
  readonly turns: number;
  readonly bytes: number;
  readonly ok: boolean;
  /** At most `limits.verifyProblemsMax`; empty exactly if `ok`. */
  readonly problems: readonly ErrorJson[];
}

/** How far a verification has come: batches checked so far. */
export type VerifyProgress = (batches: number) => void;

/**
 * Verifies a whole record: every chain from its beginning, every hash and sum, images and turns included. Reads only.
 * Throws `unknown`, `taken` (a server runs on it), `unsupported`, or `corrupt` where it cannot even be opened.
 */
export async function verifyRecord(record: string | RecordReader, onProgress: VerifyProgress = () => {}): Promise<Verification> {
  const reader = typeof record === "string" ? openRecordReader(record) : record;
  try {
    const verifier = new Verifier(reader);
    await verifier.chained(onProgress);
    await verifier.unchained();
    return verifier.result();
  } finally {
    if (typeof record === "string") reader.close();
  }
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };
/** The chain of a map or of a sealed stream. */
type ChainSoFar = Mutable<Omit<VerifiedMap, "head">> & { bytes: number; hash: Uint8Array };

function chainFrom(map: string, firstTick: number): ChainSoFar {
  return { map, ticks: 0, keyframes: 0, unkept: 0, firstTick, lastTick: firstTick, bytes: 0, hash: genesis };
}

/** Reads one table alongside the batches: gives the rows of each batch in turn. */
class Cursor<T extends { readonly batch: number }> {
  readonly #rows: Iterator<T>;
  #next: T | null = null;

  constructor(rows: Iterable<T>) {
    this.#rows = rows[Symbol.iterator]();
  }

  *upTo(batch: number): Generator<T> {
    for (;;) {
      this.#next ??= this.#read();
      if (this.#next === null || this.#next.batch > batch) return;
      const row = this.#next;
      this.#next = null;
      yield row;
    }
  }

  #read(): T | null {
    const next = this.#rows.next();
    return next.done ? null : next.value;
  }
}

class Verifier {
  readonly #reader: RecordReader;
  readonly #problems: ErrorJson[] = [];
  readonly #chains = new Map<string, ChainSoFar>();
  readonly #programs: ProgramVerifier;
  #batches = 0;
  /** The last batch with entries that are not there. */
  #gapEnd = 0;

  constructor(reader: RecordReader) {
    this.#reader = reader;
    this.#programs = new ProgramVerifier(this.#read(() => [...reader.programs()]) ?? [], (what) => this.#problem(what));
  }

  async chained(onProgress: VerifyProgress): Promise<void> {
    try {
      const entries = new Cursor(this.#reader.entries());
      const turns = new Cursor(this.#reader.turns());
      const images = new Cursor(this.#reader.images());
      const linksOf = (batch: number): { readonly links: Uint8Array[]; readonly sound: boolean } => {
        const ofMaps = Array.from(entries.upTo(batch)).flatMap((entry) => (entry.kind === "gap" ? this.#gap(entry) : [this.#entry(entry)]));
        const ofPrograms = [
          ...Array.from(turns.upTo(batch), (turn) => this.#programs.turn(turn)),
          ...Array.from(images.upTo(batch), (image) => this.#programs.image(image)),
        ];
        return { links: [...ofMaps, ...ofPrograms.map(({ link }) => link)], sound: ofPrograms.every(({ sound }) => sound) };
      };
      const between = new BatchChain((what) => this.#problem(what), this.#reader.allBatchesFrom);
      for (const row of this.#reader.batches()) {
        for (const batch of between.upTo(row)) {
          between.add(batch, linksOf(batch), this.#gapEnd);
          if (batch % 256 === 0) {
            onProgress(batch);
            await yieldToOthers();
          }
        }
        between.compare(row);
      }
      this.#batches = between.last;
      if (linksOf(Infinity).links.length > 0) this.#problem("rows follow the last batch");
      this.#heads();
      this.#programs.ends(this.#reader.programs());
      this.#programs.grounds(this.#reader.grounds());
      onProgress(this.#batches);
    } catch (error) {
      this.#caught(error);
    }
  }

  async unchained(): Promise<void> {
    for (const problem of this.#reader.unchained()) {
      this.#add(problem);
      await yieldToOthers();
    }
  }

  result(): Verification {
    const chains = [...this.#chains.values()];
    const maps = chains.filter(({ map }) => !isStream(map));
    const streams = chains.filter(({ map }) => isStream(map));
    const origin = this.#read(() => parseOrigin(this.#reader.setting(originSetting)));
    return {
      maps: maps.map(({ map, ticks, keyframes, unkept, firstTick, lastTick, hash }) => {
        return { map, ticks, keyframes, unkept, firstTick, lastTick, head: toHex(hash) };
      }),
      sealed: streams.map(({ map, keyframes, bytes, hash }) => ({ stream: map, blocks: keyframes, bytes, head: toHex(hash) })),
      origin,
      batches: this.#batches,
      images: this.#programs.images,
      turns: this.#programs.turns,
      bytes: this.#reader.bytes,
      ok: this.#problems.length === 0,
      problems: this.#problems,
    };
  }

  #entry(entry: ReadEntry): Uint8Array {
    const { map, tick, kind } = entry;
    const soFar = this.#chains.get(map) ?? chainFrom(map, tick);
    const hash = entryHash(soFar.hash, entry);
    if (!sameHash(hash, entry.hash)) this.#problem(`${recordOf(map)} is broken at tick ${tick}`);
    // Going on from the stored hash, one broken link is one problem and not all that follow it.
    soFar.hash = entry.hash;
    soFar.lastTick = tick;
    soFar.bytes += entry.bytes.length;
    if (kind === "tick") soFar.ticks++;
    else soFar.keyframes++;
    this.#chains.set(map, soFar);
    return hash;
  }

  /** Entries that are not there have no links. What follows them goes on from where they ended. */
  #gap({ map, fromTick, lastTick, lastBatch, after, problem }: ReadGap): readonly Uint8Array[] {
    const soFar = this.#chains.get(map) ?? chainFrom(map, fromTick);
    if (problem === null) soFar.unkept++;
    else this.#add(problem.toJSON());
    soFar.hash = after;
    soFar.lastTick = lastTick;
    this.#chains.set(map, soFar);
    this.#gapEnd = Math.max(this.#gapEnd, lastBatch);
    return [];
  }

  #heads(): void {
    const heads = this.#reader.heads();
    for (const { map, hash } of this.#chains.values()) {
      const head = heads.get(map);
      if (head === undefined || !sameHash(head.hash, hash)) this.#problem(`${recordOf(map)} does not end where its head says`);
    }
    for (const map of heads.keys()) if (!this.#chains.has(map)) this.#problem(`${recordOf(map)} is missing`);
  }

  #problem(what: string): void {
    this.#add(broken(what).toJSON());
  }

  #read<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      this.#caught(error);
      return null;
    }
  }

  #caught(error: unknown): void {
    if (!(error instanceof ElsewhereError)) throw error;
    this.#add(error.toJSON());
  }

  #add(problem: ErrorJson): void {
    if (this.#problems.length < limits.verifyProblemsMax) this.#problems.push(problem);
  }
}
