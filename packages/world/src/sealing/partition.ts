import { type Delta, encodeKeyframe, type Keyframe } from "../codec.ts";
import { untold } from "../door-states.ts";
import type { WorldEvent } from "../events.ts";
import { eachMove } from "../moves.ts";
import type { MapState } from "../state.ts";
import { Insiders } from "./insiders.ts";
import { PartWriter } from "./part-writer.ts";
import { isOrdered, redacted, roomAt, roomOfDoor, roomOfEvent } from "./telling.ts";

/** Records of one tick: of what may lie open, null if there is nothing of that, and of hidden rooms in which anything happened. */
export interface Parts {
  readonly open: Uint8Array | null;
  readonly sealed: ReadonlyMap<number, Uint8Array>;
}

/** Keyframes of what may lie open, and of every hidden room, also where nobody is in it. */
export interface Keyframes {
  readonly open: Uint8Array;
  readonly sealed: ReadonlyMap<number, Uint8Array>;
}

const nothing: Parts = Object.freeze({ open: null, sealed: new Map<number, Uint8Array>() });

/**
 * Which hidden room everybody and everything on one map is in, and its deltas and keyframes taken apart accordingly. Rooms
 * are numbers as in `hiddenAt`: i + 1 is `rooms[i]`, 0 is the open. Each part is a record by itself, which follows on the
 * keyframe of the same part: who goes from one into another is gone in the one and born in the other, in the same slot.
 * What it costs is in proportion to the delta.
 */
export class Partition {
  readonly #state: MapState;
  readonly #redact: (text: string) => string;
  readonly #inside: Insiders;
  /** By who is away: the room in which they will come back, 0 for the open. */
  readonly #awayIn = new Map<string, number>();
  #changed = false;

  /** `redact` takes out of words what must not lie open in them, and gives other texts back as they are. */
  constructor(state: MapState, redact: (text: string) => string) {
    const { map, bodyTable } = state;
    this.#state = state;
    this.#redact = redact;
    this.#inside = new Insiders(state);
    for (let slot = 0; slot < bodyTable.end; slot++) {
      const room = bodyTable.has(slot) ? this.#roomNow(slot) : 0;
      if (room !== 0) this.#inside.comes(slot, room);
    }
    for (const [who, { luggage, tile }] of state.away) {
      const room = roomAt(map, tile);
      this.#awayIn.set(who, room);
      if (room !== 0) this.#inside.restsAway(luggage, room);
    }
  }

  /** To be called after each step with what it made, also where that is null. */
  split(delta: Delta | null): Parts {
    this.#inside.begin();
    this.#changed = false;
    if (delta === null) return nothing;
    const parts = new Split(this.#state, this.#inside, this.#awayIn, delta).parts(this.#redact);
    this.#changed = this.#inside.changed;
    return parts;
  }

  /** Of the state as it is now, after the last split. */
  keyframe(): Keyframes {
    const { map, bodyTable, doors, away, tick, asleepTicksMax } = this.#state;
    const bodies = new Map<number, Keyframe["bodies"][number][]>();
    for (let slot = 0; slot < bodyTable.end; slot++)
      if (bodyTable.has(slot)) append(bodies, this.#roomNow(slot), [slot, bodyTable.row(slot)] as const);
    const absent = new Map<number, Keyframe["away"][number][]>();
    for (const one of [...away].toSorted(([a], [b]) => (a < b ? -1 : 1))) append(absent, roomAt(map, one[1].tile), one);
    const entries = doors.entries();
    const of = (room: number): Uint8Array =>
      encodeKeyframe(map, {
        tick,
        asleepTicksMax,
        bodies: bodies.get(room) ?? [],
        doors: entries.map((entry, door) => (roomOfDoor(map, door) === room ? entry : untold)),
        away: absent.get(room) ?? [],
      });
    const hidden = map.rooms.flatMap(({ secret }, i) => (secret === undefined ? [] : [i + 1]));
    return { open: of(0), sealed: new Map(hidden.map((room) => [room, of(room)])) };
  }

  /**
   * The room somebody is in after the last split, or was in before it or, if they both came and went, in between; 0 for the open.
   * Bodies, those away, and what they carry.
   */
  roomOf(who: string): number {
    return this.#inside.roomOf(who);
  }

  /**
   * Everybody and everything in hidden rooms, with what they carry, sorted. Things that the map itself puts into a room
   * are left out while they are there.
   */
  unseen(): readonly string[] {
    return this.#inside.unseen();
  }

  /** Whether `unseen` is another than before the last split. */
  get changed(): boolean {
    return this.#changed;
  }

  #roomNow(slot: number): number {
    return roomAt(this.#state.map, this.#state.bodyTable.tile[slot]!);
  }
}

/** One delta being taken apart. */
class Split {
  readonly #state: MapState;
  readonly #inside: Insiders;
  readonly #awayIn: Map<string, number>;
  readonly #delta: Delta;
  readonly #parts = new Map<number, PartWriter>();
  /** Slots of those who went from one part into another: they are told whole. */
  readonly #crossed = new Set<number>();
  readonly #leaving: (number | string)[] = [];
  readonly #coming: number[] = [];

  constructor(state: MapState, inside: Insiders, awayIn: Map<string, number>, delta: Delta) {
    this.#state = state;
    this.#inside = inside;
    this.#awayIn = awayIn;
    this.#delta = delta;
  }

  parts(redact: (text: string) => string): Parts {
    this.#bodies();
    this.#rows();
    const returning = this.#away();
    const { map } = this.#state;
    for (const [door, open] of this.#delta.doors) this.#part(roomOfDoor(map, door)).doors.push([door, open]);
    for (const one of this.#leaving) this.#inside.goes(one);
    for (const slot of this.#coming) this.#inside.comes(slot, this.#after(slot));
    for (const rests of returning) rests();
    this.#events(redact);
    const sealed = new Map<number, Uint8Array>();
    let open: Uint8Array | null = null;
    for (const [room, part] of this.#parts) {
      const record = part.record();
      if (room === 0) open = record;
      else if (record !== null) sealed.set(room, record);
    }
    return { open, sealed };
  }

  #bodies(): void {
    const { gone, born, moved } = this.#delta;
    for (const slot of gone) this.#goes(slot, this.#inside.roomIn(slot));
    for (const [slot, row] of born) this.#comes(slot, row);
    eachMove(moved, (slot, told, start, end) => {
      const [before, after] = [this.#inside.roomIn(slot), this.#after(slot)];
      if (before === after) return this.#part(after).copyMove(slot, told, moved, start, end);
      this.#crossed.add(slot);
      this.#goes(slot, before);
      this.#comes(slot, this.#state.bodyTable.row(slot));
    });
  }

  #goes(slot: number, room: number): void {
    this.#part(room).gone.push(slot);
    if (room !== 0) this.#leaving.push(slot);
  }

  #comes(slot: number, row: Delta["born"][number][1]): void {
    const room = this.#after(slot);
    this.#part(room).born.push([slot, row]);
    if (room !== 0) this.#coming.push(slot);
  }

  /** Of those who stay in their part. */
  #rows(): void {
    const { numbered, layered, acted, cooled } = this.#delta;
    const partOf = (slot: number): PartWriter | null => (this.#crossed.has(slot) ? null : this.#part(this.#after(slot)));
    for (let i = 0; i < numbered.length; i += 4) partOf(numbered[i]!)?.numbered.push(...numbered.slice(i, i + 4));
    for (let i = 0; i < layered.length; i += 3) partOf(layered[i]!)?.layered.push(...layered.slice(i, i + 3));
    for (const row of acted) partOf(row[0])?.acted.push(row);
    for (const row of cooled) {
      const [slot] = row;
      partOf(slot)?.cooled.push(row);
      // It may carry something else.
      if (this.#inside.roomIn(slot) === 0 || this.#crossed.has(slot)) continue;
      this.#leaving.push(slot);
      this.#coming.push(slot);
    }
  }

  /** Gives what is to be done once all who left have left. */
  #away(): (() => void)[] {
    const returning: (() => void)[] = [];
    for (const [who, away] of this.#delta.away) {
      const before = this.#awayIn.get(who) ?? null;
      const after = away === null ? null : roomAt(this.#state.map, away.tile);
      if (before !== null && before !== after) this.#part(before).away.push([who, null]);
      if (before !== null && before !== 0) this.#leaving.push(who);
      if (after === null) this.#awayIn.delete(who);
      else {
        this.#part(after).away.push([who, away]);
        this.#awayIn.set(who, after);
        if (after !== 0) returning.push(() => this.#inside.restsAway(away!.luggage, after));
      }
    }
    return returning;
  }

  /**
   * Doors of a hidden room show to its holders outside, and who has left it is told what they found in it: where something in
   * the open comes after, the room's part repeats what happened in the open up to there, so that the order is known.
   */
  #events(redact: (text: string) => string): void {
    const { map } = this.#state;
    for (const event of this.#delta.events) {
      const room = event.kind === "entered" || event.kind === "left" ? roomAt(map, event.tile) : 0;
      if (room !== 0 && "who" in event) this.#inside.passes(event.who, event.body, room);
    }
    const open: WorldEvent[] = [];
    /** By room: after how many ordered events in the open each of its own came. */
    const after = new Map<number, number[]>();
    for (const event of this.#delta.events) {
      const room = roomOfEvent(map, event) ?? ("body" in event ? this.#inside.roomOfId(event.body) : 0);
      const part = this.#part(room);
      if (room !== 0) {
        part.events.push(event);
        append(after, room, event.kind === "door" || event.kind === "found" ? open.length : -1);
        continue;
      }
      const told = this.#unattributed(redacted(event, redact));
      part.events.push(told);
      if (isOrdered(event)) open.push(told);
    }
    for (const [room, counts] of after) {
      const repeated = Math.max(0, ...counts.map((count) => (count < open.length ? count + 1 : 0)));
      if (repeated > 0) this.#part(room).events = interleaved(this.#part(room).events, counts, open.slice(0, repeated));
    }
  }

  /** A door in the open that somebody moves from inside moves by itself. */
  #unattributed(event: WorldEvent): WorldEvent {
    if (event.kind !== "door" || event.cause === null || this.#inside.roomOfId(event.cause.body) === 0) return event;
    return { ...event, cause: null };
  }

  #after(slot: number): number {
    return roomAt(this.#state.map, this.#state.bodyTable.tile[slot]!);
  }

  #part(room: number): PartWriter {
    let part = this.#parts.get(room);
    if (!part) this.#parts.set(room, (part = new PartWriter(this.#delta.tick)));
    return part;
  }
}

/** A room's events with those in the open between them; `counts`: how many of the latter come before each, -1 where it does not matter. */
function interleaved(events: readonly WorldEvent[], counts: readonly number[], open: readonly WorldEvent[]): WorldEvent[] {
  const all: WorldEvent[] = [];
  let next = 0;
  for (const [i, event] of events.entries()) {
    while (next < Math.min(counts[i]!, open.length)) all.push(open[next++]!);
    all.push(event);
  }
  return [...all, ...open.slice(next)];
}

function append<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
