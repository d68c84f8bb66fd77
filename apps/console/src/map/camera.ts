/** Where one looks from: the tile coordinates in the middle of the view, and how many pixels a tile takes. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  /** CSS pixels a tile. */
  readonly zoom: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** CSS pixels of the view, or tiles of a map. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of tiles, fractions included. */
export interface Box extends Point, Size {}

const zoomMax = 96;
const zoomLeast = 2;
/** How far past the map's edge one may look, in tiles: enough to see that there is nothing more. */
const marginTiles = 3;

export function toScreen(camera: Camera, view: Size, tile: Point): Point {
  return { x: (tile.x - camera.x) * camera.zoom + view.width / 2, y: (tile.y - camera.y) * camera.zoom + view.height / 2 };
}

export function toTile(camera: Camera, view: Size, screen: Point): Point {
  return { x: (screen.x - view.width / 2) / camera.zoom + camera.x, y: (screen.y - view.height / 2) / camera.zoom + camera.y };
}

/** The tiles in view. */
export function visibleBox(camera: Camera, view: Size): Box {
  const width = view.width / camera.zoom;
  const height = view.height / camera.zoom;
  return { x: camera.x - width / 2, y: camera.y - height / 2, width, height };
}

/** Keeps the map in view: a map smaller than the view is centred, a larger one never leaves it. */
export function clampCamera(camera: Camera, view: Size, map: Size): Camera {
  const zoom = clampZoom(camera.zoom, view, map);
  return { zoom, x: clampAxis(camera.x, view.width / zoom, map.width), y: clampAxis(camera.y, view.height / zoom, map.height) };
}

function clampAxis(at: number, shown: number, tiles: number): number {
  if (shown >= tiles + 2 * marginTiles) return tiles / 2;
  return Math.min(Math.max(at, shown / 2 - marginTiles), tiles + marginTiles - shown / 2);
}

/** The zoom at which the whole map fits. */
export function fitZoom(view: Size, map: Size): number {
  return Math.min(view.width / (map.width + marginTiles), view.height / (map.height + marginTiles));
}

function clampZoom(zoom: number, view: Size, map: Size): number {
  const least = Math.max(zoomLeast, Math.min(fitZoom(view, map) * 0.8, 24));
  return Math.min(Math.max(zoom, least), zoomMax);
}

/** Zooms by `factor` so that the tile under `screen` stays there. */
export function zoomAt(camera: Camera, view: Size, map: Size, screen: Point, factor: number): Camera {
  const zoom = clampZoom(camera.zoom * factor, view, map);
  const tile = toTile(camera, view, screen);
  const moved = { zoom, x: tile.x - (screen.x - view.width / 2) / zoom, y: tile.y - (screen.y - view.height / 2) / zoom };
  return clampCamera(moved, view, map);
}

export function panBy(camera: Camera, view: Size, map: Size, dx: number, dy: number): Camera {
  return clampCamera({ ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom }, view, map);
}

/** Moves a part of the way to `target`: the same share of the distance in the same time, whatever the frame rate. */
export function easeTo(camera: Camera, target: Point, elapsedMs: number): Camera {
  const share = 1 - Math.exp(-elapsedMs / 140);
  const x = camera.x + (target.x - camera.x) * share;
  const y = camera.y + (target.y - camera.y) * share;
  const near = Math.abs(target.x - x) < 0.004 && Math.abs(target.y - y) < 0.004;
  return near ? { ...camera, x: target.x, y: target.y } : { ...camera, x, y };
}
