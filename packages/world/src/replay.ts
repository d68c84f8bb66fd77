import { ElsewhereError } from "@elsewhere/protocol";
import type { Before } from "./before.ts";
import { awake } from "./bodies.ts";
import { type Delta, readRecord } from "./codec.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import { type Moves, readMoves, rowOf } from "./moves.ts";
import type { MapState } from "./state.ts";

export interface Replayed {
  readonly events: readonly WorldEvent[];
  /** How all who came, went, moved, turned, fell asleep or woke stood before, as in a `StepResult`; good until the next record. */
  readonly touched: readonly Before[];
}

/**
 * Brings a state to the end of a recorded tick without running any rule. Throws `corrupt` (or `unsupported`) for a
 * record that does not fit; the state is then as it was before.
 */
export function applyRecord(map: WorldMap, state: MapState, record: Uint8Array): Replayed {
  return apply(map, state, record, true);
}

/** The same for a state at which nobody looks yet: how it was before is not kept. */
export function recoverRecord(map: WorldMap, state: MapState, record: Uint8Array): void {
  apply(map, state, record, false);
}

function apply(map: WorldMap, state: MapState, record: Uint8Array, heeds: boolean): Replayed {
  const delta = readRecord(record, map);
  const moves = readMoves(delta.moved, map, state.bodyTable);
  check(state, delta, moves);
  const { bodyTable, doors, away, queue, befores } = state;
  befores.begin(heeds);
  for (const slot of delta.gone) {
    befores.leaves(slot);
    bodyTable.delete(slot);
  }
  const waiting: (readonly [number, number])[] = [];
  for (const [slot, row] of delta.born) {
    befores.comes(slot, row.id, row.cold.name);
    bodyTable.insert(slot, row);
    if (row.activity && row.activity.ticket > 0) waiting.push([slot, row.activity.ticket]);
  }
  for (const [slot, activity] of delta.acted) {
    bodyTable.setActivity(slot, activity);
    if (activity && activity.ticket > 0) waiting.push([slot, activity.ticket]);
  }
  for (let i = 0; i < moves.count; i++) {
    const slot = moves.slots[i]!;
    if (moves.steps[i] === 1) {
      befores.keep(slot);
      bodyTable.moveTo(slot, moves.x[i]!, moves.y[i]!, moves.facing[i]!);
    }
    bodyTable.setAt(slot, moves.at[i]!);
  }
  for (let i = 0; i < delta.numbered.length; i += 4) {
    const slot = delta.numbered[i]!;
    if ((bodyTable.asleepSince[slot] === awake) !== (delta.numbered[i + 3] === awake)) befores.keep(slot);
    bodyTable.epoch[slot] = delta.numbered[i + 1]!;
    bodyTable.lastN[slot] = delta.numbered[i + 2]!;
    bodyTable.setAsleep(slot, delta.numbered[i + 3]!);
  }
  for (let i = 0; i < delta.layered.length; i += 3) {
    const [slot, on, sees] = delta.layered.slice(i, i + 3) as [number, number, number];
    befores.keep(slot);
    bodyTable.setLayers(slot, on, sees);
  }
  for (const [slot, cold] of delta.cooled) {
    if (cold.holds.length !== bodyTable.coldOf(slot).holds.length) befores.keep(slot);
    bodyTable.cold[slot] = cold;
  }
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
function check(state: MapState, delta: Delta, moves: Moves): void {
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
  for (let i = 0; i < delta.layered.length; i += 3) if (!present(delta.layered[i]!)) refuse(`nobody is in slot ${delta.layered[i]}`);
  for (const [slot, cold] of delta.cooled)
    if (!present(slot) || bodyTable.coldOf(slot).who !== cold.who) refuse(`slot ${slot} changes hands`);
  for (let i = 0; i < moves.count; i++) {
    const slot = moves.slots[i]!;
    if (gone.size > 0 && gone.has(slot)) refuse(`nobody is in slot ${slot}`);
    if (moves.at[i]! > bodyTable.steps[slot]! && !acted.has(slot)) beyond(slot);
  }
  // Whoever has a new path, or none any more, must be on it.
  for (const [slot, activity] of acted) {
    const row = rowOf(moves, slot);
    const at = row === -1 ? bodyTable.at[slot]! : moves.at[row]!;
    if (at > (activity?.path ?? "").length) beyond(slot);
  }
}

function beyond(slot: number): never {
  refuse(`the body in slot ${slot} is beyond its path`);
}
