import { ElsewhereError } from "../errors.ts";
import type { JsonObject } from "../intents.ts";
import { ByteWriter } from "../wire/bytes.ts";
import {
  type BlockHead,
  type FilmEntry,
  moveBitsMax,
  type Section,
  type Sections,
  sumBytes,
  valuesMax,
  writeHead,
  type ZstdReader,
  type ZstdWriter,
} from "./block.ts";
import { crc32 } from "./crc.ts";
import { EntryCoder } from "./entries.ts";
import { JsonCoder } from "./json.ts";
import { MoveRows, readMoveBytes } from "./moves.ts";
import { MovesModel } from "./moves-model.ts";
import { isEqual, type Plan, planBlock, type PlannedEntry } from "./plan.ts";
import { RangeCoder } from "./range-coder.ts";
import { BlockReader } from "./reader.ts";
import { FilmState } from "./state.ts";
import { Texts } from "./texts.ts";

/** A block and what it tells of itself. */
export interface WrittenBlock {
  readonly bytes: Uint8Array;
  readonly head: BlockHead;
}

const utf8 = new TextEncoder();

/**
 * Recodes entries of one map's record, in order; the first must be a keyframe. Gives one block or several, each of which
 * opens with a whole state and reads by itself. Every block was read back and found to give every byte of its entries; what
 * could not be recoded was kept as it was. Throws `malformed` if there is no keyframe to begin with, `limit` if what has to
 * be kept is too large for a block.
 */
export function writeBlocks(entries: readonly FilmEntry[], zstd: ZstdWriter & ZstdReader): readonly WrittenBlock[] {
  if (entries[0]?.kind !== "keyframe") {
    throw new ElsewhereError("malformed", "a film begins with a keyframe: hand in the one before the first tick", { field: "entries" });
  }
  const blocks: WrittenBlock[] = [];
  let next = 0;
  let opening: JsonObject | null = null;
  while (next < entries.length) {
    const plan = recode(entries, next, opening, zstd, blocks);
    [next, opening] = [plan.next, plan.reached];
  }
  return blocks;
}

/** Writes one block. What does not come back is kept as it was, with all after it, and the block is written again. */
function recode(
  entries: readonly FilmEntry[],
  first: number,
  opening: JsonObject | null,
  zstd: ZstdWriter & ZstdReader,
  blocks: WrittenBlock[],
): Plan {
  let keptFrom = entries.length;
  let keepsOpening = false;
  for (;;) {
    const plan = planBlock(entries, first, opening, keptFrom);
    const writing = new BlockWriting(plan, keepsOpening);
    const block = writing.write(zstd);
    const bad = block === null ? writing.at : firstBad(plan, block.bytes, zstd);
    if (block !== null && bad === null) {
      blocks.push(block);
      return plan;
    }
    const isOpening = bad === openingAt || (bad === 0 && plan.entries[0]!.form === "opening");
    if (isOpening && !keepsOpening) keepsOpening = true;
    else if (bad !== null && bad !== openingAt && first + bad < keptFrom) keptFrom = first + bad;
    else throw new ElsewhereError("limit", "too much of a record cannot be recoded for one block: keep it as it is", { field: "entries" });
  }
}

const openingAt = -1;

/** The place of the first entry that does not come back byte for byte; null if all do. */
function firstBad({ opening, entries }: Plan, block: Uint8Array, zstd: ZstdReader): number | null {
  let at = openingAt;
  try {
    const reader = new BlockReader(block, zstd);
    // Otherwise it comes with the first entry.
    if (!reader.head.openingIsEntry && !isEqual(reader.opening(), opening.bytes())) return at;
    at = 0;
    for (const { kind, tick, seq, batch, bytes } of reader.entries()) {
      const { entry } = entries[at]!;
      const numbers = kind === entry.kind && tick === entry.tick && seq === entry.seq && batch === entry.batch;
      if (!numbers || !isEqual(bytes, entry.bytes)) return at;
      at++;
    }
  } catch (cause) {
    if (cause instanceof ElsewhereError) return at;
    throw cause;
  }
  return at === entries.length ? null : at;
}

class BlockWriting {
  /** The place of the entry being written. */
  at = openingAt;
  readonly #plan: Plan;
  readonly #keepsOpening: boolean;

  constructor(plan: Plan, keepsOpening: boolean) {
    this.#plan = plan;
    this.#keepsOpening = keepsOpening || plan.opening.json === null;
  }

  /** Null if what is at `at` cannot be told. */
  write(zstd: ZstdWriter): WrittenBlock | null {
    try {
      return this.#write(zstd);
    } catch (cause) {
      if (cause instanceof ElsewhereError && cause.code === "corrupt") return null;
      throw cause;
    }
  }

  #write(zstd: ZstdWriter): WrittenBlock {
    const { opening, entries } = this.#plan;
    const sections: Sections = {
      opening: this.#keepsOpening ? section(empty, opening.bytes(), 0, zstd) : this.#json([opening.json!], false, zstd),
      entries: this.#entries(zstd),
      told: this.#told(zstd),
      moves: this.#moves(),
    };
    const [first, last] = [entries[0]!.entry, entries.at(-1)!.entry];
    const head: BlockHead = {
      map: opening.map,
      openingTick: opening.tick,
      openingIsEntry: entries[0]!.form === "opening",
      firstTick: first.tick,
      lastTick: last.tick,
      firstSeq: first.seq,
      lastSeq: last.seq,
      entryCount: entries.length,
      keyframeCount: entries.filter(({ entry }) => entry.kind === "keyframe").length,
      verbatimCount: entries.filter(({ form }) => form.startsWith("kept")).length,
      eventCounts: countEvents(entries),
    };
    const out = new ByteWriter(1024);
    writeHead(out, head, sections);
    const parts = [out.since(0), ...Object.values(sections).flatMap(({ bits, packed }) => [bits, packed])];
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, sumBytes));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    new DataView(bytes.buffer).setUint32(at, crc32(bytes.subarray(0, at)), true);
    return { bytes, head };
  }

  #entries(zstd: ZstdWriter): Section {
    const { opening, entries } = this.#plan;
    const coder = RangeCoder.writer();
    const numbers = new EntryCoder(coder, opening.tick, entries[0]!.entry.seq);
    const kept: Uint8Array[] = [];
    for (const { entry, form } of entries) {
      const keeps = form === "keptKeyframe" || form === "keptTick";
      numbers.code({ form, tick: entry.tick, seq: entry.seq, batch: entry.batch, keptLength: keeps ? entry.bytes.length : 0 });
      if (keeps) kept.push(entry.bytes);
    }
    return section(coder.finish(), joined(kept), 0, zstd);
  }

  #told(zstd: ZstdWriter): Section {
    return this.#json(
      this.#plan.entries.map(({ form, told }) => (form === "telling" ? told : null)),
      true,
      zstd,
    );
  }

  /** Those of the values that are not null. */
  #json(values: readonly (JsonObject | null)[], subjects: boolean, zstd: ZstdWriter): Section {
    const coder = RangeCoder.writer();
    const texts = new Texts("");
    const json = new JsonCoder(coder, texts, valuesMax, subjects);
    const at = this.at;
    values.forEach((value, i) => {
      if (subjects) this.at = i;
      if (value !== null) json.code(value);
    });
    this.at = at;
    return section(coder.finish(), utf8.encode(texts.packed()), valuesMax - json.left, zstd);
  }

  #moves(): Section {
    const { opening, entries, movers } = this.#plan;
    if (opening.json === null) return section(empty, empty, 0, null);
    const coder = RangeCoder.writer();
    const state = new FilmState(opening.json);
    const model = new MovesModel(coder, state, moveBitsMax);
    const rows = new MoveRows();
    model.movers(movers);
    for (const [i, { entry, form, told, moves }] of entries.entries()) {
      this.at = i;
      if (form === "reached") state.tick = entry.tick;
      if (form !== "quiet" && form !== "telling") continue;
      readMoveBytes(moves, rows);
      model.tick(entry.tick, told, rows);
      state.apply(entry.tick, told, rows);
    }
    return section(coder.finish(), empty, coder.bits, null);
  }
}

const empty = new Uint8Array(0);

/** What is not worth packing is not packed. */
function section(bits: Uint8Array, bytes: Uint8Array, values: number, zstd: ZstdWriter | null): Section {
  const packed = zstd === null || bytes.length === 0 ? bytes : zstd.compress(bytes);
  return { bits, packed: packed.length < bytes.length ? packed : bytes, size: bytes.length, values };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function countEvents(entries: readonly PlannedEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { told } of entries) {
    for (const { kind } of told.events ?? []) if (typeof kind === "string") counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
