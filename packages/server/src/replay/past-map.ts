import type { PerceptKind } from "@elsewhere/protocol";
import {
  applyRecord,
  type Happened,
  isHidden,
  MapState,
  type Observation,
  recoverRecord,
  type WorldEvent,
  type WorldMap,
} from "@elsewhere/world";
import { openStretch } from "../record/past.ts";
import type { Visible } from "../sessions/stream.ts";
import type { RecordRow } from "../storage/contract.ts";
import { Outlook } from "../ticks/outlook.ts";
import type { Stretches } from "./archive.ts";

/** Through whose eyes somebody looks, and what is wanted to be told of it; null is everything. */
export interface Watched {
  readonly who: string;
  readonly wants: ReadonlySet<PerceptKind> | null;
}

/** What one tick was on one map. */
export interface MapMoment {
  readonly events: readonly WorldEvent[];
  /** What the watched one perceived, if it was here. */
  readonly observation: Observation | undefined;
  /** Whether the watched one was not here, or its connection another, a tick ago. */
  readonly isNew: boolean;
}

/** On the way back a state is kept so many ticks before the one asked for, so that the next few are near it. */
const ticksBeforeMark = 48;
const marksMax = 16;

const still: Happened = { events: [], touched: [] };
const nothing: MapMoment = { events: [], observation: undefined, isNew: false };

/** The records of one stretch, in order. */
class Reel {
  readonly kept: "all" | "speech";
  /** Up to which tick it has all there is. */
  readonly through: number;
  readonly #rows: Iterator<RecordRow>;
  #next: RecordRow | undefined;

  constructor(rows: Iterable<RecordRow>, kept: "all" | "speech", through: number) {
    this.#rows = rows[Symbol.iterator]();
    this.kept = kept;
    this.through = through;
    this.#advance();
  }

  /** The record of a tick, if anything changed in it; ticks must be asked for in order, and those passed over are dropped. */
  take(tick: number): RecordRow | null {
    while (this.#next !== undefined && this.#next.tick < tick) this.#advance();
    if (this.#next?.tick !== tick) return null;
    const row = this.#next;
    this.#advance();
    return row;
  }

  /** The next record up to a tick. */
  takeUpTo(tick: number): RecordRow | null {
    if (this.#next === undefined || this.#next.tick > tick) return null;
    const row = this.#next;
    this.#advance();
    return row;
  }

  #advance(): void {
    const { value, done } = this.#rows.next();
    this.#next = done === true ? undefined : value;
  }
}

/** One map as it was at the end of a tick. Throws `corrupt` wherever its record does not fit. */
export class PastMap {
  readonly map: WorldMap;
  readonly #stretches: Stretches;
  readonly #watched: Watched | null;
  #reel = new Reel([], "all", -1);
  #state: MapState | null = null;
  #outlook: Outlook | null = null;
  #visible: Visible | null = null;
  /** States within the stretch that begins at `#marksFrom`, in order. */
  #marks: { readonly tick: number; readonly bytes: Uint8Array }[] = [];
  #marksFrom = -1;

  constructor(map: WorldMap, stretches: Stretches, watched: Watched | null) {
    this.map = map;
    this.#stretches = stretches;
    this.#watched = watched;
  }

  /** Null where nothing is kept of that time. */
  get state(): MapState | null {
    return this.#state;
  }

  /** The map to be looked at; another one whenever what was seen of it before is no longer what it goes on from. */
  get visible(): Visible | null {
    if (this.#state === null) return null;
    const { sights } = this.#look(this.#state);
    return (this.#visible ??= { map: this.map, state: this.#state, sights });
  }

  isHidden(body: number): boolean {
    const tile = this.#state?.body(body)?.tile;
    return tile !== undefined && isHidden(this.map, tile);
  }

  async seek(tick: number): Promise<void> {
    const { stretch, through } = await this.#stretches.load(this.map.name, tick);
    const goesBack = this.#state !== null && tick < this.#state.tick;
    this.#shut();
    if (stretch === null) {
      this.#state = null;
      this.#reel = new Reel([], "all", through);
      return;
    }
    if (this.#marksFrom !== stretch.fromTick) this.#marks = [];
    this.#marksFrom = stretch.fromTick;
    const mark = this.#marks.findLast((one) => one.tick <= tick);
    const opened = openStretch(stretch);
    const { keyframe, records } = mark === undefined ? opened.near(tick) : { keyframe: mark.bytes, records: opened.records };
    const state = MapState.fromKeyframe(this.map, keyframe);
    this.#reel = new Reel(records, stretch.kept, through);
    this.#state = state;
    if (goesBack && tick - state.tick > 2 * ticksBeforeMark) this.#mark(tick - ticksBeforeMark);
    this.#runTo(tick);
  }

  /** Keeps the state at a tick: whoever plays backwards comes there soon. */
  #mark(tick: number): void {
    this.#runTo(tick);
    this.#marks.push({ tick, bytes: this.#state!.keyframe() });
    this.#marks.sort((a, b) => a.tick - b.tick);
    if (this.#marks.length > marksMax) this.#marks.pop();
  }

  /** Whether a tick can be stepped to at once. */
  has(tick: number): boolean {
    return tick <= this.#reel.through;
  }

  /** Has the records of a tick, the next one, brought. */
  async load(tick: number): Promise<void> {
    if (this.#state === null || this.#reel.kept !== "all") {
      await this.seek(this.#state === null ? tick : tick - 1);
      return;
    }
    const { stretch, through } = await this.#stretches.load(this.map.name, tick - 1);
    if (stretch === null || stretch.kept !== "all") return this.seek(tick - 1);
    this.#reel = new Reel(openStretch(stretch).records, stretch.kept, through);
    this.#reel.take(tick - 1);
  }

  /** The next tick, with what was perceived of it. */
  step(tick: number): MapMoment {
    const state = this.#state;
    if (state === null || state.tick >= tick) return nothing;
    const outlook = this.#look(state);
    const record = this.#reel.take(tick);
    const before = this.#standing(state);
    const happened = record === null ? still : applyRecord(this.map, state, record.bytes);
    state.advanceTo(tick);
    const after = this.#standing(state);
    const entered = after !== null && happened.events.some((event) => event.kind === "entered" && event.body === after.body);
    const isNew = after !== null && (entered || before === null || before.epoch !== after.epoch);
    const observations = outlook.follow(happened, isNew ? [{ body: after.body, wants: this.#watched!.wants }] : []);
    const body = after?.body ?? before?.body;
    return { events: happened.events, observation: body === undefined ? undefined : observations.get(body), isNew };
  }

  #runTo(tick: number): void {
    const state = this.#state;
    if (state === null) return;
    for (let row = this.#reel.takeUpTo(tick); row !== null; row = this.#reel.takeUpTo(tick)) {
      if (row.tick > state.tick) recoverRecord(this.map, state, row.bytes);
    }
    if (tick > state.tick) state.advanceTo(tick);
  }

  #standing(state: MapState): { readonly body: number; readonly epoch: number } | null {
    const body = this.#watched === null ? null : state.bodyOf(this.#watched.who);
    return body === null ? null : { body, epoch: state.epochOf(body)! };
  }

  #shut(): void {
    this.#outlook = null;
    this.#visible = null;
  }

  #look(state: MapState): Outlook {
    if (this.#outlook === null) {
      this.#outlook = new Outlook(state);
      const standing = this.#standing(state);
      if (standing !== null && state.body(standing.body)!.posture === "awake") this.#outlook.watch(standing.body, this.#watched!.wants);
    }
    return this.#outlook;
  }
}
