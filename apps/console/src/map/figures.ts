import type { Direction, Seen } from "@elsewhere/protocol";
import { GraphicsContext } from "pixi.js";
import { type Shape, shapeOf } from "./shapes.ts";
import { colourOfName, mixColour } from "./palette.ts";

/** Figures are drawn this large and scaled down to their tile, so that curves stay round. */
export const figureUnits = 64;

const shadow = { color: 0x28222f, alpha: 0.26 } as const;
const skin = 0xf1d9c0;

/** Where the face is on the head, by facing; null shows the back of the head. */
const faces: Readonly<Record<Direction, { readonly x: number; readonly y: number } | null>> = {
  north: null,
  south: { x: 0, y: 3 },
  east: { x: 5, y: 1 },
  west: { x: -5, y: 1 },
};

/** One drawing for all who look alike: a body's looks follow from its shape, name, facing and posture alone. */
const drawn = new Map<string, GraphicsContext>();

export const looksOf = (body: Seen): string => `${shapeOf(body)}:${colourOfName(body.name)}:${body.facing}:${body.posture}`;

export function figureOf(body: Seen): GraphicsContext {
  const looks = looksOf(body);
  const known = drawn.get(looks);
  if (known !== undefined) return known;
  const figure = draw(shapeOf(body), body, colourOfName(body.name));
  drawn.set(looks, figure);
  return figure;
}

function draw(shape: Shape, { facing, posture }: Seen, colour: number): GraphicsContext {
  const pen = new GraphicsContext();
  if (shape === "thing") return thing(pen, colour);
  if (shape === "lamp") return lamp(pen);
  if (shape === "animal") return animal(pen, colour, facing);
  if (posture === "asleep") return sleeper(pen, colour, shape === "person");
  return shape === "person" ? person(pen, colour, facing) : program(pen, colour, facing);
}

/** A small stand; what it gives is the light around it. */
function lamp(pen: GraphicsContext): GraphicsContext {
  pen.ellipse(0, 18, 11, 4.5).fill(shadow);
  pen.roundRect(-7, 10, 14, 8, 3).fill(0x4c4038);
  pen.roundRect(-8, -8, 16, 19, 5).fill(0x4c4038);
  return pen.roundRect(-5, -5, 10, 12, 3).fill(0xf0d68c);
}

/** On four legs, looking where it goes. */
function animal(pen: GraphicsContext, colour: number, facing: Direction): GraphicsContext {
  const dark = mixColour(colour, 0x14100f, 0.6);
  const side = facing === "west" ? -1 : 1;
  pen.ellipse(0, 18, 18, 5.5).fill(shadow);
  pen
    .moveTo(-13 * side, 8)
    .quadraticCurveTo(-24 * side, 0, -19 * side, -10)
    .stroke({ color: dark, width: 4, cap: "round" });
  pen.ellipse(0, 8, 15, 9).fill(colour).ellipse(0, 8, 15, 9).stroke({ color: dark, width: 2 });
  pen
    .moveTo(7 * side, -6)
    .lineTo(8 * side, -16)
    .lineTo(13 * side, -9)
    .lineTo(18 * side, -15)
    .lineTo(20 * side, -4)
    .closePath()
    .fill(dark);
  pen
    .circle(13 * side, -1, 8.5)
    .fill(mixColour(colour, 0xffffff, 0.15))
    .circle(13 * side, -1, 8.5)
    .stroke({ color: dark, width: 2 });
  if (facing !== "north")
    pen
      .circle(15 * side, -2, 1.6)
      .circle(10 * side, -2, 1.6)
      .fill(0xfff6d8);
  return pen;
}

function thing(pen: GraphicsContext, colour: number): GraphicsContext {
  pen.ellipse(0, 15, 17, 6).fill(shadow);
  pen.roundRect(-14, -8, 28, 24, 6).fill(mixColour(colour, 0x000000, 0.25));
  pen.roundRect(-14, -12, 28, 20, 6).fill(mixColour(colour, 0xffffff, 0.35));
  pen.roundRect(-14, -12, 28, 20, 6).stroke({ color: 0xffffff, width: 2, alpha: 0.5 });
  return pen;
}

/** People wear a round cloak with a bright hem, so that they stand out among the town's own. */
function person(pen: GraphicsContext, colour: number, facing: Direction): GraphicsContext {
  pen.ellipse(0, 23, 19, 7).fill(shadow);
  cloak(pen, 17, 12).fill(colour);
  cloak(pen, 17, 12).stroke({ color: 0xffffff, width: 3.5, join: "round" });
  pen.circle(0, -13, 12.5).fill(mixColour(colour, 0x1a1416, 0.55));
  pen.circle(0, -13, 12.5).stroke({ color: 0xffffff, width: 3 });
  face(pen, facing, 9);
  return pen;
}

/** Programs go hooded: a pointed outline and a dark hem. */
function program(pen: GraphicsContext, colour: number, facing: Direction): GraphicsContext {
  const dark = mixColour(colour, 0x14100f, 0.6);
  pen.ellipse(0, 23, 17, 6.5).fill(shadow);
  cloak(pen, 15.5, 9).fill(colour);
  cloak(pen, 15.5, 9).stroke({ color: dark, width: 2.5, join: "round" });
  pen.moveTo(-12, -6).quadraticCurveTo(-14, -20, 0, -29).quadraticCurveTo(14, -20, 12, -6).quadraticCurveTo(0, 2, -12, -6);
  pen.fill(mixColour(colour, 0xffffff, 0.22));
  pen.stroke({ color: dark, width: 2.5, join: "round" });
  face(pen, facing, 7);
  return pen;
}

function cloak(pen: GraphicsContext, foot: number, shoulder: number): GraphicsContext {
  return pen
    .moveTo(-foot, 21)
    .quadraticCurveTo(-foot, -2, -shoulder, -6)
    .lineTo(shoulder, -6)
    .quadraticCurveTo(foot, -2, foot, 21)
    .quadraticCurveTo(0, 27, -foot, 21)
    .closePath();
}

function face(pen: GraphicsContext, facing: Direction, radius: number): void {
  const at = faces[facing];
  if (at === null) return;
  const y = -13 + at.y;
  pen.ellipse(at.x, y, facing === "south" ? radius : radius * 0.75, radius * 0.85).fill(skin);
  for (const eye of facing === "south" ? [-3.2, 3.2] : [at.x > 0 ? 2 : -2]) pen.circle(at.x + eye, y - 0.5, 1.5).fill(0x2a2024);
}

function sleeper(pen: GraphicsContext, colour: number, bright: boolean): GraphicsContext {
  const hem = bright ? 0xffffff : mixColour(colour, 0x14100f, 0.6);
  pen.ellipse(2, 16, 27, 8).fill(shadow);
  pen.circle(-18, 4, 10).fill(skin);
  pen.circle(-18, 4, 10).stroke({ color: hem, width: 2.5 });
  pen.roundRect(-14, -8, 40, 24, 12).fill(mixColour(colour, 0x808080, 0.25));
  pen.roundRect(-14, -8, 40, 24, 12).stroke({ color: hem, width: 2.5 });
  pen.moveTo(-21, 5).quadraticCurveTo(-19, 7, -17, 5).stroke({ color: 0x2a2024, width: 1.5 });
  return pen;
}
