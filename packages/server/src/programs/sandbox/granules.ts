/**
 * What tells two heaps apart: the 64-byte granules that differ. Most of a heap never changes, so it is compared in large
 * pieces first; where a heap is longer than what it is compared with, the rest counts as zero.
 */
export const granuleBytes = 64;
export const granuleWords = granuleBytes / 4;

/** Compared whole before anything in it is looked at. */
const spanBytes = 16_384;
const pageBytes = 4_096;
const zeros = Buffer.alloc(spanBytes);

export const wordsOf = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);

/** Eight bytes at once, which is a quarter quicker than four. */
const longsOf = (bytes: Uint8Array): BigInt64Array => new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 3);
const granuleLongs = granuleBytes / 8;
const zeroLongs = longsOf(zeros);

/** Numbers of the granules in which `heap` differs from `from`, ascending. Both are whole wasm pages long. */
export function differing(heap: Buffer, from: Buffer): number[] {
  const granules: number[] = [];
  const [a, b] = [longsOf(heap), longsOf(from)];
  for (let span = 0; span < heap.length; span += spanBytes) {
    const known = span < from.length;
    if (same(heap, span, known ? from : zeros, known ? span : 0, spanBytes)) continue;
    for (let at = span; at < span + spanBytes; at += pageBytes) {
      const fromAt = known ? at : 0;
      if (!same(heap, at, known ? from : zeros, fromAt, pageBytes)) collect(a, at >> 3, known ? b : zeroLongs, fromAt >> 3, granules);
    }
  }
  return granules;
}

const same = (a: Buffer, atA: number, b: Buffer, atB: number, bytes: number): boolean =>
  a.compare(b, atB, atB + bytes, atA, atA + bytes) === 0;

/** The granules of one page in which `a` and `b` differ. */
function collect(a: BigInt64Array, atA: number, b: BigInt64Array, atB: number, granules: number[]): void {
  for (let granule = 0; granule < pageBytes / 8; granule += granuleLongs) {
    for (let i = granule; i < granule + granuleLongs; i++) {
      if (a[atA + i] === b[atB + i]) continue;
      granules.push((atA + granule) / granuleLongs);
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

/** How many of these granules differ in `a` and `b`; beyond its end a heap counts as zero. */
export function countDiffering(a: Buffer, b: Buffer, granules: readonly number[]): number {
  const [wordsA, wordsB] = [wordsOf(a), wordsOf(b)];
  let count = 0;
  for (const granule of granules) {
    const from = granule * granuleWords;
    let i = from;
    while (i < from + granuleWords && (wordsA[i] ?? 0) === (wordsB[i] ?? 0)) i++;
    if (i < from + granuleWords) count++;
  }
  return count;
}
