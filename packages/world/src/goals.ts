import { type Coordinates, ElsewhereError, type ErrorJson, formatCoordinates, limits, parseCoordinates } from "@elsewhere/protocol";
import { type Context, fault } from "./context.ts";
import { free, wall } from "./door-states.ts";
import { isBarred, type Keys, keysTo } from "./hiding.ts";
import { entriesKnown, exitsKnown, placesKnown, worldExitsKnown } from "./known.ts";
import type { WorldMap } from "./map.ts";
import { perceivesSlot, seesStanding } from "./perception.ts";
import { chebyshev, manhattan } from "./space.ts";
import { terrainOf } from "./terrain.ts";

/** Tiles of this map to make for, or why there are none. */
export type Goals = { readonly tiles: ArrayLike<number> } | { readonly error: ErrorJson };

const none = (error: ErrorJson): Goals => ({ error });

/** Where a walk of the body in `slot` leads now: coordinates as text, or a body by id. */
export function goalsOf(context: Context, slot: number, to: string | number): Goals {
  if (typeof to === "number") return bodyGoals(context, slot, to);
  const { map } = context;
  let where: Coordinates;
  try {
    where = parseCoordinates(to);
  } catch (error) {
    if (error instanceof ElsewhereError) return none({ ...error.toJSON(), field: "intent.to" });
    throw error;
  }
  if (where.map !== null && where.map !== map.name) return farGoals(context, slot, where, where.map);
  const keys = context.bodies.keysOf(slot);
  const here =
    "place" in where ? placeGoals(context, slot, placeTiles(map, where, keys), where.place) : tileGoals(map, where.x, where.y, keys);
  if (here === null) return none(fault("unknown", `there is no "${withoutSecret(where, to)}" on ${map.name}`, { field: "intent.to" }));
  return here;
}

/** Errors are kept and sent: no secret is told in them, be it the wrong one. */
function withoutSecret(where: Coordinates, text: string): string {
  return "secret" in where ? formatCoordinates({ map: where.map, place: where.place }) : text;
}

/** What is walked to by an alias has a name to whoever walks there. */
const calledOn = (map: WorldMap, name: string): string => map.rooms.find(({ alias }) => alias === name)?.name ?? name;

type ToPlace = Extract<Coordinates, { readonly place: string }>;

/**
 * The tiles of a place, entry or world exit of that name; the later place is the more specific one. A secret that is still
 * with it was not the right one: with it there is no such place.
 */
function placeTiles(map: WorldMap, { place: name, secret }: ToPlace, keys: Keys): Int32Array | null {
  if (secret !== undefined) return null;
  const named =
    placesKnown(map, keys).findLast((place) => place.name === name || place.alias === name) ??
    [...entriesKnown(map, keys), ...worldExitsKnown(map, keys)].find((one) => one.name === name);
  return named?.tiles ?? null;
}

function tileGoals(map: WorldMap, x: number, y: number, keys: Keys): Goals | null {
  if (x >= map.width || y >= map.height) return null;
  const tile = y * map.width + x;
  if (map.blocked[tile] || isBarred(map, tile, keys))
    return none(fault("unreachable", `tile ${x},${y} is blocked: choose another`, { field: "intent.to" }));
  return { tiles: [tile] };
}

/**
 * Tiles first on which one sees nobody: of others one must not know. Where somebody stands on every one of them, any will do.
 * Exits only where the place is nothing but exits.
 */
function placeGoals({ map, state, bodies }: Context, slot: number, all: Int32Array | null, name: string): Goals | null {
  if (all === null) return null;
  const { exitAt } = terrainOf(map);
  const walkable = all.filter((tile) => state.doors.walls[tile] !== wall);
  const inside = walkable.filter((tile) => exitAt[tile] === -1);
  const usable = inside.length > 0 ? inside : walkable;
  const own = bodies.tile[slot]!;
  const empty = usable.filter((tile) => tile === own || (state.doors.walls[tile] === free && !seesStanding(map, bodies, slot, tile)));
  if (usable.length === 0) return none(fault("unreachable", `no tile of "${calledOn(map, name)}" can be stood on`, { field: "intent.to" }));
  return { tiles: empty.length > 0 ? empty : usable };
}

/** The exits of this map that lead one map nearer. That the place is there is checked before anybody sets out. */
function farGoals({ map, atlas, bodies }: Context, slot: number, where: Coordinates, name: string): Goals {
  const { holds } = bodies.coldOf(slot);
  const target = atlas.map(name);
  if (target === null) return none(fault("unknown", `there is no map "${name}" in this world`, { field: "intent.to" }));
  const there = keysTo(target, holds);
  const exists = "place" in where ? placeTiles(target, where, there) !== null : tileGoals(target, where.x, where.y, there) !== null;
  if (!exists) return none(fault("unknown", `there is no such place on ${name}`, { field: "intent.to" }));
  const hop = atlas.nextHop(map.name, name, holds);
  if (hop === null) return none(fault("unreachable", `no exit leads from ${map.name} to ${name}`, { field: "intent.to" }));
  const keys = bodies.keysOf(slot);
  const exits = exitsKnown(map, keys).filter((exit) => exit.map === hop.map);
  const tiles = exits.flatMap((exit) => [...exit.tiles]);
  return { tiles: tiles.filter((tile) => !map.blocked[tile]) };
}

function bodyGoals(context: Context, slot: number, id: number): Goals {
  const { map, bodies } = context;
  const target = bodies.slotOf(id);
  if (target === -1 || !perceivesSlot(map, bodies, slot, target)) {
    return none(fault("unreachable", "the body walked to is out of sight", { field: "intent.to" }));
  }
  return { tiles: tilesBeside(context, bodies.tile[target]!, bodies.keysOf(slot)) };
}

/**
 * Where one stands to be with what stands on `tile`: on it or one step off. A stall behind a counter has nothing free
 * one step off: then diagonally, then anywhere within reach, in the same room.
 */
function tilesBeside({ map, state }: Context, tile: number, keys: Keys): number[] {
  const { exitAt } = terrainOf(map);
  const column = tile % map.width;
  const row = Math.floor(tile / map.width);
  const near: number[] = [];
  for (let y = Math.max(0, row - limits.reachTiles); y <= Math.min(map.height - 1, row + limits.reachTiles); y++) {
    for (let x = Math.max(0, column - limits.reachTiles); x <= Math.min(map.width - 1, column + limits.reachTiles); x++) {
      const other = y * map.width + x;
      const stands = state.doors.walls[other] === free && exitAt[other] === -1 && !isBarred(map, other, keys);
      if (stands && map.roomOf[other] === map.roomOf[tile]) near.push(other);
    }
  }
  const step = near.filter((other) => manhattan(other, tile, map.width) <= limits.followGapTiles);
  if (step.length > 0) return step;
  const diagonal = near.filter((other) => chebyshev(other, tile, map.width) <= 1);
  return diagonal.length > 0 ? diagonal : near;
}

/** Whether the body in `slot`, standing on `tile`, would be with the body in `target`. */
export function isBeside(context: Context, slot: number, tile: number, target: number): boolean {
  const there = context.bodies.tile[target]!;
  if (manhattan(tile, there, context.map.width) <= limits.followGapTiles) return context.map.roomOf[tile] === context.map.roomOf[there];
  if (chebyshev(tile, there, context.map.width) > limits.reachTiles) return false;
  return tilesBeside(context, there, context.bodies.keysOf(slot)).includes(tile);
}
