import { ElsewhereError } from "../errors.ts";
import type { Json } from "../intents.ts";
import { ByteReader } from "../wire/bytes.ts";
import { type BlockHead, type FilmEntry, readHead, type Section, sectionNames, type Sections, sumBytes, type ZstdReader } from "./block.ts";
import { crc32 } from "./crc.ts";
import { EntryCoder, type EntryNumbers } from "./entries.ts";
import { corrupt } from "./faults.ts";
import { JsonCoder } from "./json.ts";
import { MoveRows } from "./moves.ts";
import { MovesModel } from "./moves-model.ts";
import { RangeCoder } from "./range-coder.ts";
import { FilmState } from "./state.ts";
import { Texts } from "./texts.ts";
import { writeTickBytes } from "./ticks.ts";
import { type Told, toldFrom } from "./told.ts";

/** One entry of a block as it is played. `state` and `moves` are good until the next one is asked for. */
export interface FilmStep {
  readonly kind: "keyframe" | "tick";
  readonly tick: number;
  readonly seq: number;
  readonly batch: number;
  readonly told: Told;
  readonly moves: MoveRows;
  /** The tick of the next entry, null for the last one. */
  readonly nextTick: number | null;
  /** As the entry leaves it; null from an entry on that was kept as it was, until a keyframe can be played. */
  readonly state: FilmState | null;
  /** The entry's own bytes, made when they are asked for: before the next one is. */
  bytes(): Uint8Array;
}

const fromUtf8 = new TextDecoder("utf-8", { fatal: true });
const quiet: Told = Object.freeze({});

/** Reads a block. Everything but the head is unpacked when it is asked for; what is damaged throws `corrupt`. */
export class BlockReader {
  readonly head: BlockHead;
  readonly #zstd: ZstdReader;
  readonly #sections: Sections;

  /** Throws `corrupt` for what is no block or a damaged one, `unsupported` for a version this build does not know. */
  constructor(bytes: Uint8Array, zstd: ZstdReader) {
    this.#zstd = zstd;
    const { head, sections } = guard(() => readBlock(bytes));
    this.head = head;
    this.#sections = sections;
  }

  /** The state it opens with, as the map's keyframe of tick `openingTick`. */
  opening(): Uint8Array {
    return this.#openingKept() ?? this.openingState()!.keyframe();
  }

  /** The same to be played on, a new one each time; null if it is no state this build can play. */
  openingState(): FilmState | null {
    const { opening } = this.#sections;
    if (opening.values === 0) return stateFrom(this.#unpack(opening));
    return guard(() => new FilmState(this.#json(opening, false)()));
  }

  /** What ticks told in words, in order, but for those that told nothing or were kept as they were. Of the block only this is unpacked. */
  *told(): Generator<{ readonly tick: number; readonly told: Told }> {
    const told = this.#tellings();
    for (const { form, tick } of this.#entries()) if (form === "telling") yield { tick, told: told() };
  }

  /** Every entry of the record, in order, byte for byte. */
  *entries(): Generator<FilmEntry> {
    for (const { kind, tick, seq, batch, bytes } of this.play()) yield { kind, tick, seq, batch, bytes: bytes() };
  }

  /** Plays it: every entry with what it changed and the state it leaves. */
  *play(): Generator<FilmStep> {
    const entries = [...this.#entries()];
    const told = this.#tellings();
    const kept = this.#kept();
    let state = this.openingState();
    // Of what opens with a keyframe that would be written otherwise, all is kept.
    const model = state === null || this.#sections.moves.values === 0 ? null : this.#movesModel(state);
    const moves = new MoveRows();
    for (const [i, { form, tick, seq, batch, keptLength }] of entries.entries()) {
      const said = form === "telling" ? told() : quiet;
      const kind = form === "quiet" || form === "telling" || form === "keptTick" ? "tick" : "keyframe";
      const reached = state;
      let bytes = (): Uint8Array => this.#openingKept() ?? reached!.keyframe();
      moves.count = 0;
      if (form === "keptKeyframe" || form === "keptTick") {
        const own = kept(keptLength);
        bytes = () => own;
        state = null;
      } else if (form === "opening") {
        if (i > 0 || !this.head.openingIsEntry) throw corrupt("it opens twice");
      } else {
        if (reached === null || model === null) throw corrupt("it goes on from what cannot be played");
        if (form === "reached") reached.tick = tick;
        else {
          guard(() => model.tick(tick, said, moves));
          reached.apply(tick, said, moves);
        }
        bytes = form === "reached" ? () => reached.keyframe() : () => writeTickBytes(tick, said, moves);
      }
      yield { kind, tick, seq, batch, told: said, moves, nextTick: entries[i + 1]?.tick ?? null, state, bytes };
    }
  }

  *#entries(): Generator<EntryNumbers> {
    const { entryCount, openingTick, firstSeq } = this.head;
    const coder = RangeCoder.reader(this.#sections.entries.bits);
    const entries = new EntryCoder(coder, openingTick, firstSeq);
    for (let i = 0; i < entryCount; i++) {
      const entry = guard(() => entries.code(null));
      if (coder.overrun || entry.tick < openingTick || !Number.isSafeInteger(entry.seq + entry.batch))
        throw corrupt("its entries are none");
      yield entry;
    }
  }

  /** Gives what was told, tick after tick: whoever goes to the middle of a block needs only that of the way. */
  #tellings(): () => Told {
    const next = guard(() => this.#json(this.#sections.told, true));
    return () => guard(() => toldFrom(next()));
  }

  /** Gives one value of a section after another. */
  #json(section: Section, subjects: boolean): () => Json {
    const texts = new Texts(decoded(this.#unpack(section)));
    const json = new JsonCoder(RangeCoder.reader(section.bits), texts, section.values, subjects);
    return () => json.code(null);
  }

  #movesModel(state: FilmState): MovesModel {
    const { bits, values } = this.#sections.moves;
    const model = new MovesModel(RangeCoder.reader(bits), state, values);
    model.movers(none);
    return model;
  }

  /** Gives what was kept of one entry after another. */
  #kept(): (length: number) => Uint8Array {
    let bytes: Uint8Array | null = null;
    let at = 0;
    return (length) => {
      bytes ??= this.#unpack(this.#sections.entries);
      if (length > bytes.length - at) throw corrupt("an entry of it ends too soon");
      at += length;
      return bytes.subarray(at - length, at);
    };
  }

  #openingKept(): Uint8Array | null {
    const { opening } = this.#sections;
    return opening.values === 0 ? this.#unpack(opening) : null;
  }

  #unpack({ packed, size }: Section): Uint8Array {
    if (packed.length === size) return packed;
    let bytes: Uint8Array;
    try {
      bytes = this.#zstd.decompress(packed, size);
    } catch (cause) {
      throw corrupt("a part of it cannot be unpacked", cause);
    }
    if (bytes.length !== size) throw corrupt("a part of it is of another size than it says");
    return bytes;
  }
}

const none = new Int32Array(0);

function readBlock(bytes: Uint8Array): { readonly head: BlockHead; readonly sections: Sections } {
  const end = bytes.length - sumBytes;
  const from = new ByteReader(bytes.subarray(0, Math.max(0, end)));
  const { head, sections } = readHead(from);
  let at = from.at;
  const take = (length: number): Uint8Array => {
    if (length > end - at) throw corrupt("it ends too soon");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const found = Object.fromEntries(
    sections.map(({ bitsLength, packedLength, size, values }, i): [string, Section] => [
      sectionNames[i]!,
      { bits: take(bitsLength), packed: take(packedLength), size, values },
    ]),
  );
  if (at !== end) throw corrupt("it goes on after its end");
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  if (sum !== crc32(bytes.subarray(0, end))) throw corrupt("it is damaged");
  return { head, sections: found as unknown as Sections };
}

function decoded(bytes: Uint8Array): string {
  try {
    return fromUtf8.decode(bytes);
  } catch (cause) {
    throw corrupt("its texts are none", cause);
  }
}

/** A state from a keyframe's own bytes; null if this build cannot play it. */
function stateFrom(bytes: Uint8Array): FilmState | null {
  try {
    return new FilmState(JSON.parse(fromUtf8.decode(bytes)) as Json);
  } catch {
    return null;
  }
}

/** Whatever the bytes of a block end too soon for is damage of the block. */
function guard<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ElsewhereError && cause.code === "malformed") throw corrupt("it does not parse", cause);
    throw cause;
  }
}
