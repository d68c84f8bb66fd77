import type { TiledObject } from "../tiled/model.ts";

/** Rotation leaves rounding errors at edges that lie exactly on a tile's centre. */
const epsilon = 1e-6;

/** Whether a point, in the object's own pixels, lies in its shape of that size. Left and top edges belong to it. */
export function insideShape(object: TiledObject, width: number, height: number, x: number, y: number): boolean {
  switch (object.shape) {
    case "polygon":
      return insidePolygon(object.points, x, y);
    case "ellipse":
      return width > 0 && height > 0 && ((x - width / 2) / (width / 2)) ** 2 + ((y - height / 2) / (height / 2)) ** 2 <= 1;
    case "capsule":
      return insideCapsule(width, height, x, y);
    default:
      return x >= -epsilon && y >= -epsilon && x < width - epsilon && y < height - epsilon;
  }
}

/** Even-odd rule: a ray to the right crosses the outline an odd number of times. */
function insidePolygon(points: TiledObject["points"], x: number, y: number): boolean {
  let inside = false;
  let before = points.at(-1);
  for (const point of points) {
    if (before && point.y > y !== before.y > y) {
      const crossing = point.x + ((y - point.y) * (before.x - point.x)) / (before.y - point.y);
      if (x < crossing) inside = !inside;
    }
    before = point;
  }
  return inside;
}

/** A rectangle whose shorter sides are half circles. */
function insideCapsule(width: number, height: number, x: number, y: number): boolean {
  const radius = Math.min(width, height) / 2;
  const nearestX = Math.min(Math.max(x, radius), width - radius);
  const nearestY = Math.min(Math.max(y, radius), height - radius);
  return (x - nearestX) ** 2 + (y - nearestY) ** 2 <= radius ** 2;
}
