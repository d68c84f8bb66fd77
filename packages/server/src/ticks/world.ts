import { ElsewhereError, limits } from "@elsewhere/protocol";
import { Atlas, type Input, type Luggage, type Observation, type Transfer, type Wants, type WorldMap } from "@elsewhere/world";
import type { KeyframeRow, RecordRow } from "../storage/contract.ts";
import { BodyIds } from "./body-ids.ts";
import type { LiveMap } from "./live-map.ts";

/** Where somebody is: on a map, on the way to one, or at rest outside with its luggage kept by a map. */
export type Whereabouts =
  | { readonly kind: "present"; readonly live: LiveMap; readonly body: number }
  | { readonly kind: "transit"; readonly map: string; readonly body: number; readonly luggage: Luggage }
  | { readonly kind: "away"; readonly map: string; readonly luggage: Luggage };

/** What all maps together made of one tick. */
export interface WorldStep {
  readonly records: readonly RecordRow[];
  /** What happened in hidden rooms. */
  readonly sealed: readonly { readonly map: string; readonly room: number; readonly bytes: Uint8Array }[];
  /** Whether others are out of sight than before. */
  readonly unseenChanged: boolean;
  readonly observations: ReadonlyMap<number, Observation>;
  readonly newcomers: ReadonlySet<number>;
  /** Whether the list of bodies between two maps is another than before: it must be committed then. */
  readonly transitChanged: boolean;
}

const everything = (): Wants => null;

/** The running maps of one world, stepped together so that one commit holds a tick of all of them. */
export class World {
  readonly maps: ReadonlyMap<string, LiveMap>;
  readonly #atlas: Atlas;
  readonly #ids: BodyIds;
  readonly #listeningAnew = new Set<number>();
  /** Who is in a hidden room that is closed, with the map it is on: they are nowhere to be found, and must not come in anew. */
  readonly #resting = new Map<string, string>();
  #transit: readonly Transfer[];

  /** `transit`: bodies that had left one map and not yet reached the other when the last tick was committed; `seed`: the world's. */
  constructor(maps: readonly LiveMap[], transit: readonly Transfer[], seed: number) {
    this.maps = new Map(maps.map((live) => [live.map.name, live]));
    this.#atlas = new Atlas(maps.map((live) => live.map));
    this.#transit = transit;
    this.#ids = new BodyIds(seed, maps, transit);
  }

  get transit(): readonly Transfer[] {
    return this.#transit;
  }

  get bodyCount(): number {
    let count = this.#transit.length;
    for (const live of this.maps.values()) count += live.state.bodyCount;
    return count;
  }

  /** The id for a new body of somebody who is nowhere in the world. */
  idFor(who: string): number {
    return this.#ids.of(who);
  }

  /** Somebody is in a closed room of a map. */
  rest(who: string, map: string): void {
    this.#resting.set(who, map);
  }

  isResting(who: string): boolean {
    return this.#resting.has(who);
  }

  /** How many rest on a map. */
  restingOn(map: string): number {
    return [...this.#resting.values()].filter((on) => on === map).length;
  }

  /** Those who can be found again rest no more. */
  rise(): void {
    for (const who of this.#resting.keys()) if (this.locate(who) !== null) this.#resting.delete(who);
  }

  /** People and programs who are out of sight, by map. */
  unseen(): Readonly<Record<string, readonly string[]>> {
    const unseen: Record<string, readonly string[]> = {};
    for (const [map, live] of this.maps) {
      const resting = [...this.#resting].flatMap(([who, on]) => (on === map ? [who] : []));
      const all = [...live.unseen().filter((who) => !who.startsWith("thing:")), ...resting];
      if (all.length > 0) unseen[map] = all;
    }
    return unseen;
  }

  /** The hidden room somebody is in, or was before the last step. */
  roomOf(who: string): { readonly map: string; readonly room: number } | null {
    for (const [map, live] of this.maps) {
      const room = live.roomOf(who);
      if (room !== 0) return { map, room };
    }
    return null;
  }

  map(name: string): WorldMap | null {
    return this.maps.get(name)?.map ?? null;
  }

  locate(who: string): Whereabouts | null {
    for (const live of this.maps.values()) {
      const body = live.state.bodyOf(who);
      if (body !== null) return { kind: "present", live, body };
    }
    const moving = this.#transit.find(({ luggage }) => luggage.who === who);
    if (moving) return { kind: "transit", map: moving.map, body: moving.luggage.id, luggage: moving.luggage };
    for (const [map, live] of this.maps) {
      const luggage = live.state.awayOf(who);
      if (luggage !== null) return { kind: "away", map, luggage };
    }
    return null;
  }

  /** Puts an input into a map's inbox. Throws `unknown` for a map this world does not have. */
  post(map: string, input: Input): void {
    const live = this.maps.get(map);
    if (!live) throw new ElsewhereError("unknown", `this world has no map "${map}"`, { field: "map" });
    live.post(input);
  }

  /** Posts to whichever map somebody is on or about to reach; false if they are in neither. */
  postTo(who: string, input: (body: number) => Input): boolean {
    const where = this.locate(who);
    if (where === null || where.kind === "away") return false;
    this.post(where.kind === "present" ? where.live.map.name : where.map, input(where.body));
    return true;
  }

  /** What a body listens to is asked for again with the next step, wherever it then is. */
  listensAnew(body: number): void {
    this.#listeningAnew.add(body);
  }

  /**
   * One tick of every map. Whoever left a map in the last tick arrives on the next one first of all. `watches` tells
   * whose bodies somebody looks through. `wants` says what a body listens to; it is asked when one comes in, and again
   * after `listensAnew`, for asking a whole crowd in every tick would cost more than the tick.
   */
  step(tick: number, watches: (who: string) => boolean, wants: (body: number) => Wants = everything): WorldStep {
    for (const body of this.#listeningAnew) {
      const found = wants(body);
      for (const live of this.maps.values()) live.listen(body, found);
    }
    this.#listeningAnew.clear();
    const arriving = this.#transit;
    for (const [name, live] of this.maps) {
      live.postFirst(arriving.filter(({ map }) => map === name).map(({ luggage, entry }) => ({ kind: "arrive", luggage, entry })));
    }
    const leaving: Transfer[] = [];
    const records: RecordRow[] = [];
    const sealed: WorldStep["sealed"][number][] = [];
    let unseenChanged = false;
    const observations = new Map<number, Observation>();
    const newcomers = new Set<number>();
    for (const [map, live] of this.maps) {
      const result = live.step(this.#atlas, watches, wants);
      if (result.record !== null) records.push({ map, tick, bytes: result.record });
      for (const [room, bytes] of result.sealed) sealed.push({ map, room, bytes });
      unseenChanged ||= live.unseenChanged;
      leaving.push(...result.transfers);
      for (const [body, observation] of result.observations) observations.set(body, observation);
      for (const body of result.newcomers) newcomers.add(body);
    }
    this.#transit = leaving;
    return { records, sealed, unseenChanged, observations, newcomers, transitChanged: leaving.length > 0 || arriving.length > 0 };
  }

  /**
   * Maps whose keyframes are due with a tick: of each every `ticksBetweenKeyframesMax` ticks, one map after another, for a
   * whole world's at once would make a long tick.
   */
  due(tick: number): readonly LiveMap[] {
    const period = limits.ticksBetweenKeyframesMax;
    return [...this.maps.values()].filter((_, i) => tick % period === Math.floor((i * period) / this.maps.size));
  }

  /** Of what may lie open. */
  keyframesDue(tick: number): readonly KeyframeRow[] {
    return this.due(tick).map((live) => keyframeOf(live, tick));
  }

  /** Keyframes of all maps, for a clean end. */
  keyframes(tick: number): readonly KeyframeRow[] {
    return [...this.maps.values()].map((live) => keyframeOf(live, tick));
  }
}

const keyframeOf = (live: LiveMap, tick: number): KeyframeRow => ({ map: live.map.name, tick, bytes: live.keyframes().open });
