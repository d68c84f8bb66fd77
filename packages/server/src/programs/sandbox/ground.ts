/**
 * How an engine and a base are kept in storage, for the heaps that stand on them: an upgrade of either leaves old
 * programs on what they began on. Both are named by the sha256 of their bytes. A base is kept as it is, not compressed,
 * so that its name depends on the engine and the library alone.
 *
 *     0  magic "ELSB", u16 version, u16 zero
 *     8  sha256 of the engine's module
 *    40  u32 stack pointer, u32 allocated bytes, u32 of each token (little-endian)
 *    76  the memory from the stack pointer to its end
 */
import { createHash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Ground } from "../contract.ts";
import type { Base } from "./base.ts";
import { type Box, Engine } from "./engine.ts";
import { wasmPageBytes } from "./wasm.ts";

/** Functions of the library that the host holds on to; their boxes are part of the base. */
export interface Tokens {
  readonly undefined: Box;
  readonly begin: Box;
  readonly next: Box;
  readonly watch: Box;
  readonly finish: Box;
  readonly describe: Box;
  readonly unhandled: Box;
}
/** In the order in which a stored base has them. */
export const tokenNames = [
  "undefined",
  "begin",
  "next",
  "watch",
  "finish",
  "describe",
  "unhandled",
] as const satisfies readonly (keyof Tokens)[];

const magic = 0x42534c45;
const version = 1;
const hashBytes = 32;
const wordsAt = 8 + hashBytes;
const headerBytes = wordsAt + (2 + tokenNames.length) * 4;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The engine's module as it is run. */
export const encodeEngine = ({ engine, engineHash }: Base): Ground => ({ hash: engineHash, kind: "engine", bytes: engine, needs: [] });

export function encodeBase({ engineHash, stackPointer, allocatedBytes, tokens, heap }: Omit<Base, "hash">): Ground {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(magic, 0);
  header.writeUInt16LE(version, 4);
  header.write(engineHash, 8, "hex");
  const words = [stackPointer, allocatedBytes, ...tokenNames.map((name) => tokens[name])];
  words.forEach((word, i) => header.writeUInt32LE(word, wordsAt + i * 4));
  const bytes = Buffer.concat([header, heap]);
  return { hash: sha256(bytes), kind: "base", bytes, needs: [engineHash] };
}

/** `engine` is its engine's module as it was run. Throws `corrupt` or `unsupported`. */
export function decodeBase(bytes: Uint8Array, engine: Uint8Array): Base {
  const stored = requireBase(bytes);
  const engineHash = sha256(engine);
  if (stored.toString("hex", 8, 8 + hashBytes) !== engineHash) throw unsupported("was made by another engine");
  const word = (i: number): number => stored.readUInt32LE(wordsAt + i * 4);
  const stackPointer = word(0);
  const memoryBytes = stackPointer + stored.length - headerBytes;
  const inMemory = (at: number): boolean => at >= stackPointer && at < memoryBytes;
  const boxes = tokenNames.map((_, i) => word(2 + i));
  if (memoryBytes % wasmPageBytes !== 0 || memoryBytes > limits.heapBytesMax || !boxes.every(inMemory)) throw corrupt("is damaged");
  const tokens = Object.fromEntries(tokenNames.map((name, i) => [name, boxes[i]])) as unknown as Tokens;
  const module = compiled(engine);
  if (new Engine(module).stackPointer !== stackPointer) throw corrupt("is of no heap of its engine");
  const heap = shared(stored.subarray(headerBytes));
  return { hash: sha256(bytes), engineHash, engine: shared(engine), module, heap, stackPointer, allocatedBytes: word(1), tokens };
}

function requireBase(bytes: Uint8Array): Buffer {
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (stored.length < headerBytes || stored.readUInt32LE(0) !== magic) throw corrupt("is not a base");
  if (stored.readUInt16LE(4) !== version) throw unsupported(`has version ${stored.readUInt16LE(4)}`);
  return stored;
}

function compiled(wasm: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(Uint8Array.from(wasm));
  } catch (error) {
    throw new ElsewhereError("corrupt", "the engine is no module this build can run", { field: "engine" }, { cause: error });
  }
}

const corrupt = (what: string): ElsewhereError => new ElsewhereError("corrupt", `the base ${what}`, { field: "base" });
const unsupported = (what: string): ElsewhereError => new ElsewhereError("unsupported", `the base ${what}`, { field: "base" });

/** A copy that every thread can read. */
export function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
