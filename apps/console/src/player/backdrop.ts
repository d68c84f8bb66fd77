import { canvasOf, context, type Ground } from "./ground.ts";
import type { View } from "./view.ts";

/** The map as it is on the screen: scaling it is most of what a picture costs, and mostly it stands where it stood. */
export class Backdrop {
  readonly #ground: Ground;
  #key = "";
  #kept: { readonly key: string; readonly below: HTMLCanvasElement; readonly above: HTMLCanvasElement } | null = null;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Makes ready for a frame with that view. */
  prepare(view: View): void {
    const { x, y, zoom, width, height } = view;
    const key = [x, y, zoom, width, height, devicePixelRatio, this.#ground.version].join();
    if (this.#kept?.key === key) return;
    // While it moves every frame is another.
    const stands = key === this.#key;
    this.#key = key;
    this.#kept = stands ? { key, below: this.#scaled(this.#ground.below, view), above: this.#scaled(this.#ground.above, view) } : null;
  }

  draw(ctx: CanvasRenderingContext2D, view: View, layer: "below" | "above"): void {
    if (layer === "above" && !this.#ground.hasAbove) return;
    if (this.#kept === null) place(ctx, this.#ground[layer], view, this.#ground.tilePixels);
    else ctx.drawImage(this.#kept[layer], 0, 0, view.width, view.height);
  }

  #scaled(picture: HTMLCanvasElement, view: View): HTMLCanvasElement {
    const canvas = canvasOf(Math.round(view.width * devicePixelRatio), Math.round(view.height * devicePixelRatio));
    const ctx = context(canvas);
    ctx.scale(devicePixelRatio, devicePixelRatio);
    ctx.imageSmoothingQuality = "high";
    place(ctx, picture, view, this.#ground.tilePixels);
    return canvas;
  }
}

/** Draws what of a picture is in view. */
function place(ctx: CanvasRenderingContext2D, picture: HTMLCanvasElement, view: View, tilePixels: number): void {
  const { zoom } = view;
  const [left, top] = view.mapOf(0, 0).map((tile) => Math.max(0, tile)) as [number, number];
  const [right, bottom] = view.mapOf(view.width, view.height);
  const width = Math.min(right, picture.width / tilePixels) - left;
  const height = Math.min(bottom, picture.height / tilePixels) - top;
  const [x, y] = view.screenOf(left, top);
  const [sx, sy, sw, sh] = [left, top, width, height].map((tiles) => tiles * tilePixels) as [number, number, number, number];
  ctx.drawImage(picture, sx, sy, sw, sh, x, y, width * zoom, height * zoom);
}
