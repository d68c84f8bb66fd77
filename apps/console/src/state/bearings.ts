interface Point {
  readonly x: number;
  readonly y: number;
}

/** Chebyshev, as the world measures it. */
export const distance = (a: Point, b: Point): number => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));

/** In words, for those who cannot see the map: `3 tiles north-east`. */
export function bearing(from: Point, to: Point): string {
  const tiles = Math.round(distance(from, to));
  if (tiles === 0) return "right here";
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const vertical = Math.abs(dy) * 2 < Math.abs(dx) ? "" : dy < 0 ? "north" : "south";
  const horizontal = Math.abs(dx) * 2 < Math.abs(dy) ? "" : dx < 0 ? "west" : "east";
  return `${tiles} ${tiles === 1 ? "tile" : "tiles"} ${[vertical, horizontal].filter((word) => word !== "").join("-")}`;
}
