/** What the tests of this folder share: one base and library a process, pools, short programs, a store in memory. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Percept } from "@elsewhere/protocol";
import type { DeliveryRow, HeapRow, ImageRow, ProgramRow, Storage, TurnRow } from "../../storage/contract.ts";
import { bundleLibrary, enginePath } from "../bundle.ts";
import type { Outcome, TurnInput } from "../contract.ts";
import { type PoolOptions, WorkerPool } from "../pool.ts";
import type { Collected, ProgramSpec } from "../programs.ts";
import { type Base, buildBase } from "../sandbox/base.ts";
import { LiveProgram, type Ran } from "../sandbox/live.ts";

export const engine = readFileSync(enginePath());
export const library = await bundleLibrary();
let built: Base | null = null;
export const base = (): Base => (built ??= buildBase(engine, library));

export const realTime: PoolOptions["time"] = {
  monotonicMs: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

/** One worker, so that every program is every other's neighbour. */
export const openPool = (options: Partial<PoolOptions> = {}): WorkerPool =>
  new WorkerPool({ engine, library, workers: 1, time: realTime, ...options });

export const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** World time at which test programs begin. */
export const dawn = Date.UTC(2030, 0, 1, 6);
export const hourMs = 3_600_000;

const imports = `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";\n`;
export const program = (code: string): string => imports + code;

export const startInput = (seed = 1, now = dawn): TurnInput => ({
  turn: 1,
  now,
  start: { id: 7, name: "Ada", seed, memory: {}, lastN: 0 },
  percepts: [],
});
export const turnInput = (turn: number, now: number, percepts: readonly Percept[] = []): TurnInput => ({
  turn,
  now,
  start: null,
  percepts,
});

export const heard = (text: string): Percept => ({ kind: "heard", from: { id: 1, name: "Bob" }, how: "say", text });
export const done = (n: number): Percept => ({ kind: "reply", n, ok: true, data: null });

export const fresh = (code: string): LiveProgram => LiveProgram.fresh(base(), program(code), sha256(program(code)));
export const restored = (code: string, image: Uint8Array): LiveProgram =>
  LiveProgram.restore(base(), program(code), sha256(program(code)), image);

/** The turn's result, which has to be a good one. */
export function good(ran: Ran): Extract<Ran, { ok: true }> {
  if (ran.ok) return ran;
  throw new Error(`the turn failed: ${ran.fault.reason}: ${ran.fault.message}`);
}
export const texts = (outcome: Outcome): string[] => outcome.log.map(({ text }) => text);

export const specOf = (name: string, code: string): ProgramSpec => ({
  program: name,
  name,
  code: program(code),
  codeHash: sha256(program(code)),
  body: 7,
  lastN: 0,
  seed: 1,
  memory: {},
});

/** Takes what `collect` and `deliver` give, as a store would, and reads it back. */
export class MemoryStore implements Pick<Storage, "heap" | "mailbox"> {
  readonly rows = new Map<string, ProgramRow>();
  readonly turns: TurnRow[] = [];
  readonly images: ImageRow[] = [];
  mail: DeliveryRow[] = [];

  commit({ programs, turns, images }: Partial<Collected>, deliveries: readonly DeliveryRow[] = []): void {
    for (const row of programs ?? []) this.rows.set(row.program, row);
    this.turns.push(...(turns ?? []));
    this.images.push(...(images ?? []));
    this.mail.push(...deliveries);
    for (const { program: of, throughSeq } of turns ?? [])
      this.mail = this.mail.filter((row) => row.program !== of || row.seq > throughSeq);
  }

  heap(of: string): Promise<HeapRow> {
    const all = this.turns.filter((row) => row.program === of);
    const turns = all.slice(all.findLastIndex(({ turn }) => turn === 1));
    const image = this.images.findLast((row) => row.program === of) ?? null;
    return Promise.resolve({ image, turns: image === null ? turns : turns.filter(({ turn }) => turn > image.turn) });
  }

  mailbox(of: string): Promise<readonly DeliveryRow[]> {
    return Promise.resolve(this.mail.filter((row) => row.program === of));
  }
}
