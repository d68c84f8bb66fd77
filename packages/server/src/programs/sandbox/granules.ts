/**
 * What tells one memory from its base: the 64-byte granules above the stack pointer that differ. Below the stack
 * pointer lies dead stack, which no two runs need to share. Most pages never change, so they are compared whole first.
 */
import { ElsewhereError } from "@elsewhere/protocol";

const granuleBytes = 64;
const granuleWords = granuleBytes / 4;
const pageBytes = 4096;
const zeroPage = new Uint8Array(pageBytes);

/** Runs of differing granules: `[first, count]` pairs, and their bytes one after another. */
export interface Difference {
  readonly memoryBytes: number;
  readonly runs: Uint32Array;
  readonly bytes: Uint8Array;
}

/** `memory` is a whole WebAssembly memory; both start at a page of their buffers. */
export function difference(base: Uint8Array, memory: Uint8Array, from: number): Difference {
  const runs: number[] = [];
  const words = new Int32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  const baseWords = new Int32Array(base.buffer, base.byteOffset, base.length / 4);
  const zeroWords = new Int32Array(zeroPage.buffer);
  for (let page = from; page < memory.length; page += pageBytes) {
    const inBase = page < base.length;
    const old = inBase ? base.subarray(page, page + pageBytes) : zeroPage;
    if (Buffer.compare(old, memory.subarray(page, page + pageBytes)) === 0) continue;
    const oldWords = inBase ? baseWords : zeroWords;
    const shift = inBase ? 0 : page / 4;
    for (let word = page / 4; word < (page + pageBytes) / 4; word += granuleWords) {
      if (differs(words, word, oldWords, word - shift)) appendGranule(runs, word / granuleWords);
    }
  }
  return { memoryBytes: memory.length, runs: Uint32Array.from(runs), bytes: gather(memory, runs) };
}

function differs(a: Int32Array, atA: number, b: Int32Array, atB: number): boolean {
  for (let i = 0; i < granuleWords; i++) if (a[atA + i] !== b[atB + i]) return true;
  return false;
}

function appendGranule(runs: number[], granule: number): void {
  const last = runs.length - 2;
  if (last >= 0 && granule === runs[last]! + runs[last + 1]!) runs[last + 1]!++;
  else runs.push(granule, 1);
}

function gather(memory: Uint8Array, runs: readonly number[]): Uint8Array {
  let total = 0;
  for (let i = 1; i < runs.length; i += 2) total += runs[i]! * granuleBytes;
  const bytes = new Uint8Array(total);
  let to = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const start = runs[i]! * granuleBytes;
    const end = start + runs[i + 1]! * granuleBytes;
    bytes.set(memory.subarray(start, end), to);
    to += end - start;
  }
  return bytes;
}

/** Puts the granules into a memory that equals the base. Throws `corrupt` rather than write outside `from`..end. */
export function apply({ runs, bytes }: Difference, memory: Uint8Array, from: number): void {
  let at = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const start = runs[i]! * granuleBytes;
    const length = runs[i + 1]! * granuleBytes;
    if (start < from || start + length > memory.length || at + length > bytes.length) {
      throw new ElsewhereError("corrupt", "image: a granule lies outside the memory", { field: "image" });
    }
    memory.set(bytes.subarray(at, at + length), start);
    at += length;
  }
}
