/**
 * Makes the record of a new world from the past of another. What it has is what a host of that other world would have found
 * had it ended right after the commit of that tick, but for its people's memories, its programs' logs and its secrets.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import type { Code } from "../programs/contract.ts";
import { born } from "../programs/history.ts";
import { hasBody, type Kept, keptRow, startAnew } from "../programs/kept.ts";
import { ImageKeeping } from "../programs/keeping-images.ts";
import { type Pin, type Pins, pinsSetting, soundCode } from "../programs/pins.ts";
import { codeSetting, mapSetting } from "../programs/code-settings.ts";
import { seedOf } from "../populate.ts";
import type { RecordReader } from "../record/reader.ts";
import type { CommitBatch, DeliveryRow, Storage } from "../storage/contract.ts";
import { type ClockSetting, ClockHistory, clocksIn } from "../ticks/clock.ts";
import { World } from "../ticks/world.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import { withoutCrossing } from "./crossings.ts";
import { rebuildHeaps, type RebuildingPool, type Rebuilt, type ToRebuild } from "./heaps.ts";
import { type PastMap, pastMap, restingTick } from "./maps.ts";
import { type Origin, originSetting, parseOrigin } from "./origin.ts";
import { type PastProgram, pastPrograms } from "./programs.ts";
import { sealAnew } from "./resealing.ts";
import type { PastRooms, Resting } from "./rooms.ts";

/** A world's past, as much of it as is known before any heap is rebuilt. */
export interface Past {
  readonly origin: Origin;
  readonly clocks: readonly ClockSetting[];
  readonly maps: readonly PastMap[];
  /** The same maps as one world. */
  readonly world: World;
  readonly rooms: PastRooms;
  /** What was in rooms that were closed then and whose keys are at hand now. */
  readonly resting: readonly Resting[];
  readonly programs: readonly PastProgram[];
  /** Lines for the person who asked for it. */
  readonly notes: readonly string[];
}

/** From the first tick of a record to its last, and its clock. Throws `unknown` for one in which nothing has happened. */
export async function spanOf(record: RecordReader): Promise<{ firstTick: number; lastTick: number; clock: ClockHistory }> {
  const maps = JSON.parse(record.setting("maps") ?? "[]") as readonly string[];
  const clocks = clocksIn(record.setting("clocks"));
  const begins = (await Promise.all(maps.map((map) => record.stretches(map)))).flatMap(([first]) => first?.fromTick ?? []);
  if (begins.length === 0 || clocks.length === 0) {
    throw new ElsewhereError("unknown", "nothing is recorded there yet: run that world first", { field: "--fork" });
  }
  return { firstTick: Math.min(...begins), lastTick: Number(record.setting("tick")), clock: new ClockHistory(clocks) };
}

/** Throws `taken` or `unknown` for a record of another world, or of maps that the world no longer has. */
export function requireWorld(record: RecordReader, loaded: LoadedWorld): void {
  const world = record.setting("world");
  if (world !== loaded.name) {
    throw new ElsewhereError(
      "taken",
      `that record is of the world "${String(world)}", not of "${loaded.name}": give its folder with --world`,
      {
        field: "--fork",
      },
    );
  }
  const maps = JSON.parse(record.setting("maps") ?? "[]") as readonly string[];
  const missing = maps.find((name) => !loaded.maps.some((map) => map.name === name));
  if (missing === undefined) return;
  throw new ElsewhereError("unknown", `that record has a map "${missing}" that the world no longer has: bring it back`, { field: "maps" });
}

/** Reads all that is to be known of a world at a tick. Throws `unknown` or `corrupt`. */
export async function readPast(rooms: PastRooms, loaded: LoadedWorld, wanted: number): Promise<Past> {
  const { record } = rooms;
  const notes: string[] = [];
  const tick = await restingTick(record, rooms, loaded.maps, wanted);
  if (tick < wanted) notes.push(`at tick ${wanted} somebody was between two maps: the fork is of tick ${tick}`);
  const found = await Promise.all(loaded.maps.map((map) => pastMap(record, rooms, map, tick)));
  const maps = found.flatMap((map) => map ?? []);
  const { settings } = (await spanOf(record)).clock;
  const clocks = settings.filter((setting) => setting.tick <= tick);
  const known = clocks.length > 0;
  if (!known) notes.push(`how its clock went at tick ${tick} is not kept: its time is taken from how it went afterwards`);
  const origin: Origin = {
    world: loaded.name,
    tick,
    now: new ClockHistory(settings).at(tick),
    heads: Object.fromEntries(maps.map(({ live, head }) => [live.map.name, head])),
    from: parseOrigin(record.setting(originSetting)),
  };
  const world = new World(
    maps.map(({ live }) => live),
    [],
    loaded.seed,
  );
  const resting = (await Promise.all(maps.map(({ live }) => rooms.resting(live.map, tick)))).flat();
  for (const { live } of resting) for (const who of live.unseen()) world.rest(who, live.map.name);
  const programs = await programsAt(rooms, world, tick, notes);
  return { origin, clocks: known ? clocks : settings.slice(0, 1), maps, world, rooms, resting, programs, notes };
}

/** Who can be had as they were; how many cannot is told. */
async function programsAt(rooms: PastRooms, world: World, tick: number, notes: string[]): Promise<readonly PastProgram[]> {
  const { programs, shut } = pastPrograms(rooms.record, tick, rooms.sealed);
  const closed = await Promise.all([...world.maps.values()].map(({ map }) => rooms.isClosed(map, tick)));
  const isInClosed = ({ program, kept }: PastProgram): boolean => {
    const who = `program:${program}`;
    return kept.turn > 0 && hasBody(kept) && !world.isResting(who) && world.locate(who) === null;
  };
  const found = closed.includes(true) ? programs.filter((each) => !isInClosed(each)) : programs;
  const count = shut.length + programs.length - found.length;
  if (count > 0)
    notes.push(
      `${count} of its programs cannot be had as they were, for what is known of them is sealed: give the coordinates of the hidden places they were in with --place-keys`,
    );
  return found;
}

export interface Writing {
  readonly past: Past;
  readonly loaded: LoadedWorld;
  readonly storage: Storage;
  readonly pool: RebuildingPool;
  readonly seed: number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** A heap is done, one way or the other. */
  progress(done: number, of: number): void;
}

/** Writes the new world into an empty store, and gives lines for the person who asked. What makes it a world comes last. */
export async function writeFork({ past, loaded, storage, pool, seed, randomBytes, progress }: Writing): Promise<readonly string[]> {
  const { origin, clocks, maps, rooms } = past;
  const programs = past.programs.map((each) => ({ ...each, kept: withoutCrossing(each.kept) }));
  const { record } = rooms;
  const sealing = await sealAnew({ ...past, places: rooms.places, tick: origin.tick }, randomBytes);
  const commit = (batch: CommitBatch): Promise<void> => storage.commit(sealing.cover(batch));
  const codes = new Codes(record, loaded);
  const keeping = new ImageKeeping(pool, []);
  const standing = new Map(programs.map((each) => [each.program, each.kept]));
  const { toRebuild, notes } = sortPrograms(programs, codes, standing);
  // With the same seed all goes on as it did; with another one chance does not.
  const reseeds = seed !== Number(record.setting("seed"));
  const chanceOf = (program: string, { turn, ended, chance }: Kept): number | null =>
    reseeds && turn > 0 && !ended ? seedOf(seed, program) : chance;
  let done = 0;
  for await (const rebuilt of rebuildHeaps(record, toRebuild, pool, sealing.isSealed)) {
    await commit(imagesOf(rebuilt, keeping, standing, notes));
    progress((done += rebuilt.length), toRebuild.length);
  }
  for (const { program, droppedLater } of programs) {
    if (droppedLater > 0) notes.push(`${program}: up to ${droppedLater} percepts are missing in its mailbox, which was full later`);
  }
  await commit({
    programs: [...standing].map(([program, kept]) =>
      keptRow(program, born({ ...kept, chance: chanceOf(program, kept), since: [] }, origin.tick)),
    ),
    deliveries: programs.flatMap((each) => deliveriesOf(each)),
  });
  const settings: Readonly<Record<string, unknown>> = {
    maps: maps.map(({ live }) => live.map.name),
    clocks,
    transit: [],
    tick: origin.tick,
    seed,
    [originSetting]: origin,
    [pinsSetting]: codes.pins(standing),
  };
  await commit({
    keyframes: maps.map(({ live }) => ({ map: live.map.name, tick: origin.tick, bytes: live.keyframes().open })),
    settings: [
      ...Object.entries(settings).map(([key, value]) => ({ key, value: JSON.stringify(value) })),
      ...codes.used.map(({ hash, text }) => ({ key: codeSetting(hash), value: text })),
      ...codes.used.map(({ hash }) => ({ key: mapSetting(hash), value: record.setting(mapSetting(hash)) })),
      ...sealing.settings,
      { key: "world", value: loaded.name },
    ],
  });
  return notes;
}

/** Which heaps are to be rebuilt, and why others are not. */
function sortPrograms(
  programs: readonly PastProgram[],
  codes: Codes,
  standing: Map<string, Kept>,
): { readonly toRebuild: readonly ToRebuild[]; readonly notes: string[] } {
  const notes: string[] = [];
  const toRebuild: ToRebuild[] = [];
  for (const past of programs) {
    const { program, kept } = past;
    if (kept.ended || kept.crossing !== null) continue;
    const code = codes.of(kept.codeHash);
    if (kept.turn > 0 && code !== null) toRebuild.push({ ...past, code });
    if (kept.turn > 0 && code === null) giveUp(program, "the code it had then is not kept", standing, notes);
  }
  return { toRebuild, notes };
}

function giveUp(program: string, why: string, standing: Map<string, Kept>, notes: string[]): void {
  const kept = standing.get(program)!;
  standing.set(program, { ...startAnew(kept, kept.codeHash, kept.lastN), suspended: kept.suspended });
  notes.push(`${program}: starts anew with its memory as it was, for its heap cannot be had: ${why}`);
}

function imagesOf(rebuilt: readonly Rebuilt[], keeping: ImageKeeping, standing: Map<string, Kept>, notes: string[]): CommitBatch {
  const heaps = rebuilt.flatMap(({ program, heap }) => ("image" in heap ? [{ program, image: heap.image }] : []));
  const { images, grounds } = keeping.rows(heaps);
  const had = new Set(images.map(({ program }) => program));
  for (const { program, image } of heaps) {
    if (had.has(program)) standing.set(program, { ...standing.get(program)!, imageTurn: image.turn, heapBytes: image.heapBytes });
    else giveUp(program, "what its image stands on is not at hand", standing, notes);
  }
  for (const { program, heap } of rebuilt) if ("why" in heap) giveUp(program, heap.why, standing, notes);
  return { images: images.map((image) => ({ ...image, anew: true })), grounds };
}

function deliveriesOf({ program, kept, mail }: PastProgram): readonly DeliveryRow[] {
  return mail.map(({ tick, json }, i) => ({ program, seq: kept.throughSeq + i + 1, tick, json }));
}

/** The code programs had, kept by the record or still in the world's files. */
class Codes {
  readonly #record: RecordReader;
  readonly #loaded: LoadedWorld;
  readonly #known = new Map<string, Code | null>();

  constructor(record: RecordReader, loaded: LoadedWorld) {
    this.#record = record;
    this.#loaded = loaded;
  }

  of(hash: string): Code | null {
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const current = [...this.#loaded.bundles.values()].find(({ codeHash }) => codeHash === hash);
    const code = soundCode(hash, current?.code ?? this.#record.setting(codeSetting(hash)));
    this.#known.set(hash, code);
    return code;
  }

  get used(): readonly Code[] {
    return [...this.#known.values()].flatMap((code) => code ?? []);
  }

  /** Of the programs whose files have other code now. */
  pins(standing: ReadonlyMap<string, Kept>): Pins {
    const files = new Map(this.#loaded.programs.map(({ id, code }) => [id, code]));
    const pins: Record<string, Pin> = {};
    for (const [program, { codeHash, spawned }] of standing) {
      const file = this.#loaded.bundles.get(spawned?.codeFile ?? files.get(program) ?? "")?.codeHash;
      if (file !== undefined && file !== codeHash && this.of(codeHash) !== null) pins[program] = { file, code: codeHash };
    }
    return pins;
  }
}
