import { colourOfName, cssColour, mixColour } from "../map/palette.ts";
import { shapeOf } from "../map/shapes.ts";
import type { Member } from "./cast.ts";
import { canvasOf, context } from "./ground.ts";

type Ctx = CanvasRenderingContext2D;

const skin = "#f1d9c0";
const ink = "#2b2430";
/** Where the face is on the head, by facing; from behind there is none. */
const faces: readonly (readonly [x: number, y: number] | null)[] = [null, [5, 1], [0, 3], [-5, 1]];

/** Sizes in which figures are drawn once and for all: of a crowd many look alike. */
const sizes = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256] as const;
const units = 64;

export class Figures {
  readonly #drawn = new Map<string, HTMLCanvasElement>();

  /** Draws a body around the middle of its tile, which is so many CSS pixels wide. */
  draw(ctx: Ctx, member: Member, x: number, y: number, size: number): void {
    const pixels = sizes.find((one) => one >= size * devicePixelRatio) ?? sizes.at(-1)!;
    const looks = `${pixels} ${member.kind} ${shapeOf(member)} ${colourOfName(member.name)} ${member.facing} ${member.asleep}`;
    let figure = this.#drawn.get(looks);
    if (figure === undefined) {
      figure = canvasOf(pixels, pixels);
      const own = context(figure);
      own.scale(pixels / units, pixels / units);
      own.translate(units / 2, units / 2);
      drawFigure(own, member);
      this.#drawn.set(looks, figure);
    }
    ctx.drawImage(figure, x - size / 2, y - size / 2, size, size);
  }
}

/** Around the middle of its tile, which is 64 units wide. */
function drawFigure(ctx: Ctx, member: Member): void {
  const colour = colourOfName(member.name);
  const [fill, dark] = [cssColour(colour), cssColour(mixColour(colour, 0x14100f, 0.6))];
  const shape = shapeOf(member);
  oval(ctx, "rgb(40 34 47 / 0.26)", 0, 20, shape === "thing" || shape === "lamp" ? 12 : 17, 6);
  if (shape === "lamp") {
    box(ctx, "#4c4038", -8, -8, 16, 26, 5);
    box(ctx, "#f0d68c", -5, -5, 10, 12, 3);
  } else if (shape === "thing") {
    box(ctx, fill, -12, -6, 24, 24, 5, dark);
  } else if (shape === "animal") {
    const side = member.facing === 3 ? -1 : 1;
    oval(ctx, fill, 0, 9, 15, 9, dark);
    oval(ctx, fill, 13 * side, 0, 8.5, 8, dark);
  } else if (member.asleep) {
    box(ctx, fill, -18, 4, 36, 15, 7, dark);
    oval(ctx, skin, -17, 10, 8, 8, dark);
  } else {
    box(ctx, fill, -13, -6, 26, 27, 11, dark);
    oval(ctx, member.kind === "person" ? skin : fill, 0, -13, 11, 11, dark);
    const face = faces[member.facing];
    // Programs wear hoods: of them only the face is seen.
    if (face != null && member.kind !== "person") oval(ctx, skin, face[0], face[1] - 13, 6.5, 6);
    if (face != null) for (const eye of [-2.5, 2.5]) oval(ctx, ink, face[0] + eye, face[1] - 13, 1.3, 1.6);
  }
}

function oval(ctx: Ctx, fill: string, x: number, y: number, rx: number, ry: number, stroke?: string): void {
  ctx.beginPath();
  ctx.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  finish(ctx, fill, stroke);
}

function box(ctx: Ctx, fill: string, x: number, y: number, width: number, height: number, radius: number, stroke?: string): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, radius);
  finish(ctx, fill, stroke);
}

function finish(ctx: Ctx, fill: string, stroke: string | undefined): void {
  ctx.fillStyle = fill;
  ctx.fill();
  if (stroke === undefined) return;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 2;
  ctx.stroke();
}
