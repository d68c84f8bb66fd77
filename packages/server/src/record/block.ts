import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

export interface FilmEntry {
  readonly kind: "keyframe" | "tick";
  readonly tick: number;
  readonly seq: number;
  readonly batch: number;
  readonly bytes: Uint8Array;
}
export const zstd = {
  compress: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 9 } }),
  decompress: (bytes: Uint8Array, sizeMax: number): Uint8Array => zstdDecompressSync(bytes, { maxOutputLength: sizeMax }),
};
export function writeBlocks(_map: string, entries: readonly FilmEntry[], _zstd: typeof zstd): readonly Uint8Array[] {
  const rows = entries.map(({ bytes, ...entry }) => ({ ...entry, bytes: Buffer.from(bytes).toString("base64") }));
  return [zstd.compress(Buffer.from(JSON.stringify(rows)))];
}
export class BlockReader {
  readonly #rows: readonly FilmEntry[];
  constructor(bytes: Uint8Array) {
    const rows = JSON.parse(Buffer.from(zstd.decompress(bytes, 1e9)).toString()) as (Omit<FilmEntry, "bytes"> & { bytes: string })[];
    this.#rows = rows.map((row) => ({ ...row, bytes: new Uint8Array(Buffer.from(row.bytes, "base64")) }));
  }
  get header(): { fromTick: number } {
    return { fromTick: this.#rows[0]!.tick };
  }
  opening(): Uint8Array {
    return this.#rows[0]!.bytes;
  }
  *entries(): Generator<FilmEntry> {
    yield* this.#rows;
  }
}
export function openBlock(bytes: Uint8Array): BlockReader {
  return new BlockReader(bytes);
}
