import type { Health, LogLine, ProgramInfo, Stats, WorldInfo } from "@elsewhere/protocol";
import type { HostView } from "./gateways/contract.ts";
import type { Programs } from "./programs/programs.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { CommitBatch, Storage } from "./storage/contract.ts";
import type { WorldClock } from "./ticks/clock.ts";
import type { Figures } from "./ticks/figures.ts";
import type { Participant, Ticker } from "./ticks/ticker.ts";
import type { World } from "./ticks/world.ts";
import type { LoadedWorld } from "./worlds/load.ts";

/** Resident memory and CPU time of this process. */
export interface Usage {
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

export interface HostParts {
  readonly loaded: LoadedWorld;
  readonly world: World;
  readonly clock: WorldClock;
  readonly ticker: () => Ticker;
  readonly sessions: Sessions;
  readonly programs: Programs;
  readonly storage: Storage;
  readonly commitMs: Figures;
  readonly guests: boolean;
  readonly pace: number;
  readonly status: () => Health["status"];
  readonly usage: () => Usage;
  readonly readImage: (path: string) => Promise<{ readonly bytes: Uint8Array; readonly type: string } | null>;
}

/** Ticks between two looks at what only operators and gauges see. */
const snapshotTicks = 10;

/**
 * What HTTP shows of a host. Positions and counts are copied in a tick and shown once it is durable,
 * so that nobody is told what a crash could still take back (I1).
 */
export class CommittedView implements HostView, Participant {
  readonly #parts: HostParts;
  #programs: readonly ProgramInfo[];
  #bodies: number;
  /** The first tick brings bodies in: it is looked at like every tenth. */
  #looked = false;

  /** Made before the first tick, when all there is has been recovered and is durable. */
  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#programs = this.#lookAtPrograms();
    this.#bodies = parts.world.bodyCount;
  }

  before(): CommitBatch {
    return {};
  }

  after(tick: number): { batch: CommitBatch; publish: () => void } {
    if (this.#looked && tick % snapshotTicks !== 0) return { batch: {}, publish: () => {} };
    this.#looked = true;
    const programs = this.#lookAtPrograms();
    const bodies = this.#parts.world.bodyCount;
    return {
      batch: {},
      publish: () => {
        this.#programs = programs;
        this.#bodies = bodies;
      },
    };
  }

  async settled(): Promise<void> {}

  health(): Health {
    const { ticker, world, loaded, sessions, storage, status } = this.#parts;
    return {
      status: status(),
      tick: ticker().committed,
      tickLagMs: Math.round(ticker().lagMs),
      maps: world.maps.size,
      bodies: this.#bodies,
      programs: loaded.programs.length,
      sessions: sessions.count,
      seq: storage.seq,
    };
  }

  world(): WorldInfo {
    const { loaded, guests, clock, ticker, pace } = this.#parts;
    return {
      name: loaded.name,
      description: loaded.description,
      maps: loaded.maps.map((map) => ({
        name: map.name,
        title: loaded.drawings.get(map.name)?.title ?? map.name,
        entries: map.entries.map(({ name }) => name),
      })),
      guests,
      tickMs: clock.tickMs / pace,
      speed: clock.speed * pace,
      now: clock.at(ticker().committed),
    };
  }

  drawing(map: string): ReturnType<HostView["drawing"]> {
    return this.#parts.loaded.drawings.get(map) ?? null;
  }

  async tilesetImage(map: string, index: number): ReturnType<HostView["tilesetImage"]> {
    const path = this.#parts.loaded.images.get(map)?.[index];
    return path === undefined ? null : await this.#parts.readImage(path);
  }

  programs(): readonly ProgramInfo[] {
    return this.#programs;
  }

  async programLog(program: string): Promise<readonly LogLine[] | null> {
    if (!this.#parts.loaded.programs.some(({ id }) => id === program)) return null;
    return await this.#parts.storage.log(program, 200);
  }

  async memory(who: string, afterSeq: number): ReturnType<HostView["memory"]> {
    return await this.#parts.storage.memory(who, afterSeq, 10_000);
  }

  stats(): Stats {
    const { ticker, commitMs, usage, sessions, loaded } = this.#parts;
    const { tickMs, intervalMs, lagMs, committed } = ticker();
    return {
      tick: committed,
      ticksPerSecond: intervalMs.percentile(0.5) > 0 ? 1000 / intervalMs.percentile(0.5) : 0,
      tickMsP50: tickMs.percentile(0.5),
      tickMsP99: tickMs.percentile(0.99),
      tickLagMs: lagMs,
      commitMsP50: commitMs.percentile(0.5),
      commitMsP99: commitMs.percentile(0.99),
      bodies: this.#bodies,
      sessions: sessions.count,
      programs: loaded.programs.length,
      turns: sum(this.#programs, "turns"),
      faults: sum(this.#programs, "faults"),
      ...usage(),
    };
  }

  #lookAtPrograms(): readonly ProgramInfo[] {
    const { loaded, world, programs } = this.#parts;
    return loaded.programs.flatMap(({ id, name }) => {
      const info = programs.info(id);
      if (info === null) return [];
      const where = world.locate(`program:${id}`);
      const body = where?.kind === "present" ? where.live.state.body(where.body) : null;
      const map = where?.kind === "present" ? where.live.map.name : null;
      return [{ program: id, name, body: body?.id ?? -1, map, x: (body?.x ?? 0) / 16, y: (body?.y ?? 0) / 16, ...info }];
    });
  }
}

function sum(programs: readonly ProgramInfo[], key: "turns" | "faults"): number {
  return programs.reduce((total, program) => total + program[key], 0);
}
