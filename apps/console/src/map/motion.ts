/** A body between two ticks: it glides from where it was shown to where the world says it is. */
export interface Motion {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  readonly startMs: number;
  readonly spanMs: number;
}

/** Farther than this in one step is no walk: the body is shown at its new place at once. */
const jumpTilesMax = 2.5;

export const standing = (x: number, y: number): Motion => ({ fromX: x, fromY: y, toX: x, toY: y, startMs: 0, spanMs: 1 });

export function positionAt(motion: Motion, timeMs: number): { readonly x: number; readonly y: number } {
  const share = Math.min(1, Math.max(0, (timeMs - motion.startMs) / motion.spanMs));
  return { x: motion.fromX + (motion.toX - motion.fromX) * share, y: motion.fromY + (motion.toY - motion.fromY) * share };
}

/** Heads for a new place from wherever the body is shown just now. */
export function headFor(motion: Motion, x: number, y: number, timeMs: number, tickMs: number): Motion {
  if (x === motion.toX && y === motion.toY) return motion;
  const now = positionAt(motion, timeMs);
  if (Math.abs(x - now.x) > jumpTilesMax || Math.abs(y - now.y) > jumpTilesMax) return standing(x, y);
  // A little longer than a tick: late frames then make nobody stutter.
  return { fromX: now.x, fromY: now.y, toX: x, toY: y, startMs: timeMs, spanMs: Math.min(1000, tickMs * 1.15) };
}
