/**
 * Sizes tell much of what is sealed, so they are rounded up to classes: Padmé (Nikitin and others, "Reducing Metadata Leakage
 * from Encrypted Files and Communication with PURBs", 2019). There are few, and each is less than an eighth larger than the one before.
 */

const lengthBytes = 4;

/** The class of `bytes`: the least number not below it, nor `floor`, whose binary digits end in enough zeros. */
function sizeClass(bytes: number, floor: number): number {
  const size = Math.max(bytes, floor);
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

/** `head`, the number of `bytes` (u32, little-endian), `bytes`, and zeros up to the class of it all. */
export function padded(head: Uint8Array, bytes: Uint8Array, floor: number): Uint8Array {
  const used = head.length + lengthBytes + bytes.length;
  const whole = new Uint8Array(sizeClass(used, floor));
  whole.set(head);
  new DataView(whole.buffer).setUint32(head.length, bytes.length, true);
  whole.set(bytes, head.length + lengthBytes);
  return whole;
}

/** The bytes within; null if these were never padded so, behind such a head. */
export function unpadded(head: Uint8Array, whole: Uint8Array): Uint8Array | null {
  const from = head.length + lengthBytes;
  if (whole.length < from || Buffer.compare(whole.subarray(0, head.length), head) !== 0) return null;
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(head.length, true);
  return length > whole.length - from ? null : whole.slice(from, from + length);
}
