/**
 * A reel: the bytes of many turns, packed together. Turns are much alike, and all that a program was ever given and answered
 * is kept. Its bytes are, packed by zstd: how many turns, their numbers each as its distance from the one before, how long
 * each is, and then the turns. Numbers are varints.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { ByteReader, ByteWriter } from "@elsewhere/protocol/bytes";
import { sameHash } from "./chain.ts";

/** A turn's bytes by its number among all turns of the record. */
export interface Reeled {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Written beside a running world; more would take several times as long for a tenth less. */
const level = 9;
/** More than what turns of one reel can take. */
const reelBytesMax = 16 * 1024 * 1024;

/** Turns by ascending number. What is written was read back and found the same. */
export function writeReel(turns: readonly Reeled[]): Uint8Array {
  const out = new ByteWriter(8 * turns.length);
  out.varint(turns.length);
  let last = 0;
  for (const { id, bytes } of turns) {
    out.varint(id - last);
    out.varint(bytes.length);
    last = id;
  }
  const head = out.since(0);
  const all = Buffer.concat([head, ...turns.map(({ bytes }) => bytes)]);
  const reel = new Uint8Array(zstdCompressSync(all, { params: { [constants.ZSTD_c_compressionLevel]: level } }));
  const back = readReel(reel);
  if (back.size !== turns.length || turns.some(({ id, bytes }) => !sameHash(back.get(id)!, bytes))) {
    throw new Error("a reel does not give back its turns");
  }
  return reel;
}

/** The turns of a reel by their numbers. Throws for bytes that are none. */
export function readReel(reel: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const { buffer, byteOffset, length } = zstdDecompressSync(reel, { maxOutputLength: reelBytesMax });
  const all = new Uint8Array(buffer, byteOffset, length);
  const from = new ByteReader(all);
  const lengths: [id: number, length: number][] = [];
  let id = 0;
  for (let left = from.varint(); left > 0; left--) lengths.push([(id += from.varint()), from.varint()]);
  let at = from.at;
  return new Map(lengths.map(([each, own]) => [each, all.slice(at, (at += own))]));
}
