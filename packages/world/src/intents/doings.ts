import { directions, type Intent, limits } from "@elsewhere/protocol";
import { accept, type Actor, around, type Context, refuse, whoIn } from "../context.ts";
import { useDoor } from "../doors.ts";
import { inSight, reachable } from "./reach.ts";

/** Uses a door by its name, or touches a body, which then knows of it. */
export function use(context: Context, actor: Actor, { target, code }: Extract<Intent, { kind: "use" }>): void {
  if (typeof target === "string") {
    const done = useDoor(context, actor, target, code);
    if ("code" in done) refuse(context, actor.id, actor.n, done);
    else accept(context, actor.id, actor.n, { open: done.open });
    return;
  }
  const slot = reachable(context, actor, target, limits.reachTiles, "target");
  if (typeof slot !== "number") return refuse(context, actor.id, actor.n, slot);
  context.journal.emit({
    kind: "used",
    from: whoIn(context.bodies, actor.slot),
    to: target,
    scope: around(context, actor.slot, context.map.sightTiles),
    cause: { body: actor.id, n: actor.n },
  });
  accept(context, actor.id, actor.n);
}

/** Changes what a body shows. Showing the same again is no change. */
export function show(context: Context, actor: Actor, { traits }: Extract<Intent, { kind: "show" }>): void {
  const { bodies, journal } = context;
  if (JSON.stringify(bodies.coldOf(actor.slot).traits) !== JSON.stringify(traits)) {
    journal.setCold(actor.slot, { traits });
    journal.emit({ kind: "changed", body: actor.id, what: "traits", cause: { body: actor.id, n: actor.n } });
  }
  accept(context, actor.id, actor.n);
}

/** A verb of the world's own, for all in sight or for one of them. */
export function doVerb(context: Context, actor: Actor, { verb, data, to }: Extract<Intent, { kind: "do" }>): void {
  if (to !== undefined) {
    const slot = inSight(context, actor, to, "to");
    if (typeof slot !== "number") return refuse(context, actor.id, actor.n, slot);
  }
  context.journal.emit({
    kind: "did",
    from: whoIn(context.bodies, actor.slot),
    verb,
    data: data ?? null,
    to: to ?? null,
    scope: around(context, actor.slot, context.map.sightTiles),
    cause: { body: actor.id, n: actor.n },
  });
  accept(context, actor.id, actor.n);
}

export function face(context: Context, actor: Actor, { direction }: Extract<Intent, { kind: "face" }>): void {
  const { bodies, journal } = context;
  journal.move(actor.slot, bodies.x[actor.slot]!, bodies.y[actor.slot]!, directions.indexOf(direction));
  accept(context, actor.id, actor.n);
}
