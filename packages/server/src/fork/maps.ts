/** The maps of a world as its record tells them at one tick. */
import { ElsewhereError } from "@elsewhere/protocol";
import { readEvents, type WorldMap } from "@elsewhere/world";
import { toHex } from "../record/chain.ts";
import { openStretch, type PastSource, type StoredStretch } from "../record/past.ts";
import type { RecordReader } from "../record/reader.ts";
import { LiveMap } from "../ticks/live-map.ts";
import { type PastRooms, playedTo } from "./rooms.ts";

/** How far back a tick is looked for in which nobody is between two maps. */
const ticksBackMax = 10_000;

/** A map as it was, with the hash its chain had then. */
export interface PastMap {
  /** Its hidden rooms are as they were where their keys are at hand, and empty where they are not. */
  readonly live: LiveMap;
  /** Hex. */
  readonly head: string;
}

/**
 * The last tick at or before `tick` after which nobody was on the way from one map to another: what they had with them is
 * nowhere in the record until they arrive. Throws `unknown` if there is none near.
 */
export async function restingTick(past: PastSource, rooms: PastRooms, maps: readonly WorldMap[], tick: number): Promise<number> {
  const crossings = new Crossings(past, rooms);
  for (let at = tick; at >= Math.max(0, tick - ticksBackMax); at--) {
    let rests = true;
    for (const map of maps) if (await crossings.anyIn(map, at)) rests = false;
    if (rests) return at;
  }
  const what = `somebody is between two maps in each of the ${ticksBackMax} ticks up to ${tick}: choose another moment`;
  throw new ElsewhereError("unknown", what, { field: "--fork" });
}

/** In which ticks somebody left one map for another. To be asked backwards: it keeps one stretch of each map. */
class Crossings {
  readonly #past: PastSource;
  readonly #rooms: PastRooms;
  readonly #known = new Map<string, { readonly from: number; readonly ticks: ReadonlySet<number> }>();

  constructor(past: PastSource, rooms: PastRooms) {
    this.#past = past;
    this.#rooms = rooms;
  }

  async anyIn(map: WorldMap, tick: number): Promise<boolean> {
    return (await this.#anyInTheOpen(map, tick)) || (await this.#anyFromRooms(map, tick));
  }

  async #anyFromRooms(map: WorldMap, tick: number): Promise<boolean> {
    for (const { fromTick, stored } of await this.#rooms.tellingOf(map, tick)) {
      for (const record of openStretch({ map: map.name, fromTick, stored }).records) {
        if (record.tick > tick) break;
        if (record.tick === tick && tellsOfCrossing(map, record.bytes)) return true;
      }
    }
    return false;
  }

  async #anyInTheOpen(map: WorldMap, tick: number): Promise<boolean> {
    const known = this.#known.get(map.name);
    if (known !== undefined && known.from < tick) return known.ticks.has(tick);
    // What happened in the tick of a keyframe is told by the stretch before it.
    const stretch = tick === 0 ? null : await this.#past.stretch(map.name, tick - 1);
    if (stretch === null) return false;
    const ticks = new Set<number>();
    for (const record of openStretch(stretch).records) {
      if (tellsOfCrossing(map, record.bytes)) ticks.add(record.tick);
    }
    this.#known.set(map.name, { from: stretch.fromTick, ticks });
    return ticks.has(tick);
  }
}

function tellsOfCrossing(map: WorldMap, record: Uint8Array): boolean {
  return readEvents(map, record).some((event) => event.kind === "left" && event.how === "transferred");
}

/** Null for a map whose record begins later. Throws `unknown` where of that time not all is kept. */
export async function pastMap(record: RecordReader, rooms: PastRooms, map: WorldMap, tick: number): Promise<PastMap | null> {
  const stretch = await record.stretch(map.name, tick);
  if (stretch === null) {
    const [first] = await record.stretches(map.name);
    if (first === undefined || (first.fromTick > tick && !hasGapBefore(record, map.name, tick))) return null;
    throw notKept(map.name, tick);
  }
  if (stretch.kept !== "all" && tick !== stretch.fromTick) throw notKept(map.name, tick, stretch);
  const state = playedTo(map, stretch, tick);
  await rooms.join(map, state);
  return { live: new LiveMap(map, state), head: headAt(record, map.name, tick) };
}

/** Where a map's chain stood after a tick, hex. */
function headAt(record: RecordReader, map: string, tick: number): string {
  let head: Uint8Array = new Uint8Array();
  for (const entry of record.entries(map)) {
    if (entry.kind === "gap") {
      if (entry.lastTick > tick) break;
      head = entry.after;
    } else {
      if (entry.tick > tick) break;
      head = entry.hash;
    }
  }
  return toHex(head);
}

function hasGapBefore(record: RecordReader, map: string, tick: number): boolean {
  for (const entry of record.entries(map)) return entry.kind === "gap" && entry.fromTick <= tick;
  return false;
}

function notKept(map: string, tick: number, stretch?: StoredStretch): ElsewhereError {
  const nearest = stretch === undefined ? "" : `, or #${stretch.fromTick}, whose state is kept`;
  const what = `of map ${map} not all is kept of what happened around tick ${tick}: choose a later moment${nearest}`;
  return new ElsewhereError("unknown", what, { field: "--fork" });
}
