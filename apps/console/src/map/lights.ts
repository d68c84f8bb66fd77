import type { Seen } from "@elsewhere/protocol";
import { Container, Graphics, Sprite, Texture } from "pixi.js";
import type { Box, Point, Size } from "./camera.ts";
import type { Daylight } from "./daylight.ts";
import type { TileMap } from "./tiles.ts";

const glowPixels = 128;
const lampTiles = 3.4;
const lampsShownMax = 60;

/** The tint of the hour over the map, and the lamps that hold against it. */
export class Lights {
  /** Multiplied over the map, in screen pixels. */
  readonly tint = new Graphics();
  /** In tiles, over the tint. */
  readonly lamps = new Container();
  readonly #glow = glowTexture();
  readonly #sprites: Sprite[] = [];

  constructor() {
    this.tint.blendMode = "multiply";
  }

  place(light: Daylight, view: Size, shown: Box, map: TileMap, bodies: Iterable<Seen>, at: (id: number) => Point | null): void {
    this.tint.clear();
    if (light.tint !== 0xffffff) this.tint.rect(0, 0, view.width, view.height).fill(light.tint);
    const spots = light.darkness < 0.05 ? [] : [...litSpots(shown, map, bodies, at)].slice(0, lampsShownMax);
    while (this.#sprites.length < spots.length) this.#sprites.push(this.#lamp());
    for (const [index, sprite] of this.#sprites.entries()) {
      const spot = spots[index];
      sprite.visible = spot !== undefined;
      if (spot !== undefined) sprite.position.set(spot.x, spot.y);
      sprite.alpha = light.darkness * 0.62;
    }
  }

  destroy(): void {
    this.#glow.destroy(true);
  }

  #lamp(): Sprite {
    const sprite = new Sprite({ texture: this.#glow, anchor: 0.5, blendMode: "add" });
    sprite.scale.set((lampTiles * 2) / glowPixels);
    this.lamps.addChild(sprite);
    return sprite;
  }
}

/** How far above its own tile the lamp may be drawn that a body stands for: posts are tall. */
const postTiles = 3;

/**
 * Lamps of the map shine at night. A body that shows `lit` stands for the lamp drawn at or above its tile and decides
 * whether it shines; where none is drawn, the body itself does.
 */
function* litSpots(shown: Box, map: TileMap, bodies: Iterable<Seen>, at: (id: number) => Point | null): Generator<Point> {
  const ruled = new Set<Point>();
  for (const body of bodies) {
    const { lit } = body.traits;
    if (typeof lit !== "boolean") continue;
    const lamps = map.lampHeads.filter(
      ({ x, y }) => x === Math.floor(body.x) && y <= Math.floor(body.y) && y > Math.floor(body.y) - postTiles,
    );
    for (const lamp of lamps) ruled.add(lamp);
    const top = lamps.toSorted((a, b) => a.y - b.y)[0];
    const place = top === undefined ? at(body.id) : { x: top.x + 0.5, y: top.y + 0.7 };
    if (lit && place !== null) yield place;
  }
  for (const lamp of map.lampHeads) {
    const { x, y } = lamp;
    const inView =
      x > shown.x - lampTiles && y > shown.y - lampTiles && x < shown.x + shown.width + lampTiles && y < shown.y + shown.height + lampTiles;
    if (inView && !ruled.has(lamp)) yield { x: x + 0.5, y: y + 0.5 };
  }
}

function glowTexture(): Texture {
  const canvas = document.createElement("canvas");
  canvas.width = glowPixels;
  canvas.height = glowPixels;
  const ctx = canvas.getContext("2d");
  const half = glowPixels / 2;
  if (ctx === null) return Texture.EMPTY;
  const glow = ctx.createRadialGradient(half, half, 0, half, half, half);
  glow.addColorStop(0, "rgb(255 214 140 / 1)");
  glow.addColorStop(0.25, "rgb(255 190 110 / 0.5)");
  glow.addColorStop(1, "rgb(255 170 90 / 0)");
  ctx.fillStyle = glow;
  ctx.fillRect(0, 0, glowPixels, glowPixels);
  return Texture.from(canvas);
}
