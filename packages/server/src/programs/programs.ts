/**
 * All programs of a host. It decides when each has its turn and what of it is committed with which tick; it runs nothing
 * itself. The tick loop calls, in this order: `collect` before the step, `deliver` after it, `dispatch` once that tick's
 * commit is durable. A program has at most one turn under way, and the next begins only after that one was collected.
 */
import type { ErrorJson, Intent, JsonObject, Percept, PerceptKind, ProgramInfo } from "@elsewhere/protocol";
import type { DeliveryRow, ImageRow, LogRow, ProgramRow, Storage, TurnRow } from "../storage/contract.ts";
import type { ProgramPool, ProgramStatus } from "./contract.ts";
import { freshKept, type Kept, parseKept, startAnew } from "./kept.ts";
import { Resident } from "./resident.ts";

/** A program of the world, bundled and with a body. */
export interface ProgramSpec {
  readonly program: string;
  readonly name: string;
  readonly code: string;
  readonly codeHash: string;
  /** Its body's id. */
  readonly body: number;
  /** The last intent number its body has used. */
  readonly lastN: number;
  /** The body has just been made, though its program may be an old one that was taken out of the world and put back. */
  readonly newBody?: boolean;
  readonly seed: number;
  /** What its `memory` holds at its very first start. */
  readonly memory: JsonObject;
}

export interface ProgramsOptions {
  readonly pool: ProgramPool;
  readonly storage: Pick<Storage, "heap" | "mailbox">;
  /** Real, monotonic: what back-offs go by. In lockstep they go by the world's time instead. */
  readonly nowMs: () => number;
  readonly lockstep: boolean;
}

/** What a tick applies (`intents`, `refused`) and what must be committed with it (the rows). */
export interface Collected {
  readonly intents: readonly { readonly program: string; readonly n: number; readonly intent: Intent }[];
  /** Intents the world never sees; each is to be answered by a failed reply. */
  readonly refused: readonly { readonly program: string; readonly n: number; readonly error: ErrorJson }[];
  readonly turns: readonly TurnRow[];
  readonly images: readonly ImageRow[];
  readonly programs: readonly ProgramRow[];
  readonly logs: readonly LogRow[];
  readonly statusChanges: readonly { readonly program: string; readonly status: ProgramStatus }[];
}

/** What is shown of a program, but for its body. */
export type ProgramFigures = Omit<ProgramInfo, "program" | "name" | "body" | "map" | "x" | "y">;

const nothing: ReadonlySet<PerceptKind> = new Set();

export class Programs {
  readonly #options: ProgramsOptions;
  readonly #residents = new Map<string, Resident>();
  readonly #running = new Set<Promise<void>>();
  readonly #finished: Resident[] = [];
  /** Ticks collected and not yet dispatched, with their world time: tells how far the mail is durable. */
  readonly #ticks: { readonly tick: number; readonly now: number }[] = [];
  /** Mail up to this tick is durable. */
  #committed = -1;
  #notes: { program: string; text: string }[] = [];
  /** Committed with the first tick, which is also that of a new body: the next start must not take it for the old one. */
  readonly #startedAnew: ProgramRow[] = [];

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** At start: goes on from the stored row, or begins. Throws `corrupt` if the row cannot be read. */
  async add(spec: ProgramSpec, row: ProgramRow | null): Promise<void> {
    const { pool, storage } = this.#options;
    const mail = await storage.mailbox(spec.program);
    const resident = new Resident(spec, this.#keptOf(spec, row), mail, pool, storage);
    this.#residents.set(spec.program, resident);
    pool.add(spec.program, spec.code, () => resident.heap());
  }

  wants(program: string): ReadonlySet<PerceptKind> {
    return this.#residents.get(program)?.wants ?? nothing;
  }

  /** Mail for a program as of this tick: only what it listens to, and replies. Returns the rows to commit with the tick. */
  deliver(program: string, tick: number, percepts: readonly Percept[]): readonly DeliveryRow[] {
    const resident = this.#residents.get(program);
    const accepted = resident ? percepts.filter((percept) => resident.accepts(percept)) : [];
    if (resident === undefined || accepted.length === 0) return [];
    const { rows, dropped } = resident.mailbox.add(tick, accepted);
    if (dropped > 0) this.#notes.push({ program, text: `${dropped} percepts were dropped: its mailbox is full, or they were too large` });
    return rows;
  }

  /** The commit of the tick whose world time is `now` is durable: begins the turns that are due. */
  dispatch(now: number): void {
    while (this.#ticks.length > 0 && this.#ticks[0]!.now <= now) this.#committed = this.#ticks.shift()!.tick;
    const tick = this.#committed;
    const clockMs = this.#clockMs(now);
    for (const resident of this.#residents.values()) {
      resident.committed(tick);
      if (resident.isDue(now, tick, clockMs)) this.#start(resident, now, tick);
    }
  }

  /** Turns finished since last asked, in the order of their programs' ids. */
  collect(now: number, tick: number): Collected {
    this.#ticks.push({ tick, now });
    const all = this.#finished.splice(0).toSorted((a, b) => (a.spec.program < b.spec.program ? -1 : 1));
    const before = new Map(all.map((resident) => [resident, resident.status.kind]));
    const settled = all.flatMap((resident) => {
      const each = resident.settle(now, tick, this.#clockMs(now));
      return each === null ? [] : [{ program: resident.spec.program, ...each }];
    });
    const notes = this.#notes.splice(0).map(({ program, text }): LogRow => ({ program, now, level: "host", text }));
    return {
      intents: settled.flatMap(({ program, intents }) => intents.map((each) => ({ program, ...each }))),
      refused: settled.flatMap(({ program, refused }) => refused.map((each) => ({ program, ...each }))),
      turns: settled.flatMap(({ turn }) => turn ?? []),
      images: settled.flatMap(({ image }) => image ?? []),
      programs: [...this.#startedAnew.splice(0), ...settled.map(({ row }) => row)],
      logs: [...notes, ...settled.flatMap(({ logs }) => logs)],
      statusChanges: all
        .filter((resident) => before.get(resident) !== resident.status.kind)
        .map(({ spec: { program }, status }) => ({ program, status })),
    };
  }

  /** Lockstep: resolves when no turn is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  info(program: string): ProgramFigures | null {
    const resident = this.#residents.get(program);
    if (resident === undefined) return null;
    const { kept, status, figures, mailbox } = resident;
    const reason = "error" in status ? status.error.message : null;
    const { turns, faults, wakeAt } = kept;
    return { status: status.kind, reason, turns, faults, ...figures, mailbox: mailbox.size, wakeAt };
  }

  /** For a clean end, once all that was collected is committed: the images that make the next start quick. */
  async imageAll(): Promise<readonly ImageRow[]> {
    await this.settled();
    const changed = [...this.#residents.values()].filter(
      ({ phase, kept, figures }) => phase === "idle" && figures.heapBytes > 0 && kept.turn > kept.imageTurn,
    );
    const images = await Promise.all(changed.map((resident) => resident.image(resident.kept.turn)));
    return images.filter((image) => image !== null);
  }

  async close(): Promise<void> {
    await this.#options.pool.close();
  }

  #start(resident: Resident, now: number, tick: number): void {
    const run: Promise<void> = resident.run(now, tick).then(() => {
      this.#finished.push(resident);
      this.#running.delete(run);
    });
    this.#running.add(run);
  }

  #clockMs(now: number): number {
    return this.#options.lockstep ? now : this.#options.nowMs();
  }

  #keptOf(spec: ProgramSpec, row: ProgramRow | null): Kept {
    const { program, codeHash, lastN, memory, newBody = false } = spec;
    const { base } = this.#options.pool;
    if (row === null) return freshKept(codeHash, base, lastN, memory);
    const kept = parseKept(row);
    const same = kept.codeHash === codeHash && kept.base === base;
    if (same && !newBody) return kept;
    // What the old body had set out to do nobody will ever answer: a heap that waits for it would wait for ever.
    const what = same ? "its body" : kept.codeHash === codeHash ? "the engine it runs on" : "its code";
    this.#notes.push({ program, text: `${what} has changed: it starts anew with its memory` });
    const anew = startAnew(kept, codeHash, base, lastN);
    this.#startedAnew.push({ program, state: JSON.stringify(anew) });
    return anew;
  }
}
