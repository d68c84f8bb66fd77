import { limits } from "@elsewhere/protocol";
import { finish, replan, retry } from "./activities.ts";
import { going, pursuing } from "./bodies.ts";
import { transfer } from "./comings.ts";
import { type Context, fault } from "./context.ts";
import { free, shutDoor } from "./door-states.ts";
import { openFor, stepOn } from "./doors.ts";
import { goalsOf, isBeside } from "./goals.ts";
import { isBarred } from "./hiding.ts";
import { perceivesSlot, seesStanding } from "./perception.ts";
import { centreX, centreY } from "./space.ts";
import { terrainOf } from "./terrain.ts";

/** Lets everybody who is on the way go on by one tick's distance, in the order of their slots. */
export function walkAll(context: Context): void {
  const { bodies } = context;
  // Nobody takes anything up while others walk; some end what they are on.
  for (let slot = bodies.acting.next(-1); slot !== -1; slot = bodies.acting.next(slot)) {
    if ((bodies.bound[slot]! & pursuing) !== 0) pursue(context, slot);
    if ((bodies.bound[slot]! & going) !== 0) walk(context, slot);
  }
}

/** Keeps a path to a body in step with where that body is, at most every few ticks. */
function pursue(context: Context, slot: number): void {
  const { map, state, bodies } = context;
  const activity = bodies.activity[slot]!;
  const target = bodies.slotOf(activity.to as number);
  if (target === -1 || !perceivesSlot(map, bodies, slot, target)) {
    // It goes on to where it last knew the other to be, and gives up there.
    if (activity.path === null) finish(context, slot, fault("unreachable", "the body walked to is out of sight", { field: "intent.to" }));
    return;
  }
  const bound = activity.path === null ? bodies.tile[slot]! : activity.end;
  if (isBeside(context, slot, bound, target)) {
    // A walk to a body ends here; following only rests.
    if (activity.path === null && activity.ticket === 0 && activity.n !== null) finish(context, slot, null);
  } else if (activity.ticket === 0 && state.tick - activity.plannedTick >= limits.ticksBetweenReplansMin) {
    replan(context, slot, true);
  }
}

function walk(context: Context, slot: number): void {
  const { map, bodies, journal } = context;
  const { width } = map;
  let left = bodies.speed[slot]!;
  for (;;) {
    const aim = bodies.aimOf(slot);
    const here = bodies.tile[slot]!;
    if (aim !== here && (!isFree(context, slot, aim) || isTaken(context, slot, aim))) {
      if (retry(context, slot)) replan(context, slot, false);
      return;
    }
    const x = centreX(aim, width);
    const y = centreY(aim, width);
    const dx = x - bodies.x[slot]!;
    const dy = y - bodies.y[slot]!;
    // Bodies move along the lines between centres, so in one axis there is nothing left to go.
    const goX = Math.min(left, Math.abs(dx));
    const goY = Math.min(left - goX, Math.abs(dy));
    if (goX + goY > 0) {
      const facing = dx > 0 ? 1 : dx < 0 ? 3 : dy > 0 ? 2 : 0;
      journal.move(slot, bodies.x[slot]! + Math.sign(dx) * goX, bodies.y[slot]! + Math.sign(dy) * goY, facing);
      left -= goX + goY;
      if (bodies.tile[slot] !== here) stepOn(context, slot);
    }
    if (bodies.x[slot] !== x || bodies.y[slot] !== y) return;
    const at = bodies.at[slot]!;
    if (at === bodies.steps[slot]) {
      arrive(context, slot);
      return;
    }
    if (left === 0) return;
    journal.setAt(slot, at + 1);
  }
}

function isFree(context: Context, slot: number, aim: number): boolean {
  const { map, bodies, state } = context;
  const { walls } = state.doors;
  if (map.hiddenAt !== null && isBarred(map, aim, bodies.keysOf(slot))) return false;
  if (walls[aim] === shutDoor) openFor(context, bodies.tile[slot]!, aim);
  return walls[aim] === free;
}

/** Whether somebody has meanwhile come to stand where the walk would end, and another tile of the place is left. */
function isTaken(context: Context, slot: number, aim: number): boolean {
  const { map, bodies } = context;
  if (bodies.at[slot] !== bodies.steps[slot]) return false;
  const { to, retries } = bodies.activity[slot]!;
  if (typeof to === "number" || retries >= limits.pathRetriesMax) return false;
  if (!seesStanding(map, bodies, slot, aim)) return false;
  const goals = goalsOf(context, slot, to);
  return "tiles" in goals && !Array.prototype.includes.call(goals.tiles, aim);
}

function arrive(context: Context, slot: number): void {
  const { map, bodies, journal } = context;
  const activity = bodies.activity[slot]!;
  const exit = map.exits[terrainOf(map).exitAt[bodies.tile[slot]!]!];
  if (typeof activity.to === "number") {
    journal.setActivity(slot, { ...activity, path: null });
    pursue(context, slot);
  } else if (exit) transfer(context, slot, exit);
  else finish(context, slot, null);
}
