import { ElsewhereError } from "@elsewhere/protocol";
import { type Before, Befores } from "./before.ts";
import { awake } from "./bodies.ts";
import { type Delta, readRecord } from "./codec.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import type { MapState } from "./state.ts";

export interface Replayed {
  readonly events: readonly WorldEvent[];
  /** How all who came, went, moved, turned, fell asleep or woke stood before, as in a `StepResult`. */
  readonly touched: readonly Before[];
}

/**
 * Brings a state to the end of a recorded tick without running any rule. Throws `corrupt` (or `unsupported`) for a
 * record that does not fit; the state is then as it was before.
 */
export function applyRecord(map: WorldMap, state: MapState, record: Uint8Array): Replayed {
  const delta = readRecord(record, map);
  check(state, delta);
  const { bodyTable, doors, away, queue } = state;
  const befores = new Befores(bodyTable);
  for (const slot of delta.gone) {
    befores.keep(slot);
    bodyTable.delete(slot);
  }
  const waiting: (readonly [number, number])[] = [];
  for (const [slot, row] of delta.born) {
    befores.keepAbsence(row.id, row.cold.name);
    bodyTable.insert(slot, row);
    if (row.activity && row.activity.ticket > 0) waiting.push([slot, row.activity.ticket]);
  }
  for (const [slot, activity] of delta.acted) {
    bodyTable.setActivity(slot, activity);
    if (activity && activity.ticket > 0) waiting.push([slot, activity.ticket]);
  }
  for (let i = 0; i < delta.moved.length; i += 5) {
    const [slot, x, y, facing, at] = delta.moved.slice(i, i + 5) as [number, number, number, number, number];
    befores.keep(slot);
    bodyTable.moveTo(slot, x, y, facing);
    bodyTable.setAt(slot, at);
  }
  for (let i = 0; i < delta.numbered.length; i += 4) {
    const slot = delta.numbered[i]!;
    if ((bodyTable.asleepSince[slot] === awake) !== (delta.numbered[i + 3] === awake)) befores.keep(slot);
    bodyTable.epoch[slot] = delta.numbered[i + 1]!;
    bodyTable.lastN[slot] = delta.numbered[i + 2]!;
    bodyTable.setAsleep(slot, delta.numbered[i + 3]!);
  }
  for (const [slot, cold] of delta.cooled) bodyTable.cold[slot] = cold;
  for (const [door, open] of delta.doors) doors.set(door, open);
  for (const [who, one] of delta.away) {
    if (one) away.set(who, one);
    else away.delete(who);
  }
  if (waiting.length > 0) {
    for (const [slot, ticket] of waiting) queue.restore(slot, ticket);
    queue.sort();
  }
  state.tick = delta.tick;
  return { events: delta.events, touched: befores.changed() };
}

function refuse(what: string): never {
  throw new ElsewhereError("corrupt", `a record does not fit the state before it: ${what}`, { field: "record" });
}

/** Everything that could go wrong while applying, found out before anything is applied. */
function check(state: MapState, delta: Delta): void {
  const { bodyTable } = state;
  if (delta.tick <= state.tick) refuse(`tick ${delta.tick} is not after ${state.tick}`);
  const gone = new Set(delta.gone);
  if (gone.size !== delta.gone.length) refuse("a body leaves twice");
  for (const slot of gone) if (!bodyTable.has(slot)) refuse(`nobody is in slot ${slot}`);
  const born = new Map(delta.born);
  const ids = new Set(delta.born.map(([, row]) => row.id));
  const names = new Set(delta.born.map(([, row]) => row.cold.who));
  if (born.size !== delta.born.length || ids.size !== born.size || names.size !== born.size) refuse("a body comes twice");
  const stays = (slot: number): boolean => slot !== -1 && !gone.has(slot);
  for (const [slot, row] of born) {
    if (bodyTable.has(slot) && stays(slot)) refuse(`slot ${slot} is taken`);
    if (stays(bodyTable.slotOf(row.id)) || stays(bodyTable.slotOfWho(row.cold.who))) refuse(`body ${row.id} is here already`);
  }
  const present = (slot: number): boolean => bodyTable.has(slot) && stays(slot);
  const acted = new Map(delta.acted);
  for (const slot of acted.keys()) if (!present(slot)) refuse(`nobody is in slot ${slot}`);
  for (let i = 0; i < delta.numbered.length; i += 4) if (!present(delta.numbered[i]!)) refuse(`nobody is in slot ${delta.numbered[i]}`);
  for (const [slot, cold] of delta.cooled)
    if (!present(slot) || bodyTable.coldOf(slot).who !== cold.who) refuse(`slot ${slot} changes hands`);
  const at = new Map<number, number>();
  for (let i = 0; i < delta.moved.length; i += 5) {
    if (!present(delta.moved[i]!)) refuse(`nobody is in slot ${delta.moved[i]}`);
    at.set(delta.moved[i]!, delta.moved[i + 4]!);
  }
  for (const slot of new Set([...acted.keys(), ...at.keys()])) {
    const activity = acted.has(slot) ? acted.get(slot)! : bodyTable.activity[slot]!;
    if ((at.get(slot) ?? bodyTable.at[slot]!) > (activity?.path ?? "").length) refuse(`body in slot ${slot} is beyond its path`);
  }
}
