import type { ErrorJson } from "@elsewhere/protocol";
import { awake } from "../bodies.ts";
import { type Actor, type Context, fault } from "../context.ts";
import { perceivesSlot } from "../perception.ts";
import { chebyshev } from "../space.ts";

/** The slot of a body the actor perceives, or the error that says no more than that there is none. */
export function inSight(context: Context, actor: Actor, body: number, field: string): number | ErrorJson {
  const slot = context.bodies.slotOf(body);
  if (slot === -1 || !perceivesSlot(context.map, context.bodies, actor.slot, slot)) {
    return fault("unknown", `body ${body} is not in sight`, { field: `intent.${field}` });
  }
  return slot;
}

/** The slot of a body near enough to touch. Those who are asleep are untouchable. */
export function reachable(context: Context, actor: Actor, body: number, tiles: number, field: string): number | ErrorJson {
  const { map, bodies } = context;
  const slot = inSight(context, actor, body, field);
  if (typeof slot !== "number") return slot;
  if (chebyshev(bodies.tile[actor.slot]!, bodies.tile[slot]!, map.width) > tiles) {
    return fault("out_of_reach", `body ${body} is more than ${tiles} tiles away`, { field: `intent.${field}`, limit: tiles });
  }
  if (bodies.asleepSince[slot] !== awake) return fault("forbidden", `body ${body} is asleep: let it be`, { field: `intent.${field}` });
  return slot;
}
