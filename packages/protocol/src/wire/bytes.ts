import { ElsewhereError } from "../errors.ts";

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: true });

/** A varint is at most this long: whole numbers up to 2^53 - 1, seven bits a byte, the lowest first. */
const varintBytesMax = 8;

/** Writes messages one after another into one growing buffer; what was taken out stays valid when it grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  /** How much is written. */
  length = 0;

  constructor(capacityBytes: number) {
    this.#bytes = new Uint8Array(Math.max(64, capacityBytes));
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }

  byte(value: number): void {
    if (this.length === this.#bytes.length) this.reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** Writes over what stands at `at`. */
  byteAt(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  /** `value`: whole, from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(varintBytesMax);
    if (value <= 0x7f) {
      this.#bytes[this.length++] = value;
      return;
    }
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.length++] = 0x80 | (rest % 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  /** A number of either sign: 0, -1, 1, -2 … as 0, 1, 2, 3 …. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** IEEE 754, eight bytes, little-endian. */
  float(value: number): void {
    this.reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.length, value, true);
    this.length += 8;
  }

  text(value: string): void {
    if (!this.#ascii(value)) this.block(utf8.encode(value));
  }

  /** Most texts are short names in plain letters: these are written as they are read. Returns whether it was one. */
  #ascii(value: string): boolean {
    const { length } = value;
    if (length > 0x7f) return false;
    this.reserve(length + 1);
    const start = this.length + 1;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      this.#bytes[start + i] = code;
    }
    this.#bytes[this.length] = length;
    this.length = start + length;
    return true;
  }

  /** Bytes with their number before them. */
  block(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Appends what another writer holds from `start` to `end`. */
  copy(from: ByteWriter, start: number, end: number): void {
    this.reserve(end - start);
    const [source, target] = [from.#bytes, this.#bytes];
    let at = this.length;
    // Most pieces are a few bytes long: for these a call to `set` costs more than it saves.
    if (end - start > 64) target.set(source.subarray(start, end), at);
    else for (let i = start; i < end; i++) target[at++] = source[i]!;
    this.length += end - start;
  }

  /** What was written from `start` to now, without copying it. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.length);
  }
}

/** Reads what a `ByteWriter` wrote. Throws `malformed` where the bytes end too soon or are none of that kind. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** How much is read. */
  get at(): number {
    return this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw broken("it ends too soon");
    return value;
  }

  varint(): number {
    const first = this.byte();
    // Most numbers are small.
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let factor = 128;
    for (let i = 1; i < varintBytesMax; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      factor *= 128;
    }
    throw broken("a number in it is too large");
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  text(): string {
    try {
      return fromUtf8.decode(this.#take(this.varint()));
    } catch (cause) {
      if (cause instanceof ElsewhereError) throw cause;
      throw broken("a text in it is no UTF-8");
    }
  }

  /** How many of something follow, each at least `bytesMin` long: no more than there are bytes for. */
  count(bytesMin: number): number {
    const count = this.varint();
    if (count * bytesMin > this.#bytes.length - this.#at) throw broken("it counts more than it holds");
    return count;
  }

  #take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) throw broken("it ends too soon");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}

export function broken(what: string): ElsewhereError {
  return new ElsewhereError("malformed", `a binary frame cannot be read: ${what}`, { field: "frame" });
}
