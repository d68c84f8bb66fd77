/**
 * What was in the hidden rooms of one map, for who plays its past. The map's own record tells of the rest; the parts of rooms
 * are joined to a state of that, and their records to its records. A room without a part is closed, and nobody is in it.
 */
import { MapState, Partition, type WorldMap } from "@elsewhere/world";
import { openStretch, type Stretch } from "../record/past.ts";
import type { SealedPart } from "../sealing/past.ts";
import type { LoadedParts, Stretches } from "./archive.ts";
import { closedIn } from "./closed-rooms.ts";
import { Reel } from "./reel.ts";

export class Inside {
  readonly #map: WorldMap;
  readonly #stretches: Stretches;
  /** All hidden rooms there are. */
  readonly #rooms: readonly number[];
  #loaded: LoadedParts & { readonly asked: number; readonly from: "keyframe" | "tick" } = {
    parts: [],
    through: -1,
    asked: 0,
    from: "tick",
  };
  /** The rooms that are joined to the state, with what happens in them next. */
  readonly #reels = new Map<number, Reel>();

  constructor(map: WorldMap, stretches: Stretches) {
    this.#map = map;
    this.#stretches = stretches;
    this.#rooms = map.rooms.flatMap(({ secret }, i) => (secret === undefined ? [] : [i + 1]));
  }

  /** Has the parts at a tick brought, for `mapAt` and `join`. */
  async load(tick: number): Promise<void> {
    if (this.#loaded.from === "tick" || !this.#knows(tick)) await this.#load(tick, "keyframe");
  }

  /** The map with those of its rooms closed of which the parts that were loaded do not tell at a tick. */
  mapAt(tick: number): WorldMap {
    const told = new Set(this.#loaded.parts.flatMap(({ room, fromTick }) => (fromTick <= tick ? [room] : [])));
    return closedIn(
      this.#map,
      this.#rooms.filter((room) => !told.has(room)),
    );
  }

  /** Joins the parts at the tick of a state, which were loaded. `kept`: only where all is kept of the state they go on with it. */
  join(state: MapState, kept: "all" | "speech"): void {
    this.#reels.clear();
    for (const part of this.#loaded.parts) {
      if (part.fromTick > state.tick) continue;
      const { keyframe, records } = this.#open(part);
      // From the keyframe on: what a block gives in between has no names of doors that were told of only since.
      const [joined, reel] = [MapState.fromKeyframe(this.#map, keyframe.bytes), new Reel(records)];
      reel.run(joined, state.tick);
      state.join(joined);
      this.#reels.set(part.room, kept === "all" ? reel : new Reel([]));
    }
  }

  /** Nothing is joined any more. */
  leave(): void {
    this.#reels.clear();
  }

  /** Whether the records of a tick, the next one, are at hand, and no part begins or ends before it. */
  has(tick: number): boolean {
    if (this.#rooms.length === 0) return true;
    const { parts, through } = this.#loaded;
    return tick <= through && parts.every(({ room, fromTick }) => fromTick >= tick || this.#reels.has(room));
  }

  /**
   * Has the records of a tick, the next one, brought. `ended`: rooms were closed with the tick before, and are no longer part
   * of the state, which has to be replaced by what `rest` gives; `begun`: it has to be put together again, for rooms are in
   * it that were not.
   */
  async goOn(tick: number): Promise<"on" | "ended" | "begun"> {
    if (this.#rooms.length === 0) return "on";
    if (!this.#knows(tick)) await this.#load(tick, "tick");
    const going = this.#loaded.parts.filter(({ fromTick }) => fromTick < tick);
    if (going.some(({ room }) => !this.#reels.has(room))) return "begun";
    const size = this.#reels.size;
    this.#reels.clear();
    for (const part of going) {
      const reel = new Reel(this.#open(part).records);
      reel.take(tick - 1);
      this.#reels.set(part.room, reel);
    }
    return this.#reels.size === size ? "on" : "ended";
  }

  /** A state without those rooms that are not joined. */
  rest(state: MapState): MapState {
    const { open, sealed } = new Partition(state, (text) => text).keyframe();
    const closed = this.#rooms.filter((room) => !this.#reels.has(room));
    const rest = MapState.fromKeyframe(closedIn(this.#map, closed), open);
    for (const room of this.#reels.keys()) rest.join(MapState.fromKeyframe(this.#map, sealed.get(room)!));
    return rest;
  }

  /** What happened in joined rooms in a tick, as records; asked for in order. */
  take(tick: number): readonly Uint8Array[] {
    return [...this.#reels.values()].flatMap((reel) => reel.take(tick)?.bytes ?? []);
  }

  async #load(tick: number, from: "keyframe" | "tick"): Promise<void> {
    if (this.#rooms.length === 0) return;
    this.#loaded = { ...(await this.#stretches.parts(this.#map.name, tick, from)), asked: tick, from };
  }

  /**
   * Whether what was loaded are the parts at a tick too. On the way back a part is the one to come for as long as it has begun;
   * what came before it is not known. A room of which nothing was known may have been opened since.
   */
  #knows(tick: number): boolean {
    const { parts, asked, through } = this.#loaded;
    if (tick > through || parts.length < this.#rooms.length) return false;
    return tick >= asked || parts.every(({ fromTick }) => fromTick < tick && fromTick < asked);
  }

  #open({ fromTick, stored }: SealedPart): Stretch {
    return openStretch({ map: this.#map.name, fromTick, stored });
  }
}
