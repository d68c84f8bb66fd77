import type { PerceptKind } from "@elsewhere/protocol";
import {
  applyRecord,
  type Happened,
  isBarred,
  joinRecords,
  type Keys,
  MapState,
  type Observation,
  type WorldEvent,
  type WorldMap,
} from "@elsewhere/world";
import { openStretch } from "../record/past.ts";
import type { Visible } from "../sessions/stream.ts";
import { Outlook } from "../ticks/outlook.ts";
import type { Stretches } from "./archive.ts";
import { openedAsTold } from "./closed-rooms.ts";
import { Inside } from "./inside.ts";
import { Reel } from "./reel.ts";

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

/** One map as it was at the end of a tick. Throws `corrupt` wherever its record does not fit. */
export class PastMap {
  readonly map: WorldMap;
  readonly #stretches: Stretches;
  readonly #watched: Watched | null;
  readonly #inside: Inside;
  /** What happens outside of hidden rooms next. */
  #reel = new Reel([]);
  #kept: "all" | "speech" = "all";
  /** Up to which tick the reel has all there is. */
  #through = -1;
  #state: MapState | null = null;
  #outlook: Outlook | null = null;
  #visible: Visible | null = null;
  /** States, without hidden rooms, within the stretch that begins at `#marksFrom`, in order. */
  #marks: { readonly tick: number; readonly bytes: Uint8Array }[] = [];
  #marksFrom = -1;

  constructor(map: WorldMap, stretches: Stretches, watched: Watched | null) {
    this.map = map;
    this.#stretches = stretches;
    this.#watched = watched;
    this.#inside = new Inside(map, stretches);
  }

  /** Null where nothing is kept of that time. */
  get state(): MapState | null {
    return this.#state;
  }

  /** The map to be looked at; another one whenever what was seen of it before is no longer what it goes on from. */
  get visible(): Visible | null {
    if (this.#state === null) return null;
    const { sights } = this.#look(this.#state);
    return (this.#visible ??= { map: this.#state.map, state: this.#state, sights });
  }

  /** Whether a body is in a hidden room that whoever looks has no key to. */
  isHidden(body: number, keys: Keys): boolean {
    const tile = this.#state?.body(body)?.tile;
    return tile !== undefined && isBarred(this.map, tile, keys);
  }

  /** Whether somebody may be in a hidden room of which nothing can be shown. */
  get isPartial(): boolean {
    return this.#state !== null && this.#state.map.closed.size > 0;
  }

  async seek(tick: number): Promise<void> {
    const { stretch, through } = await this.#stretches.load(this.map.name, tick);
    if (stretch !== null) await this.#inside.load(stretch.kept === "all" ? tick : stretch.fromTick);
    const goesBack = this.#state !== null && tick < this.#state.tick;
    this.#shut();
    this.#through = through;
    this.#kept = stretch?.kept ?? "all";
    if (stretch === null) {
      this.#state = null;
      this.#reel = new Reel([]);
      this.#inside.leave();
      return;
    }
    if (this.#marksFrom !== stretch.fromTick) this.#marks = [];
    this.#marksFrom = stretch.fromTick;
    const mark = this.#marks.findLast((one) => one.tick <= tick);
    const opened = openStretch(stretch);
    const { keyframe, records } = mark === undefined ? opened.near(tick) : { keyframe: mark.bytes, records: opened.records };
    const state = MapState.fromKeyframe(this.#inside.mapAt(stretch.kept === "all" ? tick : stretch.fromTick), keyframe);
    this.#reel = new Reel(records);
    if (goesBack && tick - state.tick > 2 * ticksBeforeMark) this.#mark(state, tick - ticksBeforeMark);
    if (stretch.kept === "speech") this.#inside.join(state, "speech");
    this.#reel.run(state, tick);
    if (stretch.kept === "all") this.#inside.join(state, "all");
    this.#state = openedAsTold(this.map, state);
  }

  /** Keeps the state at a tick: whoever plays backwards comes there soon. */
  #mark(state: MapState, tick: number): void {
    this.#reel.run(state, tick);
    this.#marks.push({ tick, bytes: state.keyframe() });
    this.#marks.sort((a, b) => a.tick - b.tick);
    if (this.#marks.length > marksMax) this.#marks.pop();
  }

  /** Whether a tick can be stepped to at once. */
  has(tick: number): boolean {
    return tick <= this.#through && (this.#state === null || this.#kept !== "all" || this.#inside.has(tick));
  }

  /** Has the records of a tick, the next one, brought. */
  async load(tick: number): Promise<void> {
    await this.#goOn(tick);
    // What was sought may lie where the part of a room ends.
    if (!this.has(tick)) await this.#goOn(tick);
  }

  async #goOn(tick: number): Promise<void> {
    if (this.#state === null || this.#kept !== "all") return this.seek(this.#state === null ? tick : tick - 1);
    const { stretch, through } = await this.#stretches.load(this.map.name, tick - 1);
    if (stretch === null || stretch.kept !== "all") return this.seek(tick - 1);
    const went = await this.#inside.goOn(tick);
    if (went === "begun") return this.seek(tick - 1);
    if (went === "ended") {
      this.#state = this.#inside.rest(this.#state);
      this.#shut();
    }
    this.#reel = new Reel(openStretch(stretch).records);
    this.#through = through;
    this.#reel.take(tick - 1);
  }

  /** The next tick, with what was perceived of it. */
  step(tick: number): MapMoment {
    const state = this.#state;
    if (state === null || state.tick >= tick) return nothing;
    const outlook = this.#look(state);
    const record = this.#recordOf(state, tick);
    const before = this.#standing(state);
    const happened = record === null ? still : applyRecord(state.map, state, record);
    state.advanceTo(tick);
    const after = this.#standing(state);
    const entered = after !== null && happened.events.some((event) => event.kind === "entered" && event.body === after.body);
    const isNew = after !== null && (entered || before === null || before.epoch !== after.epoch);
    const observations = outlook.follow(happened, isNew ? [{ body: after.body, wants: this.#watched!.wants }] : []);
    const body = after?.body ?? before?.body;
    if (happened.touched.some(({ id }) => isInClosed(state, id))) this.#openAsTold(state);
    return { events: happened.events, observation: body === undefined ? undefined : observations.get(body), isNew };
  }

  /** A record that is older than the parts of rooms tells of those in a room as of all others. */
  #openAsTold(state: MapState): void {
    this.#state = openedAsTold(this.map, state);
    this.#shut();
  }

  #recordOf(state: MapState, tick: number): Uint8Array | null {
    const open = this.#reel.take(tick);
    const inside = this.#inside.take(tick);
    if (inside.length === 0) return open?.bytes ?? null;
    return joinRecords(state.map, state, open === null ? inside : [open.bytes, ...inside]);
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

function isInClosed({ map, bodyTable }: MapState, body: number): boolean {
  if (map.closed.size === 0) return false;
  const slot = bodyTable.slotOf(body);
  return slot !== -1 && map.closed.has(map.hiddenAt![bodyTable.tile[slot]!]!);
}
