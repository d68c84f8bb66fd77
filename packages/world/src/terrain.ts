import { isHidden, roomsHiding } from "./hiding.ts";
import type { Door, WorldMap } from "./map.ts";
import { type Regions, regionsOf } from "./regions.ts";

/** What the kernel looks up about a map again and again, derived from it once and never part of its state. */
export interface Terrain {
  /** Index into `map.exits` by tile, -1 where none is. */
  readonly exitAt: Int32Array;
  /** Index into `map.places` of the most specific place by tile, -1 where none is. */
  readonly placeAt: Int32Array;
  readonly regions: Regions;
  readonly doors: readonly DoorTerrain[];
  /** Indexes of the doors that have the tile as a step or block it. */
  readonly doorsAt: ReadonlyMap<number, readonly number[]>;
  /** Of each place, entry and exit of the map the hidden rooms it lies in, with which it is hidden. */
  readonly placesIn: readonly (readonly number[])[];
  readonly entriesIn: readonly (readonly number[])[];
  readonly exitsIn: readonly (readonly number[])[];
  readonly worldExitsIn: readonly (readonly number[])[];
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
  /** The hidden rooms it belongs to. */
  readonly hiddenIn: readonly number[];
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
  const hiddenIn = ({ tiles }: { readonly tiles: Int32Array }): readonly number[] => roomsHiding(map, tiles);
  const placesIn = map.places.map(hiddenIn);
  map.places.forEach((place, i) => {
    // What of a hidden place lies outside its room must not give it away.
    for (const tile of place.tiles) if (placesIn[i]!.length === 0 || isHidden(map, tile)) placeAt[tile] = i;
  });
  const doors = map.doors.map((door) => surveyDoor(map, door));
  const doorsAt = new Map<number, number[]>();
  doors.forEach((door, i) => {
    for (const tile of door.zone) doorsAt.set(tile, [...(doorsAt.get(tile) ?? []), i]);
  });
  const [entriesIn, exitsIn, worldExitsIn] = [map.entries.map(hiddenIn), map.exits.map(hiddenIn), map.worldExits.map(hiddenIn)];
  return { exitAt, placeAt, regions: regionsOf(map), doors, doorsAt, placesIn, entriesIn, exitsIn, worldExitsIn };
}

function surveyDoor(map: WorldMap, door: Door): DoorTerrain {
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
    hiddenIn: roomsHiding(map, zone),
  };
}
