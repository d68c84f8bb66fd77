import type { ErrorJson, Intent } from "@elsewhere/protocol";
import { interrupt, startFollow, startWalk } from "../activities.ts";
import { awake } from "../bodies.ts";
import { fencedOff, leave } from "../comings.ts";
import { accept, type Actor, type Context, fault, refuse } from "../context.ts";
import type { Input } from "../inputs.ts";
import { doVerb, face, show, use } from "./doings.ts";
import { inSight } from "./reach.ts";
import { emote, speak } from "./speech.ts";
import { drop, give, take } from "./things.ts";

/**
 * Takes one intent. What was taken before is ignored, so that sending it again does no harm; what a fenced or sleeping
 * body's connection sends is refused and not taken, so that it can be sent again.
 */
export function act(context: Context, { body, epoch, n, intent }: Extract<Input, { kind: "intent" }>): void {
  const { bodies, journal } = context;
  const slot = bodies.slotOf(body);
  const reject = (error: ErrorJson): void => journal.emit({ kind: "refused", body, epoch, n, error });
  if (slot === -1) return reject(fault("away", "this body is not here", { field: "body" }));
  if (epoch < bodies.epoch[slot]!) return reject(fencedOff());
  if (n <= bodies.lastN[slot]!) return;
  if (bodies.asleepSince[slot] !== awake) return reject(fault("away", "this body is asleep: come back in first", { field: "body" }));
  journal.setLastN(slot, n);
  carryOut(context, { slot, id: body, n }, intent);
}

function carryOut(context: Context, actor: Actor, intent: Intent): void {
  switch (intent.kind) {
    case "walk":
      return walk(context, actor, intent.to);
    case "follow":
      return follow(context, actor, intent.body);
    case "stop":
      interrupt(context, actor.slot);
      return accept(context, actor.id, actor.n);
    case "face":
      return face(context, actor, intent);
    case "say":
    case "shout":
    case "whisper":
      return speak(context, actor, intent);
    case "emote":
      return emote(context, actor, intent);
    case "look":
      context.looks.push({ body: actor.id, n: actor.n, at: intent.at ?? null });
      return;
    case "use":
      return use(context, actor, intent);
    case "take":
      return take(context, actor, intent);
    case "drop":
      return drop(context, actor, intent);
    case "give":
      return give(context, actor, intent);
    case "show":
      return show(context, actor, intent);
    case "do":
      return doVerb(context, actor, intent);
    case "leave":
      return leave(context, actor);
    case "spawn":
      // A host takes what a program with a grant asks for before it comes here.
      return refuse(context, actor.id, actor.n, fault("forbidden", "only a program with a grant starts others", { field: "intent.kind" }));
    case "cross":
    case "accept":
    case "decline":
      return refuse(context, actor.id, actor.n, fault("forbidden", "only a program crosses to another host", { field: "intent.kind" }));
  }
}

function walk(context: Context, actor: Actor, to: string | { readonly body: number }): void {
  if (typeof to === "string") return startWalk(context, actor, to);
  const target = inSight(context, actor, to.body, "to");
  if (typeof target === "number") startWalk(context, actor, to.body);
  else refuse(context, actor.id, actor.n, target);
}

function follow(context: Context, actor: Actor, body: number): void {
  const target = inSight(context, actor, body, "body");
  if (typeof target !== "number") return refuse(context, actor.id, actor.n, target);
  if (context.bodies.speed[actor.slot] === 0 || target === actor.slot) {
    const why = target === actor.slot ? "nobody follows oneself" : "this body does not walk";
    return refuse(context, actor.id, actor.n, fault("unreachable", why, { field: "intent.body" }));
  }
  startFollow(context, actor, body);
}
