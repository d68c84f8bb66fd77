import type { Direction } from "@elsewhere/protocol";

/** What a walker on the keyboard needs to know of a map. */
export interface Ground {
  readonly width: number;
  readonly height: number;
  blocked(x: number, y: number): boolean;
}

/** How far ahead a held key walks in one go, in tiles: far enough to be smooth, near enough to stop. */
export const keyTilesMax = 8;

export const steps: Readonly<Record<Direction, readonly [number, number]>> = {
  north: [0, -1],
  east: [1, 0],
  south: [0, 1],
  west: [-1, 0],
};

/** The farthest tile one can reach straight ahead, or null where the very next one is blocked. */
export function walkTarget(
  ground: Ground,
  from: { readonly x: number; readonly y: number },
  direction: Direction,
  tilesMax: number = keyTilesMax,
): { x: number; y: number } | null {
  const [dx, dy] = steps[direction];
  let x = Math.floor(from.x);
  let y = Math.floor(from.y);
  let walked = 0;
  while (walked < tilesMax && free(ground, x + dx, y + dy)) {
    x += dx;
    y += dy;
    walked += 1;
  }
  return walked === 0 ? null : { x, y };
}

function free(ground: Ground, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < ground.width && y < ground.height && !ground.blocked(x, y);
}

const keys: Readonly<Record<string, Direction>> = {
  ArrowUp: "north",
  ArrowRight: "east",
  ArrowDown: "south",
  ArrowLeft: "west",
  KeyW: "north",
  KeyD: "east",
  KeyS: "south",
  KeyA: "west",
};

/** The direction a key walks in, by its place on the keyboard, so that WASD works on every layout. */
export const directionOfKey = (code: string): Direction | null => keys[code] ?? null;
