import type { Door, WorldMap } from "./map.ts";

/** What the kernel looks up about a map again and again, derived from it once and never part of its state. */
export interface Terrain {
  /** Index into `map.exits` by tile, -1 where none is. */
  readonly exitAt: Int32Array;
  /** Index into `map.places` of the most specific place by tile, -1 where none is. */
  readonly placeAt: Int32Array;
  /** Which tiles are joined if every door stood open: equal numbers are joined, -1 blocks for ever. */
  readonly regionOf: Int32Array;
  readonly doors: readonly DoorTerrain[];
  /** Indexes of the doors that have the tile as a step or block it. */
  readonly doorsAt: ReadonlyMap<number, readonly number[]>;
}

export interface DoorTerrain {
  readonly closed: ReadonlySet<number>;
  readonly open: ReadonlySet<number>;
  /** Steps that open it by themselves and want no code. */
  readonly autoSteps: ReadonlySet<number>;
  readonly steps: ReadonlySet<number>;
  /** Its steps and the tiles it blocks, ascending: while somebody stands here it does not close by itself. */
  readonly zone: readonly number[];
  readonly autoClose: boolean;
  /** The tile where it is shown to be. */
  readonly anchor: number;
}

const known = new WeakMap<WorldMap, Terrain>();

export function terrainOf(map: WorldMap): Terrain {
  let terrain = known.get(map);
  if (!terrain) {
    terrain = survey(map);
    known.set(map, terrain);
  }
  return terrain;
}

function survey(map: WorldMap): Terrain {
  const tiles = map.width * map.height;
  const exitAt = new Int32Array(tiles).fill(-1);
  // Where two exits overlap the first one counts, so they are laid down from the last to the first.
  for (let i = map.exits.length - 1; i >= 0; i--) for (const tile of map.exits[i]!.tiles) exitAt[tile] = i;
  const placeAt = new Int32Array(tiles).fill(-1);
  map.places.forEach((place, i) => place.tiles.forEach((tile) => (placeAt[tile] = i)));
  const doors = map.doors.map(surveyDoor);
  const doorsAt = new Map<number, number[]>();
  doors.forEach((door, i) => {
    for (const tile of door.zone) doorsAt.set(tile, [...(doorsAt.get(tile) ?? []), i]);
  });
  return { exitAt, placeAt, regionOf: regions(map), doors, doorsAt };
}

function surveyDoor(door: Door): DoorTerrain {
  const steps = new Set(door.steps.flatMap((step) => [...step.tiles]));
  const autoSteps = new Set(door.steps.filter((step) => step.autoOpen && step.code === null).flatMap((step) => [...step.tiles]));
  const zone = [...new Set([...steps, ...door.blockedClosed, ...door.blockedOpen])].toSorted((a, b) => a - b);
  return {
    closed: new Set(door.blockedClosed),
    open: new Set(door.blockedOpen),
    autoSteps,
    steps,
    zone,
    autoClose: door.steps.some((step) => step.autoClose),
    anchor: door.blockedClosed[0] ?? zone[0] ?? 0,
  };
}

/** Numbers the 4-connected regions of what is not blocked for ever, so that most hopeless walks are refused without a search. */
function regions(map: WorldMap): Int32Array {
  const { width, blocked } = map;
  const tiles = width * map.height;
  const regionOf = new Int32Array(tiles).fill(-1);
  const stack: number[] = [];
  let region = 0;
  for (let start = 0; start < tiles; start++) {
    if (blocked[start] || regionOf[start] !== -1) continue;
    stack.push(start);
    regionOf[start] = region;
    while (stack.length > 0) {
      const tile = stack.pop()!;
      const column = tile % width;
      const near = [column > 0 ? tile - 1 : -1, column < width - 1 ? tile + 1 : -1, tile - width, tile + width];
      for (const next of near) {
        if (next < 0 || next >= tiles || blocked[next] || regionOf[next] !== -1) continue;
        regionOf[next] = region;
        stack.push(next);
      }
    }
    region++;
  }
  return regionOf;
}
