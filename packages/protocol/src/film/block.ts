import { ElsewhereError } from "../errors.ts";
import type { ByteReader, ByteWriter } from "../wire/bytes.ts";
import { corrupt } from "./faults.ts";

/** Version of the blocks of a film. */
export const filmVersion = 1;
/** At the end of a block: a CRC-32 of all before it, the lowest byte first. */
export const sumBytes = 4;
/** How large a section may be when it is unpacked. */
const sectionBytesMax = 64 * 1024 * 1024;
/** How many values a section in columns may tell. */
export const valuesMax = 2 ** 23;
/** How many bits the section about moves may have, which are its values. */
export const moveBitsMax = 2 ** 25;
const entriesMax = 2 ** 18;

/** One entry of a map's record, as it was committed. */
export interface FilmEntry {
  readonly kind: "keyframe" | "tick";
  readonly tick: number;
  readonly seq: number;
  readonly batch: number;
  readonly bytes: Uint8Array;
}

/** zstd, handed in: `node:zlib` in a host. Gives one frame. */
export interface ZstdWriter {
  compress(bytes: Uint8Array): Uint8Array;
}

/** zstd, handed in. Throws whatever it likes for what is no frame or is more than `sizeMax` bytes unpacked. */
export interface ZstdReader {
  decompress(bytes: Uint8Array, sizeMax: number): Uint8Array;
}

/** What a block tells of itself without being unpacked. */
export interface BlockHead {
  readonly map: string;
  /** The tick of the state it opens with. */
  readonly openingTick: number;
  /** Whether it opens with an entry of the record, its first one, and not with the state that was reached. */
  readonly openingIsEntry: boolean;
  readonly firstTick: number;
  readonly lastTick: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly entryCount: number;
  readonly keyframeCount: number;
  /** How many entries are kept as they were, byte for byte: with any, it cannot be played from the first of them on. */
  readonly verbatimCount: number;
  /** How many events of each kind there are, by kind. */
  readonly eventCounts: ReadonlyMap<string, number>;
}

/** One part of a block: bits, and texts or bytes that may be packed. */
interface SectionHead {
  readonly bitsLength: number;
  readonly packedLength: number;
  /** Unpacked; equal to `packedLength` if it is not packed. */
  readonly size: number;
  readonly values: number;
}

export interface Section {
  readonly bits: Uint8Array;
  readonly packed: Uint8Array;
  readonly size: number;
  readonly values: number;
}

/** In the order in which they stand in a block. */
export const sectionNames = ["opening", "entries", "told", "moves"] as const;
export type Sections = Readonly<Record<(typeof sectionNames)[number], Section>>;

export function writeHead(out: ByteWriter, head: BlockHead, sections: Sections): void {
  out.byte(filmVersion);
  out.byte(head.openingIsEntry ? 1 : 0);
  out.text(head.map);
  out.varint(head.openingTick);
  out.varint(head.firstTick - head.openingTick);
  out.varint(head.lastTick - head.firstTick);
  out.varint(head.firstSeq);
  out.varint(head.lastSeq - head.firstSeq);
  out.varint(head.entryCount);
  out.varint(head.keyframeCount);
  out.varint(head.verbatimCount);
  out.varint(head.eventCounts.size);
  for (const [kind, count] of head.eventCounts) {
    out.text(kind);
    out.varint(count);
  }
  for (const name of sectionNames) {
    const { bits, packed, size, values } = sections[name];
    for (const value of [bits.length, packed.length, size, values]) out.varint(value);
  }
}

interface Opened {
  readonly head: BlockHead;
  readonly sections: readonly SectionHead[];
}

/** Reads what `writeHead` wrote. Throws `unsupported`, `corrupt` or `malformed`. */
export function readHead(from: ByteReader): Opened {
  const version = from.byte();
  if (version !== filmVersion) {
    throw new ElsewhereError("unsupported", `a film has version ${version}, and this build reads ${filmVersion}: use a newer build`, {
      field: "film",
    });
  }
  const openingIsEntry = from.byte() === 1;
  const map = from.text();
  const openingTick = from.varint();
  const firstTick = openingTick + from.varint();
  const lastTick = firstTick + from.varint();
  const firstSeq = from.varint();
  const lastSeq = firstSeq + from.varint();
  const entryCount = from.varint();
  const keyframeCount = from.varint();
  const verbatimCount = from.varint();
  const isWhole = [lastTick, lastSeq].every((value) => Number.isSafeInteger(value));
  if (!isWhole || entryCount > entriesMax || keyframeCount + verbatimCount > 2 * entryCount) throw corrupt("it counts what is not there");
  const eventCounts = new Map<string, number>();
  for (let i = from.count(2); i > 0; i--) eventCounts.set(from.text(), from.varint());
  const sections = sectionNames.map((name): SectionHead => {
    const [bitsLength, packedLength, size, values] = [from.varint(), from.varint(), from.varint(), from.varint()];
    if (size > sectionBytesMax || values > (name === "moves" ? moveBitsMax : valuesMax) || packedLength > size)
      throw corrupt("a part of it is too large");
    return { bitsLength, packedLength, size, values };
  });
  const head: BlockHead = {
    map,
    openingTick,
    openingIsEntry,
    firstTick,
    lastTick,
    firstSeq,
    lastSeq,
    entryCount,
    keyframeCount,
    verbatimCount,
    eventCounts,
  };
  return { head, sections };
}
