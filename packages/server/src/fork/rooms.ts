/** The hidden rooms of a world's past: what was in those whose keys are at hand, and what of its programs is sealed. */
import { MapState, recoverRecord, type WorldMap } from "@elsewhere/world";
import { openStretch, type StoredStretch } from "../record/past.ts";
import type { RecordReader } from "../record/reader.ts";
import { type SealedPart, type SealedPast, sealedPastOf } from "../sealing/past.ts";
import type { HiddenRoom, Places } from "../sealing/places.ts";
import type { DataKeys } from "../sealing/seal.ts";
import { openPlaces, sealsSetting } from "../sealing/sealing.ts";
import { readTail, readTailHead } from "../sealing/tail.ts";
import { uncoveredReader } from "../sealing/uncover.ts";
import { LiveMap } from "../ticks/live-map.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import { type SealedRows, sealedRows } from "./sealed-rows.ts";

/** A room that was closed. */
export interface Resting {
  readonly room: HiddenRoom;
  /** What was in it when it was open last, and nothing else. */
  readonly live: LiveMap;
}

export class PastRooms {
  readonly places: Places;
  /** Gives what was sealed of programs as it was, as far as keys are at hand. */
  readonly record: RecordReader;
  readonly #stored: RecordReader;
  readonly #keys: DataKeys;
  readonly #past: SealedPast;
  /** By map what was told last. */
  readonly #told = new Map<string, { readonly tick: number; readonly parts: readonly SealedPart[] }>();

  private constructor(stored: RecordReader, places: Places, keys: DataKeys) {
    this.places = places;
    this.record = uncoveredReader(stored, keys);
    this.#stored = stored;
    this.#keys = keys;
    const tailOf = (stream: string) => readTail((key) => stored.setting(key), stream, keys);
    this.#past = sealedPastOf({ source: stored, places, tailOf });
  }

  /**
   * Keys are those that the maps tell, and those of `coordinates` and of the places where programs begin. Throws `malformed`
   * or `unknown` for coordinates that open nothing.
   */
  static async open(stored: RecordReader, loaded: LoadedWorld, coordinates: readonly string[]): Promise<PastRooms> {
    const { places, keys } = await openPlaces(loaded, coordinates, stored.setting(sealsSetting));
    return new PastRooms(stored, places, keys);
  }

  /** What was sealed, and whose. */
  get sealed(): SealedRows {
    return sealedRows(this.#stored, this.#keys);
  }

  /** Puts what was in the rooms of a map into its state, at the tick of that state. */
  async join(map: WorldMap, state: MapState): Promise<void> {
    for (const part of await this.#partsAt(map, state.tick)) state.join(playedTo(map, part, state.tick));
  }

  /** What rested at a tick in the rooms of a map whose keys are at hand now. */
  async resting(map: WorldMap, tick: number): Promise<readonly Resting[]> {
    const found: Resting[] = [];
    for (const room of await this.#closed(map, tick)) {
      const key = this.places.keyOf(room.stream);
      const ended = key === null ? null : await this.#endedBefore(room.stream, tick);
      if (ended === null) continue;
      const part = (await this.#partsAt(map, ended)).find((one) => one.room === room.room);
      if (part !== undefined) found.push({ room, live: new LiveMap(map, playedTo(map, part, ended)) });
    }
    return found;
  }

  /** The last tick before that one at which a room was open; null for one that never was. */
  async #endedBefore(stream: string, tick: number): Promise<number | null> {
    const { openThrough = tick } = (await readTailHead((key) => this.#stored.setting(key), stream)) ?? {};
    if (openThrough < tick) return openThrough;
    return (await this.#stored.stretch(stream, tick))?.fromTick ?? null;
  }

  /** Whether there is a room on a map of which the record does not tell here at a tick, though it has begun. */
  async isClosed(map: WorldMap, tick: number): Promise<boolean> {
    return (await this.#closed(map, tick)).length > 0;
  }

  async #closed(map: WorldMap, tick: number): Promise<readonly HiddenRoom[]> {
    const told = new Set((await this.#partsAt(map, tick)).map(({ room }) => room));
    const closed: HiddenRoom[] = [];
    for (const room of this.places.roomsOf(map.name)) {
      const head = told.has(room.room) ? null : await readTailHead((key) => this.#stored.setting(key), room.stream);
      if (head !== null) closed.push(room);
    }
    return closed;
  }

  async #partsAt(map: WorldMap, tick: number): Promise<readonly SealedPart[]> {
    return (await this.#past.parts(map.name, tick)).filter(({ fromTick }) => fromTick <= tick);
  }

  /** What tells of a tick in the rooms of a map, and maybe of others. Ticks are best asked for backwards. */
  async tellingOf(map: WorldMap, tick: number): Promise<readonly SealedPart[]> {
    const known = this.#told.get(map.name);
    const all = this.places.roomsOf(map.name).filter(({ stream }) => this.places.keyOf(stream) !== null).length;
    // A part that began before a tick and tells of a later one tells of that tick as well.
    if (known && tick <= known.tick && known.parts.length === all && known.parts.every(({ fromTick }) => fromTick < tick))
      return known.parts;
    const parts = all === 0 ? [] : await this.#past.parts(map.name, tick);
    this.#told.set(map.name, { tick, parts });
    return parts;
  }
}

/** The state at a tick that a stretch, or the part of a room, tells of. */
export function playedTo(map: WorldMap, told: Pick<StoredStretch, "fromTick" | "stored">, tick: number): MapState {
  const { keyframe, records } = openStretch({ map: map.name, ...told });
  const state = MapState.fromKeyframe(map, keyframe.bytes);
  for (const row of records) {
    if (row.tick > tick) break;
    recoverRecord(map, state, row.bytes);
  }
  state.advanceTo(tick);
  return state;
}
