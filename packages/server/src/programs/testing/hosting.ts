/** A host of programs for tests: lockstep, tick by tick, over a store that outlives it. */
import { createHash } from "node:crypto";
import type { Percept } from "@elsewhere/protocol";
import { openMemory } from "../../storage/memory/memory.ts";
import type { CommitBatch, DeliveryRow, Storage } from "../../storage/contract.ts";
import { AuthorTexts } from "../author/texts.ts";
import type { Code, ProgramPool } from "../contract.ts";
import { parseKept } from "../kept.ts";
import type { Collected } from "../collected.ts";
import { Programs } from "../programs.ts";
import { defaultQuota } from "../quotas.ts";
import type { ProgramSpec } from "../spec.ts";
import { done } from "./percepts.ts";

/** World time at which test programs begin. */
export const dawn = Date.UTC(2030, 0, 1, 6);
export const tickMs = 60_000;

const codeOf = (source: string): Code => {
  const text = `import { ElsewhereError, me, memory, sleep, spawn } from "@elsewhere/program";\n${source}`;
  return { text, hash: createHash("sha256").update(text).digest("hex") };
};

export const specOf = (program: string, source: string, changes: Partial<ProgramSpec> = {}): ProgramSpec => ({
  program,
  name: program,
  code: codeOf(source),
  codeFile: `programs/${program}.ts`,
  body: 7,
  lastN: 0,
  newBody: false,
  seed: 1,
  memory: {},
  owner: "world",
  parent: null,
  quota: defaultQuota(false),
  spawns: [],
  walks: true,
  ...changes,
});

/** Opens a pool that finds what images stand on in that storage. */
type NewPool = (storage: Storage) => ProgramPool;

export class Hosted {
  readonly storage: Storage;
  readonly specs: readonly ProgramSpec[];
  readonly seen: Collected[] = [];
  /** All that was ever committed to the storage, over all hosts of it. */
  readonly committed: CommitBatch[];
  readonly codes = new Map<string, Code>();
  readonly texts = new AuthorTexts();
  programs!: Programs;
  readonly pool: ProgramPool;
  readonly #newPool: NewPool;
  tick = 0;
  now = dawn;

  private constructor(specs: readonly ProgramSpec[], storage: Storage, newPool: NewPool, committed: CommitBatch[]) {
    this.committed = committed;
    this.specs = specs;
    this.storage = storage;
    this.pool = newPool(storage);
    this.#newPool = newPool;
  }

  static async open(specs: readonly ProgramSpec[], newPool: NewPool, before: Hosted | null = null): Promise<Hosted> {
    const storage = before?.storage ?? openMemory();
    const host = new Hosted(specs, storage, newPool, before?.committed ?? []);
    host.tick = before?.tick ?? 0;
    host.now = before?.now ?? dawn;
    const rows = new Map((await storage.programs()).map((row) => [row.program, parseKept(row)]));
    const mail = await storage.mailboxes();
    host.programs = new Programs({
      pool: host.pool,
      storage,
      grounds: await storage.grounds(),
      owners: new Map(),
      tick: host.tick,
      storedCodes: new Set(),
      nowMs: () => 0,
      tickMs: 100,
      lockstep: true,
      codeOf: (file) => host.codes.get(file) ?? null,
      readCode: async (file) => host.codes.get(file)!,
      authorText: (codeHash, text) => host.texts.of(codeHash, text),
    });
    for (const spec of specs) {
      const own = mail.filter(({ program }) => program === spec.program);
      host.programs.add(spec, rows.get(spec.program) ?? null, own);
    }
    return host;
  }

  /** One tick in the loop's order; all mail goes to all programs, and every intent is answered in the same tick. */
  async step(mail: readonly Percept[] = [], commits = true): Promise<Collected> {
    await this.programs.settled();
    this.tick++;
    this.now += tickMs;
    const collected = this.programs.collect(this.now, this.tick);
    const deliveries: DeliveryRow[] = [];
    for (const program of this.programs.residents.keys()) {
      const replies = collected.intents.filter((each) => each.program === program).map(({ n }) => done(n));
      deliveries.push(...this.programs.deliver(program, this.tick, [...replies, ...mail]));
    }
    const { turns, images, grounds, programs, logs } = collected;
    const batch: CommitBatch = { turns, images, grounds, programs, logs, deliveries };
    if (commits) {
      await this.storage.commit(batch);
      this.committed.push(batch);
      this.programs.dispatch(this.now);
    }
    this.seen.push(collected);
    return collected;
  }

  async steps(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.step();
  }

  /** Ticks until `found` is so; for what takes as long as a back-off does. */
  async until(found: () => boolean, ticksMax = 400): Promise<void> {
    for (let i = 0; i < ticksMax && !found(); i++) await this.step();
    if (!found()) throw new Error(`not so after ${ticksMax} ticks: ${this.log.join(" | ")}`);
  }

  get log(): string[] {
    return this.seen.flatMap(({ logs }) => logs.map(({ text }) => text));
  }

  get said(): { program: string; n: number; text: string }[] {
    return this.seen.flatMap(({ intents }) =>
      intents.map(({ program, n, intent }) => ({ program, n, text: intent.kind === "say" ? intent.text : intent.kind })),
    );
  }

  /** Ends without a word, as `kill -9` does; what the store has is all that is left. */
  async kill(specs = this.specs): Promise<Hosted> {
    await this.programs.close();
    return await Hosted.open(specs, this.#newPool, this);
  }

  turnsOf(of: string): number[] {
    return this.committed.flatMap(({ turns = [] }) => turns.filter(({ program }) => program === of).map(({ turn }) => turn));
  }
}
