import { cssColour, materials, mixColour, type Material } from "../palette.ts";

/** One tile about to be painted: where, how large, and what lies around it. */
export interface Cell {
  readonly ctx: CanvasRenderingContext2D;
  /** Pixels of its top left corner and of its side. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly material: Material;
  /** The same for the same tile of the same map, always: what makes no two of them alike. */
  readonly seed: number;
  /** The material of a neighbour on this layer, or null where there is none. */
  neighbour(dx: number, dy: number): Material | null;
}

/** A number from 0 to 1, the nth of this cell. */
export function chance(cell: Cell, n: number): number {
  let hash = Math.imul(cell.seed ^ Math.imul(n + 1, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

export const same = (cell: Cell, dx: number, dy: number): boolean => cell.neighbour(dx, dy) === cell.material;

export const shade = (cell: Cell): { readonly base: string; readonly light: string; readonly dark: string } => {
  const { base, light, dark } = materials[cell.material];
  return { base: cssColour(base), light: cssColour(light), dark: cssColour(dark) };
};

/** The material's own colour, a touch lighter or darker from tile to tile. */
export function variedBase(cell: Cell, amount: number): string {
  const { base, light, dark } = materials[cell.material];
  const share = chance(cell, 0) * 2 - 1;
  return cssColour(mixColour(base, share > 0 ? light : dark, Math.abs(share) * amount));
}

/** Fills a box given in fractions of the tile. */
export function box(cell: Cell, fill: string, x: number, y: number, width: number, height: number, radius = 0): void {
  const { ctx, size } = cell;
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.roundRect(cell.x + x * size, cell.y + y * size, width * size, height * size, radius * size);
  ctx.fill();
}

/** Fills an ellipse given in fractions of the tile. */
export function oval(cell: Cell, fill: string, x: number, y: number, rx: number, ry: number): void {
  const { ctx, size } = cell;
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.ellipse(cell.x + x * size, cell.y + y * size, rx * size, ry * size, 0, 0, Math.PI * 2);
  ctx.fill();
}

/** Draws a line through points given in fractions of the tile. */
export function line(cell: Cell, stroke: string, width: number, points: readonly (readonly [number, number])[]): void {
  const { ctx, size } = cell;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = Math.max(0.75, width * size);
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(cell.x + x * size, cell.y + y * size);
  ctx.stroke();
}

/** A shadow that a raised tile throws on the ground to its south. */
export function castShadow(cell: Cell, x: number, width: number, from: number, reach: number): void {
  const { ctx, size } = cell;
  const top = cell.y + from * size;
  const fade = ctx.createLinearGradient(0, top, 0, top + reach * size);
  fade.addColorStop(0, "rgb(40 34 48 / 0.3)");
  fade.addColorStop(1, "rgb(40 34 48 / 0)");
  ctx.fillStyle = fade;
  ctx.fillRect(cell.x + x * size, top, width * size, reach * size);
}
