/** How blocks are packed in a host. */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { BlockReader, type ZstdReader, type ZstdWriter } from "@elsewhere/protocol";

/** Blocks are written beside a running world, and little of them is left for zstd: its highest level would save 2 % more in ten times as long. */
const level = 9;

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
