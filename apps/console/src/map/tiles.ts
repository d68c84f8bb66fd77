import type { DrawnLayer, DrawnTileset, MapDrawing } from "@elsewhere/world";
import { type Material, materialOf, materials } from "./palette.ts";

/** Tiled keeps how a tile is turned in the top three bits of its id. */
const flipH = 0x8000_0000;
const flipV = 0x4000_0000;
const flipD = 0x2000_0000;
const idMask = 0x1fff_ffff;

export interface Turned {
  readonly gid: number;
  readonly horizontal: boolean;
  readonly vertical: boolean;
  readonly diagonal: boolean;
}

export function turned(raw: number): Turned {
  return { gid: raw & idMask, horizontal: (raw & flipH) !== 0, vertical: (raw & flipV) !== 0, diagonal: (raw & flipD) !== 0 };
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function gidsOf(base64: string, count: number): Uint32Array {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer);
  const gids = new Uint32Array(count);
  for (let i = 0; i < Math.min(count, bytes.length >> 2); i += 1) gids[i] = view.getUint32(i * 4, true);
  return gids;
}

export interface Layer {
  readonly drawn: DrawnLayer;
  readonly gids: Uint32Array;
  /** What its tiles are made of where their own class does not say. */
  readonly material: Material;
}

export interface Tile {
  readonly x: number;
  readonly y: number;
}

/** A map ready to be painted: layers decoded once, tiles looked up in constant time. */
export class TileMap {
  readonly drawing: MapDrawing;
  readonly width: number;
  readonly height: number;
  readonly layers: readonly Layer[];
  /** Tiles of lamps. */
  readonly lamps: readonly Tile[];
  /** Of a tall lamp only the head shines: lamp tiles with none above them. */
  readonly lampHeads: readonly Tile[];
  readonly #blocked: Uint8Array;
  readonly #tilesets: readonly DrawnTileset[];
  readonly #materials = new Map<number, Material | null>();

  constructor(drawing: MapDrawing) {
    this.drawing = drawing;
    this.width = drawing.width;
    this.height = drawing.height;
    this.#blocked = bytesOf(drawing.blocked);
    this.#tilesets = drawing.tilesets.toSorted((a, b) => b.firstGid - a.firstGid);
    const count = drawing.width * drawing.height;
    this.layers = drawing.layers
      .filter((layer) => layer.opacity > 0 && (layer.visible || layer.door !== null))
      .map((layer) => ({
        drawn: layer,
        gids: gidsOf(layer.gids, count),
        material: materialOf(layer.name) ?? (layer.above ? "thing" : "floor"),
      }));
    this.lamps = this.layers.flatMap((layer) => this.#tilesOf(layer, "lamp"));
    const lit = new Set(this.lamps.map(({ x, y }) => `${x},${y}`));
    this.lampHeads = this.lamps.filter(({ x, y }) => !lit.has(`${x},${y - 1}`));
  }

  /** Whether a tile blocks, closed doors included. Outside the map everything does. */
  blocked(x: number, y: number, doorOpen: (name: string) => boolean): boolean {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return true;
    if (this.#blocked[y * this.width + x] === 1) return true;
    const door = this.doorAt(x, y);
    return door !== null && !doorOpen(door);
  }

  /** Whether it blocks whatever the doors do. */
  solid(x: number, y: number): boolean {
    return this.#blocked[y * this.width + x] === 1;
  }

  /** Whether it blocks although nothing drawn there looks as if it would. */
  bareWall(x: number, y: number): boolean {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height || !this.solid(x, y)) return false;
    const index = y * this.width + x;
    return !this.layers.some((layer) => {
      const material = this.materialAt(layer, index);
      if (material === null) return false;
      const pictured = (this.tilesetOf(layer.gids[index]! & idMask)?.image ?? null) !== null;
      return pictured || materials[material].raised || material === "water";
    });
  }

  /** The door whose leaf is drawn on this tile. */
  doorAt(x: number, y: number): string | null {
    const index = y * this.width + x;
    return this.layers.find(({ drawn, gids }) => drawn.door?.shownWhen === "closed" && gids[index] !== 0)?.drawn.door?.name ?? null;
  }

  /** The tileset a tile id belongs to. */
  tilesetOf(gid: number): DrawnTileset | null {
    return this.#tilesets.find(({ firstGid, tileCount }) => gid >= firstGid && gid < firstGid + tileCount) ?? null;
  }

  /** What a tile is made of: its class says it best, then its layer's name. */
  materialAt(layer: Layer, index: number): Material | null {
    const gid = layer.gids[index]! & idMask;
    return gid === 0 ? null : (this.#materialOfTile(gid) ?? layer.material);
  }

  #tilesOf(layer: Layer, material: Material): { x: number; y: number }[] {
    const found: { x: number; y: number }[] = [];
    for (let index = 0; index < layer.gids.length; index += 1) {
      if (this.materialAt(layer, index) === material) found.push({ x: index % this.width, y: Math.floor(index / this.width) });
    }
    return found;
  }

  #materialOfTile(gid: number): Material | null {
    const known = this.#materials.get(gid);
    if (known !== undefined) return known;
    const tileset = this.tilesetOf(gid);
    const name = tileset?.classes[String(gid - tileset.firstGid)];
    const material = name === undefined ? null : materialOf(name);
    this.#materials.set(gid, material);
    return material;
  }
}
