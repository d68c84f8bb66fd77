/** Numbers that stand for parts of binary frames. docs/PROTOCOL.md tells what each part holds, in this order. */

/** First byte of a frame. */
export const frameKinds = { view: 1, tick: 2 } as const;

/** What a tick holds, in bits of one byte. */
export const tickParts = { fresh: 1, window: 2, patches: 4, self: 8, percepts: 16 } as const;

/** What the changes of one patch hold, in bits of one byte. */
export const patchParts = { gone: 1, all: 2, some: 4, referred: 8, came: 16, looks: 32 } as const;

/** The cells beside one, by number: by how many columns and rows they lie off. */
export const neighbours: readonly (readonly [columns: number, rows: number])[] = [
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
];

/** The cells that lie in sight: a block of the grid that a map is divided into. All in cells; without columns nothing is perceived. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

export const shutWindow: Window = { left: 0, top: 0, columns: 0, rows: 0 };

/** The place of a cell in a window, row by row; -1 if it lies outside. */
export function indexIn({ left, top, columns, rows }: Window, column: number, row: number): number {
  const x = column - left;
  const y = row - top;
  return x < 0 || y < 0 || x >= columns || y >= rows ? -1 : y * columns + x;
}
