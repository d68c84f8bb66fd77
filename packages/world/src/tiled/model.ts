import type { Json } from "@elsewhere/protocol";

/**
 * A Tiled map as read from its files: every encoding, external tileset and template resolved, nothing interpreted.
 * Paths are relative to the root folder that the files were read from.
 */
export interface TiledMap {
  readonly path: string;
  /** `orthogonal`, `isometric`, `staggered`, `hexagonal` or `oblique`. */
  readonly orientation: string;
  readonly width: number;
  readonly height: number;
  readonly tile: { readonly width: number; readonly height: number };
  /** An infinite map is cut to the bounding box of its chunks; this is the box's corner in the file's own tiles. */
  readonly origin: { readonly x: number; readonly y: number };
  readonly backgroundColor: string | null;
  readonly class: string;
  readonly properties: TiledProperties;
  /** Bottom to top. */
  readonly layers: readonly TiledLayer[];
  /** By ascending `firstGid`. */
  readonly tilesets: readonly TiledTileset[];
  /** What could not be understood, one line each. */
  readonly notes: readonly string[];
}

/** Names as found in the file; look one up with `property`, which does not regard case. */
export type TiledProperties = ReadonlyMap<string, Json>;

interface LayerCommon {
  readonly name: string;
  readonly class: string;
  /** Its own, as are opacity and offsets; `flatten` combines them with those of the groups around it. */
  readonly visible: boolean;
  readonly opacity: number;
  /** Pixels. */
  readonly offsetX: number;
  readonly offsetY: number;
  readonly properties: TiledProperties;
}

export interface TiledTileLayer extends LayerCommon {
  readonly kind: "tiles";
  /** `width × height` global tile ids of the map, row-major, flip bits kept, 0 empty. */
  readonly cells: Uint32Array;
}

export interface TiledObjectLayer extends LayerCommon {
  readonly kind: "objects";
  readonly objects: readonly TiledObject[];
}

export interface TiledImageLayer extends LayerCommon {
  readonly kind: "image";
  readonly image: string | null;
}

export interface TiledGroup extends LayerCommon {
  readonly kind: "group";
  readonly layers: readonly TiledLayer[];
}

export type TiledLayer = TiledTileLayer | TiledObjectLayer | TiledImageLayer | TiledGroup;

export type TiledShape = "rectangle" | "point" | "ellipse" | "capsule" | "polygon" | "polyline" | "text" | "tile";

export interface TiledObject {
  /** A number in every file Tiled itself writes. */
  readonly id: number | string;
  readonly name: string;
  readonly class: string;
  /** Pixels from the map's corner (after the shift of an infinite map). */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise around (x, y). */
  readonly rotation: number;
  readonly visible: boolean;
  /** Flip bits kept; 0 unless the shape is `tile`. */
  readonly gid: number;
  readonly shape: TiledShape;
  /** Of a polygon or polyline, relative to (x, y). */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly text: string | null;
  readonly properties: TiledProperties;
}

export interface TiledTileset {
  readonly firstGid: number;
  readonly name: string;
  readonly tile: { readonly width: number; readonly height: number };
  readonly tileCount: number;
  readonly columns: number;
  readonly margin: number;
  readonly spacing: number;
  /** Where a tile object's (x, y) lies on its image; `unspecified` is the bottom left of an orthogonal map. */
  readonly objectAlignment: string;
  /** Path of the image; null for a collection of images and where the reference leads out of the root. */
  readonly image: string | null;
  readonly properties: TiledProperties;
  /** By local id; only tiles about which the file says something. */
  readonly tiles: ReadonlyMap<number, TiledTile>;
}

export interface TiledTile {
  readonly class: string;
  readonly properties: TiledProperties;
}

/** The low 28 bits of a cell name the tile; the high four flip and turn it. */
export const gidMask = 0x0fffffff;

export const gidOf = (cell: number): number => cell & gidMask;
