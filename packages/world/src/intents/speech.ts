import { type Intent, limits } from "@elsewhere/protocol";
import { accept, type Actor, around, type Context, fault, refuse, whoIn } from "../context.ts";
import { reachable } from "./reach.ts";

type Speech = Extract<Intent, { kind: "say" | "shout" | "whisper" }>;

/** Say, shout and whisper: the same but for how far they carry and to whom. */
export function speak(context: Context, actor: Actor, intent: Speech): void {
  const { map, bodies, journal } = context;
  if (map.silent[bodies.tile[actor.slot]!]) {
    refuse(context, actor.id, actor.n, fault("silent", "nobody speaks here: walk elsewhere first", { field: "intent" }));
    return;
  }
  if (intent.kind === "whisper") {
    const target = reachable(context, actor, intent.to, limits.whisperTiles, "to");
    if (typeof target !== "number") return refuse(context, actor.id, actor.n, target);
  }
  // That the one whispered to is near was settled above; a step aside before the tick is over does not make it deaf.
  const radius = { say: map.hearingTiles, shout: limits.shoutTiles, whisper: map.sightTiles }[intent.kind];
  journal.emit({
    kind: "heard",
    from: whoIn(bodies, actor.slot),
    how: intent.kind,
    text: intent.text,
    to: intent.kind === "whisper" ? intent.to : null,
    scope: around(context, actor.slot, radius),
    cause: { body: actor.id, n: actor.n },
  });
  accept(context, actor.id, actor.n);
}

export function emote(context: Context, actor: Actor, { text }: Extract<Intent, { kind: "emote" }>): void {
  const scope = around(context, actor.slot, context.map.sightTiles);
  context.journal.emit({ kind: "emoted", from: whoIn(context.bodies, actor.slot), text, scope, cause: { body: actor.id, n: actor.n } });
  accept(context, actor.id, actor.n);
}
