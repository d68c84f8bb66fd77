import { ElsewhereError, limits } from "@elsewhere/protocol";
import { Documents } from "./documents.ts";
import type { MapFiles } from "./files.ts";
import { type Box, boundingBox, type LayerContext, layOut, type LooseLayer, readLayers } from "./layers.ts";
import type { TiledMap } from "./model.ts";
import { knownTileset } from "./objects.ts";
import { readProperties } from "./properties.ts";
import type { RawObject } from "./raw.ts";
import { malformed, overLimit } from "./refuse.ts";
import { type ReadTileset, readTileset } from "./tilesets.ts";

/**
 * Reads the Tiled map at `path` (JSON or TMX) with all the tilesets and templates it uses. Throws an `ElsewhereError`
 * that names the file: `malformed`, `limit`, `unsupported`, `forbidden` (a reference out of the root), `unknown` (a file
 * that is not there). Images are not read.
 */
export async function readTiledMap(files: MapFiles, path: string): Promise<TiledMap> {
  try {
    return await read(files, path);
  } catch (cause) {
    if (cause instanceof ElsewhereError) throw cause;
    throw malformed(path, "cannot be read as a map", cause);
  }
}

async function read(files: MapFiles, path: string): Promise<TiledMap> {
  const documents = new Documents(files);
  const raw = await documents.open(path);
  if (!Array.isArray(raw.get("layers")) || !raw.has("tilewidth")) throw malformed(path, "is not a Tiled map");
  const notes: string[] = [];
  const tilesets: ReadTileset[] = [];
  for (const entry of raw.objects("tilesets", limits.mapTilesetsMax)) tilesets.push(await readTileset(entry, documents, notes));
  const tile = {
    width: raw.whole("tilewidth", 1, limits.mapTileSidePixelsMax),
    height: raw.whole("tileheight", 1, limits.mapTileSidePixelsMax),
  };
  const context = layerContext(raw, files, documents, tilesets, notes);
  const loose = await readLayers(raw, context);
  const box = sized(raw, context.infinite, loose);
  return {
    path,
    orientation: raw.text("orientation", "orthogonal"),
    width: box.width,
    height: box.height,
    tile,
    origin: { x: box.x, y: box.y },
    backgroundColor: raw.text("backgroundcolor") || null,
    class: raw.text("class"),
    properties: readProperties(raw),
    layers: layOut(loose, box, { dx: 0 - box.x * tile.width, dy: 0 - box.y * tile.height }, context.budget),
    tilesets: tilesets.map(({ tileset }) => tileset).toSorted((a, b) => a.firstGid - b.firstGid),
    notes,
  };
}

function layerContext(raw: RawObject, files: MapFiles, documents: Documents, tilesets: ReadTileset[], notes: string[]): LayerContext {
  // A finite map's size is checked before any layer is decoded, so that absurd ones cost nothing.
  const infinite = raw.flag("infinite", false);
  if (!infinite) fileSize(raw);
  const tilesetGid = async (entry: RawObject): Promise<number> => {
    const known = knownTileset(entry, tilesets);
    if (known) return known.tileset.firstGid;
    const { tileset, source } = await readTileset(entry, documents, notes);
    const firstGid = Math.max(1, ...tilesets.map((other) => other.tileset.firstGid + Math.max(1, other.tileset.tileCount)));
    tilesets.push({ tileset: { ...tileset, firstGid }, source });
    if (tilesets.length > limits.mapTilesetsMax)
      throw overLimit(raw.file, `uses more than ${limits.mapTilesetsMax} tilesets`, limits.mapTilesetsMax);
    return firstGid;
  };
  return {
    files,
    infinite,
    objects: { documents, tilesetGid, objectsLeft: limits.mapObjectsMax },
    budget: { cellsLeft: limits.mapCellsMax },
    notes,
    layersLeft: limits.mapLayersMax,
  };
}

function fileSize(raw: RawObject): Box {
  const width = raw.whole("width", 1, limits.mapSideTilesMax);
  const height = raw.whole("height", 1, limits.mapSideTilesMax);
  return checked(raw, { x: 0, y: 0, width, height });
}

function checked(raw: RawObject, box: Box): Box {
  const [side, tiles] = [limits.mapSideTilesMax, limits.mapTilesMax];
  const what = `is ${box.width} × ${box.height} tiles large, more than`;
  if (Math.max(box.width, box.height) > side) throw overLimit(raw.file, `${what} ${side} on a side`, side);
  if (box.width * box.height > tiles) throw overLimit(raw.file, `${what} ${tiles} in all`, tiles);
  return box;
}

function sized(raw: RawObject, infinite: boolean, layers: readonly LooseLayer[]): Box {
  if (!infinite) return fileSize(raw);
  const box = boundingBox(layers);
  return box ? checked(raw, box) : fileSize(raw);
}
