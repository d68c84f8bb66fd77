import { limits } from "@elsewhere/protocol";
import type { FlatLayer } from "../tiled/flatten.ts";
import type { TiledMap, TiledObject } from "../tiled/model.ts";
import { overLimit } from "../tiled/refuse.ts";
import { insideShape } from "./shapes.ts";

/** Where an object's box begins, as a share of its size left of and above (x, y). */
export interface Anchor {
  readonly x: number;
  readonly y: number;
}

export const topLeft: Anchor = { x: 0, y: 0 };

/** The tiles of one map, and which of them something drawn on it covers. */
export class Grid {
  readonly width: number;
  readonly height: number;
  readonly #file: string;
  /** Pixels of a tile as objects are measured: isometric maps measure both axes by the tile's height. */
  readonly #tileX: number;
  readonly #tileY: number;
  readonly #layerX: number;
  readonly #layerY: number;
  #workLeft: number = limits.mapShapeTilesMax;

  constructor(map: TiledMap) {
    this.width = map.width;
    this.height = map.height;
    this.#file = map.path;
    this.#tileX = map.orientation === "isometric" ? map.tile.height : map.tile.width;
    this.#tileY = map.tile.height;
    this.#layerX = map.tile.width;
    this.#layerY = map.tile.height;
  }

  /** A tile layer's cells where they lie on the map: its offset, in whole tiles, is applied. */
  placed(flat: FlatLayer): Uint32Array {
    if (flat.layer.kind !== "tiles") return new Uint32Array(0);
    const [dx, dy] = [Math.round(flat.offsetX / this.#layerX), Math.round(flat.offsetY / this.#layerY)];
    if (dx === 0 && dy === 0) return flat.layer.cells;
    const moved = new Uint32Array(this.width * this.height);
    flat.layer.cells.forEach((cell, i) => {
      const [x, y] = [(i % this.width) + dx, Math.floor(i / this.width) + dy];
      if (cell !== 0 && this.has(x, y)) moved[y * this.width + x] = cell;
    });
    return moved;
  }

  has(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }

  /** The tile a point in pixels lies on; null outside the map. */
  tileAt(pixelX: number, pixelY: number): number | null {
    const [x, y] = [Math.floor(pixelX / this.#tileX), Math.floor(pixelY / this.#tileY)];
    return this.has(x, y) ? y * this.width + x : null;
  }

  /**
   * The tiles whose centre lies in an object, ascending. One too small to hold a centre has the tile its own centre is on.
   */
  covered(object: TiledObject, layer: FlatLayer, anchor: Anchor = topLeft): Int32Array {
    const placing = place(object, layer, anchor);
    const [cx, cy] = placing.out(placing.width / 2, placing.height / 2);
    const centre = object.shape === "polygon" || object.shape === "polyline" ? null : this.tileAt(cx, cy);
    const found = object.shape === "point" || object.shape === "polyline" ? [] : this.#inside(object, placing);
    return Int32Array.from(found.length > 0 || centre === null ? found : [centre]);
  }

  #inside(object: TiledObject, placing: Placing): number[] {
    const corners = placing.corners.map(([x, y]) => placing.out(x, y));
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const clip = (pixels: number, tile: number, max: number): number => Math.min(max, Math.max(0, Math.floor(pixels / tile)));
    const [left, right] = [clip(Math.min(...xs), this.#tileX, this.width), clip(Math.max(...xs) + this.#tileX, this.#tileX, this.width)];
    const [top, bottom] = [clip(Math.min(...ys), this.#tileY, this.height), clip(Math.max(...ys) + this.#tileY, this.#tileY, this.height)];
    this.#work((right - left) * (bottom - top) * Math.max(1, object.points.length));
    const found: number[] = [];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const [lx, ly] = placing.into((x + 0.5) * this.#tileX, (y + 0.5) * this.#tileY);
        if (insideShape(object, placing.width, placing.height, lx, ly)) found.push(y * this.width + x);
      }
    }
    return found;
  }

  /** Many large shapes would otherwise keep the loader busy for minutes. */
  #work(tiles: number): void {
    this.#workLeft -= tiles;
    const limit = limits.mapShapeTilesMax;
    if (this.#workLeft < 0) throw overLimit(this.#file, `its objects cover more than ${limit} tiles together`, limit);
  }
}

interface Placing {
  readonly width: number;
  readonly height: number;
  /** From the object's own pixels to the map's, and back. */
  out(x: number, y: number): [number, number];
  into(x: number, y: number): [number, number];
  readonly corners: readonly (readonly [number, number])[];
}

function place(object: TiledObject, layer: FlatLayer, anchor: Anchor): Placing {
  const [width, height] = [Math.abs(object.width), Math.abs(object.height)];
  const [x0, y0] = [object.x + layer.offsetX, object.y + layer.offsetY];
  const [ax, ay] = [anchor.x * width, anchor.y * height];
  const angle = (object.rotation * Math.PI) / 180;
  const [sin, cos] = object.rotation === 0 ? [0, 1] : [Math.sin(angle), Math.cos(angle)];
  const box: [number, number][] = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ];
  return {
    width,
    height,
    out: (x, y) => [x0 + (x - ax) * cos - (y - ay) * sin, y0 + (x - ax) * sin + (y - ay) * cos],
    into: (x, y) => [(x - x0) * cos + (y - y0) * sin + ax, (y - y0) * cos - (x - x0) * sin + ay],
    corners: object.points.length > 0 ? object.points.map((point) => [point.x, point.y] as const) : box,
  };
}
