import {
  directions,
  type FilmEntry,
  FilmState,
  type JsonObject,
  MoveRows,
  type Seen,
  type Told,
  writeTickBytes,
} from "@elsewhere/protocol";
import type { OverseenTick, Said } from "./overseen.ts";

/** What playing so many bits takes some ten milliseconds: about so long are the blocks of a film. */
const blockCostMax = 500_000;
const moveCost = 5;
const toldCost = 100;
const sixteenths = 16;
const awake = -1;

export interface FilmMap {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/**
 * The record of a map as it would be if there were nothing in it but what an overseer could see: bodies come into it and go
 * out of it with their being seen, in slots of their own, without anything that does not show.
 */
export class FilmEntries {
  readonly #map: FilmMap;
  readonly #slots = new Map<number, number>();
  readonly #seen: (Seen | null)[] = [];
  readonly #doors = new Map<string, number>();
  readonly #moves = new MoveRows();
  #state: FilmState | null = null;
  #entries: FilmEntry[] = [];
  #cost = 0;
  #seq = 0;

  constructor(map: FilmMap) {
    this.#map = map;
  }

  get isFull(): boolean {
    return this.#cost >= blockCostMax;
  }

  /** What has come together since it was last taken, beginning with a keyframe; empty while nothing was seen. */
  take(): readonly FilmEntry[] {
    const entries = this.#entries;
    // The keyframe that goes on from the entries taken before says nothing by itself.
    if (entries.length === 1 && this.#seq > 1) return [];
    this.#entries = [];
    this.#cost = 0;
    if (this.#state !== null && entries.length > 0) this.#put("keyframe", this.#state.keyframe());
    return entries;
  }

  add(seen: OverseenTick): void {
    if (this.#state === null) return this.#begin(seen);
    const told: { -readonly [key in keyof Told]: Told[key] } = {};
    const { doors, said, tick } = seen;
    const gone = seen.gone.map(({ id }) => this.#leave(id));
    if (gone.length > 0) told.gone = gone;
    const [rows, born, numbered] = [[] as MoveRow[], [] as [number, JsonObject][], [] as number[]];
    for (const body of seen.changed) {
      const slot = this.#slots.get(body.id);
      if (slot === undefined) born.push([this.#enter(body), rowOf(body, tick)]);
      else {
        const was = this.#seen[slot]!;
        this.#seen[slot] = body;
        if (was.posture !== body.posture) numbered.push(slot, 0, 0, body.posture === "asleep" ? tick : awake);
        if (was.x !== body.x || was.y !== body.y || was.facing !== body.facing) rows.push({ slot, was, body });
      }
    }
    if (born.length > 0) told.born = born;
    if (numbered.length > 0) told.numbered = numbered;
    if (doors.length > 0) told.doors = doors.map(({ name, open }) => [this.#doors.get(name)!, open]);
    if (said.length > 0) told.events = said.map(eventOf);
    this.#move(rows);
    this.#state.apply(tick, told, this.#moves);
    this.#put("tick", writeTickBytes(tick, told, this.#moves));
    this.#cost += rows.length * moveCost + toldCost * (gone.length + born.length + numbered.length + said.length);
  }

  #begin(seen: OverseenTick): void {
    const { name: map, width, height } = this.#map;
    const bodies = seen.changed.map((body) => [this.#enter(body), rowOf(body, seen.tick)]);
    seen.doors.forEach(({ name }, i) => this.#doors.set(name, i));
    const doors = seen.doors.map(({ name, open }) => [name, open]);
    this.#state = new FilmState({ version: 2, map, width, height, tick: seen.tick, bodies, doors, away: [], asleepTicksMax: 0 });
    this.#put("keyframe", this.#state.keyframe());
    // What was said in the tick of a keyframe has no place in it.
    if (seen.said.length > 0) this.#said(seen);
  }

  #said({ tick, said }: OverseenTick): void {
    this.#moves.count = 0;
    this.#put("tick", writeTickBytes(tick, { events: said.map(eventOf) }, this.#moves));
  }

  #put(kind: FilmEntry["kind"], bytes: Uint8Array): void {
    this.#entries.push({ kind, tick: this.#state!.tick, seq: this.#seq, batch: this.#seq++, bytes });
  }

  #enter(body: Seen): number {
    let slot = this.#seen.indexOf(null);
    if (slot === -1) slot = this.#seen.length;
    this.#seen[slot] = body;
    this.#slots.set(body.id, slot);
    return slot;
  }

  #leave(id: number): number {
    const slot = this.#slots.get(id)!;
    this.#slots.delete(id);
    this.#seen[slot] = null;
    return slot;
  }

  #move(rows: readonly MoveRow[]): void {
    this.#moves.count = 0;
    for (const { slot, was, body } of rows.toSorted((a, b) => a.slot - b.slot)) {
      const [dx, dy] = [(body.x - was.x) * sixteenths, (body.y - was.y) * sixteenths];
      this.#moves.push(slot, 1, dx, dy, directions.indexOf(body.facing), 0, 0);
    }
  }
}

interface MoveRow {
  readonly slot: number;
  readonly was: Seen;
  readonly body: Seen;
}

/** Of its traits only the role is told, by which it is drawn. */
function rowOf({ id, name, kind, x, y, facing, posture, traits }: Seen, tick: number): JsonObject {
  const role = traits["role"];
  return {
    id,
    x: x * sixteenths,
    y: y * sixteenths,
    facing: directions.indexOf(facing),
    at: 0,
    asleepSince: posture === "asleep" ? tick : awake,
    speed: 0,
    layerOn: 0,
    layerSees: 0,
    epoch: 0,
    lastN: 0,
    cold: { name, kind, traits: typeof role === "string" ? { role } : {} },
    activity: null,
  };
}

function eventOf({ from, how, text, to }: Said): JsonObject {
  return { kind: how === "emote" ? "emoted" : "heard", from: { ...from }, how, text, to: to === null ? null : { ...to } };
}
