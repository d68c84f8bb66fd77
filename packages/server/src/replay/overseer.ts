import { directions, type HostFrame, type Percept, type Seen } from "@elsewhere/protocol";
import { type Keys, overseen, overseenPercept } from "@elsewhere/world";
import type { ClockHistory } from "../ticks/clock.ts";
import { heartbeatTicks } from "../ticks/ticker.ts";
import type { PastMap } from "./past-map.ts";
import type { Moment } from "./past-world.ts";
import { type Gone, Missed, type Viewpoint } from "./viewpoint.ts";

/** All of one map but its hidden rooms, those that one has keys to excepted, as frames of somebody without a body. */
export class Overseer implements Viewpoint {
  readonly as = null;
  gone: Gone = "before";
  readonly #on: PastMap;
  readonly #clock: ClockHistory;
  readonly #keys: Keys;
  readonly #missed = new Missed();
  #shown: ReadonlyMap<number, Seen> | null = null;
  #seq = 0;

  constructor(on: PastMap, clock: ClockHistory, keys: Keys) {
    this.#on = on;
    this.#keys = keys;
    this.#clock = clock;
  }

  get map(): string {
    return this.#on.map.name;
  }

  self(): { readonly body: number; readonly name: string } {
    return { body: 0, name: "" };
  }

  pass(moment: Moment): void {
    this.#missed.add(this.#told(moment));
  }

  show(moment: Moment, whole: boolean): readonly HostFrame[] {
    const { state } = this.#on;
    if (state === null) {
      this.close();
      this.gone = "before";
      return [];
    }
    this.gone = null;
    const { bodies, doors } = overseen(state, this.#keys);
    const before = this.#shown;
    const now = new Map(bodies.map((body) => [body.id, body]));
    this.#shown = now;
    const told = this.#told(moment);
    if (!whole && before !== null) {
      const { moves, percepts } = changes(before, now);
      const all = [...percepts, ...told];
      const says = all.length > 0 || moves.length > 0 || moment.tick % heartbeatTicks === 0;
      return says ? [this.#tick(moment.tick, moves, all)] : [];
    }
    const { width, height, name } = this.#on.map;
    const time = { tick: moment.tick, now: this.#clock.at(moment.tick) };
    const view: HostFrame = { type: "view", seq: this.#next(), map: name, ...time, sight: Math.max(width, height), bodies, doors };
    const all = [...this.#missed.take(), ...told];
    return all.length === 0 ? [view] : [view, this.#tick(moment.tick, [], all)];
  }

  close(): void {
    this.#shown = null;
    this.#missed.take();
  }

  #told(moment: Moment): readonly Percept[] {
    return moment.events.flatMap(({ map, event }) => {
      const percept = map === this.#on ? overseenPercept(map.map, event, this.#keys) : null;
      return percept === null ? [] : [percept];
    });
  }

  #tick(tick: number, moves: readonly Move[], percepts: readonly Percept[]): HostFrame {
    return { type: "tick", seq: this.#next(), tick, now: this.#clock.at(tick), moves, percepts };
  }

  #next(): number {
    return (this.#seq = (this.#seq + 1) & 0xff);
  }
}

type Move = readonly [number, number, number, number];

function changes(
  before: ReadonlyMap<number, Seen>,
  now: ReadonlyMap<number, Seen>,
): { moves: readonly Move[]; percepts: readonly Percept[] } {
  const moves: Move[] = [];
  const vanished: Percept[] = [];
  const appeared: Percept[] = [];
  const changed: Percept[] = [];
  for (const { id, name } of before.values()) if (!now.has(id)) vanished.push({ kind: "vanished", body: { id, name } });
  for (const body of now.values()) {
    const was = before.get(body.id);
    if (was === undefined) appeared.push({ kind: "appeared", body });
    else if (!looksAlike(was, body)) changed.push({ kind: "changed", body });
    else if (was.x !== body.x || was.y !== body.y || was.facing !== body.facing)
      moves.push([body.id, body.x, body.y, directions.indexOf(body.facing)]);
  }
  return { moves, percepts: [...vanished, ...appeared, ...changed] };
}

/** Looks are always replaced whole, so that equal ones are mostly the same. */
function looksAlike(a: Seen, b: Seen): boolean {
  if (a.name !== b.name || a.kind !== b.kind || a.posture !== b.posture) return false;
  if (a.traits !== b.traits && JSON.stringify(a.traits) !== JSON.stringify(b.traits)) return false;
  if (a.marks !== b.marks && JSON.stringify(a.marks) !== JSON.stringify(b.marks)) return false;
  return a.carries.length === b.carries.length && a.carries.every((name, i) => name === b.carries[i]);
}
