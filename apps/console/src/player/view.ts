const nearZoom = 28;

/** Which part of a map is on the screen. */
export class View {
  /** The tile in the middle of the screen, and CSS pixels a tile takes. */
  x: number;
  y: number;
  zoom = 1;
  width = 1;
  height = 1;
  readonly #mapWidth: number;
  readonly #mapHeight: number;
  #isFitted = true;

  constructor(mapWidth: number, mapHeight: number) {
    [this.#mapWidth, this.#mapHeight] = [mapWidth, mapHeight];
    [this.x, this.y] = [mapWidth / 2, mapHeight / 2];
  }

  resize(width: number, height: number): void {
    [this.width, this.height] = [Math.max(1, width), Math.max(1, height)];
    if (this.#isFitted) this.fit();
  }

  /** All of the map. */
  fit(): void {
    this.#isFitted = true;
    this.zoom = this.#fitZoom;
    [this.x, this.y] = [this.#mapWidth / 2, this.#mapHeight / 2];
  }

  /** Around a point of the screen, which stays where it is. */
  zoomBy(factor: number, screenX: number = this.width / 2, screenY: number = this.height / 2): void {
    const [x, y] = this.mapOf(screenX, screenY);
    this.zoom = Math.min(96, Math.max(this.#fitZoom, this.zoom * factor));
    this.#isFitted = this.zoom === this.#fitZoom;
    this.x += x - this.mapOf(screenX, screenY)[0];
    this.y += y - this.mapOf(screenX, screenY)[1];
    this.#hold();
  }

  /** Near enough to tell bodies apart, and around one. */
  centreOn(x: number, y: number): void {
    this.#isFitted = false;
    this.zoom = Math.max(this.zoom, nearZoom);
    [this.x, this.y] = [x, y];
    this.#hold();
  }

  panBy(screenX: number, screenY: number): void {
    this.x -= screenX / this.zoom;
    this.y -= screenY / this.zoom;
    this.#hold();
  }

  screenOf(x: number, y: number): [number, number] {
    return [(x - this.x) * this.zoom + this.width / 2, (y - this.y) * this.zoom + this.height / 2];
  }

  mapOf(screenX: number, screenY: number): [number, number] {
    return [(screenX - this.width / 2) / this.zoom + this.x, (screenY - this.height / 2) / this.zoom + this.y];
  }

  get #fitZoom(): number {
    return Math.min(this.width / this.#mapWidth, this.height / this.#mapHeight);
  }

  /** Keeps the map on the screen. */
  #hold(): void {
    const held = (at: number, size: number, shown: number): number =>
      shown >= size ? size / 2 : Math.min(size - shown / 2, Math.max(shown / 2, at));
    this.x = held(this.x, this.#mapWidth, this.width / this.zoom);
    this.y = held(this.y, this.#mapHeight, this.height / this.zoom);
  }
}
