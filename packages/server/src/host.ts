import { type Health, limits } from "@elsewhere/protocol";
import type { Connection, HostView, SessionDoor } from "./gateways/contract.ts";
import { CommittedView, type HostParts, type Usage } from "./host-view.ts";
import { placeThings, unplugEverybody } from "./populate.ts";
import type { Bundle } from "./programs/author/bundle.ts";
import type { ProgramPool } from "./programs/contract.ts";
import type { Programs } from "./programs/programs.ts";
import { ProgramsTakingPart } from "./programs/taking-part.ts";
import { type RecoveredWorld, recoverWorld } from "./recover.ts";
import { Replays, type ReplaysOptions } from "./replay/replays.ts";
import { Survey } from "./replay/survey.ts";
import { ReplayThread } from "./replay/thread.ts";
import { comparableName, type HelloPolicy } from "./sessions/hellos.ts";
import { Sessions } from "./sessions/sessions.ts";
import { HiddenRooms } from "./sealing/rooms.ts";
import { type SealedPast, sealedPastOf } from "./sealing/past.ts";
import { prepareSealing } from "./sealing/sealing.ts";
import { mergeBatches } from "./storage/batches.ts";
import type { CommitBatch, MapRetention, Storage } from "./storage/contract.ts";
import { ClockHistory, type RealTime, WorldClock } from "./ticks/clock.ts";
import { Committer } from "./ticks/committer.ts";
import { Figures } from "./ticks/figures.ts";
import { type Participant, Ticker } from "./ticks/ticker.ts";
import type { World } from "./ticks/world.ts";
import type { Crossings } from "./crossings/crossings.ts";
import { CrossingRows } from "./crossings/journal.ts";
import type { Pairings } from "./crossings/pairings.ts";
import { type CrossingMeans, crossingsTakingPart, startCrossings } from "./start-crossings.ts";
import { wakePrograms } from "./wake-programs.ts";
import type { LoadedWorld } from "./worlds/load.ts";

export interface HostOptions {
  readonly loaded: LoadedWorld;
  readonly storage: Storage;
  readonly pool: ProgramPool;
  readonly time: RealTime;
  readonly identity: Pick<HelloPolicy, "verify" | "newGuest">;
  readonly guestAllowed: ((connection: Connection) => boolean) | null;
  readonly tickMs: number;
  readonly lockstep: boolean;
  /** Times real time; Infinity as fast as the machine can. */
  readonly pace: number;
  readonly seed: number | null;
  readonly usage: () => Usage;
  readonly readImage: HostParts["readImage"];
  /** Coordinates of hidden places whose keys are at hand from the start. */
  readonly placeKeys: readonly string[];
  readonly randomBytes: (count: number) => Uint8Array;
  /** Left out where nobody leaves for another host, and nobody comes from one. */
  readonly crossing?: CrossingMeans;
  /**
   * One more participant, inside this process and before all others: the crowd of a simulation or of a measurement. What it
   * posts is stepped and recorded as everything else is. A host that people run has none.
   */
  readonly crowd?: (world: World) => Participant;
  /** A line for the person who runs the host. */
  readonly say: (line: string) => void;
  /** The host cannot go on. */
  readonly failed: (error: unknown) => void;
}

/** A running world. */
export interface Host {
  readonly door: SessionDoor;
  readonly view: HostView;
  readonly programs: HostPrograms;
  /** Null where nobody crosses. */
  readonly crossing: { readonly crossings: Crossings; readonly pairings: Pairings } | null;
  /**
   * Opens a closed hidden room for whoever has its coordinates; `opened` is false where it was open already. Rejects with
   * `malformed`; with `unknown` in the same words for a place that does not exist and for a wrong secret; with `limit` while
   * too many try.
   */
  openPlace(coordinates: string): Promise<{ readonly map: string; readonly place: string; readonly opened: boolean }>;
  /** Ends cleanly: images and keyframes are stored, so that the next start has nothing to replay. */
  close(): Promise<void>;
}

/** What whoever watches a world's files needs of its programs. */
export interface HostPrograms {
  ids(): readonly { readonly program: string; readonly codeFile: string; readonly codeHash: string }[];
  /** Its heap starts anew with its `memory`; resolves once that is durable. */
  upgrade(program: string, bundle: Bundle): Promise<void>;
  /** Takes a module as it is now, for programs yet to be started and for where its author's lines are. */
  renew(file: string, bundle: Bundle): void;
}

/** As fast as the machine can is no figure; it is shown as the greatest pace one can ask for. */
const paceShownMax = 1_000;

/** Bodies cross this many sixteenths of a tile in 100 ms; a tick of another length takes its share. */
const speedAt = (tickMs: number): number => Math.max(1, Math.round((limits.speedSixteenthsPerTick * tickMs) / 100));

/** Recovers the world from its record, or begins it, and starts its ticks. */
export async function startHost(given: HostOptions): Promise<Host> {
  const { options, sealing, recovered, clock, history } = await takeUp(given);
  const { loaded, storage, time, tickMs, lockstep, pace, say } = options;
  const { world } = recovered;
  const shownPace = Math.min(pace, paceShownMax);
  const walkingSpeed = speedAt(tickMs);
  // Turns may begin before it is known who is in hidden rooms, and before there are ticks.
  let seals: HiddenRooms["seals"] | null = null;
  const isApart = (program: string, input: string | null): boolean => seals?.(program, input) ?? true;
  let ticking: Ticker | null = null;
  const hasten = (): void => ticking?.hasten();
  const rows = await CrossingRows.read(storage);
  const crossings = { home: rows.homeOf(given.crossing?.self ?? ""), hasLeft: (program: string) => rows.hasLeft(program) };
  const woken = await wakePrograms(recovered, { ...options, nowMs: () => time.monotonicMs(), walkingSpeed, isApart, hasten, crossings });
  const { programs, programOf, travelling, upgrade, renew, rouse } = woken;
  const rooms = await HiddenRooms.begin({ sealing, recovered, stored: given.storage, rouse, ...options });
  seals = rooms.seals;

  let status: Health["status"] = "ok";
  const commitMs = new Figures();
  const stop = (error: unknown): void => {
    status = "stopped";
    sessions.closeAll();
    options.failed(error);
  };
  const troubles = new Troubles(say);
  const committer = new Committer(storage, time, {
    paused: (reason) => {
      status = reason === null ? "ok" : "paused";
      say(reason === null ? "The disk takes writes again: the world goes on." : `The world is paused: ${reason}`);
      sessions.pause(reason);
    },
    committed: (ms) => {
      commitMs.add(ms);
      troubles.heed(storage.trouble);
    },
    failed: stop,
  });
  const sealed = sealedPastOf({ source: storage, places: sealing.places, tailOf: (stream) => rooms.streams.tailOf(stream) });
  const { replays, past } = openPast(options, sealed, history, () => ticker.committed);
  const sessions = new Sessions({
    world,
    worldName: loaded.name,
    time,
    clock,
    policy: helloPolicy(options, world, programs),
    tickMs: tickMs / shownPace,
    speed: clock.speed * shownPace,
    start: loaded.start,
    walkingSpeed,
    replays,
  });
  const view = new CommittedView({
    ...options,
    pace: shownPace,
    world,
    clock,
    sessions,
    programs,
    committer,
    commitMs,
    past,
    ticker: () => ticker,
    guests: options.guestAllowed !== null,
    status: () => status,
  });
  const crossing = await startCrossings({ ...options, rows, travellers: travelling, committer, cover: rooms.cover, hasten });
  const participants: Participant[] = [rooms.streams, new ProgramsTakingPart({ programs, world, programOf, walkingSpeed, ...crossing })];
  if (crossing !== null) participants.push(crossingsTakingPart(crossing.crossings));
  participants.push(sessions, view);
  if (options.crowd) participants.unshift(options.crowd(world));
  const ticker = new Ticker({
    world,
    clock,
    time,
    committer,
    participants,
    tick: recovered.tick,
    opening: mergeBatches([openingOf(recovered, history, options), rooms.opening]),
    cover: rooms.cover,
    lockstep,
    pace,
    failed: stop,
  });
  ticking = ticker;
  ticker.start();
  const close = async (): Promise<void> => {
    crossing?.crossings.close();
    await stopTicks(ticker, committer, time);
    sessions.closeAll();
    const whole = status === "ok" && committer.inFlight === 0 && ticker.tick > recovered.tick;
    if (whole) for await (const batch of closing(ticker.tick, world, programs)) await storage.commit(rooms.cover(batch));
    await programs.close();
    await replays.close();
    await storage.close();
  };
  const ids = (): ReturnType<HostPrograms["ids"]> => idsOf(programs);
  return { door: sessions, view, programs: { ids, upgrade, renew }, crossing, openPlace: (coordinates) => rooms.open(coordinates), close };
}

/** Resolves once no tick is under way and what they made is durable, or will not be. */
async function stopTicks(ticker: Ticker, committer: Committer, time: RealTime): Promise<void> {
  const stopped = ticker.stop();
  // A disk that takes nothing holds the tick back for ever: the committer then gives up, and the tick with it.
  await Promise.race([stopped.then(() => committer.below(1)), new Promise<void>((resolve) => time.after(limits.closeMsMax, resolve))]);
  committer.stop();
  await stopped;
}

/** Of those whose code is a file of the world. */
const idsOf = (programs: Programs): ReturnType<HostPrograms["ids"]> =>
  [...programs.residents.values()].flatMap(({ livesHere, spec: { program, codeFile, code } }) =>
    livesHere && codeFile !== null ? [{ program, codeFile, codeHash: code.hash }] : [],
  );

/** The world as its record left it, with its hidden rooms and its clock; `options` from here on. */
async function takeUp(given: HostOptions) {
  const { loaded, tickMs, seed, say, placeKeys } = given;
  const sealing = await prepareSealing(loaded, given.storage, placeKeys);
  const { storage } = sealing;
  const recovered = await recoverWorld(loaded, sealing, Math.ceil(limits.asleepMsMax / tickMs), seed);
  for (const note of recovered.notes) say(note);
  await storage.retain(retentionOf(loaded, tickMs));
  for (const live of recovered.fresh) placeThings(recovered.world, live);
  unplugEverybody(recovered.world);
  const rate = { startMs: loaded.clockStartMs, tickMs, dayMinutes: loaded.dayMinutes };
  const clock = WorldClock.resume(recovered.clocks.at(-1) ?? null, recovered.tick, rate);
  const history = ClockHistory.of(recovered.clocks, clock.setting);
  const options: HostOptions = { ...given, storage };
  return { options, sealing, recovered, clock, history };
}

/** What shows the past, and what counts and searches it. `endTick`: the last tick that is durable. */
function openPast({ loaded, storage, time, tickMs }: HostOptions, sealed: SealedPast, clock: ClockHistory, endTick: () => number) {
  const startThread: ReplaysOptions["startThread"] = (data, events) => new ReplayThread(data, events);
  const replays = new Replays({ maps: loaded.maps, source: storage, sealed, clock, time, tickMs, endTick, startThread });
  const maps = loaded.maps.map(({ name }) => name);
  const scan: Replays["scan"] = (map, tick, sought) => replays.scan(map, tick, sought);
  return { replays, past: new Survey({ maps, clock, time, storage, ends: () => replays.ends(), scan }) };
}

/** Says what troubles a storage that goes on all the same: once, and once more when it is over. */
class Troubles {
  readonly #say: (line: string) => void;
  #last: string | null = null;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  heed(trouble: string | null): void {
    if ((trouble === null) === (this.#last === null)) return;
    this.#last = trouble;
    const going = "the record is kept as it is, and takes more room";
    this.#say(trouble === null ? "Old entries of the record are recoded again." : `Old entries cannot be recoded, ${going}: ${trouble}`);
  }
}

/** What is kept of each map's record, in ticks of this start's length. */
function retentionOf({ retention = new Map() }: LoadedWorld, tickMs: number): readonly MapRetention[] {
  return [...retention].map(([map, { detailDays, keep }]) => ({ map, ticks: Math.ceil((detailDays * 86_400_000) / tickMs), keep }));
}

/** What the first commit of a start says of the world, and that of its first start for good. */
function openingOf({ seed, firstStart, fresh, tick }: RecoveredWorld, clock: ClockHistory, { loaded }: HostOptions): CommitBatch {
  const settings = [
    { key: "maps", value: JSON.stringify(loaded.maps.map(({ name }) => name)) },
    { key: "clocks", value: JSON.stringify(clock.settings) },
  ];
  if (firstStart) settings.push({ key: "world", value: loaded.name }, { key: "seed", value: String(seed) });
  // Before its first tick a map has a keyframe for its record to stand on.
  const keyframes = fresh.map((live) => ({ map: live.map.name, tick, bytes: live.keyframes().open }));
  return { keyframes, settings };
}

/** The world as it stands, so that the next start has nothing to replay. Ticks that were idle are stored with it. */
async function* closing(tick: number, world: World, programs: Programs): AsyncGenerator<CommitBatch> {
  yield* programs.lastImages();
  yield { keyframes: world.keyframes(tick), settings: [{ key: "tick", value: String(tick) }] };
}

function helloPolicy(options: HostOptions, world: World, programs: Programs): HelloPolicy {
  const { identity, guestAllowed } = options;
  const names = new ProgramNames(programs);
  return {
    ...identity,
    guestAllowed: (connection) => guestAllowed?.(connection) ?? false,
    isProgram: (program) => programs.resident(program) !== null,
    nameTaken: (name) => {
      const wanted = comparableName(name);
      const bears = (one: { readonly kind: string; readonly name: string }): boolean =>
        one.kind === "person" && comparableName(one.name) === wanted;
      if (names.has(wanted) || world.transit.some(({ luggage }) => bears(luggage))) return true;
      return [...world.maps.values()].some(({ state }) => [...state.bodies()].some(bears));
    },
  };
}

/** The names of all programs as names are compared; made again when another program has come. */
class ProgramNames {
  readonly #programs: Programs;
  #names: ReadonlySet<string> = new Set();
  #of = -1;

  constructor(programs: Programs) {
    this.#programs = programs;
  }

  has(name: string): boolean {
    const { residents } = this.#programs;
    if (this.#of !== residents.size) {
      this.#of = residents.size;
      this.#names = new Set([...residents.values()].map(({ spec }) => comparableName(spec.name)));
    }
    return this.#names.has(name);
  }
}
