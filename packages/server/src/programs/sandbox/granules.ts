/**
 * What tells two heaps apart: the 64-byte granules that differ. Most of a heap never changes, so it is compared in large
 * pieces first; where a heap is longer than what it is compared with, the rest counts as zero.
 */
export const granuleBytes = 64;
export const granuleWords = granuleBytes / 4;

const spanBytes = 16_384;
const pageBytes = 2_048;
const zeros = Buffer.alloc(spanBytes);
const zeroWords = new Int32Array(zeros.buffer, zeros.byteOffset, spanBytes / 4);

export const wordsOf = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);

/** Numbers of the granules in which `heap` differs from `from`, ascending. Lengths are whole wasm pages. */
export function differing(heap: Buffer, from: Buffer): number[] {
  const granules: number[] = [];
  const [a, b] = [wordsOf(heap), wordsOf(from)];
  for (let span = 0; span < heap.length; span += spanBytes) {
    const known = span < from.length;
    if (same(heap, span, known ? from : zeros, known ? span : 0, spanBytes)) continue;
    for (let at = span; at < span + spanBytes; at += pageBytes) {
      const fromAt = known ? at : 0;
      if (!same(heap, at, known ? from : zeros, fromAt, pageBytes)) collect(a, at >> 2, known ? b : zeroWords, fromAt >> 2, granules);
    }
  }
  return granules;
}

const same = (a: Buffer, atA: number, b: Buffer, atB: number, bytes: number): boolean =>
  a.compare(b, atB, atB + bytes, atA, atA + bytes) === 0;

/** The granules of one page in which `a` and `b` differ. */
function collect(a: Int32Array, atA: number, b: Int32Array, atB: number, granules: number[]): void {
  for (let granule = 0; granule < pageBytes / 4; granule += granuleWords) {
    for (let i = granule; i < granule + granuleWords; i++) {
      if (a[atA + i] === b[atB + i]) continue;
      granules.push((atA + granule) / granuleWords);
      break;
    }
  }
}

/** Makes these granules of `heap` what they are in `from`. */
export function putBack(heap: Buffer, from: Buffer, granules: readonly number[]): void {
  const [to, source] = [wordsOf(heap), wordsOf(from)];
  for (const granule of granules) {
    const at = granule * granuleWords;
    // Beyond the end of `from` reading gives undefined, which is stored as zero.
    for (let i = at; i < at + granuleWords; i++) to[i] = source[i]!;
  }
}

/** Beyond its end a heap counts as zero. */
export function sameGranule(a: Buffer, b: Buffer, granule: number): boolean {
  const [wordsA, wordsB] = [wordsOf(a), wordsOf(b)];
  const from = granule * granuleWords;
  for (let i = from; i < from + granuleWords; i++) if ((wordsA[i] ?? 0) !== (wordsB[i] ?? 0)) return false;
  return true;
}
