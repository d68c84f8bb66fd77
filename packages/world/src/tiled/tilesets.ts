import { limits } from "@elsewhere/protocol";
import type { Documents } from "./documents.ts";
import { resolveReference } from "./files.ts";
import { gidMask, type TiledProperties, type TiledTile, type TiledTileset } from "./model.ts";
import { readProperties } from "./properties.ts";
import { nameOf, RawObject } from "./raw.ts";
import { malformed, quoted } from "./refuse.ts";

/** A tileset of a map and, if it is a file of its own, that file: templates name tilesets by it. */
export interface ReadTileset {
  readonly tileset: TiledTileset;
  readonly source: string | null;
}

/** Reads a map's entry for a tileset: the tileset itself, or a first gid and the file it is in. */
export async function readTileset(entry: RawObject, documents: Documents, notes: string[]): Promise<ReadTileset> {
  const firstGid = entry.whole("firstgid", 1, gidMask);
  const reference = entry.text("source");
  if (reference === "")
    return {
      tileset: tileset(entry.called(nameOf(entry, "tileset")), firstGid, notes),
      source: null,
    };
  const source = resolveReference(entry.file, reference);
  const raw = await documents.open(source, entry.file);
  if (!raw.has("tilewidth") || raw.has("layers")) throw malformed(source, `is no tileset, but ${entry.file} uses it as one`);
  return { tileset: tileset(raw.called(nameOf(raw, "tileset")), firstGid, notes), source };
}

function tileset(raw: RawObject, firstGid: number, notes: string[]): TiledTileset {
  return {
    firstGid,
    name: raw.text("name"),
    tile: {
      width: raw.whole("tilewidth", 0, limits.mapTileSidePixelsMax),
      height: raw.whole("tileheight", 0, limits.mapTileSidePixelsMax),
    },
    tileCount: raw.whole("tilecount", 0, gidMask, 0),
    columns: raw.whole("columns", 0, limits.mapTilesetTilesMax, 0),
    margin: raw.whole("margin", 0, limits.mapTileSidePixelsMax, 0),
    spacing: raw.whole("spacing", 0, limits.mapTileSidePixelsMax, 0),
    objectAlignment: raw.text("objectalignment", "unspecified"),
    image: imagePath(raw, notes),
    properties: readProperties(raw),
    tiles: readTiles(raw),
  };
}

/** A missing image is no error; nor is one out of the root, since it is never opened, but it is said. */
export function imagePath(raw: RawObject, notes: string[]): string | null {
  const reference = raw.text("image");
  if (reference === "") return null;
  try {
    return resolveReference(raw.file, reference);
  } catch {
    notes.push(`${raw.at}: the image ${quoted(reference)} is outside the folder that is served, so it is not shown`);
    return null;
  }
}

/** A list today; up to Tiled 1.1 objects by local id, one for the tiles and one for their properties. */
function readTiles(raw: RawObject): Map<number, TiledTile> {
  const tiles = new Map<number, TiledTile>();
  const put = (id: number, tile: RawObject | null, properties: TiledProperties): void => {
    const earlier = tiles.get(id);
    const named = tile ? tile.text("type") || tile.text("class") : "";
    tiles.set(id, {
      class: named || (earlier?.class ?? ""),
      properties: new Map([...(earlier?.properties ?? []), ...properties]),
    });
  };
  const listed = raw.get("tiles");
  if (Array.isArray(listed)) {
    for (const tile of raw.objects("tiles", limits.mapTilesetTilesMax)) put(tile.whole("id", 0, gidMask), tile, readProperties(tile));
  } else {
    for (const [id, tile] of byId(raw, "tiles")) put(id, tile, readProperties(tile));
  }
  for (const [id, properties] of byId(raw, "tileproperties")) {
    const listedProperties = RawObject.of(
      {
        properties: Object.fromEntries(properties.keys().map((key) => [key, properties.get(key)])),
      },
      raw.file,
      properties.at,
    );
    put(id, null, readProperties(listedProperties));
  }
  return tiles;
}

function byId(raw: RawObject, key: string): [number, RawObject][] {
  const found = raw.get(key);
  if (found === undefined || found === null) return [];
  const tiles = RawObject.of(found, raw.file, `${raw.at}.${key}`);
  return tiles.keys().map((id) => {
    if (!/^\d{1,9}$/.test(id)) throw malformed(raw.file, `${raw.at}.${key} has ${quoted(id)} where a tile's number belongs`);
    return [Number(id), RawObject.of(tiles.get(id), raw.file, `tile ${id} of ${raw.at}`)];
  });
}
