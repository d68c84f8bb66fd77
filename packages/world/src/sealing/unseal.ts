import { limits } from "@elsewhere/protocol";
import type { Activity } from "../bodies.ts";
import { readKeyframe } from "../codec.ts";
import type { Context } from "../context.ts";
import type { Input } from "../inputs.ts";
import { restingRow } from "../luggage.ts";

/**
 * Brings back what rested in a hidden room: doors, bodies to where they stood, in the next free slots, and those away.
 * Nothing is told of it. Who is on the map already stays as they are there, and who finds it full is kept away.
 */
export function unseal({ map, state, bodies, journal }: Context, { part }: Extract<Input, { kind: "unseal" }>): void {
  const keyframe = readKeyframe(part, map);
  for (const [door, open] of state.doors.among(keyframe.doors)) {
    const isClear = state.doors.tilesBlocked(door, open).every((tile) => bodies.standing.all[tile] === 0);
    const stands = isClear ? open : state.doors.isOpen(door);
    if (state.doors.isUntold(door) || state.doors.isOpen(door) !== stands) journal.setDoor(door, stands);
  }
  const waiting: (readonly [slot: number, activity: Activity])[] = [];
  for (const [, row] of keyframe.bodies) {
    const { who } = row.cold;
    if (bodies.slotOf(row.id) !== -1 || bodies.slotOfWho(who) !== -1 || state.away.has(who)) continue;
    if (bodies.count >= limits.bodiesPerMapMax) {
      journal.setAway(who, restingRow(row, map.width));
      continue;
    }
    const { activity } = row;
    const slot = journal.born({ ...row, activity: activity && { ...activity, ticket: 0 } });
    if (activity && activity.ticket > 0) waiting.push([slot, activity]);
  }
  // They wait behind all who wait by now, in the order they had.
  for (const [slot, activity] of waiting.sort(([, a], [, b]) => a.ticket - b.ticket))
    journal.setActivity(slot, { ...activity, ticket: state.queue.enter(slot, state.tick) });
  for (const [who, away] of keyframe.away) {
    const isHere = bodies.slotOfWho(who) !== -1 || bodies.slotOf(away.luggage.id) !== -1;
    if (!isHere && !state.away.has(who)) journal.setAway(who, away);
  }
}
