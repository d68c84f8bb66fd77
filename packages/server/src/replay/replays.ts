import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import type { PastSource } from "../record/past.ts";
import type { SealedPast } from "../sealing/past.ts";
import type { ClockHistory, RealTime } from "../ticks/clock.ts";
import { Archive } from "./archive.ts";
import type { Ends, Playing, ReplayDoor, ReplayRequest, Screen } from "./contract.ts";
import { type Brought, type FromWorker, type Task, type ToWorker, type WorkerData, withoutSecrets } from "./messages.ts";
import { Play, requireRoom } from "./playing.ts";
import { roomsAt } from "./room-keys.ts";
import type { Scanned } from "./scan.ts";
import type { ReplayThread, ThreadEvents } from "./thread.ts";

type Thread = Pick<ReplayThread, "post" | "close">;

export interface ReplaysOptions {
  readonly maps: readonly WorldMap[];
  readonly source: PastSource;
  /** What was in hidden rooms. */
  readonly sealed: SealedPast;
  readonly clock: ClockHistory;
  readonly time: RealTime;
  /** Real ms a tick takes at the speed 1. */
  readonly tickMs: number;
  /** The last tick that is durable: nothing after it is ever shown. */
  readonly endTick: () => number;
  readonly startThread: (data: WorkerData, events: ThreadEvents) => Thread;
}

/** The thread is kept so long for whoever may come next. */
const idleMs = 5_000;

/** All replays of a host. They share one worker thread, which is there while one of them runs. */
export class Replays implements ReplayDoor {
  readonly #options: ReplaysOptions;
  readonly #archive: Archive;
  readonly #plays = new Map<number, Play>();
  #thread: Thread | null = null;
  readonly #scans = new Map<number, { resolve(scanned: Scanned): void; reject(error: ElsewhereError): void }>();
  #number = 0;
  #cancelEnd: (() => void) | null = null;
  /** Where the record begins: it may lose its beginning, and then begins later. */
  #from: { readonly tick: Promise<number>; readonly asOf: number } | null = null;

  constructor(options: ReplaysOptions) {
    this.#options = options;
    this.#archive = new Archive(options.source, options.sealed, options.endTick);
  }

  open({ places, ...request }: ReplayRequest, screen: Screen): Playing {
    requireRoom(this.#plays.size);
    const { maps, time, tickMs, clock, endTick } = this.#options;
    const viewing = { ...request, keys: roomsAt(maps, places, "hello.replay.places") };
    const replay = ++this.#number;
    const play = new Play({
      viewing,
      screen,
      time,
      pace: { tickMs, speed: clock.worldMsPerTickAt(endTick()) / tickMs },
      ask: (task) => void this.#ask(replay, task),
      interrupt: () => this.#post({ kind: "interrupt", replay }),
      closed: () => this.#closed(replay),
    });
    this.#plays.set(replay, play);
    return play;
  }

  /** Looks through the stretch by which a map gets to `tick`, and for `sought` in what was said. */
  scan(map: string, tick: number, sought: string | null): Promise<Scanned> {
    const scan = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#scans.set(scan, { resolve, reject });
      this.#post({ kind: "scan", scan, map, tick, sought });
    });
  }

  async close(): Promise<void> {
    for (const play of this.#plays.values()) play.close();
    const thread = this.#thread;
    this.#end();
    await thread?.close();
  }

  async ends(): Promise<Ends> {
    const endTick = this.#options.endTick();
    if (this.#from === null || endTick - this.#from.asOf >= limits.ticksBetweenKeyframesMax) {
      this.#from = { tick: this.#archive.fromTick(this.#options.maps.map(({ name }) => name)), asOf: endTick };
    }
    try {
      return { fromTick: await this.#from.tick, toTick: this.#options.endTick() };
    } catch (error) {
      this.#from = null;
      throw error;
    }
  }

  async #ask(replay: number, task: Task): Promise<void> {
    try {
      const ends = await this.ends();
      if (this.#plays.has(replay)) this.#post({ kind: "task", replay, task, ends });
    } catch (error) {
      this.#plays.get(replay)?.fail(known(error));
    }
  }

  #closed(replay: number): void {
    this.#plays.delete(replay);
    this.#thread?.post({ kind: "close", replay });
    this.#endIfUnused();
  }

  /** Soon, unless it is wanted again before. */
  #endIfUnused(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = this.#options.time.after(idleMs, () => {
      if (this.#plays.size === 0 && this.#scans.size === 0) this.#end();
    });
  }

  #end(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = null;
    void this.#thread?.close();
    this.#thread = null;
  }

  #post(message: ToWorker): void {
    if (this.#thread === null) {
      const { maps, clock } = this.#options;
      const data = { maps: maps.map(withoutSecrets), clocks: clock.settings };
      const thread: Thread = this.#options.startThread(data, {
        received: (received) => this.#received(thread, received),
        lost: (cause) => this.#lost(thread, cause),
      });
      this.#thread = thread;
    }
    this.#thread.post(message);
  }

  #received(thread: Thread, message: FromWorker): void {
    if (message.kind === "load") void this.#load(thread, message);
    else if (message.kind === "scanned") this.#scanned(message);
    else this.#plays.get(message.replay)?.answered(message);
  }

  #scanned({ scan, result }: FromWorker & { kind: "scanned" }): void {
    const waiting = this.#scans.get(scan);
    this.#scans.delete(scan);
    if ("scanned" in result) waiting?.resolve(result.scanned);
    else {
      const { code, message, ...detail } = result.error;
      waiting?.reject(new ElsewhereError(code, message, detail));
    }
    this.#endIfUnused();
  }

  async #load(thread: Thread, { request, what, map, tick }: FromWorker & { kind: "load" }): Promise<void> {
    const archive = this.#archive;
    const bring = async (): Promise<Brought> =>
      what === "stretch" ? { stretch: await archive.load(map, tick) } : { parts: await archive.parts(map, tick, what.parts) };
    const result = await bring().catch((error: unknown) => ({ error: known(error).toJSON() }));
    thread.post({ kind: "loaded", request, result });
  }

  /** Whatever was being shown is over; the next replay begins with a new thread. */
  #lost(thread: Thread, cause: string): void {
    if (thread !== this.#thread) return;
    this.#thread = null;
    const error = new ElsewhereError("fault", `the replay was lost: ${cause}`);
    for (const play of this.#plays.values()) play.fail(error);
    for (const scan of this.#scans.values()) scan.reject(error);
    this.#scans.clear();
  }
}

const known = (error: unknown): ElsewhereError =>
  error instanceof ElsewhereError ? error : new ElsewhereError("fault", "the record could not be read", {}, { cause: error });
