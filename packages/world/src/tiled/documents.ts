import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { MapFiles } from "./files.ts";
import { RawObject } from "./raw.ts";
import { malformed, overLimit } from "./refuse.ts";
import { rawOfXml } from "./tmx.ts";

/** The files of one map, each opened once, JSON or XML by what they begin with and not by their name. */
export class Documents {
  readonly #files: MapFiles;
  readonly #opened = new Map<string, RawObject>();
  #bytes = 0;

  constructor(files: MapFiles) {
    this.#files = files;
  }

  /** Throws `unknown` if there is no such file, `limit` or `malformed` if it cannot be taken. */
  async open(path: string, usedBy?: string): Promise<RawObject> {
    const known = this.#opened.get(path);
    if (known) return known;
    if (this.#opened.size >= limits.mapReferencesMax) {
      throw overLimit(path, `the map uses more than ${limits.mapReferencesMax} files`, limits.mapReferencesMax);
    }
    const bytes = await this.#files.read(path, limits.mapFileBytesMax);
    if (bytes === null) {
      const by = usedBy === undefined ? "" : `, which ${usedBy} uses`;
      throw new ElsewhereError("unknown", `${path}: there is no such file${by}`, {
        field: usedBy ?? path,
      });
    }
    if (bytes.length > limits.mapFileBytesMax)
      throw overLimit(path, `is larger than ${limits.mapFileBytesMax} bytes`, limits.mapFileBytesMax);
    this.#bytes += bytes.length;
    if (this.#bytes > limits.mapReadBytesMax) {
      throw overLimit(path, `the map's files are larger than ${limits.mapReadBytesMax} bytes together`, limits.mapReadBytesMax);
    }
    const raw = await parse(bytes, path);
    this.#opened.set(path, raw);
    return raw;
  }
}

async function parse(bytes: Uint8Array, path: string): Promise<RawObject> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(path, "is not UTF-8 text", cause);
  }
  if (/^\s*</.test(text)) {
    // Most maps are JSON, and whoever reads those alone needs no parser of XML.
    const { parseXml } = await import("./xml.ts");
    return RawObject.of(rawOfXml(parseXml(text, path), path), path, "the file");
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(path, "is neither Tiled JSON nor TMX", cause);
  }
  return RawObject.of(json, path, "the file");
}
