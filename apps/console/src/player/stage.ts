import { declutter } from "../map/declutter.ts";
import { daylight } from "../map/daylight.ts";
import { cssColour } from "../map/palette.ts";
import { isFixture } from "../map/shapes.ts";
import { TileMap } from "../map/tiles.ts";
import { fonts } from "../map/theme.ts";
import type { MapDrawing } from "@elsewhere/world";
import type { Bubble, Bubbles } from "./bubbles.ts";
import type { Cast, Member } from "./cast.ts";
import { drawFigure } from "./figures.ts";
import { context, Ground } from "./ground.ts";
import { View } from "./view.ts";

interface Placed {
  readonly member: Member;
  /** In CSS pixels of the screen. */
  readonly x: number;
  readonly y: number;
}

/** Below this a name tells more of its neighbours than of its body. */
const namesFromZoom = 11;
const figureTiles = 64;
const bubbleFont = `13px ${fonts.plain}`;
const bubbleRow = 17;

/** The canvas: the map, who is on it and what they say. */
export class Stage {
  readonly view: View;
  readonly #canvas: HTMLCanvasElement;
  readonly #map: TileMap;
  #ground: Ground | null = null;
  #style: CSSStyleDeclaration;

  constructor(canvas: HTMLCanvasElement, drawing: MapDrawing) {
    this.#canvas = canvas;
    this.#map = new TileMap(drawing);
    this.view = new View(drawing.width, drawing.height);
    this.#style = getComputedStyle(document.documentElement);
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.view.resize(width, height);
  }

  /** `part`: how much of the last tick has passed, 1 for all of it; `now`: world time in ms since 1970. */
  draw(cast: Cast, part: number, now: number, bubbles: Bubbles): void {
    const ctx = context(this.#canvas);
    const ground = (this.#ground ??= new Ground(this.#map, cast.doors));
    ground.update(cast.doors);
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ctx.fillStyle = this.#colour("--outside");
    ctx.fillRect(0, 0, this.view.width, this.view.height);
    this.#picture(ctx, ground.below);
    const placed = this.#placed(cast, part);
    for (const { member, x, y } of placed) {
      ctx.save();
      ctx.translate(x, y);
      ctx.scale(this.view.zoom / figureTiles, this.view.zoom / figureTiles);
      // A body smaller than this could not be found on a small screen.
      const least = Math.max(1, 12 / this.view.zoom);
      ctx.scale(least, least);
      drawFigure(ctx, member);
      ctx.restore();
    }
    this.#picture(ctx, ground.above);
    this.#night(ctx, now);
    this.#names(ctx, placed);
    if (!bubbles.isEmpty) this.#speech(ctx, placed, bubbles);
  }

  #picture(ctx: CanvasRenderingContext2D, picture: HTMLCanvasElement): void {
    const { zoom } = this.view;
    const [x, y] = this.view.screenOf(0, 0);
    ctx.imageSmoothingEnabled = true;
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(picture, x, y, this.#map.width * zoom, this.#map.height * zoom);
  }

  #night(ctx: CanvasRenderingContext2D, now: number): void {
    const { tint } = daylight(now);
    if (tint === 0xffffff) return;
    const { zoom } = this.view;
    const [x, y] = this.view.screenOf(0, 0);
    ctx.save();
    ctx.globalCompositeOperation = "multiply";
    ctx.fillStyle = cssColour(tint);
    ctx.fillRect(x, y, this.#map.width * zoom, this.#map.height * zoom);
    ctx.restore();
  }

  /** Those on the screen, the hindmost first. */
  #placed(cast: Cast, part: number): readonly Placed[] {
    const { width, height, zoom } = this.view;
    const placed: Placed[] = [];
    for (const member of cast) {
      const share = member.movedTick === cast.tick ? part : 1;
      const [x, y] = this.view.screenOf(member.fromX * (1 - share) + member.x * share, member.fromY * (1 - share) + member.y * share);
      if (x > -zoom && y > -zoom && x < width + zoom && y < height + zoom) placed.push({ member, x, y });
    }
    return placed.sort((a, b) => a.y - b.y);
  }

  #names(ctx: CanvasRenderingContext2D, placed: readonly Placed[]): void {
    const { zoom } = this.view;
    if (zoom < namesFromZoom) return;
    ctx.font = `600 12px ${fonts.plain}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    const named = placed.filter(({ member }) => !isFixture(member) || zoom >= 3 * namesFromZoom);
    const ranked = named.toSorted((a, b) => Number(isFixture(a.member)) - Number(isFixture(b.member)));
    const boxes = ranked.map(({ member, x, y }) => {
      const width = ctx.measureText(member.name).width;
      return { x: x - width / 2 - 2, y: y + zoom * 0.36, width: width + 4, height: 15 };
    });
    const shown = declutter(boxes);
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    ctx.strokeStyle = "#20262b";
    ctx.fillStyle = "#ffffff";
    for (const [i, { member, x }] of ranked.entries()) {
      if (!shown[i]) continue;
      ctx.strokeText(member.name, x, boxes[i]!.y);
      ctx.fillText(member.name, x, boxes[i]!.y);
    }
  }

  #speech(ctx: CanvasRenderingContext2D, placed: readonly Placed[], bubbles: Bubbles): void {
    for (const { member, x, y } of placed) {
      const bubble = bubbles.of(member.id);
      if (bubble !== undefined) this.#bubble(ctx, bubble, x, y - Math.max(8, this.view.zoom * 0.5));
    }
  }

  #bubble(ctx: CanvasRenderingContext2D, { line, rows }: Bubble, x: number, y: number): void {
    ctx.font = line.how === "say" ? bubbleFont : line.how === "shout" ? `700 ${bubbleFont}` : `italic ${bubbleFont}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    const width = Math.max(...rows.map((row) => ctx.measureText(row).width)) + 16;
    const height = rows.length * bubbleRow + 10;
    const left = Math.min(Math.max(x - width / 2, 4), Math.max(4, this.view.width - width - 4));
    const top = Math.max(y - height - 8, 4);
    ctx.beginPath();
    ctx.roundRect(left, top, width, height, 9);
    if (x > left + 10 && x < left + width - 10 && top + height < y) {
      ctx.moveTo(x - 5, top + height);
      ctx.lineTo(x, y - 2);
      ctx.lineTo(x + 5, top + height);
    }
    ctx.fillStyle = this.#colour("--paper");
    ctx.strokeStyle = this.#colour(line.how === "shout" ? "--error" : "--ink-soft");
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.fill();
    ctx.fillStyle = this.#colour(line.how === "whisper" || line.how === "emote" ? "--ink-soft" : "--ink");
    rows.forEach((row, i) => ctx.fillText(row, left + 8, top + 6 + i * bubbleRow));
  }

  #colour(name: string): string {
    return this.#style.getPropertyValue(name).trim();
  }
}
