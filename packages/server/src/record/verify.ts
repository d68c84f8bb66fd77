import { setImmediate as yieldToOthers } from "node:timers/promises";
import { ElsewhereError, type ErrorJson, limits } from "@elsewhere/protocol";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import { batchHash, entryHash, genesis, hexHash, imageLink, sameHash, toHex, turnHash } from "./chain.ts";
import type { ReadEntry, ReadImage, ReadTurn, RecordReader } from "./reader.ts";
import { broken } from "./recover.ts";

interface VerifiedMap {
  readonly map: string;
  readonly ticks: number;
  readonly keyframes: number;
  readonly firstTick: number;
  readonly lastTick: number;
  /** Hash of its last entry, hex: two records with equal heads are equal. */
  readonly head: string;
}

export interface Verification {
  readonly maps: readonly VerifiedMap[];
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
type MapSoFar = Mutable<Omit<VerifiedMap, "head">> & { hash: Uint8Array };

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
  readonly #maps = new Map<string, MapSoFar>();
  readonly #programs = new Map<string, { start: number; turn: number }>();
  #batches = 0;
  #images = 0;
  #turns = 0;

  constructor(reader: RecordReader) {
    this.#reader = reader;
  }

  async chained(onProgress: VerifyProgress): Promise<void> {
    try {
      const entries = new Cursor(this.#reader.entries());
      const turns = new Cursor(this.#reader.turns());
      const images = new Cursor(this.#reader.images());
      const linksUpTo = (batch: number): Uint8Array[] => [
        ...Array.from(entries.upTo(batch), (entry) => this.#entry(entry)),
        ...Array.from(turns.upTo(batch), (turn) => this.#turn(turn)),
        ...Array.from(images.upTo(batch), (image) => this.#image(image)),
      ];
      let hash = genesis;
      for (const row of this.#reader.batches()) {
        const batch = ++this.#batches;
        hash = batchHash(hash, batch, linksUpTo(batch));
        if (row.batch !== batch || !sameHash(hash, row.hash)) this.#problem(`batch ${batch} is not what was committed`);
        hash = row.hash;
        if (batch % 256 === 0) {
          onProgress(batch);
          await yieldToOthers();
        }
      }
      if (linksUpTo(Infinity).length > 0) this.#problem("rows follow the last batch");
      this.#heads();
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
    const maps = [...this.#maps.values()].map(({ hash, ...map }): VerifiedMap => ({ ...map, head: toHex(hash) }));
    return {
      maps,
      batches: this.#batches,
      images: this.#images,
      turns: this.#turns,
      bytes: this.#reader.bytes,
      ok: this.#problems.length === 0,
      problems: this.#problems,
    };
  }

  #entry(entry: ReadEntry): Uint8Array {
    const { map, tick, kind } = entry;
    const soFar = this.#maps.get(map) ?? { map, ticks: 0, keyframes: 0, firstTick: tick, lastTick: tick, hash: genesis };
    const hash = entryHash(soFar.hash, entry);
    if (!sameHash(hash, entry.hash)) this.#problem(`the record of map ${map} is broken at tick ${tick}`);
    // Going on from the stored hash, one broken link is one problem and not all that follow it.
    soFar.hash = entry.hash;
    soFar.lastTick = tick;
    if (kind === "tick") soFar.ticks++;
    else soFar.keyframes++;
    this.#maps.set(map, soFar);
    return hash;
  }

  #turn(turn: ReadTurn): Uint8Array {
    this.#turns++;
    const last = this.#programs.get(turn.program);
    if (!sameHash(turnHash(turn), turn.hash)) this.#problem(`turn ${turn.turn} of program ${turn.program} is damaged`);
    const follows = turn.turn === 1 || (last !== undefined && turn.start === last.start && turn.turn === last.turn + 1);
    if (!follows) this.#problem(`a turn before turn ${turn.turn} of program ${turn.program} is missing`);
    this.#programs.set(turn.program, { start: turn.start, turn: turn.turn });
    return turn.hash;
  }

  #image(image: ReadImage): Uint8Array {
    const { program, start, turn, bytes } = image;
    const sound = sameHash(imageLink(image), image.link) && (bytes === null || hexHash(bytes) === image.hash);
    if (!sound) this.#problem(`the image of program ${program} after turn ${turn} is damaged`);
    if (bytes !== null) this.#images++;
    // A program may arrive as an image: its turns go on from there.
    const last = this.#programs.get(program);
    if (last === undefined || start > last.start || turn > last.turn) this.#programs.set(program, { start, turn });
    return image.link;
  }

  #heads(): void {
    const heads = this.#reader.heads();
    for (const { map, hash } of this.#maps.values()) {
      const head = heads.get(map);
      if (head === undefined || !sameHash(head.hash, hash)) this.#problem(`the record of map ${map} does not end where its head says`);
    }
    for (const map of heads.keys()) if (!this.#maps.has(map)) this.#problem(`the record of map ${map} is missing`);
  }

  #problem(what: string): void {
    this.#add(broken(what).toJSON());
  }

  #caught(error: unknown): void {
    if (!(error instanceof ElsewhereError)) throw error;
    this.#add(error.toJSON());
  }

  #add(problem: ErrorJson): void {
    if (this.#problems.length < limits.verifyProblemsMax) this.#problems.push(problem);
  }
}
