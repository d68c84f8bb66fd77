import { drawingTo, isHidden, type MapDrawing } from "@elsewhere/world";
import type { Health, ProgramCommand, ProgramDetail, ProgramsPage, Stats, WorldInfo } from "@elsewhere/protocol";
import type { HostView, PastView, ProgramsQuery } from "./gateways/contract.ts";
import type { ProgramPool } from "./programs/contract.ts";
import type { Programs } from "./programs/programs.ts";
import { ProgramsView } from "./programs-view.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { CommitBatch, Storage } from "./storage/contract.ts";
import type { WorldClock } from "./ticks/clock.ts";
import type { Committer } from "./ticks/committer.ts";
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
  readonly pool: ProgramPool;
  readonly storage: Storage;
  readonly committer: Pick<Committer, "append">;
  readonly commitMs: Figures;
  readonly past: PastView;
  readonly guests: boolean;
  readonly pace: number;
  readonly status: () => Health["status"];
  readonly usage: () => Usage;
  readonly readImage: (path: string) => Promise<{ readonly bytes: Uint8Array; readonly type: string } | null>;
}

/** Counts as of a tick. */
interface Counts {
  readonly bodies: number;
  readonly turns: number;
  readonly faults: number;
}

/**
 * What HTTP shows of a host. Counts are copied in a tick and shown once it is durable; lists are copied when they are asked
 * for and shown once all they may contain is, so that nobody is told what a crash could still take back (I1).
 */
export class CommittedView implements HostView, Participant {
  readonly #parts: HostParts;
  readonly #programs: ProgramsView;
  readonly #drawings = new DrawingsForHolders();
  #counts: Counts;

  /** Made before the first tick, when all there is has been recovered and is durable. */
  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#programs = new ProgramsView(parts);
    this.#counts = this.#count();
  }

  before(): CommitBatch {
    return {};
  }

  after(): { batch: CommitBatch; publish: () => void } {
    const counts = this.#count();
    return { batch: {}, publish: () => void (this.#counts = counts) };
  }

  async settled(): Promise<void> {}

  health(): Health {
    const { ticker, world, programs, storage, status } = this.#parts;
    return {
      status: status(),
      tick: ticker().committed,
      tickLagMs: Math.round(ticker().lagMs),
      maps: world.maps.size,
      programs: programs.residents.size,
      seq: storage.seq,
    };
  }

  world(): Omit<WorldInfo, "host"> {
    const { loaded, guests, clock, ticker, pace } = this.#parts;
    return {
      name: loaded.name,
      description: loaded.description,
      maps: loaded.maps.map((map) => ({
        name: map.name,
        title: loaded.drawings.get(map.name)?.title ?? map.name,
        entries: map.entries.filter(({ tiles }) => !tiles.some((tile) => isHidden(map, tile))).map(({ name }) => name),
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

  async drawingFor(map: string, who: string): ReturnType<HostView["drawingFor"]> {
    const whole = this.#parts.loaded.wholes?.get(map);
    const holds = whole === undefined ? [] : this.#holdsOf(who, map);
    if (whole === undefined || holds.length === 0) return this.drawing(map);
    // Of what somebody holds from this very tick on nothing is shown before that is durable.
    await this.#durable();
    const known = this.#parts.world.map(map)!;
    return this.#drawings.for([...holds, ...known.closed], () => drawingTo(whole, known, holds));
  }

  /** The hidden rooms of a map that somebody holds. */
  #holdsOf(who: string, map: string): readonly string[] {
    const where = this.#parts.world.locate(who);
    const holds = where === null ? [] : where.kind === "present" ? where.live.state.body(where.body)!.holds : where.luggage.holds;
    return holds.filter((hold) => hold.startsWith(`${map}/`));
  }

  async tilesetImage(map: string, index: number): ReturnType<HostView["tilesetImage"]> {
    const path = this.#parts.loaded.images.get(map)?.[index];
    return path === undefined ? null : await this.#parts.readImage(path);
  }

  async programs(query: ProgramsQuery): Promise<ProgramsPage> {
    const page = this.#programs.page(query);
    await this.#durable();
    return page;
  }

  async program(program: string): Promise<ProgramDetail | null> {
    const detail = await this.#programs.detail(program);
    await this.#durable();
    return detail;
  }

  async command(program: string, command: ProgramCommand): Promise<void> {
    await this.#parts.programs.command(program, command);
  }

  async memory(who: string, afterSeq: number): ReturnType<HostView["memory"]> {
    return await this.#parts.storage.memory(who, afterSeq, 10_000);
  }

  get past(): PastView {
    return this.#parts.past;
  }

  stats(): Stats {
    const { ticker, commitMs, usage, sessions, programs, pool } = this.#parts;
    const { live, parked, parkedBytes, workersLost } = pool.figures;
    const { tickMs, intervalMs, lagMs, committed } = ticker();
    return {
      tick: committed,
      ticksPerSecond: intervalMs.percentile(0.5) > 0 ? 1000 / intervalMs.percentile(0.5) : 0,
      tickMsP50: tickMs.percentile(0.5),
      tickMsP99: tickMs.percentile(0.99),
      tickLagMs: lagMs,
      commitMsP50: commitMs.percentile(0.5),
      commitMsP99: commitMs.percentile(0.99),
      ...this.#counts,
      sessions: sessions.count,
      programs: programs.residents.size,
      programsLive: live,
      programsParked: parked,
      parkedBytes,
      workersLost,
      ...usage(),
    };
  }

  #count(): Counts {
    const { world, programs } = this.#parts;
    return { bodies: world.bodyCount, ...programs.totals };
  }

  /** Resolves once all commits under way are durable. */
  #durable(): Promise<void> {
    return new Promise((resolve) => this.#parts.committer.append(null, resolve));
  }
}

const drawingsKept = 32;

/** Drawings with hidden rooms, by what their readers hold and what is closed; the ones longest unused are let go. */
class DrawingsForHolders {
  readonly #made = new Map<string, MapDrawing>();

  for(by: readonly (string | number)[], make: () => MapDrawing): MapDrawing {
    const key = JSON.stringify(by);
    const drawing = this.#made.get(key) ?? make();
    this.#made.delete(key);
    this.#made.set(key, drawing);
    for (const [oldest] of this.#made) if (this.#made.size > drawingsKept) this.#made.delete(oldest);
    return drawing;
  }
}
