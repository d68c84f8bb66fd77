import type { Box } from "./camera.ts";

/** Which boxes to show so that none overlaps an earlier, more important one. */
export function declutter(boxes: readonly Box[]): readonly boolean[] {
  const shown: Box[] = [];
  return boxes.map((box) => {
    if (shown.some((other) => overlaps(box, other))) return false;
    shown.push(box);
    return true;
  });
}

const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
