/**
 * Parcels as bytes. What comes from another host is a stranger's: all of it is bounded before it is held, and checked before
 * it is believed.
 *
 *      0  magic "ELSP", u16 version, u16 zero
 *      8  u32 bytes of the text, u32 bytes of the text as it is packed (little-endian)
 *     16  the text: the parcel but for its image as JSON, packed with zstd
 *    end  the image
 */
import { hash } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompressSync, zstdDecompress } from "node:zlib";
import { ElsewhereError, issueToError, limits } from "@elsewhere/protocol";
import { encryptedBytes } from "./cipher.ts";
import type { Packing, Parcel } from "./contract.ts";
import { type ParcelWords, wordsSchema } from "./parcel-words.ts";

const magic = 0x50534c45;
const version = 1;
const headerBytes = 16;
/** 32 MiB: no text is longer, and whoever unpacks one holds as much. */
const windowLogMax = 25;
const decompress = promisify(zstdDecompress);

export const packing: Packing = {
  pack({ image, ...words }) {
    const text = Buffer.from(JSON.stringify(checkWords(words)));
    if (text.length > limits.parcelTextBytesMax) throw tooLarge("words", limits.parcelTextBytesMax);
    const packed = zstdCompressSync(text);
    const bytes = Buffer.allocUnsafeSlow(headerBytes + packed.length + image.length);
    if (encryptedBytes(bytes.length) > limits.crossingPayloadBytesMax) throw tooLarge("program", limits.crossingPayloadBytesMax);
    bytes.writeUInt32LE(magic, 0);
    bytes.writeUInt16LE(version, 4);
    bytes.writeUInt16LE(0, 6);
    bytes.writeUInt32LE(text.length, 8);
    bytes.writeUInt32LE(packed.length, 12);
    bytes.set(packed, headerBytes);
    bytes.set(image, headerBytes + packed.length);
    return bytes;
  },
  async unpack(given) {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) throw malformed("is none");
    if (bytes.readUInt16LE(4) !== version || bytes.readUInt16LE(6) !== 0) throw malformed("has a form that this host does not know");
    if (bytes.length > limits.crossingPayloadBytesMax) throw tooLarge("program", limits.crossingPayloadBytesMax);
    const textBytes = bytes.readUInt32LE(8);
    const imageAt = headerBytes + bytes.readUInt32LE(12);
    if (textBytes > limits.parcelTextBytesMax) throw tooLarge("words", limits.parcelTextBytesMax);
    if (imageAt >= bytes.length) throw malformed("ends early");
    const words = checkWords(await readText(bytes.subarray(headerBytes, imageAt), textBytes));
    return { ...words, image: new Uint8Array(bytes.subarray(imageAt)) } satisfies Parcel;
  },
};

async function readText(packed: Uint8Array, bytes: number): Promise<unknown> {
  let text: Buffer;
  try {
    text = await decompress(packed, { maxOutputLength: Math.max(1, bytes), params: { [constants.ZSTD_d_windowLogMax]: windowLogMax } });
  } catch (cause) {
    throw new ElsewhereError("corrupt", "the parcel does not unpack", { field: "parcel" }, { cause });
  }
  if (text.length !== bytes) throw malformed("has another length than it says");
  try {
    return JSON.parse(text.toString()) as unknown;
  } catch (cause) {
    throw new ElsewhereError("malformed", "the parcel's words are not JSON", { field: "parcel" }, { cause });
  }
}

/** The same for what goes and what comes: no host sends what none would take. */
function checkWords(value: unknown): ParcelWords {
  const result = wordsSchema.safeParse(value);
  if (!result.success) throw issueToError(result.error.issues[0]!, "parcel");
  const { code } = result.data;
  if (hash("sha256", code.text, "hex") !== code.hash) {
    throw new ElsewhereError("corrupt", "the parcel's code does not match its hash", { field: "parcel.code" });
  }
  return result.data;
}

const malformed = (what: string): ElsewhereError => new ElsewhereError("malformed", `the parcel ${what}`, { field: "parcel" });
const tooLarge = (what: string, limit: number): ElsewhereError =>
  new ElsewhereError("limit", `the ${what} of this parcel is larger than ${limit} bytes`, { field: "parcel", limit });
