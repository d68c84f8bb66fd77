import { ElsewhereError, type HostFrame, type ReplayOrder, type Sought } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import { happenings } from "../sessions/showing.ts";
import type { Outgoing } from "../sessions/stream.ts";
import type { ClockHistory } from "../ticks/clock.ts";
import type { Stretches } from "./archive.ts";
import type { Ends, Look, Rest, Viewing } from "./contract.ts";
import { Eyes } from "./eyes.ts";
import { type Doer, findEvent, findPercept, type Found, type Search } from "./finding.ts";
import { observerCalled } from "./observer.ts";
import { Overseer } from "./overseer.ts";
import { type Moment, PastWorld } from "./past-world.ts";
import { keysOf, type RoomKeys } from "./room-keys.ts";
import type { Viewpoint } from "./viewpoint.ts";

export interface ReplayOptions {
  readonly maps: readonly WorldMap[];
  readonly clock: ClockHistory;
  readonly stretches: Stretches;
  readonly rest: Rest;
}

/** Where a replay stands: what `replaying` says but for its speed. */
export type Standing = Omit<Extract<HostFrame, { readonly type: "replaying" }>, "type" | "speed">;

/** What is to be sent next. */
export interface Shown {
  readonly frames: readonly Outgoing[];
  readonly standing: Standing;
  /** Whether an end of the record kept it from going as far as it was asked to. */
  readonly ended: boolean;
}

/** So few ticks are shown each; of more than that, only the last. */
const ticksShownEach = 10;
/** Further than that it is quicker to begin at a keyframe again. */
const ticksPlayedMax = 2_000;

/** One replay: a past world at some moment, and who looks at it. Its methods must be called one after another. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #by: Viewing["by"];
  readonly #frames: Viewing["frames"];
  readonly #keys: RoomKeys;
  #look: Look;
  #past: PastWorld;
  #view: Viewpoint;
  #moment: Moment | null = null;
  /** Whether somebody is in the world at its newest moment; asked only where they are not at another. */
  readonly #known = new Map<string, boolean>();
  #interrupted = false;

  constructor(options: ReplayOptions, { by, look, frames, keys }: Viewing) {
    this.#options = options;
    this.#by = by;
    this.#frames = frames;
    this.#keys = keys;
    this.#look = look;
    [this.#past, this.#view] = this.#begin(look);
  }

  /** Goes to where it begins, and tells through whose body one looks. */
  async open(at: number | null, ends: Ends): Promise<Shown & { readonly self: ReturnType<Viewpoint["self"]> }> {
    const tick = at === null ? ends.toTick : this.#options.clock.tickAt(at);
    const look = this.#look;
    if (this.#by === "operator" && "who" in look) this.#turnTo({ ...look, who: await this.#whoIs(look.who, tick, ends) });
    await this.#seek(tick, ends);
    const shown = this.#show(ends, null, true);
    return { ...shown, self: this.self() };
  }

  /** Does what is asked; `speed` is not its affair. */
  async order({ at, step, next, as, map }: ReplayOrder, ends: Ends): Promise<Shown> {
    this.#interrupted = false;
    const tick = this.#past.tick;
    if (as !== undefined || map !== undefined) {
      const who = as === undefined ? null : await this.#whoIs(as, tick, ends);
      this.#turnTo(who !== null && this.#by === "operator" ? { who, as: "observing" } : { map: map ?? "" });
      await this.#seek(tick, ends);
    }
    if (at !== undefined) await this.#seek(this.#options.clock.tickAt(at), ends);
    else if (step !== undefined) return await this.advance(step, ends);
    else if (next !== undefined) return await this.#next(next, ends);
    else if (as === undefined && map === undefined) return { frames: [], standing: this.#standing(ends, null), ended: false };
    return this.#show(ends, null, true);
  }

  /** Goes so many ticks on, or back where it is negative. */
  async advance(ticks: number, ends: Ends): Promise<Shown> {
    const { rest } = this.#options;
    const wished = this.#past.tick + ticks;
    const target = clamp(wished, ends);
    const ended = target !== wished;
    if (target < this.#past.tick || target - this.#past.tick > ticksPlayedMax) {
      await this.#seek(target, ends);
      return { ...this.#show(ends, null, true), ended };
    }
    const each = target - this.#past.tick <= ticksShownEach;
    const frames: Outgoing[] = [];
    while (this.#past.tick < target) {
      if (rest.due) await rest.take();
      if (!this.#past.ready) await this.#past.load();
      this.#moment = this.#past.step();
      if (each) frames.push(...this.#view.show(this.#moment, false));
      else if (this.#past.tick < target) this.#view.pass(this.#moment);
      else frames.push(...this.#view.show(this.#moment, true));
    }
    return { frames, standing: this.#standing(ends, null), ended };
  }

  /** Where it stands, whole; what was told of it is not told again. */
  again(ends: Ends): Shown {
    if (this.#moment !== null) this.#moment = { ...this.#moment, events: [], percepts: [] };
    return this.#show(ends, null, true);
  }

  /** Through whose body one looks. */
  self(): ReturnType<Viewpoint["self"]> {
    return this.#view.self();
  }

  /** Ends a search that is under way: something else is asked for. */
  interrupt(): void {
    this.#interrupted = true;
  }

  async #next({ kind, who, back }: NonNullable<ReplayOrder["next"]>, ends: Ends): Promise<Shown> {
    const rest = this.#interruptible();
    const found = await this.#find(
      { ...this.#options, ...ends, keys: this.#keys, rest, kind, back, tick: this.#past.tick },
      kind,
      who,
    ).catch(unlessInterrupted);
    if (found === null) return { frames: [], standing: this.#standing(ends, false), ended: false };
    if ("map" in this.#look && found.map !== null && found.map !== this.#look.map) this.#turnTo({ map: found.map });
    await this.#seek(found.tick, ends);
    return this.#show(ends, true, true);
  }

  #interruptible(): Rest {
    const { rest } = this.#options;
    const take = async (): Promise<void> => {
      await rest.take();
      if (this.#interrupted) throw new ElsewhereError("interrupted", "something else was asked for");
    };
    return {
      get due() {
        return rest.due;
      },
      take,
    };
  }

  async #find(search: Search, kind: Sought, who: string | undefined): Promise<Found | null> {
    const look = this.#look;
    if (this.#by === "person" || (who === undefined && "who" in look)) {
      if (!("who" in look)) return null;
      const doer = who === undefined ? null : { name: who };
      return await findPercept(search, { who: look.who, blind: look.as === "observing" }, kind === "door" ? null : doer);
    }
    const maps = "map" in look && who === undefined ? search.maps.filter(({ name }) => name === look.map) : search.maps;
    const doer = who === undefined ? null : await this.#doer(who, search.toTick);
    return await findEvent({ ...search, maps }, doer);
  }

  /** By id where that is asked for: it stays the same wherever somebody is. */
  async #doer(who: string, toTick: number): Promise<Doer> {
    if (!/^(program|person):/.test(who)) return { name: who };
    const here = idIn(this.#past, who);
    if (here !== null) return { body: here };
    const newest = new PastWorld(this.#options.maps, this.#options.stretches, null);
    await newest.seek(toTick);
    const id = idIn(newest, who);
    if (id === null)
      throw new ElsewhereError("unknown", `nobody is called "${who}" now or at the newest moment`, { field: "replay.next.who" });
    return { body: id };
  }

  /** An id is taken as it is: whoever bears it may be nowhere. */
  async #whoIs(text: string, tick: number, ends: Ends): Promise<string> {
    if (/^(program|person):./.test(text)) return text;
    const { maps, stretches } = this.#options;
    return await observerCalled(text, { maps, range: ends }, stretches, clamp(tick, ends), "replay.as");
  }

  #turnTo(look: Look): void {
    const begun = this.#begin(look);
    this.#view.close();
    this.#look = look;
    [this.#past, this.#view] = begun;
  }

  #begin(look: Look): [PastWorld, Viewpoint] {
    const { maps, clock, stretches } = this.#options;
    if ("map" in look) {
      const past = new PastWorld(maps, stretches, null);
      const on = past.maps.get(look.map);
      if (on === undefined) throw new ElsewhereError("unknown", `this world has no map "${look.map}"`, { field: "replay.map" });
      return [past, new Overseer(on, clock, keysOf(this.#keys, on.map))];
    }
    const { who, as: kind } = look;
    const past = new PastWorld(maps, stretches, { who, wants: happenings });
    const stillKnown = (): boolean => this.#known.get(who) ?? false;
    return [past, new Eyes({ past, timing: clock, who, kind, keys: this.#keys, frames: this.#frames, stillKnown })];
  }

  async #seek(tick: number, ends: Ends): Promise<void> {
    const { maps, stretches } = this.#options;
    this.#moment = await this.#past.seek(clamp(tick, ends));
    if ("map" in this.#look || this.#known.has(this.#look.who) || this.#past.locate(this.#look.who) !== null) return;
    const newest = new PastWorld(maps, stretches, null);
    await newest.seek(ends.toTick);
    this.#known.set(this.#look.who, newest.locate(this.#look.who) !== null);
  }

  #show(ends: Ends, found: boolean | null, whole: boolean): Shown {
    const frames = this.#moment === null ? [] : this.#view.show(this.#moment, whole);
    return { frames, standing: this.#standing(ends, found), ended: false };
  }

  #standing({ fromTick, toTick }: Ends, found: boolean | null): Standing {
    const { clock } = this.#options;
    const { as, map, gone } = this.#view;
    const { tick } = this.#past;
    return { tick, now: clock.at(tick), from: clock.at(fromTick), to: clock.at(toTick), as, map, gone, found };
  }
}

const clamp = (tick: number, { fromTick, toTick }: Ends): number => Math.min(Math.max(tick, fromTick), toTick);

function unlessInterrupted(error: unknown): null {
  if (error instanceof ElsewhereError && error.code === "interrupted") return null;
  throw error;
}

function idIn(past: PastWorld, who: string): number | null {
  const where = past.locate(who);
  return where === null || where.kind === "transit" ? null : where.body;
}
