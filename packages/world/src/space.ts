/** Positions are whole sixteenths of a tile; a body at rest stands on the centre of its tile. */
export const sixteenths = 16;
const half = sixteenths / 2;

/** Facings by number (north, east, south, west) as they stand in a path, one letter a step. */
export const letters = "nesw";

export const centreX = (tile: number, width: number): number => (tile % width) * sixteenths + half;
export const centreY = (tile: number, width: number): number => Math.floor(tile / width) * sixteenths + half;

/** How far two tiles are apart, counting a diagonal step as one. */
export function chebyshev(a: number, b: number, width: number): number {
  const rows = ((a / width) | 0) - ((b / width) | 0);
  return Math.max(Math.abs(rows), Math.abs(a - b - rows * width));
}

/** How far two tiles are apart in steps over open ground. */
export function manhattan(a: number, b: number, width: number): number {
  const rows = ((a / width) | 0) - ((b / width) | 0);
  return Math.abs(rows) + Math.abs(a - b - rows * width);
}

/** By how much a tile's index changes with one step in each direction. */
export const strides = (width: number): readonly [number, number, number, number] => [-width, 1, width, -1];
