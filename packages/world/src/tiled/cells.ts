import { ElsewhereError, limits } from "@elsewhere/protocol";
import { fromBase64 } from "../bytes.ts";
import type { Compression, MapFiles } from "./files.ts";
import type { RawObject } from "./raw.ts";
import { malformed, quoted } from "./refuse.ts";

/** Tile ids of a part of a layer, where it lies in the file's own tiles. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly cells: Uint32Array;
}

/** Counts the cells of all layers of a map, so that many layers cannot add up to what one may not have. */
export interface Budget {
  cellsLeft: number;
}

const coordinateTilesMax = 1_000_000;
const chunksMax = 65_536;

/** Decodes a tile layer's chunks, or the one block that a layer of a finite map is. */
export function readBlocks(layer: RawObject, infinite: boolean, files: MapFiles, budget: Budget): Block[] {
  if (!infinite && !layer.has("chunks")) return [readBlock(layer, layer, 0, 0, files, budget)];
  return layer.objects("chunks", chunksMax).map((chunk) => {
    const x = chunk.whole("x", -coordinateTilesMax, coordinateTilesMax);
    const y = chunk.whole("y", -coordinateTilesMax, coordinateTilesMax);
    return readBlock(chunk, layer, x, y, files, budget);
  });
}

function readBlock(raw: RawObject, layer: RawObject, x: number, y: number, files: MapFiles, budget: Budget): Block {
  const width = raw.whole("width", 1, limits.mapSideTilesMax);
  const height = raw.whole("height", 1, limits.mapSideTilesMax);
  takeCells(budget, width * height, layer);
  const cells = decode(raw.get("data"), layer, width * height, files);
  if (cells.length !== width * height) {
    throw malformed(layer.file, `${layer.at} holds ${cells.length} cells where ${width} × ${height} belong`);
  }
  return { x, y, width, height, cells };
}

export function takeCells(budget: Budget, count: number, layer: RawObject): void {
  budget.cellsLeft -= count;
  if (budget.cellsLeft >= 0) return;
  const limit = limits.mapCellsMax;
  throw new ElsewhereError("limit", `${layer.file}: the layers up to ${layer.at} hold more than ${limit} cells together`, {
    field: layer.file,
    limit,
  });
}

function decode(data: unknown, layer: RawObject, count: number, files: MapFiles): Uint32Array {
  if (Array.isArray(data)) return fromNumbers(data, layer);
  if (typeof data !== "string") throw malformed(layer.file, `${layer.at} has no cells`);
  const encoding = layer.text("encoding", "csv");
  if (encoding === "csv") return fromCsv(data, layer, count);
  if (encoding === "base64") return fromBytes(data, layer, count, files);
  throw new ElsewhereError("unsupported", `${layer.file}: ${layer.at} has the encoding ${quoted(encoding)}; save it as csv or base64`, {
    field: layer.file,
  });
}

function fromNumbers(data: readonly unknown[], layer: RawObject): Uint32Array {
  return Uint32Array.from(data, (value) => cell(typeof value === "string" ? Number(value || Number.NaN) : value, layer));
}

function cell(value: unknown, layer: RawObject): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw malformed(layer.file, `${layer.at} has a cell that is no tile id from 0 to 4294967295`);
}

const [comma, digit0, digit9] = [44, 48, 57];

/** One pass over the text, since splitting a large layer would make a string for every cell. */
function fromCsv(text: string, layer: RawObject, count: number): Uint32Array {
  const cells = new Uint32Array(count);
  let [found, value, digits] = [0, 0, 0];
  const finish = (): void => {
    if (digits === 0) throw malformed(layer.file, `${layer.at} has an empty cell in its csv`);
    if (found < count) cells[found] = cell(value, layer);
    [found, value, digits] = [found + 1, 0, 0];
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= digit0 && code <= digit9) [value, digits] = [value * 10 + code - digit0, digits + 1];
    else if (code === comma) finish();
    else if (code > 32) throw malformed(layer.file, `${layer.at} has ${quoted(text[i]!)} in its csv`);
  }
  finish();
  if (found !== count) throw malformed(layer.file, `${layer.at} holds ${found} cells where ${count} belong`);
  return cells;
}

function fromBytes(text: string, layer: RawObject, count: number, files: MapFiles): Uint32Array {
  const packed = fromBase64(text);
  if (packed === null) throw malformed(layer.file, `${layer.at} is not valid base64`);
  const bytes = inflated(packed, layer, count * 4, files);
  if (bytes.length !== count * 4) throw malformed(layer.file, `${layer.at} unpacks to ${bytes.length} bytes where ${count * 4} belong`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(i * 4, true));
}

function inflated(packed: Uint8Array, layer: RawObject, bytesMax: number, files: MapFiles): Uint8Array {
  const how = layer.text("compression");
  if (how === "") return packed;
  if (!isCompression(how)) {
    throw new ElsewhereError(
      "unsupported",
      `${layer.file}: ${layer.at} has the compression ${quoted(how)}; save it with gzip, zlib or zstd`,
      {
        field: layer.file,
      },
    );
  }
  try {
    return files.inflate(packed, how, bytesMax);
  } catch (cause) {
    throw malformed(layer.file, `${layer.at} does not unpack with ${how} to at most ${bytesMax} bytes`, cause);
  }
}

const isCompression = (how: string): how is Compression => how === "gzip" || how === "zlib" || how === "zstd";
