/** What happened in hidden rooms, for those who play the past: of the rooms whose keys are at hand. */
import type { WorldMap } from "@elsewhere/world";
import type { PastSource, StoredStretch } from "../record/past.ts";
import type { RecordReader } from "../record/reader.ts";
import { openSealedBlock, spanOf } from "./block.ts";
import type { Places } from "./places.ts";
import { openPlaces, sealsSetting } from "./sealing.ts";
import { type Chunk, readTail, type Tail } from "./tail.ts";

/** A room's part of a map for a while. */
export interface SealedPart {
  /** As in `hiddenAt`. */
  readonly room: number;
  /** The tick of its keyframe. */
  readonly fromTick: number;
  /** Through which tick it tells all there is; null for one that goes on. */
  readonly throughTick: number | null;
  readonly stored: StoredStretch["stored"];
}

export interface SealedPast {
  /**
   * Of each open room of a map the first part that does not end before a tick: it tells what happened in that tick, or it
   * begins later. Throws `corrupt`.
   */
  parts(map: string, tick: number): Promise<readonly SealedPart[]>;
}

export interface SealedPastOptions {
  readonly source: Pick<PastSource, "stretches" | "stretch">;
  readonly places: Pick<Places, "roomsOf" | "keyOf">;
  /** What of a stream is in no block yet; null for one that was never begun. */
  readonly tailOf: (stream: string) => Promise<Pick<Tail, "chunks" | "openThrough"> | null>;
}

/** So many opened blocks are kept: to open one takes a while, and who drags along a timeline comes back to it. */
const blocksKept = 8;

export function sealedPastOf({ source, places, tailOf }: SealedPastOptions): SealedPast {
  const blocks = new OpenBlocks();
  return {
    async parts(map, tick) {
      const parts: SealedPart[] = [];
      for (const { room, stream } of places.roomsOf(map)) {
        const key = places.keyOf(stream);
        const tail = key === null ? null : await tailOf(stream);
        if (key === null || tail === null) continue;
        const { chunks, openThrough = null } = tail;
        const fromTick = chunks[0]!.tick;
        const block = tick > fromTick ? null : await blockFor(source, blocks, stream, key.identity, tick);
        if (block !== null) parts.push({ room, ...block });
        else if (openThrough === null || tick <= openThrough) {
          parts.push({ room, fromTick, throughTick: openThrough, stored: storedAs(map, chunks) });
        }
      }
      return parts;
    },
  };
}

/** The same for a record that nobody is writing, of the rooms whose secrets its maps tell or whose coordinates are given. */
export async function sealedPastIn(record: RecordReader, maps: readonly WorldMap[], coordinates: readonly string[]): Promise<SealedPast> {
  const { places, keys } = await openPlaces({ maps, programs: [] }, coordinates, record.setting(sealsSetting));
  const tails = new Map<string, Promise<Tail | null>>();
  const tailOf = (stream: string): Promise<Tail | null> => {
    const tail = tails.get(stream) ?? readTail((key) => record.setting(key), stream, keys);
    tails.set(stream, tail);
    return tail;
  };
  return sealedPastOf({ source: record, places, tailOf });
}

/** Films of sealed blocks, those that were asked for last. */
class OpenBlocks {
  readonly #opened = new Map<string, Uint8Array>();

  async open(stream: string, throughTick: number, identity: string, sealed: Uint8Array): Promise<Uint8Array> {
    const opened = this.#opened;
    const name = `${stream}@${throughTick}`;
    const block = opened.get(name) ?? (await openSealedBlock(identity, sealed));
    opened.delete(name);
    opened.set(name, block);
    for (const oldest of opened.keys()) if (opened.size > blocksKept) opened.delete(oldest);
    return block;
  }
}

/** The block with the first end at or after a tick. Blocks bear the tick they end with. */
async function blockFor(
  source: SealedPastOptions["source"],
  blocks: OpenBlocks,
  stream: string,
  identity: string,
  tick: number,
): Promise<Omit<SealedPart, "room"> | null> {
  const before = tick === 0 ? null : await source.stretch(stream, tick - 1);
  const end = before === null ? (await source.stretches(stream))[0]?.fromTick : before.nextTick;
  const found = end == null ? null : await source.stretch(stream, end);
  if (found === null || !("rows" in found.stored)) return null;
  const sealed = found.stored.rows.keyframe.bytes;
  const { fromTick, throughTick } = spanOf(sealed);
  return { fromTick, throughTick, stored: { block: await blocks.open(stream, throughTick, identity, sealed) } };
}

function storedAs(map: string, chunks: readonly Chunk[]): StoredStretch["stored"] {
  const row = ({ tick, bytes }: Chunk): { map: string; tick: number; bytes: Uint8Array } => ({ map, tick, bytes });
  // Another keyframe stands where a cut begins.
  return { rows: { keyframe: row(chunks[0]!), records: chunks.filter(({ kind }) => kind === "tick").map(row) } };
}
