import { limits } from "@elsewhere/protocol";
import { finish, retry } from "./activities.ts";
import { type Context, fault } from "./context.ts";
import { goalsOf } from "./goals.ts";
import { finderOf } from "./paths.ts";
import { centreX, centreY } from "./space.ts";

/**
 * Finds paths for those who wait, first come first served, until the tick's budget is spent; at least one is found
 * in every tick. Who comes too late waits for the next tick, and the tick waits for nobody.
 */
export function planPaths(context: Context): void {
  const { state, bodies } = context;
  let left: number = limits.pathExpansionsPerTickMax;
  while (left > 0) {
    const slot = state.queue.take((one) => bodies.activity[one]?.ticket ?? 0);
    if (slot === null) return;
    left -= plan(context, slot);
  }
}

/** Returns what it cost. */
function plan(context: Context, slot: number): number {
  const { map, state, bodies, journal } = context;
  const activity = bodies.activity[slot]!;
  const goals = goalsOf(context, slot, activity.to);
  if ("error" in goals) {
    finish(context, slot, goals.error);
    return 1;
  }
  const start = bodies.tile[slot]!;
  const { path, expansions } = finderOf(map).find(state, start, goals.tiles, bodies.keysOf(slot));
  const plannedTick = state.tick;
  if (path === null) {
    // Who follows stays where it is and tries again when the other has moved, but not for ever.
    if (activity.n !== null) finish(context, slot, fault("unreachable", "no way leads there", { field: "intent.to" }));
    else if (retry(context, slot)) journal.setActivity(slot, { ...bodies.activity[slot]!, path: null, ticket: 0, plannedTick });
    return expansions + 1;
  }
  const retries = activity.n === null ? 0 : activity.retries;
  journal.setActivity(slot, { ...activity, path, from: start, end: walked(start, path, map.width), ticket: 0, plannedTick, retries });
  journal.setAt(slot, liesAhead(context, slot, path) ? 1 : 0);
  return expansions + 1;
}

function walked(start: number, path: string, width: number): number {
  let tile = start;
  for (const step of path) tile += step === "n" ? -width : step === "s" ? width : step === "e" ? 1 : -1;
  return tile;
}

/** Whether the first step can be taken from where the body stands, without going back to the centre of its tile. */
function liesAhead({ map, bodies }: Context, slot: number, path: string): boolean {
  const tile = bodies.tile[slot]!;
  const step = path[0];
  if (step === undefined) return false;
  if (step === "n" || step === "s") return bodies.x[slot] === centreX(tile, map.width);
  return bodies.y[slot] === centreY(tile, map.width);
}
