import type { BodyTable } from "./bodies.ts";

/** Cells, by the columns and rows they lie in; none if `right` is left of `left`, or `bottom` above `top`. */
export interface Cells {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What of a map can come into sight or go out of it as somebody goes from one tile to another. */
export interface Rim {
  /** All cells that sight from either tile touches. */
  readonly all: Cells;
  /** Of these the ones that lie in sight from both tiles as a whole: what stays there stays in sight. */
  readonly inner: Cells;
}

export function rimOf(
  map: { readonly width: number; readonly height: number },
  bodies: BodyTable,
  a: number,
  b: number,
  radius: number,
): Rim {
  const { width, height } = map;
  const { cellTiles, cellColumns, cellRows } = bodies;
  const [rowA, rowB] = [(a / width) | 0, (b / width) | 0];
  const [columnA, columnB] = [a - rowA * width, b - rowB * width];
  const [firstColumn, lastColumn] = columnA < columnB ? [columnA, columnB] : [columnB, columnA];
  const [firstRow, lastRow] = rowA < rowB ? [rowA, rowB] : [rowB, rowA];
  return {
    all: {
      left: Math.max(0, Math.floor((firstColumn - radius) / cellTiles)),
      right: Math.min(cellColumns - 1, Math.floor((lastColumn + radius) / cellTiles)),
      top: Math.max(0, Math.floor((firstRow - radius) / cellTiles)),
      bottom: Math.min(cellRows - 1, Math.floor((lastRow + radius) / cellTiles)),
    },
    inner: {
      left: Math.ceil((lastColumn - radius) / cellTiles),
      right: firstColumn + radius >= width - 1 ? cellColumns - 1 : Math.floor((firstColumn + radius + 1) / cellTiles) - 1,
      top: Math.ceil((lastRow - radius) / cellTiles),
      bottom: firstRow + radius >= height - 1 ? cellRows - 1 : Math.floor((firstRow + radius + 1) / cellTiles) - 1,
    },
  };
}

export function isAmong({ left, right, top, bottom }: Cells, column: number, row: number): boolean {
  return column >= left && column <= right && row >= top && row <= bottom;
}
