import { isBarred, isKnown, noKeys } from "../hiding.ts";
import { entriesKnown, placesKnown, worldExitsKnown } from "../known.ts";
import type { WorldMap } from "../map.ts";
import { terrainOf } from "../terrain.ts";
import type { MapReading } from "./interpret.ts";

/**
 * What `map check` tells of a map. Counts are of tiles, with doors as they are when the map is new. Hidden rooms are walls
 * here too: that there are some, and how many, is all that is told of them.
 */
export interface MapReport {
  readonly width: number;
  readonly height: number;
  readonly tile: { readonly width: number; readonly height: number };
  readonly colliding: number;
  /** Tiles that can be walked to from the entries, by sides and not by corners. */
  readonly reachable: number;
  readonly silent: number;
  readonly places: readonly { readonly name: string; readonly tiles: number }[];
  readonly rooms: readonly { readonly name: string; readonly tiles: number }[];
  /** How many hidden rooms there are. */
  readonly hidden: number;
  readonly entries: readonly { readonly name: string; readonly tiles: number }[];
  /** To other maps, and (`map` null) out of the world. */
  readonly exits: readonly {
    readonly name: string;
    readonly map: string | null;
    readonly entry: string | null;
    readonly reachable: boolean;
  }[];
  readonly doors: readonly {
    readonly name: string;
    readonly open: boolean;
    readonly steps: number;
    readonly code: boolean;
  }[];
  readonly notes: readonly string[];
}

export function report(reading: MapReading): MapReport {
  const { world } = reading;
  const walls = wallsAtStart(world);
  const reached = reachable(world, walls);
  const sized = ({ name, tiles }: { readonly name: string; readonly tiles: Int32Array }) => ({
    name,
    tiles: tiles.length,
  });
  const { exitsIn, doors } = terrainOf(world);
  const places = placesKnown(world, noKeys);
  const reaches = (tiles: Int32Array): boolean => tiles.some((tile) => reached[tile] === 1);
  return {
    width: world.width,
    height: world.height,
    tile: world.tile,
    colliding: count(walls),
    reachable: count(reached),
    silent: count(world.silent.map((silent, tile) => (isBarred(world, tile, noKeys) ? 0 : silent))),
    places: places.map(sized),
    rooms: places.filter(({ room }) => room).map(sized),
    hidden: world.rooms.filter(({ secret }) => secret !== undefined).length,
    entries: entriesKnown(world, noKeys).map(sized),
    exits: [
      ...reading.exits
        .filter((_, i) => isKnown(exitsIn[i]!, noKeys))
        .map(({ name, map, entry, tiles }) => ({
          name,
          map,
          entry,
          reachable: reaches(tiles),
        })),
      ...worldExitsKnown(world, noKeys).map(({ name, tiles }) => ({
        name,
        map: null,
        entry: null,
        reachable: reaches(tiles),
      })),
    ],
    doors: world.doors
      .filter((_, i) => isKnown(doors[i]!.hiddenIn, noKeys))
      .map((door) => ({
        name: door.name,
        open: door.open,
        steps: door.steps.length,
        code: door.steps.some((step) => step.code !== null),
      })),
    notes: reading.notes,
  };
}

const count = (grid: Uint8Array): number => grid.reduce((sum, value) => sum + value, 0);

function wallsAtStart(world: WorldMap): Uint8Array {
  const walls = world.blocked.map((blocked, tile) => (isBarred(world, tile, noKeys) ? 1 : blocked));
  for (const door of world.doors) for (const tile of door.open ? door.blockedOpen : door.blockedClosed) walls[tile] = 1;
  return walls;
}

/** Floods the map from all entries over the sides of tiles. */
function reachable(world: WorldMap, walls: Uint8Array): Uint8Array {
  const { width, height } = world;
  const reached = new Uint8Array(width * height);
  const queue = new Int32Array(width * height);
  let end = 0;
  const visit = (tile: number): void => {
    if (walls[tile] !== 0 || reached[tile] !== 0) return;
    reached[tile] = 1;
    queue[end++] = tile;
  };
  for (const entry of world.entries) entry.tiles.forEach(visit);
  for (let i = 0; i < end; i++) {
    const tile = queue[i]!;
    const x = tile % width;
    if (x > 0) visit(tile - 1);
    if (x < width - 1) visit(tile + 1);
    if (tile >= width) visit(tile - width);
    if (tile < width * (height - 1)) visit(tile + width);
  }
  return reached;
}
