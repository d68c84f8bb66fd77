/**
 * All programs of a host. It decides when each has its turn and what of it is committed with which tick; it runs nothing
 * itself. The tick loop calls, in this order: `collect` before the step, `deliver` after it, `dispatch` once that tick's
 * commit is durable. A program has at most one turn under way, and the next begins only after that one was collected.
 * A program that sleeps is looked at by none of them.
 */
import { ElsewhereError, limits, type Percept, type PerceptKind, type ProgramCommand, type Quota } from "@elsewhere/protocol";
import type { CommitBatch, DeliveryRow, ProgramRow, Storage } from "../storage/contract.ts";
import { Allowances } from "./allowances.ts";
import type { SpawnIntent } from "./asked.ts";
import { changeOf, requireAllowed } from "./changes.ts";
import type { Collected, LastImages } from "./collected.ts";
import type { Code, Image, ProgramPool } from "./contract.ts";
import { hostLine } from "./diary.ts";
import { Dispatcher } from "./dispatcher.ts";
import { type Intervened, Interventions } from "./interventions.ts";
import { born, noted } from "./history.ts";
import { type Departed, freshKept, type Kept, keptRow, startAnew } from "./kept.ts";
import { CodeKeeping } from "./keeping-codes.ts";
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
  /** The next tick is to come at once, where it can: a program waits for it to go. Left out where none leaves. */
  readonly hasten?: () => void;
  /** Puts the author's positions into a text about code with that hash. */
  readonly authorText: (codeHash: string, text: string) => string;
}

const nothing: ReadonlySet<PerceptKind> = new Set();
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
  #now = 0;
  #committed = -1;
  #notes: { program: string; text: string }[] = [];
  /** Committed with the first tick, which is also that of a new body: the next start must not take it for the old one. */
  readonly #startedAnew: ProgramRow[] = [];
  readonly #codes: CodeKeeping;
  #turns = 0;
  #faults = 0;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    this.#tick = options.tick;
    this.#codes = new CodeKeeping(options.storedCodes);
    this.#allowances = new Allowances(options.owners);
    this.#interventions = new Interventions(options.storage);
    this.#keeping = new ImageKeeping(options.pool, options.grounds);
    this.#dispatcher = new Dispatcher({
      pool: options.pool,
      allowances: this.#allowances,
      clockMs: () => this.clockMs,
      hasten: () => options.hasten?.(),
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
    const told = resident === undefined ? [] : percepts.flatMap((percept) => (resident.accepts(percept) ? [resident.told(percept)] : []));
    return resident === undefined || told.length === 0 ? [] : this.#post(resident, tick, told);
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
    this.#now = now;
    this.#ticks.push({ tick, now });
    const settled = this.#dispatcher.takeFinished().flatMap((resident) => this.#settle(resident, tick) ?? []);
    const intervened = this.#interventions.apply(now, tick);
    const moved = this.#follow(intervened, tick);
    const own = settled.flatMap(({ program, image }): OwnImage[] => (image === null ? [] : [{ program, image }]));
    const { images, grounds } = this.#keeping.rows([...own, ...this.#keeping.takeLetGo()]);
    const notes = this.#notes.splice(0).map(({ program, text }) => hostLine(program, now, text));
    return {
      intents: settled.flatMap(({ program, intents }) => intents.map((each) => ({ program, ...each }))),
      spawns: settled.flatMap(({ program, spawns }) => spawns.map((each) => ({ program, ...each }))),
      crossings: settled.flatMap(({ program, crossings }) => crossings.map((each) => ({ program, ...each }))),
      refused: settled.flatMap(({ program, refused }) => refused.map((each) => ({ program, ...each }))),
      gone: moved.gone,
      turns: settled.flatMap(({ turn }) => turn ?? []),
      images: [...images, ...intervened.images],
      grounds,
      programs: [...this.#startedAnew.splice(0), ...settled.map(({ row }) => row), ...intervened.rows, ...moved.rows],
      logs: [...notes, ...settled.flatMap(({ logs }) => logs), ...intervened.logs],
      settings: this.#codes.take(),
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

  /**
   * A program goes on here with a heap from another host, and `percepts` for its mail. It takes the place of whatever bore its id
   * and has no life here. Gives what is to be committed with the tick in which its body comes into the world.
   */
  receive(spec: ProgramSpec, kept: Kept, image: Image, percepts: readonly Percept[]): CommitBatch {
    const { program } = spec;
    const before = this.resident(program)?.kept;
    const { images, grounds } = this.#keeping.rows([{ program, image }]);
    this.#allowances.regive(spec);
    const resident = this.#enroll(spec, kept);
    this.#turns += kept.turns - (before?.turns ?? 0);
    this.#faults += kept.faults - (before?.faults ?? 0);
    const deliveries = this.#post(resident, this.#tick, percepts);
    return {
      images: images.map((row) => ({ ...row, anew: true })),
      grounds,
      deliveries,
      programs: [resident.row()],
      settings: this.#codes.take(),
    };
  }

  /** Its status was changed otherwise than by `command`. One that has no life here gives its heap up. */
  rest(resident: Resident): void {
    if (!resident.livesHere) {
      this.#options.pool.remove(resident.spec.program);
      resident.heapIsGone();
    }
    this.#dispatcher.rest(resident);
  }

  /** Its body goes in the next tick, and what it was like is kept. */
  depart(resident: Resident, body: Departed): void {
    void this.#interventions.ask(resident, { kind: "depart", body });
  }

  /** Ends a program at once, be a turn of it under way. Gives the rows to be committed with this tick. */
  end(resident: Resident, tick: number): readonly ProgramRow[] {
    const row = resident.end(tick);
    this.rest(resident);
    return [row, ...this.#giveBack(resident, tick)];
  }

  /** What is left to a program of its quota and its owner's. */
  quota(resident: Resident): Quota {
    return this.#allowances.quota(resident);
  }

  /** What is left to it of what it was itself given. */
  ownQuota(resident: Resident): Quota {
    return this.#allowances.own(resident);
  }

  /** World time of the last tick that was collected, milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  /** Whether that ground is stored. */
  hasGround(hash: string): boolean {
    return this.#keeping.has(hash);
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
    yield* this.#keeping.last(this.#options.pool, this.#residents.values());
  }

  async close(): Promise<void> {
    await this.#options.pool.close();
  }

  #enroll(spec: ProgramSpec, kept: Kept): Resident {
    const resident = new Resident(spec, kept, (program) => this.#options.storage.heap(program));
    this.#residents.set(spec.program, resident);
    if (resident.livesHere) this.#admit(resident);
    return resident;
  }

  /** Puts mail into its mailbox, to be taken once the tick is durable. */
  #post(resident: Resident, tick: number, percepts: readonly Percept[]): readonly DeliveryRow[] {
    const { program } = resident.spec;
    const { rows, dropped } = resident.mailbox.add(program, tick, percepts, this.#allowances.quota(resident).mailboxItems);
    if (dropped > 0) this.#notes.push({ program, text: `${dropped} percepts were dropped: its mailbox is full, or they were too large` });
    this.#onceCommitted.push({ tick, act: () => this.#dispatcher.wake(resident) });
    return rows;
  }

  /** Makes it known to the pool, which forgets whatever heap of it it had. */
  #admit(resident: Resident): void {
    const { program, code } = resident.spec;
    this.#codes.add(code);
    const heap = ++resident.heaps;
    this.#options.pool.add(program, code, {
      heap: () => resident.heap(),
      isApart: (input) => this.#options.isApart?.(program, input) ?? false,
      // Of a heap that another has taken the place of nothing is kept.
      letGo: (image) => void (heap === resident.heaps && this.#keeping.letGo(resident, image)),
    });
    this.#dispatcher.rest(resident);
  }

  #settle(resident: Resident, tick: number): (Settled & { readonly program: string }) | null {
    const { clockMs } = this;
    const { authorText, lockstep } = this.#options;
    const meters = this.#allowances.meters(resident, clockMs);
    const settled = resident.settle({ tick, clockMs, quota: this.#allowances.quota(resident), meters, authorText });
    if (settled === null) {
      // The pool has a heap that has had a turn too many.
      if (resident.livesHere) this.#admit(resident);
      return null;
    }
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
  #follow({ changed }: Intervened, tick: number): { rows: ProgramRow[]; gone: string[] } {
    const rows: ProgramRow[] = [];
    const gone: string[] = [];
    for (const { resident, kind, done } of changed) {
      if (kind === "end") rows.push(...this.#giveBack(resident, tick));
      if (kind === "end" || kind === "depart") gone.push(resident.spec.program);
      if (kind === "rewind" || kind === "anew") this.#admit(resident);
      else this.rest(resident);
      this.#onceCommitted.push({
        tick,
        act: () => {
          resident.committed(tick);
          done();
        },
      });
    }
    return { rows, gone };
  }

  /** What a program that has ended had is its parent's, as its children are. */
  #giveBack({ spec: { program } }: Resident, tick: number): ProgramRow[] {
    const { parent, children } = this.#allowances.end(program, (each) => this.resident(each));
    return children.map((child) => this.resident(child)!.adoptedBy(parent, tick));
  }

  #keptOf(spec: ProgramSpec, kept: Kept | null): Kept {
    const { program, code, lastN, memory, newBody } = spec;
    const first = this.#tick + 1;
    if (kept === null) return born(freshKept(code.hash, lastN, JSON.stringify(memory), null), first);
    const same = kept.codeHash === code.hash;
    // Who has left, or is about to, has the heap that it leaves with.
    if (kept.ended || kept.crossing !== null || (same && !newBody)) return kept;
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
    const told = `program ${parent} has no grant to start ${codeFile}: its "spawns" in world.json says which it may`;
    throw new ElsewhereError("forbidden", told, { field: "intent.code" });
  }

  #require(program: string): Resident {
    const resident = this.#residents.get(program);
    if (resident === undefined) throw new ElsewhereError("unknown", `there is no program "${program}"`, { field: "program" });
    return resident;
  }
}
