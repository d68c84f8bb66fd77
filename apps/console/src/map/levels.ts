/** Sizes of a painted tile. Like the sheets of an atlas: a far view needs few coarse squares, a near one few fine ones. */
const levels = [2, 4, 8, 16, 32, 64] as const;

/** Picks the level at which a tile has at least the pixels it takes on the screen. */
export function levelFor(zoom: number, resolution: number): number {
  return levels.find((level) => level >= zoom * resolution * 0.8) ?? levels.at(-1)!;
}
