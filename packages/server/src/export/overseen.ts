/**
 * What an overseer could see happen on one map, from its record. Whatever is exported is made of this and nothing else: what
 * is in hidden rooms ends here.
 */
import type { Percept, Seen, Who } from "@elsewhere/protocol";
import { applyRecord, MapState, overseen, overseenBody, overseenPercept, type WorldEvent, type WorldMap } from "@elsewhere/world";
import { openStretch, type PastSource, type Stretch } from "../record/past.ts";

/** One tick in which there was something to see. */
export interface OverseenTick {
  readonly tick: number;
  /** Whether `changed` are all who are in sight: so it begins. */
  readonly whole: boolean;
  /** Who has come into sight or is otherwise than before, as they are at its end. */
  readonly changed: readonly Seen[];
  /** Who has left the map or gone out of sight, as they were seen last. */
  readonly gone: readonly Seen[];
  /** Doors that have been moved; all of them where it begins. */
  readonly doors: readonly DoorShown[];
  readonly said: readonly Said[];
}

export interface DoorShown {
  readonly name: string;
  readonly open: boolean;
}

/** Something said or shown in words, and the middle of the tile where it was, in tiles. */
export interface Said {
  readonly from: Who;
  readonly how: "say" | "whisper" | "shout" | "emote";
  readonly text: string;
  /** Who heard a whisper; null if they were out of sight. */
  readonly to: Who | null;
  readonly x: number;
  readonly y: number;
}

/** The first and the last tick that are wanted. */
export interface TickRange {
  readonly fromTick: number;
  readonly toTick: number;
}

/**
 * Plays a map's record and gives, in order, every tick of the range in which there was something to see; the first of them
 * is whole. Holds one stretch at a time. Throws `corrupt` where the record does not fit.
 */
export async function* overseenPast(past: PastSource, map: WorldMap, { fromTick, toTick }: TickRange): AsyncGenerator<OverseenTick> {
  const sight = new Sight();
  const stretches = await past.stretches(map.name);
  for (const [i, info] of stretches.entries()) {
    const nextTick = stretches[i + 1]?.fromTick ?? Number.POSITIVE_INFINITY;
    if (info.fromTick > toTick) return;
    // What happened in the tick of a keyframe is told by the stretch before it.
    if (nextTick < fromTick) continue;
    // A keyframe that is followed by another of its tick is led on from by that one.
    if (nextTick === info.fromTick) continue;
    const stretch = openStretch((await past.stretch(map.name, info.fromTick))!);
    const state = MapState.fromKeyframe(map, stretch.keyframe.bytes);
    if (state.tick >= fromTick) yield* sight.look(state, state.tick);
    yield* play(stretch, state, sight, { fromTick, toTick });
    const ends = Math.min(toTick, nextTick);
    if (!sight.began && fromTick <= ends) yield* sight.look(state, fromTick);
  }
}

function* play({ records }: Stretch, state: MapState, sight: Sight, { fromTick, toTick }: TickRange): Generator<OverseenTick> {
  for (const { tick, bytes } of records) {
    if (tick > toTick) return;
    if (!sight.began && tick > fromTick) yield* sight.look(state, fromTick);
    const { events, touched } = applyRecord(state.map, state, bytes);
    if (tick < fromTick) continue;
    if (sight.began) yield* sight.follow(state, touched, events);
    else yield* sight.look(state, tick, events);
  }
}

/** Who was in sight and how doors stood when somebody last looked. */
class Sight {
  began = false;
  readonly #bodies = new Map<number, Seen>();
  readonly #doors = new Map<string, boolean>();

  /** Looks at everything anew. */
  *look(state: MapState, tick: number, events: readonly WorldEvent[] = []): Generator<OverseenTick> {
    const whole = !this.began;
    this.began = true;
    const { bodies, doors } = overseen(state);
    const moved = doors.filter(({ name, open }) => this.#doors.get(name) !== open);
    for (const { name, open } of moved) this.#doors.set(name, open);
    const now = new Set(bodies.map(({ id }) => id));
    const gone = [...this.#bodies.values()].filter(({ id }) => !now.has(id));
    const said = this.#said(state, events);
    const changed = bodies.filter((body) => this.#take(body));
    for (const { id } of gone) this.#bodies.delete(id);
    yield* worthTelling({ tick, whole, changed, gone, doors: moved.map(({ name, open }) => ({ name, open })), said });
  }

  /** Looks at those a record has touched. */
  *follow(state: MapState, touched: readonly { readonly id: number }[], events: readonly WorldEvent[]): Generator<OverseenTick> {
    const said = this.#said(state, events);
    const changed: Seen[] = [];
    const gone: Seen[] = [];
    for (const { id } of touched) {
      const body = overseenBody(state, id);
      const was = this.#bodies.get(id);
      if (body === null && was !== undefined) {
        gone.push(was);
        this.#bodies.delete(id);
      } else if (body !== null && this.#take(body)) changed.push(body);
    }
    const doors = events.flatMap((event) => this.#door(overseenPercept(state.map, event)));
    yield* worthTelling({ tick: state.tick, whole: false, changed, gone, doors, said });
  }

  /** Whether it is otherwise than it was. */
  #take(body: Seen): boolean {
    const was = this.#bodies.get(body.id);
    this.#bodies.set(body.id, body);
    return was === undefined || !isAlike(was, body);
  }

  #door(percept: Percept | null): readonly DoorShown[] {
    if (percept?.kind !== "door") return [];
    const { name, open } = percept;
    this.#doors.set(name, open);
    return [{ name, open }];
  }

  #said(state: MapState, events: readonly WorldEvent[]): readonly Said[] {
    return events.flatMap((event): readonly Said[] => {
      if (event.kind !== "heard" && event.kind !== "emoted") return [];
      if (overseenPercept(state.map, event) === null) return [];
      const { from, text } = event;
      const { width } = state.map;
      const place = { x: (event.scope.tile % width) + 0.5, y: Math.floor(event.scope.tile / width) + 0.5 };
      if (event.kind === "emoted") return [{ from, how: "emote", text, to: null, ...place }];
      return [{ from, how: event.how, text, to: event.to === null ? null : this.#listener(state, event.to), ...place }];
    });
  }

  #listener(state: MapState, id: number): Who | null {
    const body = overseenBody(state, id) ?? this.#bodies.get(id);
    return body === undefined ? null : { id, name: body.name };
  }
}

function* worthTelling(tick: OverseenTick): Generator<OverseenTick> {
  const { whole, changed, gone, doors, said } = tick;
  if (whole || changed.length + gone.length + doors.length + said.length > 0) yield tick;
}

function isAlike(a: Seen, b: Seen): boolean {
  if (a.x !== b.x || a.y !== b.y || a.facing !== b.facing || a.posture !== b.posture) return false;
  return a.name === b.name && a.kind === b.kind;
}
