import { ElsewhereError } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import { type Moment, tickAt } from "../cli/moment.ts";
import { toHex } from "../record/chain.ts";
import type { RecordReader } from "../record/reader.ts";
import { ClockHistory, clocksIn } from "../ticks/clock.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import type { TickRange } from "./overseen.ts";

/** A world's record, the maps it was made on, and what of it is wanted. */
export interface Recorded {
  readonly world: string;
  readonly record: RecordReader;
  readonly clock: ClockHistory;
  /** In the order of the record. */
  readonly maps: readonly WorldMap[];
  readonly range: TickRange;
  /** By map where its chain ends, hex: by it somebody can tell whether a record is the one this was made of. */
  readonly heads: ReadonlyMap<string, string>;
  /** What is not kept of it, for the person who asked. */
  readonly notes: readonly string[];
}

export interface Wanted {
  readonly map: string | null;
  readonly from: Moment | null;
  readonly to: Moment | null;
}

/** Throws `unknown` for a map or a moment that is not in it, `taken` for the record of another world. */
export async function recordedWorld(record: RecordReader, loaded: LoadedWorld, { map, from, to }: Wanted): Promise<Recorded> {
  const world = record.setting("world");
  if (world !== null && world !== loaded.name) {
    const what = `that record is of the world "${world}", not of "${loaded.name}": give its folder with --world`;
    throw new ElsewhereError("taken", what, { field: "--world" });
  }
  const maps = mapsOf(record, loaded, map);
  const clocks = clocksIn(record.setting("clocks"));
  const begins = (await Promise.all(maps.map(({ name }) => record.stretches(name)))).flatMap(([first]) => first?.fromTick ?? []);
  if (begins.length === 0 || clocks.length === 0) {
    throw new ElsewhereError("unknown", "nothing is recorded there yet: run that world first", { field: "dir" });
  }
  const clock = new ClockHistory(clocks);
  const span = { firstTick: Math.min(...begins), lastTick: Number(record.setting("tick")), clock };
  const range: TickRange = {
    fromTick: from === null ? span.firstTick : tickAt(from, span, "--from"),
    toTick: to === null ? span.lastTick : tickAt(to, span, "--to-time"),
  };
  if (range.fromTick > range.toTick) {
    const what = `tick ${range.fromTick} comes after tick ${range.toTick}: --from must not be later than --to-time`;
    throw new ElsewhereError("malformed", what, { field: "--from" });
  }
  const heads = new Map([...record.heads()].map(([name, { hash }]) => [name, toHex(hash)]));
  return { world: loaded.name, record, clock, maps, range, heads, notes: await notesOn(record, maps, range) };
}

function mapsOf(record: RecordReader, loaded: LoadedWorld, wanted: string | null): readonly WorldMap[] {
  const names = JSON.parse(record.setting("maps") ?? "[]") as readonly string[];
  if (wanted !== null && !names.includes(wanted)) {
    throw new ElsewhereError("unknown", `there is no map "${wanted}" in that record: it has ${names.join(", ")}`, { field: "--map" });
  }
  return names
    .filter((name) => wanted === null || name === wanted)
    .map((name) => {
      const map = loaded.maps.find((each) => each.name === name);
      if (map !== undefined) return map;
      const what = `the world no longer has the map "${name}" of that record: bring it back, or export another with --map`;
      throw new ElsewhereError("unknown", what, { field: "--map" });
    });
}

async function notesOn(record: RecordReader, maps: readonly WorldMap[], { fromTick, toTick }: TickRange): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { name } of maps) {
    const stretches = await record.stretches(name);
    const first = stretches[0]?.fromTick ?? Number.POSITIVE_INFINITY;
    if (first > toTick) notes.push(`of map ${name} nothing is kept of that time`);
    else if (first > fromTick) notes.push(`of map ${name} nothing is kept before tick ${first}`);
    const silent = stretches.findLast(({ kept, fromTick: begins }) => kept === "speech" && begins <= toTick);
    if (silent !== undefined && silent.lastTick >= fromTick) {
      notes.push(`of map ${name} only what was said is kept up to tick ${silent.lastTick}: nobody is seen to move there`);
    }
  }
  return notes;
}
