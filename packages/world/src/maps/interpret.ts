import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { MapDrawing } from "../drawing.ts";
import type { WorldMap } from "../map.ts";
import type { TiledMap } from "../tiled/model.ts";
import { numberOf, property } from "../tiled/properties.ts";
import { malformed, overLimit } from "../tiled/refuse.ts";
import { type Area, areasOf, areasWith } from "./areas.ts";
import { doorPlans, doorsOf, layersOfDoors } from "./doors.ts";
import { drawingOf } from "./drawing.ts";
import { drawingFor } from "./concealing.ts";
import { entriesOf } from "./entries.ts";
import { exitsOf, type NamedExit, worldExitsOf } from "./exits.ts";
import { besideHidden, hiddenGrid, refuseStrayHiding } from "./hidden-rooms.ts";
import { noKeys } from "../hiding.ts";
import { placesOf, roomGrid } from "./places.ts";
import type { Profile } from "./profile.ts";
import { layerGrid, layerNamesOf } from "./standing-layers.ts";
import { survey, type Survey } from "./survey.ts";
import { thingsOf } from "./things.ts";
import { noteUnknown } from "./vocabulary.ts";
import { staticWalls } from "./walls.ts";

/** A map as the world has it, how it is drawn, and what of it was not understood. */
export interface MapReading {
  readonly world: WorldMap;
  /** As it is shown to whoever holds none of its hidden rooms. */
  readonly drawing: MapDrawing;
  /** With all hidden rooms: to be shown to nobody but through `drawingTo`. */
  readonly whole: MapDrawing;
  readonly exits: readonly NamedExit[];
  readonly notes: readonly string[];
}

/** What a map cannot know of itself. */
export interface Surroundings {
  /** Its name in the world. */
  readonly name: string;
  readonly profile: Profile | null;
  /** Name of the map in a file, or null if the world does not have it. */
  readonly mapNamed: (path: string) => string | null;
  /** Address of the image of its nth tileset, or null. */
  readonly imageOf: (tileset: number) => string | null;
}

/** Reads a Tiled map by WorkAdventure's properties, ours and its profile. Throws `malformed` or `limit` naming its file. */
export function interpretMap(map: TiledMap, around: Surroundings): MapReading {
  try {
    return interpret(map, around);
  } catch (cause) {
    if (cause instanceof ElsewhereError) throw cause;
    throw malformed(map.path, "cannot be understood as a map", cause);
  }
}

function interpret(map: TiledMap, around: Surroundings): MapReading {
  const view = survey(map, around.profile);
  const { notes } = view;
  refuseStrayHiding(view);
  const plans = doorPlans(view);
  const blocked = staticWalls(view, layersOfDoors(plans));
  const found = areasOf(view);
  const doors = doorsOf(view, plans, found);
  const areas = besideHidden(found, doors);
  const layerNames = layerNamesOf(view);
  const places = placesOf(areas, notes);
  const rooms = places.filter((place) => place.room);
  const hiddenAt = hiddenGrid(rooms, blocked.length);
  const exits = exitsOf(areas, map.path, around.mapNamed, blocked, notes);
  const world: WorldMap = {
    name: around.name,
    width: map.width,
    height: map.height,
    tile: map.tile,
    blocked,
    silent: silence(areas, blocked.length),
    roomOf: roomGrid(rooms, blocked.length),
    rooms,
    hiddenAt,
    closed: new Set(),
    layerAt: layerGrid(areas, layerNames, view, blocked.length),
    places,
    entries: entriesOf(view, areas, blocked, hiddenAt),
    exits: exits.map(({ tiles, map: to, entry }) => ({ tiles, map: to, entry })),
    worldExits: worldExitsOf(areas, blocked, notes),
    doors,
    things: thingsOf(view, hiddenAt, layerNames),
    sightTiles: radius(view, "world:sight", limits.sightTiles, limits.sightTilesMax),
    hearingTiles: radius(view, "world:hearing", limits.hearingTiles, limits.hearingTilesMax),
    properties: Object.fromEntries(view.properties),
  };
  noteUnknown(view);
  const whole = drawingOf(view, { world, plans, exits, imageOf: around.imageOf });
  return { world, drawing: drawingFor(whole, world, noKeys), whole, exits, notes: notes.lines() };
}

function silence(areas: readonly Area[], tiles: number): Uint8Array {
  const silent = new Uint8Array(tiles);
  for (const area of areasWith(areas, "silent")) for (const tile of area.tiles) silent[tile] = 1;
  return silent;
}

function radius(view: Survey, name: string, otherwise: number, max: number): number {
  if (property(view.properties, name) === undefined) return otherwise;
  const tiles = numberOf(view.properties, name);
  if (tiles !== null && tiles > max) throw overLimit(view.map.path, `${name} is ${tiles}, more than ${max} tiles`, max);
  if (tiles === null || !Number.isInteger(tiles) || tiles < 1)
    throw malformed(view.map.path, `${name} is not a whole number from 1 to ${max}`);
  return tiles;
}
