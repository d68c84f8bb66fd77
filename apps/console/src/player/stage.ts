import { Backdrop } from "./backdrop.ts";
import { declutter } from "../map/declutter.ts";
import { daylight } from "../map/daylight.ts";
import { cssColour } from "../map/palette.ts";
import { isFixture } from "../map/shapes.ts";
import { TileMap } from "../map/tiles.ts";
import { fonts } from "../map/theme.ts";
import type { MapDrawing } from "@elsewhere/world";
import type { Bubble, Bubbles } from "./bubbles.ts";
import type { Cast, Member } from "./cast.ts";
import { Figures } from "./figures.ts";
import { context, Ground } from "./ground.ts";
import type { Line } from "./reel.ts";
import { View } from "./view.ts";

interface Box {
  readonly x: number;
  y: number;
  readonly width: number;
  readonly height: number;
}

interface Placed {
  readonly member: Member;
  /** In CSS pixels of the screen. */
  readonly x: number;
  readonly y: number;
}

/** Below this a name tells more of its neighbours than of its body. */
const namesFromZoom = 11;
const figurePixelsMin = 12;
const bubbleFont = `13px ${fonts.plain}`;
const bubbleRow = 17;
const raisedPixelsMax = 110;

/** The canvas: the map, who is on it and what they say. */
export class Stage {
  readonly view: View;
  readonly #canvas: HTMLCanvasElement;
  readonly #map: TileMap;
  readonly #figures = new Figures();
  #ground: Ground | null = null;
  #backdrop: Backdrop | null = null;
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

  /** Puts a body into the middle, where it is then. */
  centreOn(member: Member, cast: Cast, part: number): void {
    this.view.centreOn(...placeOf(member, cast, part));
  }

  /** `part`: how much of the last tick has passed, 1 for all of it; `now`: world time in ms since 1970. */
  draw(cast: Cast, part: number, now: number, bubbles: Bubbles, followed: number | null): void {
    const ctx = context(this.#canvas);
    const ground = (this.#ground ??= new Ground(this.#map, cast.doors));
    const backdrop = (this.#backdrop ??= new Backdrop(ground));
    ground.update(cast.doors);
    backdrop.prepare(this.view);
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ctx.fillStyle = this.#colour("--outside");
    ctx.fillRect(0, 0, this.view.width, this.view.height);
    backdrop.draw(ctx, this.view, "below");
    const placed = this.#placed(cast, part);
    // A body smaller than this could not be found on a small screen.
    const size = Math.max(figurePixelsMin, this.view.zoom);
    for (const { member, x, y } of placed) {
      if (member.id === followed) this.#ring(ctx, x, y, size);
      this.#figures.draw(ctx, member, x, y, size);
    }
    backdrop.draw(ctx, this.view, "above");
    this.#night(ctx, now);
    this.#names(ctx, placed, followed);
    if (!bubbles.isEmpty) this.#speech(ctx, placed, bubbles);
  }

  #ring(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
    for (const [colour, width] of [
      ["#ffffff", 0.12],
      [this.#colour("--accent"), 0.06],
    ] as const) {
      ctx.beginPath();
      ctx.ellipse(x, y + size * 0.31, size * 0.39, size * 0.17, 0, 0, 2 * Math.PI);
      ctx.strokeStyle = colour;
      ctx.lineWidth = Math.max(1, width * size);
      ctx.stroke();
    }
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
      const [x, y] = this.view.screenOf(...placeOf(member, cast, part));
      if (x > -zoom && y > -zoom && x < width + zoom && y < height + zoom) placed.push({ member, x, y });
    }
    return placed.sort((a, b) => a.y - b.y);
  }

  #names(ctx: CanvasRenderingContext2D, placed: readonly Placed[], followed: number | null): void {
    const { zoom } = this.view;
    if (zoom < namesFromZoom) return;
    ctx.font = `600 12px ${fonts.plain}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    const named = placed.filter(({ member }) => !isFixture(member) || zoom >= 3 * namesFromZoom);
    const rank = ({ member }: Placed): number => (member.id === followed ? 0 : isFixture(member) ? 2 : 1);
    const ranked = named.toSorted((a, b) => rank(a) - rank(b));
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

  /** The newest nearest to who said it, older ones above those they would cover. */
  #speech(ctx: CanvasRenderingContext2D, placed: readonly Placed[], bubbles: Bubbles): void {
    const speaking = placed.flatMap((one) => {
      const bubble = bubbles.of(one.member.id);
      return bubble === undefined ? [] : [{ bubble, x: one.x, y: one.y - Math.max(8, this.view.zoom * 0.5) }];
    });
    const taken: Box[] = [];
    const drawn: (() => void)[] = [];
    for (const { bubble, x, y } of speaking.sort((a, b) => b.bubble.line.tick - a.bubble.line.tick)) {
      const box = this.#boxOf(ctx, bubble, x, y);
      for (let other = covered(box, taken); other !== undefined && box.y > 4; other = covered(box, taken)) {
        box.y = other.y - box.height - 4;
      }
      // So far away nobody would see whose words they are.
      if (box.y + box.height < y - raisedPixelsMax) continue;
      taken.push(box);
      drawn.push(() => this.#bubble(ctx, bubble, box, x, y));
    }
    // From above, so that a tail goes on behind the bubbles below it.
    for (const draw of drawn.toReversed()) draw();
  }

  #boxOf(ctx: CanvasRenderingContext2D, { line, rows }: Bubble, x: number, y: number): Box {
    ctx.font = fontOf(line.how);
    const width = Math.max(...rows.map((row) => ctx.measureText(row).width)) + 16;
    const height = rows.length * bubbleRow + 10;
    const left = Math.min(Math.max(x - width / 2, 4), Math.max(4, this.view.width - width - 4));
    return { x: left, y: Math.max(y - height - 8, 4), width, height };
  }

  #bubble(ctx: CanvasRenderingContext2D, { line, rows }: Bubble, box: Box, x: number, y: number): void {
    const { x: left, y: top, width, height } = box;
    ctx.font = fontOf(line.how);
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
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

const fontOf = (how: Line["how"]): string => (how === "say" ? bubbleFont : how === "shout" ? `700 ${bubbleFont}` : `italic ${bubbleFont}`);

const covered = (box: Box, others: readonly Box[]): Box | undefined =>
  others.find((one) => box.x < one.x + one.width && one.x < box.x + box.width && box.y < one.y + one.height && one.y < box.y + box.height);

/** Where a body is in a part of the tick, in tiles. */
function placeOf({ fromX, fromY, x, y, movedTick }: Member, cast: Cast, part: number): [number, number] {
  const share = movedTick === cast.tick ? part : 1;
  return [fromX * (1 - share) + x * share, fromY * (1 - share) + y * share];
}
