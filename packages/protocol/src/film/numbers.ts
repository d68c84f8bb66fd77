import type { RangeCoder } from "./range-coder.ts";

/** How many contexts `codeNumber` and `codeSigned` take from theirs on. */
export const numberContexts = 96;
const highest = 32;
const signAt = 64;
const lengthMax = 53;

/**
 * A whole number from 0 to 2^53 - 2, small ones in few bits: how many binary digits v + 1 has beyond its first, in ones and
 * a zero, each with a context of its own up to 31; then these digits, the highest with a context, the others plain.
 */
export function codeNumber(coder: RangeCoder, model: Int32Array, context: number, value: number): number {
  const { writes } = coder;
  let length = 0;
  if (writes) {
    for (let rest = value + 1; rest >= 2; rest = Math.floor(rest / 2)) length++;
    for (let i = 0; i < length; i++) coder.bit(model, context + Math.min(i, highest - 1), 1);
    if (length < lengthMax) coder.bit(model, context + Math.min(length, highest - 1), 0);
  } else while (length < lengthMax && coder.bit(model, context + Math.min(length, highest - 1), 0) === 1) length++;
  if (length === 0) return 0;
  const digits = writes ? value + 1 - 2 ** length : 0;
  const top = 2 ** (length - 1);
  const first = coder.bit(model, context + highest + Math.min(length, highest - 1), digits >= top ? 1 : 0);
  return top * 2 - 1 + first * top + codePlain(coder, length - 1, digits % top);
}

/** Any whole number up to 2^53 - 2 either way: nought or not, its sign, and one less than its amount. */
export function codeSigned(coder: RangeCoder, model: Int32Array, context: number, value: number): number {
  if (coder.bit(model, context + signAt, value === 0 ? 1 : 0) === 1) return 0;
  const negative = coder.bit(model, context + signAt + 1, value < 0 ? 1 : 0);
  const amount = codeNumber(coder, model, context, Math.abs(value) - 1) + 1;
  return negative === 1 ? -amount : amount;
}

/** `count` binary digits of which nothing is known, up to 53. */
export function codePlain(coder: RangeCoder, count: number, value: number): number {
  if (count <= 24) return coder.plain(count, value);
  const high = coder.plain(count - 24, Math.floor(value / 0x100_0000));
  return high * 0x100_0000 + coder.plain(24, value % 0x100_0000);
}

/** One of `count` values, all alike. */
export function codeOneOf(coder: RangeCoder, count: number, value: number): number {
  let digits = 0;
  while (2 ** digits < count) digits++;
  return codePlain(coder, digits, value);
}
