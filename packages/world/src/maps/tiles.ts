import { gidOf, type TiledMap, type TiledObject, type TiledTile, type TiledTileset } from "../tiled/model.ts";
import { isTrue, property } from "../tiled/properties.ts";
import { type Anchor, topLeft } from "./grid.ts";

/** What the tilesets of a map say about a global tile id. */
export class Tiles {
  readonly #tilesets: readonly TiledTileset[];
  readonly #bottom: Anchor;
  /** Global ids, without flip bits, of the tiles that block. */
  readonly colliding: ReadonlySet<number>;

  constructor(map: TiledMap) {
    this.#tilesets = map.tilesets;
    this.#bottom = map.orientation === "isometric" ? { x: 0.5, y: 1 } : { x: 0, y: 1 };
    const colliding = new Set<number>();
    for (const tileset of map.tilesets) {
      for (const [id, tile] of tileset.tiles) if (isTrue(tile.properties, "collides")) colliding.add(tileset.firstGid + id);
    }
    this.colliding = colliding;
  }

  tilesetOf(cell: number): TiledTileset | undefined {
    const gid = gidOf(cell);
    return this.#tilesets.findLast((tileset) => tileset.firstGid <= gid);
  }

  tileOf(cell: number): TiledTile | undefined {
    const tileset = this.tilesetOf(cell);
    return tileset?.tiles.get(gidOf(cell) - tileset.firstGid);
  }

  /** An object's own word wins over its tile's. */
  collides(object: TiledObject): boolean {
    if (property(object.properties, "collides") !== undefined) return isTrue(object.properties, "collides");
    return this.colliding.has(gidOf(object.gid));
  }

  classOf(object: TiledObject): string {
    return object.class || (object.gid > 0 ? (this.tileOf(object.gid)?.class ?? "") : "");
  }

  /** Tile objects hang from their bottom left unless the tileset says otherwise; all others from their top left. */
  anchorOf(object: TiledObject): Anchor {
    if (object.gid === 0) return topLeft;
    const alignment = this.tilesetOf(object.gid)?.objectAlignment ?? "unspecified";
    if (alignment === "unspecified") return this.#bottom;
    return {
      x: alignment.endsWith("left") ? 0 : alignment.endsWith("right") ? 1 : 0.5,
      y: alignment.startsWith("top") ? 0 : alignment.startsWith("bottom") ? 1 : 0.5,
    };
  }

  /** Old maps leave the size of a tile object to its tile. */
  sized(object: TiledObject): TiledObject {
    if (object.gid === 0 || (object.width !== 0 && object.height !== 0)) return object;
    const tile = this.tilesetOf(object.gid)?.tile ?? { width: 0, height: 0 };
    return { ...object, width: object.width || tile.width, height: object.height || tile.height };
  }
}
