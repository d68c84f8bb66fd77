import { ElsewhereError } from "@elsewhere/protocol";
import { MapState, recoverRecord, type Transfer, type WorldMap } from "@elsewhere/world";
import { requireConfirmed } from "./backups/quarantine.ts";
import type { Sealing } from "./sealing/sealing.ts";
import { unseenSetting } from "./sealing/streams.ts";
import { partOf, readTail, type Tail } from "./sealing/tail.ts";
import type { Recovered, Storage } from "./storage/contract.ts";
import { type ClockSetting, clocksIn } from "./ticks/clock.ts";
import { LiveMap } from "./ticks/live-map.ts";
import { World } from "./ticks/world.ts";
import type { LoadedWorld } from "./worlds/load.ts";

/** A world as its record left it. */
export interface RecoveredWorld {
  readonly world: World;
  readonly tick: number;
  readonly seed: number;
  /** Maps that had no record yet. */
  readonly fresh: readonly LiveMap[];
  readonly firstStart: boolean;
  /** Every way its clock was set, oldest first; none at the first start. */
  readonly clocks: readonly ClockSetting[];
  /** Those of which the record, or the stream of a hidden room, holds what now belongs into another of them: the map was changed. */
  readonly shifted: ReadonlySet<WorldMap>;
  /** Of the streams of open rooms that have one. */
  readonly tails: ReadonlyMap<string, Tail>;
  /** Lines for the person who started the host. */
  readonly notes: readonly string[];
}

/**
 * Rebuilds every map from its last keyframe and the records after it, and its open hidden rooms from their streams. Throws
 * `corrupt`, `taken`, `unknown` or, for a quarantined one and where somebody is in a closed room who lay open until now,
 * `forbidden`; never guesses.
 */
export async function recoverWorld(
  loaded: LoadedWorld,
  sealing: Sealing,
  asleepTicksMax: number,
  seed: number | null,
): Promise<RecoveredWorld> {
  const { storage } = sealing;
  await requireConfirmed(storage);
  const known = await storage.setting("world");
  if (known !== null && known !== loaded.name) {
    throw new ElsewhereError("taken", `this data directory holds the world "${known}", not "${loaded.name}": choose another with --data`, {
      field: "--data",
    });
  }
  await requireMaps(loaded, storage);
  const tick = Number((await storage.setting("tick")) ?? 0);
  const transit = JSON.parse((await storage.setting("transit")) ?? "[]") as readonly Transfer[];
  const notes: string[] = [];
  const fresh: LiveMap[] = [];
  const maps: LiveMap[] = [];
  const tails = new Map<string, Tail>();
  const shifted = new Set<WorldMap>();
  for (const map of loaded.maps) {
    const recovered = await storage.recover(map.name);
    const state = recovered === null ? MapState.fresh(map, { asleepTicksMax }) : replay(map, recovered, asleepTicksMax);
    state.advanceTo(tick);
    requireNobodyIn(map, roomsIn(state));
    const parts = await openParts(map, sealing, tails);
    const isShifted = ({ room, part }: RoomsPart): boolean => [...roomsIn(part)].some((other) => other !== room);
    if ([{ room: 0, part: state }, ...parts].some(isShifted)) shifted.add(map);
    for (const { part } of parts) state.join(part);
    const live = new LiveMap(map, state, sealing.places.redact);
    if (recovered === null) fresh.push(live);
    else if (recovered.cut > 0) notes.push(`${map.name}: cut off ${recovered.cut} torn record(s) at the end`);
    maps.push(live);
  }
  const keptSeed = Number((await storage.setting("seed")) ?? seed ?? loaded.seed);
  if (seed !== null && seed !== keptSeed) notes.push(`the seed of this world is ${keptSeed}; --seed counts only at its first start`);
  const clocks = clocksIn(await storage.setting("clocks"));
  const world = new World(maps, transit, keptSeed);
  const unseen = JSON.parse((await storage.setting(unseenSetting)) ?? "{}") as Readonly<Record<string, readonly string[]>>;
  for (const [map, everybody] of Object.entries(unseen)) for (const who of everybody) if (world.locate(who) === null) world.rest(who, map);
  return { world, tick, seed: keptSeed, fresh, firstStart: known === null, clocks, shifted, tails, notes };
}

/** What of a map is in one of its hidden rooms; 0 is the open. */
interface RoomsPart {
  readonly room: number;
  readonly part: MapState;
}

/** What is in the hidden rooms of a map whose keys are at hand, where they had been open before: `tails` gets what tells of it. */
async function openParts(map: WorldMap, { places, keys, storage }: Sealing, tails: Map<string, Tail>): Promise<readonly RoomsPart[]> {
  const parts: RoomsPart[] = [];
  for (const { room, stream } of places.roomsOf(map.name)) {
    const tail = places.keyOf(stream) === null ? null : await readTail((key) => storage.setting(key), stream, keys);
    if (tail === null) continue;
    tails.set(stream, tail);
    parts.push({ room, part: partOf(map, tail.chunks) });
  }
  return parts;
}

/** The hidden rooms in which a state has anybody or anything, here or away; 0 for the open. */
function roomsIn(state: MapState): ReadonlySet<number> {
  const { hiddenAt } = state.map;
  const rooms = new Set<number>();
  if (hiddenAt === null) return rooms;
  for (const { tile } of state.bodies()) rooms.add(hiddenAt[tile]!);
  for (const { tile } of state.away.values()) rooms.add(hiddenAt[tile]!);
  return rooms;
}

/** Nothing may happen to whoever is in a closed room: its stream could not take it. */
function requireNobodyIn({ name, closed }: WorldMap, rooms: ReadonlySet<number>): void {
  if (![...rooms].some((room) => closed.has(room))) return;
  const told = `${name}: somebody or something is where a hidden room is now, and its key is not at hand: start once with its coordinates (--place-keys)`;
  throw new ElsewhereError("forbidden", told, { field: "--place-keys" });
}

/** Whoever was on a map that is gone would be in the world no more, and twice in it should the map come back. */
async function requireMaps(loaded: LoadedWorld, storage: Storage): Promise<void> {
  const before = JSON.parse((await storage.setting("maps")) ?? "[]") as readonly string[];
  const missing = before.find((name) => !loaded.maps.some((map) => map.name === name));
  if (missing === undefined) return;
  const told = `this data directory holds a map "${missing}" that the world no longer has: bring it back, or choose another with --data`;
  throw new ElsewhereError("unknown", told, { field: "maps" });
}

function replay(map: WorldMap, { keyframe, records }: Recovered, asleepTicksMax: number): MapState {
  const state = MapState.fromKeyframe(map, keyframe.bytes, { asleepTicksMax });
  for (const { bytes } of records) recoverRecord(map, state, bytes);
  return state;
}
