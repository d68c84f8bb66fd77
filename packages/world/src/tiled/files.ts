import { ElsewhereError } from "@elsewhere/protocol";
import { quoted } from "./refuse.ts";

/**
 * The files a map may be read from, as one folder (the root). Every path given here is relative to it, with "/" between
 * names and no "." or "..": `resolveReference` sees to that, so nothing outside the root can even be asked for.
 */
export interface MapFiles {
  /** All bytes of a file, or null if there is none. Throws `limit` for a file above `bytesMax`. */
  read(path: string, bytesMax: number): Promise<Uint8Array | null>;
  exists(path: string): Promise<boolean>;
  /** Throws as soon as more than `bytesMax` bytes would come out. */
  inflate(bytes: Uint8Array, how: Compression, bytesMax: number): Uint8Array;
}

export type Compression = "gzip" | "zlib" | "zstd";

/**
 * The path from the root that `reference`, found in `file`, means. Throws `forbidden` if it leads out of the root or
 * names another host, drive or the file system's own root.
 */
export function resolveReference(file: string, reference: string): string {
  const forbidden = (why: string): never => {
    throw new ElsewhereError(
      "forbidden",
      `${file}: the reference ${quoted(reference)} ${why}; keep the files a map uses in one folder with it`,
      {
        field: file,
      },
    );
  };
  if (reference.includes("\0") || /(^|[/\\])\.{0,2}$/.test(reference)) forbidden("is no file name");
  if (/^[a-z][a-z\d+.-]*:/i.test(reference) || /^[/\\]/.test(reference)) forbidden("is not relative to its file");
  const parts = file.split("/").slice(0, -1);
  // Tiled on Windows once wrote backslashes.
  for (const part of reference.split(/[/\\]/)) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) forbidden("leads out of the folder that is served");
  }
  return parts.join("/");
}

/** `maps/town.tmj` → `town`. */
export function baseName(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const dot = file.lastIndexOf(".");
  return dot > 0 ? file.slice(0, dot) : file;
}
