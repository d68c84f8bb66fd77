import { type ErrorJson, limits } from "@elsewhere/protocol";
import { claim } from "./claims.ts";
import { accept, type Actor, type Context, fault, refuse } from "./context.ts";
import { goalsOf } from "./goals.ts";

/** Takes up a walk; it is answered at its end. Replaces whatever was under way. */
export function startWalk(context: Context, actor: Actor, wanted: string | number): void {
  interrupt(context, actor.slot);
  if (context.bodies.speed[actor.slot] === 0) {
    refuse(context, actor.id, actor.n, fault("unreachable", "this body does not walk", { field: "intent" }));
    return;
  }
  const to = typeof wanted === "string" ? claim(context, actor, wanted) : wanted;
  const goals = goalsOf(context, actor.slot, to);
  if ("error" in goals) refuse(context, actor.id, actor.n, goals.error);
  else begin(context, actor.slot, actor.n, to);
}

/** Takes up following; answered now, and it goes on until something else is asked or the other is out of sight. */
export function startFollow(context: Context, actor: Actor, body: number): void {
  interrupt(context, actor.slot);
  begin(context, actor.slot, null, body);
  accept(context, actor.id, actor.n);
}

function begin({ journal, state, bodies }: Context, slot: number, n: number | null, to: string | number): void {
  const here = bodies.tile[slot]!;
  const ticket = state.queue.enter(slot, state.tick);
  journal.setActivity(slot, { n, to, path: null, from: here, end: here, ticket, plannedTick: state.tick, retries: 0 });
}

/** Asks for a (new) path; the old one, if kept, is walked until the new one is there. */
export function replan({ journal, state, bodies }: Context, slot: number, keepsPath: boolean): void {
  const activity = bodies.activity[slot]!;
  const ticket = state.queue.enter(slot, state.tick);
  journal.setActivity(slot, { ...activity, ticket, path: keepsPath ? activity.path : null });
}

/** Counts a vain attempt; after too many of them the activity ends. Returns whether it goes on. */
export function retry(context: Context, slot: number): boolean {
  const activity = context.bodies.activity[slot]!;
  if (activity.retries >= limits.pathRetriesMax) {
    finish(context, slot, fault("unreachable", "no way leads there now", { field: "intent.to" }));
    return false;
  }
  context.journal.setActivity(slot, { ...activity, retries: activity.retries + 1 });
  return true;
}

/** Ends the activity and answers its intent: with an error, or well. */
export function finish(context: Context, slot: number, error: ErrorJson | null): void {
  const activity = context.bodies.activity[slot];
  if (!activity) return;
  context.journal.setActivity(slot, null);
  if (activity.n === null) return;
  const id = context.bodies.id[slot]!;
  if (error) refuse(context, id, activity.n, error);
  else accept(context, id, activity.n);
}

/** Ends the activity because something else took its place. */
export function interrupt(context: Context, slot: number): void {
  if (context.bodies.activity[slot] === null) return;
  finish(context, slot, fault("interrupted", "something else took the place of this walk", { field: "intent" }));
}
