/**
 * An adaptive binary range coder, as in LZMA, in whole numbers below 2^32. One class writes and reads, so that whatever
 * tells a model of the bits is written once: `bit` takes the bit to write and gives the bit that was written or read.
 */

/** A probability learns fast at first: by a half of what it was wrong, twice, then by 1/4, twice, by 1/8 …, at last by 1/64. */
const shifts = Uint8Array.of(1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6);
const seenMax = 31;
/** A context that has seen nothing: a bit is 1 with 1/2, in 65536ths, above five bits that count what it has seen. */
const fresh = 0x8000 << 5;
const rangeAll = 0x7fff_ffff;
const rangeMin = 0x80_0000;
/** How many zeros may be missing at the end of what is read. */
const zerosMax = 4;
const carry = 0x1_0000_0000;

/** Contexts of one model: for each what it has seen so far. */
export function contexts(count: number): Int32Array {
  return new Int32Array(count).fill(fresh);
}

export class RangeCoder {
  /** Null when it writes. */
  readonly #from: Uint8Array | null;
  #out = new Uint8Array(0);
  #at = 0;
  #length = 0;
  #range = rangeAll;
  /** Writing: the low end of the range, and the byte before it, held back with `#held` bytes 0xff, as a carry may come. */
  #low = 0;
  #before = -1;
  #held = 0;
  /** Reading: how far above the low end of the range what was read lies. */
  #code = 0;
  /** Bits coded so far. */
  bits = 0;

  private constructor(from: Uint8Array | null) {
    this.#from = from;
  }

  static writer(): RangeCoder {
    const coder = new RangeCoder(null);
    coder.#out = new Uint8Array(1024);
    return coder;
  }

  /** Bytes that end too soon read as if zeros followed. */
  static reader(from: Uint8Array): RangeCoder {
    const coder = new RangeCoder(from);
    for (let i = 0; i < 4; i++) coder.#code = (coder.#code << 8) | coder.#next();
    coder.#code &= rangeAll;
    return coder;
  }

  get writes(): boolean {
    return this.#from === null;
  }

  /** Whether more was read than there was. */
  get overrun(): boolean {
    return this.#from !== null && this.#at > this.#from.length + zerosMax;
  }

  bit(model: Int32Array, context: number, value: number): number {
    const state = model[context]!;
    const chance = state >>> 5;
    const seen = state & seenMax;
    const bound = Math.imul(this.#range >>> 12, (chance >>> 4) | 1);
    const bit = this.#split(bound, value);
    const learned = bit === 1 ? chance + ((0xffff - chance) >> shifts[seen]!) : chance - (chance >> shifts[seen]!);
    model[context] = (learned << 5) | (seen < seenMax ? seen + 1 : seen);
    return bit;
  }

  /** `count` bits of which nothing is known, the highest first; up to 31. */
  plain(count: number, value: number): number {
    let read = 0;
    for (let i = count - 1; i >= 0; i--) read = (read << 1) | this.#split(this.#range >>> 1, (value >>> i) & 1);
    return read;
  }

  /** A 1 takes the lower part of the range, `bound` wide. */
  #split(bound: number, value: number): number {
    this.bits++;
    let bit = value;
    if (this.#from === null) {
      if (bit === 1) this.#range = bound;
      else {
        this.#low += bound;
        this.#range -= bound;
      }
    } else if (this.#code < bound) {
      this.#range = bound;
      bit = 1;
    } else {
      this.#code -= bound;
      this.#range -= bound;
      bit = 0;
    }
    while (this.#range < rangeMin) this.#shift();
    return bit;
  }

  #shift(): void {
    this.#range <<= 8;
    if (this.#from === null) this.#settle();
    else this.#code = (this.#code << 8) | this.#next();
  }

  #next(): number {
    const from = this.#from!;
    return from[this.#at++] ?? 0;
  }

  /** Lets go of the highest byte of the low end. */
  #settle(): void {
    if (this.#low >= carry || this.#low < 0xff00_0000) {
      const over = this.#low >= carry ? 1 : 0;
      if (this.#before !== -1) this.#put(this.#before + over);
      for (; this.#held > 0; this.#held--) this.#put(0xff + over);
      this.#before = Math.floor(this.#low / 0x100_0000) & 0xff;
    } else this.#held++;
    this.#low = (this.#low % 0x100_0000) * 0x100;
  }

  #put(byte: number): void {
    if (this.#length === this.#out.length) {
      const grown = new Uint8Array(this.#length * 2);
      grown.set(this.#out);
      this.#out = grown;
    }
    this.#out[this.#length++] = byte;
  }

  /** All that was written, to be asked for once. Up to four zeros at its end are left out. */
  finish(): Uint8Array {
    // Of all numbers in the range the one with most zeros to its end.
    const end = this.#low + this.#range - 1;
    let step = 1;
    while (step < carry && Math.floor(end / (step * 2)) * step * 2 >= this.#low) step *= 2;
    this.#low = Math.floor(end / step) * step;
    for (let i = 0; i < 5; i++) this.#settle();
    let length = this.#length;
    while (length > this.#length - zerosMax && length > 0 && this.#out[length - 1] === 0) length--;
    return this.#out.subarray(0, length);
  }
}
