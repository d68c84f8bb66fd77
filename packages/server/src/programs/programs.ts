/**
 * All programs of a host. It decides when each has its turn and what of it is committed with which tick; it runs nothing
 * itself. The tick loop calls, in this order: `collect` before the step, `deliver` after it, `dispatch` once that tick's
 * commit is durable. A program has at most one turn under way, and the next begins only after that one was collected.
 * A program that sleeps is looked at by none of them.
 */
import {
  ElsewhereError,
  type ErrorJson,
  type Intent,
  limits,
  type Percept,
  type PerceptKind,
  type ProgramCommand,
  type Quota,
} from "@elsewhere/protocol";
import type { CommitBatch, DeliveryRow, GroundRow, ImageRow, LogRow, ProgramRow, Storage, TurnRow } from "../storage/contract.ts";
import { Allowances } from "./allowances.ts";
import type { SpawnIntent } from "./asked.ts";
import { changeOf, requireAllowed } from "./changes.ts";
import type { Code, ProgramPool } from "./contract.ts";
import { hostLine } from "./diary.ts";
import { Dispatcher } from "./dispatcher.ts";
import { type Intervened, Interventions } from "./interventions.ts";
import { born, noted } from "./history.ts";
import { freshKept, type Kept, keptRow, startAnew } from "./kept.ts";
import { ImageKeeping, type OwnImage } from "./keeping-images.ts";
import { Resident, type Settled } from "./resident.ts";
import type { ProgramSpec } from "./spec.ts";

export interface ProgramsOptions {
  readonly pool: ProgramPool;
  readonly storage: Pick<Storage, "heap" | "images" | "image">;
  /** Hashes of the grounds that storage has. */
  readonly grounds: readonly string[];
  /** What all programs of an owner may use together, for those owners who have a limit. */
  readonly owners: ReadonlyMap<string, Quota>;
  /** The last tick before the first that is collected. */
  readonly tick: number;
  /** Hashes of the code that storage has; any other is stored before it is run. */
  readonly storedCodes: ReadonlySet<string>;
  /** Real, monotonic: what back-offs and quotas go by. In lockstep they go by ticks instead. */
  readonly nowMs: () => number;
  readonly tickMs: number;
  readonly lockstep: boolean;
  /** A module of the world as it was last bundled, null if there is none. */
  readonly codeOf: (file: string) => Code | null;
  /** Reads it anew. Rejects with what is wrong with it. */
  readonly readCode: (file: string) => Promise<Code>;
  /** See `HeapKeeper`. */
  readonly isApart?: (program: string, input: string | null) => boolean;
  /** Puts the author's positions into a text about code with that hash. */
  readonly authorText: (codeHash: string, text: string) => string;
}

/** What a tick applies (`intents`, `spawns`, `refused`, `ended`) and what must be committed with it (the rows). */
export interface Collected {
  readonly intents: readonly { readonly program: string; readonly n: number; readonly intent: Intent }[];
  readonly spawns: readonly { readonly program: string; readonly n: number; readonly intent: SpawnIntent }[];
  /** Intents the world never sees; each is to be answered by a failed reply. */
  readonly refused: readonly { readonly program: string; readonly n: number; readonly error: ErrorJson }[];
  /** Programs that have ended: their bodies go. */
  readonly ended: readonly string[];
  readonly turns: readonly TurnRow[];
  readonly images: readonly ImageRow[];
  readonly grounds: readonly GroundRow[];
  readonly programs: readonly ProgramRow[];
  readonly logs: readonly LogRow[];
  /** Code that is new here. */
  readonly settings: NonNullable<CommitBatch["settings"]>;
}

/** The setting that has the text of a program's code, by the hash that heaps know it by: a past heap needs its own code. */
export const codeSetting = (hash: string): string => `code:${hash}`;

/** Part of what a clean end stores. */
export interface LastImages {
  readonly images: readonly ImageRow[];
  readonly grounds: readonly GroundRow[];
  readonly programs: readonly ProgramRow[];
}

const nothing: ReadonlySet<PerceptKind> = new Set();
const lastImagesPerBatch = 2_000;
/** In lockstep a turn costs what its fuel says, so that every machine comes to the same. */
const msPerPoll = limits.turnMsMax / limits.turnPollsMax;

export class Programs {
  readonly #options: ProgramsOptions;
  readonly #residents = new Map<string, Resident>();
  readonly #allowances: Allowances;
  readonly #dispatcher: Dispatcher;
  readonly #interventions: Interventions;
  readonly #keeping: ImageKeeping;
  /** Ticks collected and not yet dispatched, with their world time: tells how far everything is durable. */
  readonly #ticks: { readonly tick: number; readonly now: number }[] = [];
  /** What waits for a tick to be durable, in the order of ticks. */
  #onceCommitted: { readonly tick: number; readonly act: () => void }[] = [];
  #tick: number;
  #committed = -1;
  #notes: { program: string; text: string }[] = [];
  /** Committed with the first tick, which is also that of a new body: the next start must not take it for the old one. */
  readonly #startedAnew: ProgramRow[] = [];
  readonly #storedCodes: Set<string>;
  #newCodes: Code[] = [];
  #turns = 0;
  #faults = 0;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    this.#tick = options.tick;
    this.#storedCodes = new Set(options.storedCodes);
    this.#allowances = new Allowances(options.owners);
    this.#interventions = new Interventions(options.storage);
    this.#keeping = new ImageKeeping(options.pool, options.grounds);
    this.#dispatcher = new Dispatcher({
      pool: options.pool,
      allowances: this.#allowances,
      clockMs: () => this.clockMs,
      intervene: (resident, next) => this.#interventions.supervise(resident, next),
    });
  }

  /** At start: goes on from what was kept, or begins. Parents come before their children. */
  add(spec: ProgramSpec, kept: Kept | null, mail: readonly DeliveryRow[]): void {
    const resident = this.#enroll(spec, this.#keptOf(spec, kept));
    for (const row of mail) resident.mailbox.restore(row);
    if (mail.length > 0) this.#dispatcher.wake(resident);
    if (spec.parent !== null) this.#allowances.restore(resident, this.resident(spec.parent));
    this.#turns += resident.kept.turns;
    this.#faults += resident.kept.faults;
  }

  /** What a program that came after its children has given them of its quota is theirs again. */
  adopt(program: string): void {
    const parent = this.resident(program);
    if (parent === null || parent.kept.children === 0) return;
    for (const child of this.#residents.values()) if (child.spec.parent === program) this.#allowances.restore(child, parent);
  }

  wants(program: string): ReadonlySet<PerceptKind> {
    return this.#residents.get(program)?.kept.wants ?? nothing;
  }

  /** Mail for a program as of this tick: only what it listens to, and replies. Returns the rows to commit with the tick. */
  deliver(program: string, tick: number, percepts: readonly Percept[]): readonly DeliveryRow[] {
    const resident = this.#residents.get(program);
    const accepted = resident ? percepts.filter((percept) => resident.accepts(percept)) : [];
    if (resident === undefined || accepted.length === 0) return [];
    const { rows, dropped } = resident.mailbox.add(program, tick, accepted, this.#allowances.quota(resident).mailboxItems);
    if (dropped > 0) this.#notes.push({ program, text: `${dropped} percepts were dropped: its mailbox is full, or they were too large` });
    this.#onceCommitted.push({ tick, act: () => this.#dispatcher.wake(resident) });
    return rows;
  }

  /** The commit of the tick whose world time is `now` is durable: begins the turns that are due. */
  dispatch(now: number): void {
    while (this.#ticks.length > 0 && this.#ticks[0]!.now <= now) this.#committed = this.#ticks.shift()!.tick;
    const waiting = this.#onceCommitted;
    let count = 0;
    while (count < waiting.length && waiting[count]!.tick <= this.#committed) waiting[count++]!.act();
    this.#onceCommitted = waiting.slice(count);
    this.#dispatcher.advance(now, this.#committed);
  }

  /**
   * At the start of a world that was taken from the past of another, whose tick that was: what was due then is begun, so that
   * the world goes on as the other did.
   */
  goOn(now: number): void {
    this.#committed = this.#tick;
    this.#dispatcher.advance(now, this.#tick);
  }

  /** Turns finished and changes asked for since last called, in the order of their programs' ids. */
  collect(now: number, tick: number): Collected {
    this.#tick = tick;
    this.#ticks.push({ tick, now });
    const settled = this.#dispatcher.takeFinished().flatMap((resident) => this.#settle(resident, tick) ?? []);
    const intervened = this.#interventions.apply(now, tick);
    const moved = this.#follow(intervened, tick);
    const own = settled.flatMap(({ program, image }): OwnImage[] => (image === null ? [] : [{ program, image }]));
    const { images, grounds } = this.#keeping.rows([...own, ...this.#keeping.takeLetGo()]);
    const codes = this.#newCodes.splice(0);
    const notes = this.#notes.splice(0).map(({ program, text }) => hostLine(program, now, text));
    return {
      intents: settled.flatMap(({ program, intents }) => intents.map((each) => ({ program, ...each }))),
      spawns: settled.flatMap(({ program, spawns }) => spawns.map((each) => ({ program, ...each }))),
      refused: settled.flatMap(({ program, refused }) => refused.map((each) => ({ program, ...each }))),
      ended: moved.ended,
      turns: settled.flatMap(({ turn }) => turn ?? []),
      images: [...images, ...intervened.images],
      grounds,
      programs: [...this.#startedAnew.splice(0), ...settled.map(({ row }) => row), ...intervened.rows, ...moved.rows],
      logs: [...notes, ...settled.flatMap(({ logs }) => logs), ...intervened.logs],
      settings: codes.map(({ hash, text }) => ({ key: codeSetting(hash), value: text })),
    };
  }

  /** Lockstep: resolves when no turn is under way and none is due. */
  settled(): Promise<void> {
    return this.#dispatcher.settled();
  }

  /**
   * A program starts another, whose body has that id. Throws `forbidden` (no grant for that code) or `limit` (not enough of
   * its quota is left). Gives the rows to be committed with the tick in which the body comes into the world.
   */
  spawn(
    parent: string,
    { code: codeFile, name, memory = {}, share = 0.5 }: SpawnIntent,
    bodyOf: (program: string) => number,
  ): { child: ProgramSpec; rows: readonly ProgramRow[] } {
    const { resident, program, code } = this.#requireSpawn(parent, codeFile);
    const quota = this.#allowances.give(resident, program, share);
    const body = bodyOf(program);
    const { owner, spawns, walks, seed } = resident.spec;
    const spawned = { name, codeFile, parent, owner, quota, spawns, walks };
    const lasting = { program, ...spawned, code, body, lastN: 0, newBody: true, memory, seed: seed ^ body };
    const child = this.#enroll(lasting, born(freshKept(code.hash, 0, JSON.stringify(memory), spawned), this.#tick));
    return { child: child.spec, rows: [resident.hasStarted(this.#tick), child.row()] };
  }

  /** What is left to a program of its quota. */
  quota(resident: Resident): Quota {
    return this.#allowances.quota(resident);
  }

  /** Has an operator's wish done with a program; resolves once it is durable. Rejects with `unknown` or `forbidden`. */
  async command(program: string, command: ProgramCommand): Promise<void> {
    const resident = this.#require(program);
    requireAllowed(command, resident);
    const { storage, readCode } = this.#options;
    await this.#interventions.ask(resident, await changeOf(command, resident, storage, readCode));
  }

  /** Gives a program other code; its heap starts anew with its memory. Resolves once it is durable. */
  async upgrade(program: string, code: Code): Promise<void> {
    const resident = this.#require(program);
    requireAllowed({ kind: "upgrade" }, resident);
    await this.#interventions.ask(resident, { kind: "anew", code, why: "its code has changed", forgives: true });
  }

  get residents(): ReadonlyMap<string, Resident> {
    return this.#residents;
  }

  resident(program: string): Resident | null {
    return this.#residents.get(program) ?? null;
  }

  /** The clock that back-offs and quotas go by, ms: real time, or in lockstep that of the ticks. */
  get clockMs(): number {
    const { lockstep, nowMs, tickMs } = this.#options;
    return lockstep ? this.#tick * tickMs : nowMs();
  }

  /** Turns and faults of all programs since they were first here. */
  get totals(): { readonly turns: number; readonly faults: number } {
    return { turns: this.#turns, faults: this.#faults };
  }

  /**
   * For a clean end, once all that was collected is committed: the images that make the next start quick, in batches that
   * are small enough to be taken back.
   */
  async *lastImages(): AsyncGenerator<LastImages> {
    await this.settled();
    let images: OwnImage[] = [];
    let programs: ProgramRow[] = [];
    for (const resident of this.#residents.values()) {
      const { phase, kept, spec, status } = resident;
      if (phase !== "idle" || kept.turn <= kept.imageTurn || status.kind === "ended") continue;
      const image = await this.#options.pool.image(spec.program);
      if (image === null || image.turn !== kept.turn) continue;
      resident.kept = { ...kept, imageTurn: image.turn, heapBytes: image.heapBytes };
      images.push({ program: spec.program, image });
      programs.push(resident.row());
      if (images.length < lastImagesPerBatch) continue;
      yield { ...this.#keeping.rows(images), programs };
      images = [];
      programs = [];
    }
    yield { ...this.#keeping.rows(images), programs };
  }

  async close(): Promise<void> {
    await this.#options.pool.close();
  }

  #enroll(spec: ProgramSpec, kept: Kept): Resident {
    const resident = new Resident(spec, kept, (program) => this.#options.storage.heap(program));
    this.#residents.set(spec.program, resident);
    if (resident.status.kind !== "ended") this.#admit(resident);
    return resident;
  }

  /** Makes it known to the pool, which forgets whatever heap of it it had. */
  #admit(resident: Resident): void {
    const { program, code } = resident.spec;
    this.#keepCode(code);
    const heap = ++resident.heaps;
    this.#options.pool.add(program, code, {
      heap: () => resident.heap(),
      isApart: (input) => this.#options.isApart?.(program, input) ?? false,
      // Of a heap that another has taken the place of nothing is kept.
      letGo: (image) => void (heap === resident.heaps && this.#keeping.letGo(resident, image)),
    });
    this.#dispatcher.rest(resident);
  }

  /** Code that is gone has no text. */
  #keepCode(code: Code): void {
    if (code.text === "" || this.#storedCodes.has(code.hash)) return;
    this.#storedCodes.add(code.hash);
    this.#newCodes.push(code);
  }

  #settle(resident: Resident, tick: number): (Settled & { readonly program: string }) | null {
    const { clockMs } = this;
    const { authorText, lockstep } = this.#options;
    const meters = this.#allowances.meters(resident, clockMs);
    const settled = resident.settle({ tick, clockMs, quota: this.#allowances.quota(resident), meters, authorText });
    if (settled === null) return null;
    const { result } = settled;
    const spentMs = !result.ok ? limits.turnMsMax : lockstep ? result.polls * msPerPoll : result.turnMs;
    for (const meter of meters) meter.spent(spentMs);
    if (result.ok) this.#turns++;
    else this.#faults++;
    this.#onceCommitted.push({ tick, act: () => resident.committed(tick) });
    this.#dispatcher.rest(resident);
    return { program: resident.spec.program, ...settled };
  }

  /** What follows from changes: heaps the pool has are forgotten, and what a program had goes back when it ends. */
  #follow({ changed }: Intervened, tick: number): { rows: ProgramRow[]; ended: string[] } {
    const rows: ProgramRow[] = [];
    const ended: string[] = [];
    for (const { resident, kind, done } of changed) {
      const { program } = resident.spec;
      if (kind === "end") {
        this.#options.pool.remove(program);
        const { parent, children } = this.#allowances.end(program, (each) => this.resident(each));
        for (const child of children) rows.push(this.resident(child)!.adoptedBy(parent, tick));
        ended.push(program);
      }
      if (kind === "rewind" || kind === "anew") this.#admit(resident);
      else this.#dispatcher.rest(resident);
      this.#onceCommitted.push({
        tick,
        act: () => {
          resident.committed(tick);
          done();
        },
      });
    }
    return { rows, ended };
  }

  #keptOf(spec: ProgramSpec, kept: Kept | null): Kept {
    const { program, code, lastN, memory, newBody } = spec;
    const first = this.#tick + 1;
    if (kept === null) return born(freshKept(code.hash, lastN, JSON.stringify(memory), null), first);
    const same = kept.codeHash === code.hash;
    if (kept.ended || (same && !newBody)) return kept;
    // What the old body had set out to do nobody will ever answer: a heap that waits for it would wait for ever.
    this.#notes.push({ program, text: `${same ? "its body" : "its code"} has changed: it starts anew with its memory` });
    const anew = noted(kept, startAnew(kept, code.hash, lastN), first);
    this.#startedAnew.push(keptRow(program, anew));
    return anew;
  }

  #requireSpawn(parent: string, codeFile: string): { resident: Resident; program: string; code: Code } {
    const resident = this.#require(parent);
    const code = resident.spec.spawns.includes(codeFile) ? this.#options.codeOf(codeFile) : null;
    if (code !== null) return { resident, code, program: `${parent}.${resident.kept.children + 1}` };
    throw new ElsewhereError(
      "forbidden",
      `program ${parent} has no grant to start ${codeFile}: its "spawns" in world.json says which it may`,
      {
        field: "intent.code",
      },
    );
  }

  #require(program: string): Resident {
    const resident = this.#residents.get(program);
    if (resident === undefined) throw new ElsewhereError("unknown", `there is no program "${program}"`, { field: "program" });
    return resident;
  }
}
