/**
 * The envelope of an image: what the heap in it stands on, and a hash of the whole. A flipped bit in a heap usually runs
 * without an error, so an image whose hash is wrong is never looked into.
 *
 *     0  magic "ELSI", u16 version, u8 coding of the payload, u8 1 if the heap has been at another host
 *     8  sha256 of the engine's module, the base, the program's code, the template (32 bytes each)
 *   136  u32 memory bytes, u32 stack pointer, u32 turn, u32 delta bytes (little-endian)
 *   152  the heap as its difference from the template, or, where the template is all zeros, from the base
 *   end  sha256 of all before it (32 bytes)
 */
import { hash } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { wasmPageBytes } from "./wasm.ts";

const magic = 0x49534c45;
const version = 2;
const hashBytes = 32;
const wordsAt = 8 + 4 * hashBytes;
const headerBytes = wordsAt + 4 * 4;
const coding = { plain: 0, zstd: 1 } as const;
/** A shorter delta is stored as it is: compressing it would cost more time than it saves bytes. */
const plainBytesMax = 1_024;
const noTemplate = "0".repeat(64);
/** An honest delta needs no more; a frame can claim a window of gigabytes, which would be allocated before anything is read. */
const windowLogMax = 23;

export interface Envelope {
  /** Hashes, hex. */
  readonly engine: string;
  readonly base: string;
  readonly code: string;
  /** Null for a template itself, which is the difference from the base. */
  readonly template: string | null;
  readonly turn: number;
  readonly memoryBytes: number;
  readonly stackPointer: number;
  /** Whether the heap, or what it was once, came from another host: then nothing in it is as the engine would have left it. */
  readonly foreign: boolean;
}

/** Hash of an image or a template, by which it is known. */
export const nameOf = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

export function seal(envelope: Envelope, delta: Uint8Array): Uint8Array {
  const plain = delta.length <= plainBytesMax;
  const payload = plain ? delta : zstdCompressSync(delta, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return put(envelope, plain ? coding.plain : coding.zstd, payload, delta.length);
}

/** What another envelope makes of an image that has passed `readEnvelope`; its payload is not looked into. */
export function reseal(envelope: Envelope, bytes: Uint8Array): Uint8Array {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return put(envelope, image.readUInt8(6), image.subarray(headerBytes, -hashBytes), deltaBytesOf(bytes));
}

function put(envelope: Envelope, how: number, payload: Uint8Array, deltaBytes: number): Uint8Array {
  const image = Buffer.allocUnsafeSlow(headerBytes + payload.length + hashBytes);
  image.writeUInt32LE(magic, 0);
  image.writeUInt16LE(version, 4);
  image.writeUInt8(how, 6);
  image.writeUInt8(envelope.foreign ? 1 : 0, 7);
  image.write(envelope.engine + envelope.base + envelope.code + (envelope.template ?? noTemplate), 8, "hex");
  image.writeUInt32LE(envelope.memoryBytes, wordsAt);
  image.writeUInt32LE(envelope.stackPointer, wordsAt + 4);
  image.writeUInt32LE(envelope.turn, wordsAt + 8);
  image.writeUInt32LE(deltaBytes, wordsAt + 12);
  image.set(payload, headerBytes);
  const end = headerBytes + payload.length;
  image.set(hash("sha256", image.subarray(0, end), "buffer"), end);
  return image;
}

/** What an image stands on; its hash is verified, its payload not looked into. Throws `corrupt` or `unsupported`. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (image.length < headerBytes + hashBytes || image.readUInt32LE(0) !== magic) throw corrupt("is not an image");
  const end = image.length - hashBytes;
  if (image.compare(hash("sha256", image.subarray(0, end), "buffer"), 0, hashBytes, end) !== 0) throw corrupt("does not match its hash");
  if (image.readUInt16LE(4) !== version) throw unsupported(`has version ${image.readUInt16LE(4)}`);
  const hashes = image.toString("hex", 8, wordsAt);
  const [engine, base, code, template] = [0, 64, 128, 192].map((at) => hashes.slice(at, at + 64)) as [string, string, string, string];
  const memoryBytes = image.readUInt32LE(wordsAt);
  const stackPointer = image.readUInt32LE(wordsAt + 4);
  const turn = image.readUInt32LE(wordsAt + 8);
  const foreign = image.readUInt8(7);
  if (foreign > 1) throw unsupported(`has been at ${foreign} hosts`);
  if (memoryBytes % wasmPageBytes !== 0 || memoryBytes <= stackPointer || memoryBytes > limits.heapBytesMax || turn === 0) {
    throw corrupt("has an impossible size or turn");
  }
  return {
    engine,
    base,
    code,
    template: template === noTemplate ? null : template,
    turn,
    memoryBytes,
    stackPointer,
    foreign: foreign === 1,
  };
}

/** How long the delta is of an image that has passed `readEnvelope`. */
export const deltaBytesOf = (bytes: Uint8Array): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32LE(wordsAt + 12);

/** The delta of an image that has passed `readEnvelope`. Throws `corrupt` or `unsupported`. */
export function openPayload(bytes: Uint8Array): Uint8Array {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = image.subarray(headerBytes, -hashBytes);
  const deltaBytes = deltaBytesOf(bytes);
  const how = image.readUInt8(6);
  if (how !== coding.plain && how !== coding.zstd) throw unsupported(`is coded as ${how}`);
  if (deltaBytes > 2 * limits.heapBytesMax) throw corrupt("is too large");
  const delta = how === coding.plain ? payload : unpack(payload, deltaBytes);
  if (delta.length !== deltaBytes) throw corrupt("has another length than it says");
  return delta;
}

function unpack(payload: Uint8Array, bytes: number): Uint8Array {
  try {
    return zstdDecompressSync(payload, {
      maxOutputLength: Math.max(1, bytes),
      params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
    });
  } catch (error) {
    throw new ElsewhereError("corrupt", "the image does not decompress", { field: "image" }, { cause: error });
  }
}

const corrupt = (what: string): ElsewhereError => new ElsewhereError("corrupt", `the image ${what}`, { field: "image" });
export const unsupported = (what: string): ElsewhereError => new ElsewhereError("unsupported", `the image ${what}`, { field: "image" });
