import type { ErrorJson } from "@elsewhere/protocol";
import { type Actor, type Context, fault } from "./context.ts";
import type { Cause } from "./events.ts";
import type { WorldMap } from "./map.ts";
import { opensFor } from "./paths.ts";
import { isKnown } from "./hiding.ts";
import { chebyshev } from "./space.ts";
import { terrainOf } from "./terrain.ts";
import { limits } from "@elsewhere/protocol";

/** Opens what shuts `aim`, if it opens by itself for whoever steps there from `from`. */
export function openFor(context: Context, from: number, aim: number): void {
  const terrain = terrainOf(context.map);
  if (!opensFor(context.state, terrain, from, aim)) return;
  for (const door of terrain.doorsAt.get(aim)!) if (context.state.doors.blocks(door, aim)) turn(context, door, true, null);
}

/** Somebody has stepped on another tile: doors that open by themselves there do so, those of hidden rooms for whoever knows the room. */
export function stepOn(context: Context, slot: number): void {
  const { bodies, state } = context;
  const terrain = terrainOf(context.map);
  const tile = bodies.tile[slot]!;
  for (const door of terrain.doorsAt.get(tile) ?? []) {
    const { autoSteps, hiddenIn } = terrain.doors[door]!;
    if (autoSteps.has(tile) && !state.doors.isOpen(door) && isKnown(hiddenIn, bodies.keysOf(slot))) turn(context, door, true, null);
  }
}

/** Closes doors that close by themselves and that the last body has left in this tick. */
export function closeVacated(context: Context): void {
  const terrain = terrainOf(context.map);
  const { bodies, journal, state } = context;
  const left = new Set(journal.vacated.flatMap((tile) => terrain.doorsAt.get(tile) ?? []));
  for (const door of [...left].toSorted((a, b) => a - b)) {
    const { autoClose, zone, hiddenIn } = terrain.doors[door]!;
    // Of a closed room nothing moves, though a step of its door lies outside.
    if (hiddenIn.some((room) => context.map.closed.has(room))) continue;
    if (autoClose && state.doors.isOpen(door) && zone.every((tile) => bodies.standing.all[tile] === 0)) turn(context, door, false, null);
  }
}

/** Uses a door by its name: opens it if it is closed and closes it if it is open. */
export function useDoor(context: Context, actor: Actor, name: string, code: string | undefined): ErrorJson | { readonly open: boolean } {
  const { map, bodies, state } = context;
  const door = map.doors.findIndex((one) => one.name === name);
  const { doors } = terrainOf(map);
  if (door === -1 || !isKnown(doors[door]!.hiddenIn, bodies.keysOf(actor.slot)))
    return fault("unknown", `there is no door "${name}" on ${map.name}`, { field: "intent.target" });
  const tile = bodies.tile[actor.slot]!;
  const { zone } = doors[door]!;
  if (!zone.some((one) => chebyshev(one, tile, map.width) <= limits.reachTiles)) {
    return fault("out_of_reach", `the door "${name}" is more than ${limits.reachTiles} tiles away`, {
      field: "intent.target",
      limit: limits.reachTiles,
    });
  }
  if (!unlocks(map, door, tile, code)) return fault("locked", `the door "${name}" wants its code`, { field: "intent.code" });
  const open = !state.doors.isOpen(door);
  if (turn(context, door, open, { body: actor.id, n: actor.n })) return { open };
  return fault("taken", `somebody stands in the way of the door "${name}"`, { field: "intent.target" });
}

/**
 * The step one stands on decides. Away from the steps those with a code do, if there are any: the step on the far side
 * that lets people out without one must not let in whoever stands beside the door.
 */
function unlocks(map: WorldMap, door: number, tile: number, code: string | undefined): boolean {
  const { steps } = map.doors[door]!;
  const own = steps.filter((step) => step.tiles.includes(tile));
  const coded = steps.filter((step) => step.code !== null);
  const deciding = own.length > 0 ? own : coded.length > 0 ? coded : steps;
  return deciding.length === 0 || deciding.some((step) => step.code === null || step.code === code);
}

/** Opens or closes a door, unless a body stands where it would then block. Returns whether it moved. */
function turn({ map, state, bodies, journal }: Context, door: number, open: boolean, cause: Cause | null): boolean {
  if (state.doors.tilesBlocked(door, open).some((tile) => bodies.standing.all[tile]! > 0)) return false;
  journal.setDoor(door, open);
  journal.emit({ kind: "door", door, name: map.doors[door]!.name, open, cause });
  return true;
}
