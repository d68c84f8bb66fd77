import { Container, Sprite, Texture } from "pixi.js";
import type { Box } from "./camera.ts";
import { levelFor } from "./levels.ts";
import { type Look, paintRegion } from "./paint/chunk.ts";
import type { TileMap } from "./tiles.ts";

const sidePixels = 512;
const bleedPixels = 1;
const chunksKeptMax = 96;
/** Squares painted in one frame at most: the view fills in quickly, and no frame stalls. */
const paintedPerFrameMax = 2;

interface Chunk {
  readonly level: number;
  readonly x: number;
  readonly y: number;
  readonly tiles: number;
  below: Sprite | null;
  above: Sprite | null;
  stale: boolean;
  usedFrame: number;
}

/** The ground of one map, painted square by square as it comes into view and forgotten when long out of it. */
export class Chunks {
  readonly below = new Container({ sortableChildren: true });
  readonly above = new Container({ sortableChildren: true });
  readonly #chunks = new Map<string, Chunk>();
  readonly #map: TileMap;
  readonly #look: Look;
  #frame = 0;

  constructor(map: TileMap, look: Look) {
    this.#map = map;
    this.#look = look;
  }

  /** Shows what is in view; returns whether anything changed, and so whether to draw and to come back. */
  show(view: Box, zoom: number, resolution: number): boolean {
    this.#frame += 1;
    const level = levelFor(zoom, resolution);
    let missing = 0;
    let painted = 0;
    for (const [x, y] of this.#inView(view, sidePixels / level)) {
      const key = `${level}:${x}:${y}`;
      const chunk = this.#chunks.get(key);
      if (chunk !== undefined) chunk.usedFrame = this.#frame;
      if (chunk !== undefined && !chunk.stale) continue;
      if (painted >= paintedPerFrameMax) missing += 1;
      else {
        this.#paint(key, level, x, y);
        painted += 1;
      }
    }
    if (painted > 0 && missing === 0) this.#forget(level);
    return painted > 0 || missing > 0;
  }

  /** Paints everything again as it comes into view: a picture has loaded, or a door moved. */
  repaint(covers: (x: number, y: number, tiles: number) => boolean = () => true): void {
    for (const chunk of this.#chunks.values()) {
      if (covers(chunk.x * chunk.tiles, chunk.y * chunk.tiles, chunk.tiles)) chunk.stale = true;
    }
  }

  destroy(): void {
    for (const chunk of this.#chunks.values()) drop(chunk);
    this.#chunks.clear();
    this.below.destroy();
    this.above.destroy();
  }

  *#inView(view: Box, tiles: number): Generator<[number, number]> {
    const x0 = Math.max(0, Math.floor(view.x / tiles));
    const y0 = Math.max(0, Math.floor(view.y / tiles));
    const x1 = Math.min(Math.ceil(this.#map.width / tiles), Math.ceil((view.x + view.width) / tiles));
    const y1 = Math.min(Math.ceil(this.#map.height / tiles), Math.ceil((view.y + view.height) / tiles));
    for (let y = y0; y < y1; y += 1) for (let x = x0; x < x1; x += 1) yield [x, y];
  }

  #paint(key: string, level: number, x: number, y: number): void {
    const old = this.#chunks.get(key);
    const tiles = sidePixels / level;
    const chunk: Chunk = { level, x, y, tiles, below: null, above: null, stale: false, usedFrame: this.#frame };
    chunk.below = this.#sprite(chunk, false);
    chunk.above = this.#sprite(chunk, true);
    if (chunk.below !== null) this.below.addChild(chunk.below);
    if (chunk.above !== null) this.above.addChild(chunk.above);
    if (old !== undefined) drop(old);
    this.#chunks.set(key, chunk);
  }

  #sprite(chunk: Chunk, above: boolean): Sprite | null {
    const { level, tiles } = chunk;
    const x = chunk.x * tiles;
    const y = chunk.y * tiles;
    const canvas = document.createElement("canvas");
    // The last square of a row or column ends with the map.
    canvas.width = Math.min(tiles, this.#map.width - x) * level + 2 * bleedPixels;
    canvas.height = Math.min(tiles, this.#map.height - y) * level + 2 * bleedPixels;
    const ctx = canvas.getContext("2d");
    if (ctx === null || !paintRegion(ctx, this.#map, { x, y, tiles, tilePixels: level, bleedPixels }, above, this.#look)) return null;
    const sprite = new Sprite(Texture.from(canvas));
    const bleed = bleedPixels / level;
    sprite.position.set(x - bleed, y - bleed);
    sprite.scale.set(1 / level);
    sprite.zIndex = level;
    return sprite;
  }

  /** Lets go of other levels once this one covers the view, and of squares long unseen. */
  #forget(level: number): void {
    const unseen = [...this.#chunks]
      .filter(([, chunk]) => chunk.usedFrame !== this.#frame)
      .sort(([, a], [, b]) => a.usedFrame - b.usedFrame);
    const excess = this.#chunks.size - chunksKeptMax;
    for (const [index, [key, chunk]] of unseen.entries()) {
      if (chunk.level === level && index >= excess) continue;
      drop(chunk);
      this.#chunks.delete(key);
    }
  }
}

function drop(chunk: Chunk): void {
  chunk.below?.destroy({ texture: true, textureSource: true });
  chunk.above?.destroy({ texture: true, textureSource: true });
}
