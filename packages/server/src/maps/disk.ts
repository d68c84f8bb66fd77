import { constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Compression, MapFiles } from "@elsewhere/world";

/** What of `node:fs/promises` and `node:path` is needed; the entry point passes them in. */
export interface Disk {
  /** The path with all links resolved. Rejects with `ENOENT` if there is nothing. */
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<{ readonly size: number; isFile(): boolean }>;
  readFile(path: string): Promise<Uint8Array>;
}

/**
 * The files below one folder. Nothing outside it can be read, through links neither. Below is what a map may refer to: the
 * folder of a world, or for a map of its own the folder above the map's, so that maps in neighbouring folders reach each
 * other and their common tilesets.
 */
export function filesBelow(root: string, disk: Disk): MapFiles {
  const find = async (path: string): Promise<{ readonly at: string; readonly size: number } | null> => {
    try {
      const top = await disk.realpath(root);
      const at = await disk.realpath(`${root}/${path}`);
      if (at !== top && !at.startsWith(top.endsWith("/") ? top : `${top}/`)) throw outside(path);
      const found = await disk.stat(at);
      return found.isFile() ? { at, size: found.size } : null;
    } catch (cause) {
      if (cause instanceof ElsewhereError) throw cause;
      if (isAbsence(cause)) return null;
      throw unreadable(path, cause);
    }
  };
  return {
    inflate,
    exists: async (path) => (await find(path).catch(() => null)) !== null,
    read: async (path, bytesMax) => {
      const found = await find(path);
      if (found === null) return null;
      if (found.size > bytesMax) {
        throw new ElsewhereError("limit", `${path} is larger than ${bytesMax} bytes`, { field: path, limit: bytesMax });
      }
      return disk.readFile(found.at).catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
    },
  };
}

const outside = (path: string) => new ElsewhereError("forbidden", `${path} is a link out of the folder that is served`, { field: path });

const unreadable = (path: string, cause: unknown) =>
  new ElsewhereError(
    "storage",
    `${path} cannot be read: ${(cause as { code?: string }).code ?? "the disk refused"}`,
    { field: path },
    { cause },
  );

/** No such file, a file where a folder would have to be, or a name longer than any file's. */
const isAbsence = (cause: unknown): boolean => ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes((cause as { code?: string }).code ?? "");

/** A layer's window need not be larger than the largest layer: 2 ^ 24 bytes hold four times as many cells. */
const zstdWindowLogMax = 24;

/** Unpacks at most `bytesMax` bytes; throws as soon as there would be more. */
export function inflate(bytes: Uint8Array, how: Compression, bytesMax: number): Uint8Array {
  const maxOutputLength = Math.max(1, bytesMax);
  if (how === "gzip") return gunzipSync(bytes, { maxOutputLength });
  if (how === "zlib") return inflateSync(bytes, { maxOutputLength });
  return zstdDecompressSync(bytes, { maxOutputLength, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } });
}
