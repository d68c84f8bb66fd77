/**
 * A heap written down as its difference from another: for each granule that differs, how far it lies behind the one
 * before, which of its words differ, and those words, XORed with what is there in the other. Two heaps of one kind
 * differ in a few words only, so this is short without being compressed, which would cost more than all the rest of
 * putting a program to sleep.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import { granuleWords, wordsOf } from "./granules.ts";

/** A varint, the mask of words, the words. */
const granuleBytesMax = 5 + 2 + granuleWords * 4;
let scratch = Buffer.alloc(64 * 1024);

/** The bytes are good until the next call. */
export function encodeDelta(heap: Buffer, from: Buffer, granules: readonly number[]): Buffer {
  if (scratch.length < granules.length * granuleBytesMax) scratch = Buffer.alloc(granules.length * granuleBytesMax);
  const out = scratch;
  const [words, others] = [wordsOf(heap), wordsOf(from)];
  let at = 0;
  let next = 0;
  for (const granule of granules) {
    let gap = granule - next;
    next = granule + 1;
    for (; gap > 0x7f; gap >>>= 7) out[at++] = (gap & 0x7f) | 0x80;
    out[at++] = gap;
    const maskAt = at;
    let mask = 0;
    at += 2;
    for (let i = 0; i < granuleWords; i++) {
      const place = granule * granuleWords + i;
      // Beyond the end of the other heap reading gives undefined, which counts as zero.
      const word = words[place]! ^ others[place]!;
      if (word === 0) continue;
      mask |= 1 << i;
      out[at++] = word;
      out[at++] = word >>> 8;
      out[at++] = word >>> 16;
      out[at++] = word >>> 24;
    }
    out[maskAt] = mask;
    out[maskAt + 1] = mask >>> 8;
  }
  return out.subarray(0, at);
}

/**
 * Makes the heap that was written down of one that equals the other. Throws `corrupt` for what cannot have been written
 * by `encodeDelta`; nothing is ever written outside `heap`, but what is in it is then of no use.
 */
export function applyDelta(delta: Uint8Array, heap: Buffer): void {
  const words = wordsOf(heap);
  let at = 0;
  let next = 0;
  while (at < delta.length) {
    let gap = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = delta[at++] ?? refuse();
      gap += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
      if (shift > 21) refuse();
    }
    let place = (next + gap) * granuleWords;
    next += gap + 1;
    const mask = delta[at]! | (delta[at + 1]! << 8);
    at += 2;
    if (place + granuleWords > words.length) refuse();
    for (let rest = mask; rest !== 0; rest >>>= 1, place++) {
      if ((rest & 1) === 0) continue;
      words[place]! ^= delta[at]! | (delta[at + 1]! << 8) | (delta[at + 2]! << 16) | (delta[at + 3]! << 24);
      at += 4;
    }
  }
  if (at !== delta.length) refuse();
}

function refuse(): never {
  throw new ElsewhereError("corrupt", "the image is of no heap of its size", { field: "image" });
}
