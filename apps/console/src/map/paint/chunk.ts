import type { DrawnTileset } from "@elsewhere/world";
import { type Material, materials } from "../palette.ts";
import { type Layer, type TileMap, turned } from "../tiles.ts";
import type { Cell } from "./brush.ts";
import { paintGround } from "./ground.ts";
import { paintRaised } from "./raised.ts";

/** A square of the map to paint, in tiles, and how large its tiles become. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly tiles: number;
  readonly tilePixels: number;
  /** Pixels around it that repeat its neighbours, so that no seam shows between two squares. */
  readonly bleedPixels: number;
}

/** What painting depends on besides the map itself. */
export interface Look {
  /** The tileset's picture, or null while there is none: then its tiles are painted by hand. */
  image(tileset: DrawnTileset): CanvasImageSource | null;
  doorOpen(name: string): boolean;
}

type Ctx = CanvasRenderingContext2D;

function layerShown(layer: Layer, look: Look): boolean {
  const { door } = layer.drawn;
  return door === null || (look.doorOpen(door.name) ? "open" : "closed") === door.shownWhen;
}

/** Paints the layers under the bodies, or those above them. Returns whether there was anything to paint. */
export function paintRegion(ctx: Ctx, map: TileMap, region: Region, above: boolean, look: Look): boolean {
  let painted = !above && paintBackground(ctx, map);
  for (const layer of map.layers) {
    if (layer.drawn.above !== above || !layerShown(layer, look)) continue;
    ctx.globalAlpha = layer.drawn.opacity;
    painted = paintLayer(ctx, map, layer, region, look) || painted;
  }
  ctx.globalAlpha = 1;
  return above ? painted : paintBareWalls(ctx, map, region) || painted;
}

/** The map's own colour under all its layers. */
function paintBackground(ctx: Ctx, map: TileMap): boolean {
  const { backgroundColor } = map.drawing;
  if (backgroundColor === null) return false;
  ctx.fillStyle = backgroundColor;
  ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  return true;
}

function eachTile(map: TileMap, region: Region, visit: (x: number, y: number, index: number) => void): void {
  // One row and column more on every side: trees and shadows reach over the edge of their tile.
  for (let y = Math.max(0, region.y - 1); y <= Math.min(map.height - 1, region.y + region.tiles); y += 1) {
    for (let x = Math.max(0, region.x - 1); x <= Math.min(map.width - 1, region.x + region.tiles); x += 1) visit(x, y, y * map.width + x);
  }
}

function paintLayer(ctx: Ctx, map: TileMap, layer: Layer, region: Region, look: Look): boolean {
  let painted = false;
  eachTile(map, region, (x, y, index) => {
    const raw = layer.gids[index]!;
    if (raw === 0) return;
    painted = true;
    const tileset = map.tilesetOf(turned(raw).gid);
    const image = tileset === null ? null : look.image(tileset);
    if (tileset !== null && image !== null) return drawPicture(ctx, map, tileset, image, raw, place(region, x, y));
    const material = map.materialAt(layer, index)!;
    const neighbour = (dx: number, dy: number): Material | null => {
      const inside = x + dx >= 0 && y + dy >= 0 && x + dx < map.width && y + dy < map.height;
      return inside ? map.materialAt(layer, index + dy * map.width + dx) : material;
    };
    paintCell({ ctx, ...place(region, x, y), material, seed: seedOf(x, y, turned(raw).gid), neighbour });
  });
  return painted;
}

const place = (region: Region, x: number, y: number): { x: number; y: number; size: number } => ({
  x: (x - region.x) * region.tilePixels + region.bleedPixels,
  y: (y - region.y) * region.tilePixels + region.bleedPixels,
  size: region.tilePixels,
});

const seedOf = (x: number, y: number, gid: number): number =>
  Math.imul(x + 1, 73_856_093) ^ Math.imul(y + 1, 19_349_663) ^ Math.imul(gid, 83_492_791);

function paintCell(cell: Cell): void {
  if (materials[cell.material].raised) paintRaised(cell);
  else paintGround(cell);
}

/** What blocks and yet shows nothing that would is drawn as wall: nobody should walk into what they cannot see. */
function paintBareWalls(ctx: Ctx, map: TileMap, region: Region): boolean {
  let painted = false;
  eachTile(map, region, (x, y) => {
    if (!map.bareWall(x, y)) return;
    painted = true;
    const neighbour = (dx: number, dy: number): Material | null => (map.bareWall(x + dx, y + dy) ? "wall" : null);
    paintRaised({ ctx, ...place(region, x, y), material: "wall", seed: seedOf(x, y, 0), neighbour });
  });
  return painted;
}

function drawPicture(
  ctx: Ctx,
  map: TileMap,
  tileset: DrawnTileset,
  image: CanvasImageSource,
  raw: number,
  at: { x: number; y: number; size: number },
): void {
  const { gid, horizontal, vertical, diagonal } = turned(raw);
  const local = gid - tileset.firstGid;
  const sx = tileset.margin + (local % tileset.columns) * (tileset.tile.width + tileset.spacing);
  const sy = tileset.margin + Math.floor(local / tileset.columns) * (tileset.tile.height + tileset.spacing);
  const width = (tileset.tile.width / map.drawing.tile.width) * at.size;
  const height = (tileset.tile.height / map.drawing.tile.height) * at.size;
  ctx.imageSmoothingEnabled = at.size < map.drawing.tile.width;
  // Tiled aligns tiles larger than the grid with the bottom left of their cell.
  const top = at.y + at.size - height;
  if (!horizontal && !vertical && !diagonal) {
    ctx.drawImage(image, sx, sy, tileset.tile.width, tileset.tile.height, at.x, top, width, height);
    return;
  }
  ctx.save();
  ctx.translate(at.x + width / 2, top + height / 2);
  ctx.scale(horizontal ? -1 : 1, vertical ? -1 : 1);
  if (diagonal) ctx.transform(0, 1, 1, 0, 0, 0);
  ctx.drawImage(image, sx, sy, tileset.tile.width, tileset.tile.height, -width / 2, -height / 2, width, height);
  ctx.restore();
}
