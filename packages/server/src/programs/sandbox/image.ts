/**
 * An image: a heap as its difference from the base, in an envelope that says what it needs and is hashed as a whole.
 * A flipped bit in a heap usually runs without an error, so an image whose hash is wrong is never looked into.
 *
 *     0  magic "ELSI", u16 version, u16 zero
 *     8  sha256 of the engine's module, of the base memory, of the program's code (32 bytes each)
 *   104  u32 memory bytes, u32 stack pointer, u32 turn, u32 run words, u32 granule bytes (little-endian)
 *   124  zstd of the runs and the granules
 *   end  sha256 of all before it (32 bytes)
 */
import { createHash } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Base } from "./base.ts";
import type { Difference } from "./granules.ts";
import { wasmPageBytes } from "./wasm.ts";

const magic = 0x49534c45;
const imageVersion = 1;
const headerBytes = 124;
const hashBytes = 32;

/** What an image is of. */
export interface ImageOf {
  readonly base: Base;
  /** sha256 of the program's bundled code, hex. */
  readonly codeHash: string;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

export function encodeImage({ base, codeHash }: ImageOf, turn: number, { memoryBytes, runs, bytes }: Difference): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(magic, 0);
  header.writeUInt16LE(imageVersion, 4);
  [base.engineHash, base.hash, codeHash].forEach((hash, i) => header.write(hash, 8 + i * hashBytes, "hex"));
  [memoryBytes, base.stackPointer, turn, runs.length, bytes.length].forEach((word, i) => header.writeUInt32LE(word, 104 + i * 4));
  const payload = zstdCompressSync(Buffer.concat([new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength), bytes]), {
    params: { [constants.ZSTD_c_compressionLevel]: 3 },
  });
  const body = Buffer.concat([header, payload]);
  return Buffer.concat([body, sha256(body)]);
}

/** Throws `corrupt` for damaged bytes, `unsupported` for another version, engine, base or code. */
export function decodeImage(bytes: Uint8Array, { base, codeHash }: ImageOf): { turn: number; difference: Difference } {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (image.length < headerBytes + hashBytes || image.readUInt32LE(0) !== magic) throw corrupt("is not an image");
  const body = image.subarray(0, -hashBytes);
  if (!sha256(body).equals(image.subarray(-hashBytes))) throw corrupt("does not match its hash");
  if (image.readUInt16LE(4) !== imageVersion) throw unsupported(`has version ${image.readUInt16LE(4)}`);
  const hash = (i: number): string => image.toString("hex", 8 + i * hashBytes, 8 + (i + 1) * hashBytes);
  const word = (i: number): number => image.readUInt32LE(104 + i * 4);
  if (hash(0) !== base.engineHash) throw unsupported("was made by another engine");
  if (hash(1) !== base.hash || word(1) !== base.stackPointer) throw unsupported("was made from another base");
  if (hash(2) !== codeHash) throw unsupported("is of other code");
  const memoryBytes = word(0);
  if (memoryBytes % wasmPageBytes !== 0 || memoryBytes < base.memory.length || memoryBytes > limits.heapBytesMax) {
    throw corrupt("has an impossible memory size");
  }
  return { turn: word(2), difference: { memoryBytes, ...unpack(body.subarray(headerBytes), word(3), word(4)) } };
}

function unpack(payload: Buffer, runWords: number, granuleBytes: number): Pick<Difference, "runs" | "bytes"> {
  const total = runWords * 4 + granuleBytes;
  if (total > 2 * limits.heapBytesMax) throw corrupt("is too large");
  let raw: Buffer;
  try {
    raw = zstdDecompressSync(payload, { maxOutputLength: Math.max(1, total) });
  } catch (error) {
    throw new ElsewhereError("corrupt", "the image does not decompress", { field: "image" }, { cause: error });
  }
  if (raw.length !== total) throw corrupt("has another length than it says");
  const runs = new Uint32Array(runWords);
  for (let i = 0; i < runWords; i++) runs[i] = raw.readUInt32LE(i * 4);
  return { runs, bytes: raw.subarray(runWords * 4) };
}

const corrupt = (what: string): ElsewhereError => new ElsewhereError("corrupt", `the image ${what}`, { field: "image" });
const unsupported = (what: string): ElsewhereError => new ElsewhereError("unsupported", `the image ${what}`, { field: "image" });

/** Two equal heaps have equal hashes: sha256 over the base, the memory's size and the granules that differ, hex. */
export function hashHeap(base: Base, { memoryBytes, runs, bytes }: Difference): string {
  const size = new Uint32Array([memoryBytes]);
  return createHash("sha256").update(base.hash).update(size).update(runs).update(bytes).digest("hex");
}
