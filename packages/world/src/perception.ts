/**
 * Who may know what. `reaches` is the one function that decides it; everything below, and every way out of a map,
 * asks it and adds nothing of its own.
 */
import { directions, type DoorSeen, type Look, type Seen } from "@elsewhere/protocol";
import { awake, type BodyTable } from "./bodies.ts";
import { isKnown, type Keys } from "./hiding.ts";
import { placesKnown, worldExitsKnown } from "./known.ts";
import type { WorldMap } from "./map.ts";
import { chebyshev, sixteenths } from "./space.ts";
import type { MapState } from "./state.ts";
import { terrainOf } from "./terrain.ts";

/** What perceiving takes of a body: as it stands, or as it stood before a step. */
export interface Eyes {
  /** `nowhere` if it was not on the map. */
  readonly tile: number;
  readonly awake: boolean;
  readonly layerSees: number;
  /** The hidden rooms it knows. */
  readonly keys: Keys;
}

/** A tile on no map. */
export const nowhere = -1;

/**
 * Whether what is on these layers at that tile reaches those eyes: awake, in the same room, near enough, on a layer
 * they see. The map's own parts, its doors, are on no layer (null): all eyes see them.
 */
export function reaches(map: WorldMap, eyes: Eyes, tile: number, layers: number | null, radius: number): boolean {
  if (!eyes.awake || eyes.tile === nowhere || tile === nowhere) return false;
  if (layers !== null && (layers & eyes.layerSees) === 0) return false;
  return map.roomOf[eyes.tile] === map.roomOf[tile] && chebyshev(eyes.tile, tile, map.width) <= radius;
}

/** Whether eyes have another body in sight that stands on that tile and is on those layers. */
export function sees(map: WorldMap, eyes: Eyes, tile: number, layers: number): boolean {
  return reaches(map, eyes, tile, layers, map.sightTiles);
}

function eyesOf(bodies: BodyTable, slot: number): Eyes {
  return {
    tile: bodies.tile[slot]!,
    awake: bodies.asleepSince[slot] === awake,
    layerSees: bodies.layerSees[slot]!,
    keys: bodies.keysOf(slot),
  };
}

/** The same by slots. Whoever is awake perceives itself. */
export function perceivesSlot(map: WorldMap, bodies: BodyTable, observer: number, subject: number): boolean {
  if (observer === subject) return bodies.asleepSince[observer] === awake;
  return sees(map, eyesOf(bodies, observer), bodies.tile[subject]!, bodies.layersOf(subject));
}

/** Whether a body perceives anybody but itself standing on a tile, by its slot. What asks costs the same for a crowd. */
export function seesStanding(map: WorldMap, bodies: BodyTable, observer: number, tile: number): boolean {
  if (bodies.standing.all[tile] === 0) return false;
  const eyes = eyesOf(bodies, observer);
  const itself = bodies.tile[observer] === tile && (bodies.layersOf(observer) & eyes.layerSees) !== 0 ? 1 : 0;
  return bodies.standing.seen(tile, eyes.layerSees) > itself && reaches(map, eyes, tile, null, map.sightTiles);
}

/** Whether one body perceives another, both by id; false if either is not on this map. */
export function perceives(map: WorldMap, state: MapState, observer: number, subject: number): boolean {
  const { bodyTable } = state;
  const from = bodyTable.slotOf(observer);
  const to = bodyTable.slotOf(subject);
  return from !== -1 && to !== -1 && perceivesSlot(map, bodyTable, from, to);
}

/** Slots of all bodies a body perceives, itself included, by ascending id. */
function slotsInSight(map: WorldMap, bodies: BodyTable, observer: number): number[] {
  const slots: number[] = [];
  const eyes = eyesOf(bodies, observer);
  bodies.bodiesNear(eyes.tile, map.sightTiles, (slot) => {
    if (slot === observer ? eyes.awake : sees(map, eyes, bodies.tile[slot]!, bodies.layersOf(slot))) slots.push(slot);
  });
  return slots.sort((a, b) => bodies.id[a]! - bodies.id[b]!);
}

/** A door is perceived if any tile of it or of its steps is; one of a hidden room only by those who know the room. */
export function perceivesDoor(map: WorldMap, eyes: Eyes, door: number): boolean {
  const { zone, hiddenIn } = terrainOf(map).doors[door]!;
  return isKnown(hiddenIn, eyes.keys) && zone.some((tile) => reaches(map, eyes, tile, null, map.sightTiles));
}

export function seenBody(bodies: BodyTable, slot: number): Seen {
  const { name, kind, traits, marks, carried } = bodies.coldOf(slot);
  return {
    id: bodies.id[slot]!,
    name,
    kind,
    x: bodies.x[slot]! / sixteenths,
    y: bodies.y[slot]! / sixteenths,
    facing: directions[bodies.facing[slot]!]!,
    posture: bodies.asleepSince[slot] === awake ? "awake" : "asleep",
    traits,
    marks,
    carries: carried.map((thing) => thing.name),
  };
}

/** The doors a body perceives, by its slot; those of which the state does not tell are none. */
function doorsSeenFrom(map: WorldMap, state: MapState, observer: number): DoorSeen[] {
  const seen: DoorSeen[] = [];
  const eyes = eyesOf(state.bodyTable, observer);
  map.doors.forEach((_, door) => {
    if (perceivesDoor(map, eyes, door) && !state.doors.isUntold(door)) seen.push(seenDoor(map, door, state.doors.isOpen(door)));
  });
  return seen;
}

export function seenDoor(map: WorldMap, door: number, open: boolean): DoorSeen {
  const { anchor } = terrainOf(map).doors[door]!;
  return { name: map.doors[door]!.name, open, x: anchor % map.width, y: Math.floor(anchor / map.width) };
}

/** The doors a body perceives now: for a `view` frame. None if it is asleep or not on this map. */
export function doorsInSight(map: WorldMap, state: MapState, body: number): readonly DoorSeen[] {
  const observer = state.bodyTable.slotOf(body);
  return observer === -1 ? [] : doorsSeenFrom(map, state, observer);
}

/** All a body perceives now, itself included: what frames, and percepts, add up to. Nothing if it is asleep or not on this map. */
export function present(
  map: WorldMap,
  state: MapState,
  body: number,
): { readonly bodies: readonly Seen[]; readonly doors: readonly DoorSeen[] } {
  const { bodyTable } = state;
  const observer = bodyTable.slotOf(body);
  if (observer === -1) return { bodies: [], doors: [] };
  const bodies = slotsInSight(map, bodyTable, observer).map((slot) => seenBody(bodyTable, slot));
  return { bodies, doors: doorsSeenFrom(map, state, observer) };
}

/** The answer to `look`. */
export function lookAround(map: WorldMap, state: MapState, observer: number): Look {
  const { bodyTable } = state;
  const tile = bodyTable.tile[observer]!;
  const keys = bodyTable.keysOf(observer);
  const place = map.places[terrainOf(map).placeAt[tile]!];
  const mapDescription = map.properties["mapDescription"];
  return {
    map: map.name,
    x: bodyTable.x[observer]! / sixteenths,
    y: bodyTable.y[observer]! / sixteenths,
    place: place?.name ?? null,
    description: place?.description || (typeof mapDescription === "string" ? mapDescription : ""),
    bodies: slotsInSight(map, bodyTable, observer)
      .filter((slot) => slot !== observer)
      .map((slot) => seenBody(bodyTable, slot)),
    doors: doorsSeenFrom(map, state, observer),
    places: [...new Set([...placesKnown(map, keys), ...worldExitsKnown(map, keys)].map(({ name }) => name))],
    carried: bodyTable.coldOf(observer).carried.map(({ id, name }) => ({ id, name })),
  };
}

/** The answer to `look` at one body: how it looks, and the text there is about it. */
export function lookAt(bodies: BodyTable, slot: number): Seen & { readonly description: string } {
  return { ...seenBody(bodies, slot), description: bodies.coldOf(slot).description };
}
