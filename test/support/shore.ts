/** A world whose programs leave and arrive, tick by tick, without a host around it: what crossings ask of it is asked by hand. */
import { ElsewhereError, type Percept } from "@elsewhere/protocol";
import type { BodyView } from "@elsewhere/world";
import type { Welcome } from "../../packages/server/src/crossings/contract.ts";
import { seedOf } from "../../packages/server/src/populate.ts";
import type { Code } from "../../packages/server/src/programs/contract.ts";
import type { Kept } from "../../packages/server/src/programs/kept.ts";
import type { Programs } from "../../packages/server/src/programs/programs.ts";
import { defaultQuota } from "../../packages/server/src/programs/quotas.ts";
import { ProgramsTakingPart } from "../../packages/server/src/programs/taking-part.ts";
import { codeOf, openPool } from "../../packages/server/src/programs/testing/pools.ts";
import type { Travelling } from "../../packages/server/src/programs/travelling.ts";
import { recoverWorld } from "../../packages/server/src/recover.ts";
import { prepareSealing } from "../../packages/server/src/sealing/sealing.ts";
import { mergeBatches } from "../../packages/server/src/storage/batches.ts";
import type { CommitBatch, Storage } from "../../packages/server/src/storage/contract.ts";
import { openMemory } from "../../packages/server/src/storage/memory/memory.ts";
import { WorldClock } from "../../packages/server/src/ticks/clock.ts";
import type { World } from "../../packages/server/src/ticks/world.ts";
import { wakePrograms, type Woken } from "../../packages/server/src/wake-programs.ts";
import type { LoadedProgram, LoadedWorld } from "../../packages/server/src/worlds/load.ts";
import { twoFields } from "./fields.ts";

/** By which the source map of a program is known again. */
export const mapOf = (id: string): string => JSON.stringify({ version: 3, sources: [`programs/${id}.ts`], names: [], mappings: "" });

export interface Truth {
  readonly tick: number;
  readonly program: string;
  readonly kept: Kept;
  readonly mail: readonly (readonly [tick: number, json: string])[];
}

export type Act = (tick: number, now: number) => CommitBatch;

export interface ShoreOptions {
  readonly name: string;
  /** Sources of its programs, by their ids. */
  readonly programs: Readonly<Record<string, string>>;
  readonly changes?: Partial<LoadedProgram>;
  /** World time at tick 0. */
  readonly startMs: number;
  readonly hasLeft?: (program: string) => boolean;
  readonly isApart?: (program: string, input: string | null) => boolean;
}

/** Fingerprint of the host of a world with that name. */
export const fingerprintOf = (name: string): string => name.slice(0, 1).repeat(43);

export class Shore {
  readonly options: ShoreOptions;
  readonly storage: Storage;
  readonly world: World;
  readonly woken: Woken;
  tick: number;
  /** All that its programs have logged, with what the host says of them. */
  readonly log: string[] = [];
  /** Numbers of the turns that were committed here since it was opened. */
  readonly turns: { readonly program: string; readonly turn: number }[] = [];
  /** All that was ever committed to the store, and how every program stood after each tick. */
  readonly committed: CommitBatch[];
  readonly truths: Truth[];
  readonly #takingPart: ProgramsTakingPart;
  readonly #clock: WorldClock;
  readonly #opening: CommitBatch;
  readonly #first: number;

  private constructor(
    options: ShoreOptions,
    storage: Storage,
    world: World,
    woken: Woken,
    tick: number,
    opening: CommitBatch,
    before: Shore | null,
  ) {
    this.options = options;
    this.storage = storage;
    this.world = world;
    this.woken = woken;
    this.tick = this.#first = tick;
    this.#opening = opening;
    this.committed = before?.committed ?? [];
    this.truths = before?.truths ?? [];
    this.#clock = new WorldClock({ tick: 0, now: options.startMs, worldMsPerTick: 60_000 }, 100);
    this.#takingPart = new ProgramsTakingPart({
      programs: woken.programs,
      world,
      programOf: woken.programOf,
      walkingSpeed: 8,
      crossings: { isQuarantined: false, intent: (program, n, intent, at) => this.#intent(program, n, intent.kind, at) },
    });
  }

  /** `before`: of whose store it is. */
  static async open(options: ShoreOptions, before: Shore | null = null): Promise<Shore> {
    const storage = before?.storage ?? openMemory();
    const loaded = worldOf(options);
    const sealing = await prepareSealing(loaded, storage, []);
    const recovered = await recoverWorld(loaded, sealing, 100, null);
    const { world, tick, seed } = recovered;
    const pool = openPool({ turnMsMax: 5_000, startMsMax: 10_000, ground: async (hash) => (await storage.ground(hash))?.bytes ?? null });
    const woken = await wakePrograms(recovered, {
      loaded,
      storage,
      pool,
      nowMs: () => 0,
      tickMs: 100,
      lockstep: true,
      walkingSpeed: 8,
      isApart: options.isApart ?? (() => false),
      crossings: { home: fingerprintOf(options.name), hasLeft: options.hasLeft ?? (() => false) },
    });
    const settings = { maps: JSON.stringify(loaded.maps.map(({ name }) => name)), world: loaded.name, seed: String(seed) };
    const opening = {
      keyframes: recovered.fresh.map((live) => ({ map: live.map.name, tick, bytes: live.keyframes().open })),
      settings: Object.entries(settings).map(([key, value]) => ({ key, value })),
    };
    return new Shore(options, storage, world, woken, tick, opening, before);
  }

  /** Ends without a word, as `kill -9` does, and begins again from what the store has. */
  async kill(changes: Partial<ShoreOptions> = {}): Promise<Shore> {
    await this.close();
    return await Shore.open({ ...this.options, ...changes }, this);
  }

  async close(): Promise<void> {
    await this.programs.close();
  }

  get programs(): Programs {
    return this.woken.programs;
  }

  get travelling(): Travelling {
    return this.woken.travelling;
  }

  get now(): number {
    return this.#clock.at(this.tick);
  }

  /** One tick, in which `act` is done as crossings do things. */
  async step(act: Act = () => ({})): Promise<void> {
    await this.programs.settled();
    const tick = ++this.tick;
    const { now } = this;
    const before = [this.#takingPart.before(tick, now), act(tick, now)];
    const step = this.world.step(
      tick,
      () => true,
      (body) => this.#takingPart.wants(body) ?? null,
    );
    const { batch, publish } = this.#takingPart.after(tick, now, step);
    const own = {
      records: step.records,
      settings: [
        { key: "tick", value: String(tick) },
        { key: "transit", value: JSON.stringify(this.world.transit) },
      ],
    };
    const all = mergeBatches([...(tick === this.#first + 1 ? [this.#opening] : []), own, ...before, batch]);
    await this.storage.commit(all);
    publish();
    this.committed.push(all);
    for (const [program, { kept, mailbox }] of this.programs.residents) this.truths.push({ tick, program, kept, mail: mailbox.all });
    this.log.push(...all.logs!.map(({ text }) => text));
    this.turns.push(...all.turns!.map(({ program, turn }) => ({ program, turn })));
  }

  async steps(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.step();
  }

  async until(found: () => boolean, ticksMax = 100): Promise<void> {
    for (let i = 0; i < ticksMax && !found(); i++) await this.step();
    if (!found()) throw new Error(`not so after ${ticksMax} ticks: ${this.log.join(" | ")}`);
  }

  /** What is told to a program in this tick. */
  async tell(program: string, ...percepts: readonly Percept[]): Promise<void> {
    await this.step((tick) => ({ deliveries: this.programs.deliver(program, tick, percepts) }));
  }

  body(program: string): BodyView | null {
    const where = this.world.locate(`program:${program}`);
    return where?.kind === "present" ? where.live.state.body(where.body) : null;
  }

  /** The name of its map. */
  mapOf(program: string): string | null {
    const where = this.world.locate(`program:${program}`);
    return where?.kind === "present" ? where.live.map.name : null;
  }

  statusOf(program: string): string | null {
    return this.programs.resident(program)?.status.kind ?? null;
  }

  /** How somebody who comes from there is received. */
  welcome(life: string, changes: Partial<Welcome> = {}): Welcome {
    return { life, host: "the other", place: null, spawns: [], ...changes };
  }

  /** A consent is taken at its word: the attempt is called after the program and the number of its intent. */
  #intent(program: string, n: number, kind: string, tick: number): { batch: CommitBatch; reply: Percept | null } {
    if (kind === "decline") return { batch: {}, reply: { kind: "reply", n, ok: true, data: null } };
    const error = this.travelling.mayLeave(program);
    if (error !== null) throw ElsewhereError.from(error);
    return { batch: this.travelling.hold(program, `${program}-${n}`, tick), reply: null };
  }
}

const codes = new Map<string, Code>();

export function codeFrom(source: string): Code {
  const known = codes.get(source) ?? codeOf(source);
  codes.set(source, known);
  return known;
}

function worldOf({ name, programs, startMs, changes }: ShoreOptions): LoadedWorld {
  const all = Object.entries(programs);
  const bundles = all.map(([id, source]) => {
    const { text: code, hash: codeHash } = codeFrom(source);
    return [`programs/${id}.ts`, { code, codeHash, codeBytes: code.length, map: mapOf(id), files: [] }] as const;
  });
  const usual = {
    traits: { hat: "red" },
    description: "A traveller.",
    memory: {},
    owner: "world",
    quota: defaultQuota(true),
    spawns: [],
    walks: true,
  };
  const own = all
    .filter(([id]) => id !== "child")
    .map(([id]) => ({ ...usual, id, name: `The ${id}`, at: "east/start", code: `programs/${id}.ts`, ...changes }));
  return twoFields({ name, clockStartMs: startMs, programs: own, bundles: new Map(bundles), seed: seedOf(1, name) });
}
