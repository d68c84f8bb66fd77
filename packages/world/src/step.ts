import type { Atlas } from "./atlas.ts";
import type { Before } from "./before.ts";
import { closeVacated } from "./doors.ts";
import { type Delta, writeRecord } from "./codec.ts";
import { arrive, attach, detach, enter, halt, remove, setLayers, withdrawSleepers } from "./comings.ts";
import { type Context, fault, refuse } from "./context.ts";
import type { WorldEvent } from "./events.ts";
import type { Input, Transfer } from "./inputs.ts";
import { act } from "./intents/act.ts";
import { Journal } from "./journal.ts";
import type { WorldMap } from "./map.ts";
import { perceives } from "./perception.ts";
import { unseal } from "./sealing/unseal.ts";
import { planPaths } from "./planning.ts";
import type { MapState } from "./state.ts";
import { walkAll } from "./walking.ts";

/** What one tick made of its inputs. */
export interface StepResult {
  readonly events: readonly WorldEvent[];
  readonly transfers: readonly Transfer[];
  /** How all who came, went, moved, turned, fell asleep or woke stood before; good until this map's next step. */
  readonly touched: readonly Before[];
  /** All that changed, for `writeRecord` or a `Partition`; null if nothing did. */
  readonly delta: Delta | null;
  /** The same as `applyRecord` reads it, written when it is asked for. */
  readonly record: Uint8Array | null;
}

/**
 * One tick of a map: first its inputs in their order, then paths, then movement, doors, sleepers, and last what was
 * looked at. Deterministic: equal states and inputs give equal results, byte for byte. Never throws for what an input
 * says; inputs were checked where they came in.
 */
export function step(map: WorldMap, state: MapState, inputs: readonly Input[], atlas: Atlas): StepResult {
  state.advanceTo(state.tick + 1);
  const journal = new Journal(state);
  const context: Context = { map, state, bodies: state.bodyTable, journal, atlas, looks: [] };
  for (const input of inputs) take(context, input);
  planPaths(context);
  walkAll(context);
  withdrawSleepers(context);
  closeVacated(context);
  answerLooks(context);
  const delta = journal.delta();
  return {
    events: journal.events,
    transfers: journal.transfers,
    touched: journal.touched(),
    delta,
    get record() {
      return delta === null ? null : writeRecord(delta);
    },
  };
}

function take(context: Context, input: Input): void {
  switch (input.kind) {
    case "intent":
      return act(context, input);
    case "enter":
      return enter(context, input);
    case "arrive":
      return arrive(context, input);
    case "attach":
      return attach(context, input.body, input.epoch);
    case "detach":
      return detach(context, input.body, input.epoch);
    case "layers":
      return setLayers(context, input);
    case "halt":
      return halt(context, input.body);
    case "remove":
      return remove(context, input.body);
    case "unseal":
      return unseal(context, input);
  }
}

function answerLooks(context: Context): void {
  const { map, state, bodies, journal } = context;
  for (const { body, n, at } of context.looks) {
    if (bodies.slotOf(body) === -1)
      refuse(context, body, n, fault("interrupted", "one went elsewhere before one could look", { field: "intent" }));
    else if (at !== null && !perceives(map, state, body, at))
      refuse(context, body, n, fault("unknown", `body ${at} is not in sight`, { field: "intent.at" }));
    else journal.emit({ kind: "reply", body, n, answer: { ok: true, look: at } });
  }
}
