/** What of a map's drawing is shown to somebody: where they do not hold a hidden room, they see the wall next to it. */
import { fromBase64, toBase64, toBytes } from "../bytes.ts";
import type { DrawnLayer, MapDrawing } from "../drawing.ts";
import { isBarred, isKnown, type Keys, keysTo } from "../hiding.ts";
import type { WorldMap } from "../map.ts";
import { terrainOf } from "../terrain.ts";

/** The drawing for one who holds these rooms, each as `map/place`. */
export function drawingTo(whole: MapDrawing, world: WorldMap, holds: readonly string[]): MapDrawing {
  return drawingFor(whole, world, keysTo(world, holds));
}

export function drawingFor(whole: MapDrawing, world: WorldMap, keys: Keys): MapDrawing {
  const barred = [...world.blocked.keys()].filter((tile) => isBarred(world, tile, keys));
  if (barred.length === 0) return whole;
  const { placesIn, entriesIn, exitsIn, worldExitsIn } = terrainOf(world);
  const known = <T>(all: readonly T[], rooms: readonly (readonly number[])[]): T[] => all.filter((_, i) => isKnown(rooms[i]!, keys));
  const blocked = Uint8Array.from(world.blocked);
  const walls = wallsBeside(world, keys);
  for (const tile of barred) blocked[tile] = 1;
  return {
    ...whole,
    layers: whole.layers.flatMap((layer) => concealed(layer, { world, keys, barred, walls })),
    blocked: toBase64(blocked),
    places: known(whole.places, placesIn),
    entries: known(whole.entries, entriesIn),
    exits: known(whole.exits, exitsIn),
    worldExits: known(whole.worldExits, worldExitsIn),
  };
}

interface Concealment {
  readonly world: WorldMap;
  readonly keys: Keys;
  readonly barred: readonly number[];
  /** By tile: the nearest one that blocks and may be seen, -1 if there is none. */
  readonly walls: Int32Array;
}

/** A layer with nothing of it left but what is concealed is left out, name and all, and so are those of hidden doors. */
function concealed(layer: DrawnLayer, { world, keys, barred, walls }: Concealment): DrawnLayer[] {
  const door = layer.door === null ? -1 : world.doors.findIndex(({ name }) => name === layer.door!.name);
  if (door !== -1 && !isKnown(terrainOf(world).doors[door]!.hiddenIn, keys)) return [];
  const cells = numbersOf(fromBase64(layer.gids)!);
  const had = cells.some((cell) => cell !== 0);
  // A door would show on the wall where it does not stand.
  for (const tile of barred) cells[tile] = walls[tile] === -1 || layer.door !== null ? 0 : cells[walls[tile]!]!;
  return had && cells.every((cell) => cell === 0) ? [] : [{ ...layer, gids: toBase64(toBytes(cells)) }];
}

function numbersOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}

/** Breadth first from all tiles that block and may be seen. */
function wallsBeside(world: WorldMap, keys: Keys): Int32Array {
  const { width, height, blocked } = world;
  const walls = new Int32Array(width * height).fill(-1);
  const queue: number[] = [];
  blocked.forEach((blocks, tile) => {
    if (blocks === 0 || isBarred(world, tile, keys)) return;
    walls[tile] = tile;
    queue.push(tile);
  });
  for (const tile of queue) {
    const column = tile % width;
    const near = [column > 0 ? tile - 1 : -1, column < width - 1 ? tile + 1 : -1, tile - width, tile + width];
    for (const next of near) {
      if (next < 0 || next >= walls.length || walls[next] !== -1) continue;
      walls[next] = walls[tile]!;
      queue.push(next);
    }
  }
  return walls;
}
