import { type Look, paintRegion } from "../map/paint/chunk.ts";
import type { TileMap } from "../map/tiles.ts";

const sizes = [32, 24, 16, 12, 8, 4, 2] as const;
/** Canvases of more than this are refused by some phones. */
const pixelsMax = 8_000_000;

/** The map, painted once as a whole; where a door moves, its tiles are painted again. */
export class Ground {
  readonly below: HTMLCanvasElement;
  readonly above: HTMLCanvasElement;
  readonly tilePixels: number;
  /** How often it was painted: another number, another picture. */
  version = 0;
  /** Whether there is anything above the bodies. */
  hasAbove: boolean;
  readonly #map: TileMap;
  readonly #doors = new Map<string, boolean>();
  readonly #look: Look;

  constructor(map: TileMap, doors: ReadonlyMap<string, boolean>) {
    this.#map = map;
    this.tilePixels = sizes.find((size) => map.width * map.height * size ** 2 <= pixelsMax) ?? 1;
    for (const [name, open] of doors) this.#doors.set(name, open);
    this.#look = { image: () => null, doorOpen: (name) => this.#doors.get(name) ?? false };
    let painted = false;
    [this.below, this.above] = [false, true].map((above) => {
      const canvas = canvasOf(map.width * this.tilePixels, map.height * this.tilePixels);
      const region = { x: 0, y: 0, tiles: Math.max(map.width, map.height), tilePixels: this.tilePixels, bleedPixels: 0 };
      painted = paintRegion(context(canvas), map, region, above, this.#look);
      return canvas;
    }) as [HTMLCanvasElement, HTMLCanvasElement];
    this.hasAbove = painted;
  }

  /** Has doors drawn as they stand now. */
  update(doors: ReadonlyMap<string, boolean>): void {
    for (const [name, open] of doors) {
      if (this.#doors.get(name) === open) continue;
      this.#doors.set(name, open);
      this.version += 1;
      this.#repaint(name);
    }
  }

  #repaint(door: string): void {
    const { width, layers } = this.#map;
    const own = layers.filter(({ drawn }) => drawn.door?.name === door);
    const tiles = own.flatMap(({ gids }) => [...gids.keys()].filter((tile) => gids[tile] !== 0));
    if (tiles.length === 0) return;
    const [columns, rows] = [tiles.map((tile) => tile % width), tiles.map((tile) => Math.floor(tile / width))];
    // What is painted reaches over the edge of its tile.
    const [x, y] = [Math.min(...columns) - 1, Math.min(...rows) - 1];
    const side = Math.max(Math.max(...columns) - x, Math.max(...rows) - y) + 2;
    const pixels = side * this.tilePixels;
    for (const [canvas, above] of [
      [this.below, false],
      [this.above, true],
    ] as const) {
      const patch = canvasOf(pixels, pixels);
      paintRegion(context(patch), this.#map, { x, y, tiles: side, tilePixels: this.tilePixels, bleedPixels: 0 }, above, this.#look);
      const ctx = context(canvas);
      ctx.clearRect(x * this.tilePixels, y * this.tilePixels, pixels, pixels);
      ctx.drawImage(patch, x * this.tilePixels, y * this.tilePixels);
      this.hasAbove = true;
    }
  }
}

export function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  return canvas;
}

export function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const ctx = canvas.getContext("2d");
  if (ctx === null) throw new Error("this browser draws nothing on a canvas");
  return ctx;
}
