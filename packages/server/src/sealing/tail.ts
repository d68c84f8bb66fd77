/**
 * The newest part of a sealed stream, which is in no block yet: chunks, each in a setting of its own, from a keyframe of the
 * room's part on. A chunk is what happened in the room in one tick, and is committed with that tick.
 */
import { ByteReader, ByteWriter, ElsewhereError, type FilmEntry } from "@elsewhere/protocol";
import { MapState, recoverRecord, type WorldMap } from "@elsewhere/world";
import type { SettingRow } from "../storage/contract.ts";
import { type DataKey, type DataKeys, keyIdOf } from "./seal.ts";

export type Chunk = Pick<FilmEntry, "kind" | "tick" | "bytes">;

/** What the setting of a tail says in the clear. */
export interface TailHead {
  /** Number of its first chunk; they follow each other without a gap. */
  readonly first: number;
  /** The last tick at which the room was open; left out while it is. */
  readonly openThrough?: number;
}

export interface Tail extends TailHead {
  /** In order, the first a keyframe; there is another where a cut was not done. */
  readonly chunks: readonly Chunk[];
}

/** Reads a setting, at once or later. */
export type ReadSetting = (key: string) => string | null | Promise<string | null>;

const headKey = (stream: string): string => `tail:${stream}`;
const chunkKey = (stream: string, n: number): string => `tail:${stream}:${n}`;

export async function readTailHead(setting: ReadSetting, stream: string): Promise<TailHead | null> {
  const text = await setting(headKey(stream));
  return text === null ? null : (JSON.parse(text) as TailHead);
}

/** Null for a room that was never open. Throws `corrupt`, and `forbidden` where a key is not at hand. */
export async function readTail(setting: ReadSetting, stream: string, keys: DataKeys): Promise<Tail | null> {
  const head = await readTailHead(setting, stream);
  if (head === null) return null;
  const chunks: Chunk[] = [];
  for (let n = head.first; ; n++) {
    const text = await setting(chunkKey(stream, n));
    if (text === null) break;
    chunks.push(openChunk(new Uint8Array(Buffer.from(text, "base64")), chunkKey(stream, n), keys));
  }
  if (chunks[0]?.kind !== "keyframe") throw damaged(stream);
  return { ...head, chunks };
}

/** The state of a room's part at the end of its tail. */
export function partOf(map: WorldMap, chunks: readonly Chunk[]): MapState {
  const from = chunks.findLastIndex(({ kind }) => kind === "keyframe");
  const part = MapState.fromKeyframe(map, chunks[from]!.bytes);
  for (const { bytes } of chunks.slice(from + 1)) recoverRecord(map, part, bytes);
  return part;
}

/** Writes a tail, chunk by chunk. */
export class TailWriter {
  readonly stream: string;
  readonly #key: DataKey;
  #next: number;

  constructor(stream: string, key: DataKey, first: number) {
    this.stream = stream;
    this.#key = key;
    this.#next = first;
  }

  /** The number of the next chunk. */
  get next(): number {
    return this.#next;
  }

  add({ kind, tick, bytes }: Chunk): SettingRow {
    const head = new ByteWriter(9);
    head.byte(kind === "keyframe" ? 1 : 0);
    head.varint(tick);
    const key = chunkKey(this.stream, this.#next++);
    const sealed = this.#key.seal(Buffer.concat([head.since(0), bytes]), key);
    return { key, value: Buffer.from(sealed).toString("base64") };
  }
}

export const tailHead = (stream: string, head: TailHead): SettingRow => ({ key: headKey(stream), value: JSON.stringify(head) });

/** What lets go of chunks from one up to before another. */
export function chunksGone(stream: string, first: number, end: number): readonly SettingRow[] {
  return Array.from({ length: end - first }, (_, i) => ({ key: chunkKey(stream, first + i), value: null }));
}

function openChunk(sealed: Uint8Array, key: string, keys: DataKeys): Chunk {
  const id = keyIdOf(sealed);
  if (id === null) throw damaged(key);
  const dataKey = keys.get(id);
  if (dataKey === null) throw new ElsewhereError("forbidden", "a hidden place is closed: whoever has its coordinates can open it");
  const plain = dataKey.open(sealed, key);
  const from = new ByteReader(plain);
  const kind = from.byte() === 1 ? "keyframe" : "tick";
  const tick = from.varint();
  return { kind, tick, bytes: plain.subarray(from.at) };
}

function damaged(what: string): ElsewhereError {
  return new ElsewhereError("corrupt", `the sealed stream of a hidden room is damaged (${what}): restore an earlier copy`, {
    field: "tail",
  });
}
