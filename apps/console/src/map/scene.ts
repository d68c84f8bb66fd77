/**
 * The map on the screen. Owns the renderer and everything drawn with it; knows nothing of sockets or panels.
 * Draws only when something changed: `frame` is called for every animation frame and mostly does nothing.
 */
import type { DrawnTileset } from "@elsewhere/world";
import type { Seen } from "@elsewhere/protocol";
import { autoDetectRenderer, Container, type Renderer } from "pixi.js";
import "pixi.js/graphics";
import "pixi.js/text";
import "pixi.js/unsafe-eval";
import { Bodies } from "./bodies.ts";
import { Bubbles, type Manner } from "./bubbles.ts";
import { type Camera, clampCamera, easeTo, type Point, type Size, toScreen, toTile, visibleBox } from "./camera.ts";
import { Chunks } from "./chunks.ts";
import { daylight } from "./daylight.ts";
import { Labels } from "./labels.ts";
import { Lights } from "./lights.ts";
import { Pictures } from "./pictures.ts";
import { Signs } from "./signs.ts";
import type { Theme } from "./theme.ts";
import type { TileMap } from "./tiles.ts";

export interface SceneOptions {
  readonly canvas: HTMLCanvasElement;
  readonly theme: Theme;
  readonly resolution: number;
  /** Nothing glides or fades that need not. */
  readonly calm: boolean;
}

/**
 * The engine's shader weighs so many textures for every pixel. With sixteen, the usual number, a frame of the harbour drawn in
 * software takes 70 ms, and with four 43 ms, though it is thirty draws then instead of twenty.
 */
const texturesPerDraw = 4;

/** What one looks at: a map and who is perceived on it. */
export interface Sight {
  readonly bodies: Iterable<Seen>;
  readonly me: number | null;
  /** Whether that body is one's own, and not one that is followed. */
  readonly own: boolean;
  readonly tickMs: number;
}

export class Scene {
  camera: Camera = { x: 0, y: 0, zoom: 32 };
  /** Whether the view goes with one's own body. */
  following = true;
  hovered: number | null = null;
  readonly #renderer: Renderer;
  readonly #options: SceneOptions;
  readonly #stage = new Container();
  readonly #ground = new Container();
  readonly #glow = new Container();
  readonly #bodies: Bodies;
  readonly #labels: Labels;
  readonly #bubbles: Bubbles;
  readonly #lights = new Lights();
  readonly #pictures = new Pictures(() => this.#repaint());
  #map: TileMap | null = null;
  #chunks: Chunks | null = null;
  #signs: Signs | null = null;
  #doorOpen: (name: string) => boolean = () => false;
  #me: number | null = null;
  #own = true;
  #now = 0;
  #view: Size = { width: 1, height: 1 };
  /** Nobody has chosen where to look: the map fills whatever room it is given. */
  #overview = false;
  #timeMs = 0;
  #dirty = true;

  /** Starts the best renderer there is: WebGL, else plain canvas. Rejects where neither works. */
  static async open(options: SceneOptions): Promise<Scene> {
    const renderer = await autoDetectRenderer({
      canvas: options.canvas,
      resolution: options.resolution,
      antialias: true,
      backgroundColor: options.theme.outside,
      preference: ["webgl", "canvas"],
      // What a browser page needs of the engine is imported above: no listeners, no hidden elements of its own.
      skipExtensionImports: true,
    });
    renderer.limits.maxBatchableTextures = texturesPerDraw;
    return new Scene(renderer, options);
  }

  private constructor(renderer: Renderer, options: SceneOptions) {
    this.#renderer = renderer;
    this.#options = options;
    this.#bodies = new Bodies(options.theme);
    this.#labels = new Labels(options.resolution);
    this.#bubbles = new Bubbles(options.theme, options.resolution);
  }

  setMap(map: TileMap | null, titleOf: (map: string) => string, doorOpen: (name: string) => boolean): void {
    this.#chunks?.destroy();
    this.#signs?.destroy();
    this.#stage.removeChildren();
    this.#ground.removeChildren();
    this.#glow.removeChildren();
    this.#bodies.clear();
    this.#bubbles.clear();
    this.#map = map;
    this.#doorOpen = doorOpen;
    this.#chunks = null;
    this.#signs = null;
    if (map !== null) this.#build(map, titleOf);
    this.#dirty = true;
  }

  #build(map: TileMap, titleOf: (map: string) => string): void {
    const look = { image: (tileset: DrawnTileset) => this.#pictures.of(tileset.image), doorOpen: (name: string) => this.#doorOpen(name) };
    for (const { image } of map.drawing.tilesets) this.#pictures.of(image);
    this.#chunks = new Chunks(map, look);
    this.#signs = new Signs(map.drawing, titleOf, this.#options.theme, this.#options.resolution);
    this.#ground.addChild(this.#chunks.below, this.#signs.marks, this.#bodies.layer, this.#chunks.above);
    this.#glow.addChild(this.#lights.lamps);
    this.#stage.addChild(this.#ground, this.#lights.tint, this.#glow, this.#signs.names, this.#labels.layer, this.#bubbles.layer);
  }

  /** Takes what is perceived after a tick. */
  see(sight: Sight, now: number): void {
    this.#me = sight.me;
    this.#own = sight.own;
    this.#now = now;
    this.#bodies.update(sight.bodies, sight.me, this.#timeMs, this.#options.calm ? 1 : sight.tickMs);
    this.#dirty = true;
  }

  setNow(now: number): void {
    this.#now = now;
    this.#dirty = true;
  }

  /** A door moved: what shows it is painted anew. */
  doorChanged(name: string): void {
    const layers = this.#map?.layers.filter(({ drawn }) => drawn.door?.name === name) ?? [];
    this.#chunks?.repaint((x, y, tiles) => layers.some(({ gids }) => touches(gids, this.#map!.width, this.#map!.height, x, y, tiles)));
    this.#dirty = true;
  }

  #repaint(): void {
    this.#chunks?.repaint();
    this.#dirty = true;
  }

  speak(body: number, manner: Manner, text: string): void {
    this.#bubbles.show(body, manner, text, this.#timeMs);
    this.#dirty = true;
  }

  /** What was said is said no more: it belongs to another moment. */
  hush(): void {
    this.#bubbles.clear();
    this.#dirty = true;
  }

  showTarget(tile: Point | null): void {
    this.#signs?.target(tile);
    this.#dirty = true;
  }

  hover(screen: Point | null): void {
    const tile = screen === null || this.#map === null ? null : toTile(this.camera, this.#view, screen);
    const body = tile === null ? null : this.#bodies.at(tile.x, tile.y, this.#timeMs);
    this.hovered = body?.id ?? null;
    const free =
      tile !== null && body === null && this.#map !== null && !this.#map.blocked(Math.floor(tile.x), Math.floor(tile.y), this.#doorOpen);
    this.#signs?.hover(free ? tile : null);
    this.#dirty = true;
  }

  /** What lies under a point of the screen. */
  hit(screen: Point): { readonly body: Seen | null; readonly tile: Point } {
    const tile = toTile(this.camera, this.#view, screen);
    return { body: this.#bodies.at(tile.x, tile.y, this.#timeMs), tile: { x: Math.floor(tile.x), y: Math.floor(tile.y) } };
  }

  screenOf(body: number): Point | null {
    const at = this.#bodies.positionOf(body, this.#timeMs);
    return at === null ? null : toScreen(this.camera, this.#view, at);
  }

  resize(view: Size): void {
    this.#view = view;
    this.#renderer.resize(view.width, view.height);
    if (this.#overview) this.overview();
    else this.look(this.camera);
    // A resized canvas is empty: whoever waits for the next frame shows that for one.
    this.frame(this.#timeMs);
  }

  get view(): Size {
    return this.#view;
  }

  get map(): TileMap | null {
    return this.#map;
  }

  look(camera: Camera): void {
    this.camera = this.#map === null ? camera : clampCamera(camera, this.#view, this.#map);
    this.#overview = false;
    this.#dirty = true;
  }

  /** Looks at the middle of the map so that it fills the view: how a world shows itself to those outside. */
  overview(): void {
    if (this.#map === null) return;
    const zoom = Math.max(this.#view.width / this.#map.width, this.#view.height / this.#map.height);
    this.look({ x: this.#map.width / 2, y: this.#map.height / 2, zoom: Math.min(Math.max(zoom, 10), 40) });
    this.#overview = true;
  }

  retheme(theme: Theme): void {
    this.#renderer.background.color = theme.outside;
    this.#bodies.retheme(theme);
    this.#bubbles.theme = theme;
    this.#dirty = true;
  }

  frame(timeMs: number): void {
    const elapsedMs = Math.min(100, timeMs - this.#timeMs);
    this.#timeMs = timeMs;
    if (this.#map === null || this.#chunks === null || this.#view.width < 2 || this.#pictures.loading) return;
    const moving = this.#bodies.place(timeMs);
    const panning = this.#followMe(elapsedMs);
    const painting = this.#chunks.show(visibleBox(this.camera, this.#view), this.camera.zoom, this.#options.resolution);
    const talking = this.#bubbles.place((id) => this.screenOf(id), this.#view, this.camera.zoom, timeMs, !this.#options.calm);
    if (!moving && !panning && !painting && !talking && !this.#dirty) return;
    this.#dirty = false;
    this.#draw(this.#map, timeMs);
  }

  #followMe(elapsedMs: number): boolean {
    const me = this.following && this.#me !== null ? this.#bodies.positionOf(this.#me, this.#timeMs) : null;
    if (me === null) return false;
    const before = this.camera;
    const eased = this.#options.calm ? { ...before, ...me } : easeTo(before, me, elapsedMs);
    this.camera = clampCamera(eased, this.#view, this.#map!);
    return before.x !== this.camera.x || before.y !== this.camera.y;
  }

  #draw(map: TileMap, timeMs: number): void {
    const { x, y, zoom } = this.camera;
    const offsetX = Math.round((this.#view.width / 2 - x * zoom) * this.#options.resolution) / this.#options.resolution;
    const offsetY = Math.round((this.#view.height / 2 - y * zoom) * this.#options.resolution) / this.#options.resolution;
    for (const layer of [this.#ground, this.#glow]) {
      layer.scale.set(zoom);
      layer.position.set(offsetX, offsetY);
    }
    const at = (id: number): Point | null => this.#bodies.positionOf(id, timeMs);
    this.#lights.place(daylight(this.#now), this.#view, visibleBox(this.camera, this.#view), map, this.#bodies, at);
    this.#signs?.place((tile) => toScreen(this.camera, this.#view, tile), zoom);
    this.#labels.place(this.#bodies, this.#me, this.#own, this.hovered, zoom, (id) => this.screenOf(id), timeMs);
    this.#renderer.render(this.#stage);
  }

  destroy(): void {
    this.setMap(
      null,
      (map) => map,
      () => false,
    );
    this.#lights.destroy();
    this.#renderer.destroy();
  }
}

function touches(gids: Uint32Array, width: number, height: number, x: number, y: number, tiles: number): boolean {
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + tiles); row += 1) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + tiles); column += 1) {
      if (gids[row * width + column] !== 0) return true;
    }
  }
  return false;
}
