/** How blocks are packed in a host. */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { BlockReader, type ZstdReader, type ZstdWriter } from "@elsewhere/protocol";

/** Blocks are written once, beside a running world, and read for as long as it is remembered. */
const level = 19;

export const zstd: ZstdReader & ZstdWriter = {
  compress: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } }),
  decompress: (bytes, sizeMax) => {
    const { buffer, byteOffset, length } = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, sizeMax) });
    return new Uint8Array(buffer, byteOffset, length);
  },
};

/** Throws `corrupt` or `unsupported`, there or while it is read. */
export function openBlock(bytes: Uint8Array): BlockReader {
  return new BlockReader(bytes, zstd);
}
