/** A pool as hostile programs meet it, and beside them in the same worker a neighbour that must notice nothing. */
import { createHash } from "node:crypto";
import { limits, type Percept } from "@elsewhere/protocol";
import type {
  Fault,
  Heap,
  HeapKeeper,
  Image,
  ProgramPool,
  RecordedTurn,
  TurnInput,
  TurnResult,
} from "../../../packages/server/src/programs/contract.ts";
import { type End, type Hostile, moduleOf } from "../corpus/hostile.ts";
import { openPool } from "./pool.ts";

/** World time at which they begin. */
const dawn = Date.UTC(2030, 0, 1, 6);
const turnsBetweenImages = 8;
/** A busy machine may hold a turn of the neighbour against it; its host would try it again, and so do we. */
const triesMax = 5;

/** One program of a pool, together with the transcript its heap comes back from. */
export class Tried implements HeapKeeper {
  readonly #pool: ProgramPool;
  readonly #name: string;
  #heap: Heap = { image: null, turns: [] };
  turn = 0;

  constructor(pool: ProgramPool, name: string, text: string) {
    this.#pool = pool;
    this.#name = name;
    pool.add(name, { hash: createHash("sha256").update(text).digest("hex"), text }, this);
  }

  heap(): Promise<Heap> {
    return Promise.resolve(this.#heap);
  }

  letGo(): void {}

  /** One turn; what fails leaves the program as it was. */
  async run(percepts: readonly Percept[], withImage = false): Promise<TurnResult> {
    const input = inputOf(this.turn + 1, percepts);
    const result = await this.#pool.run(this.#name, input, withImage);
    if (result.ok) this.#keep({ turn: this.turn + 1, input, outcome: result.json }, result.image);
    return result;
  }

  /** The next turn's outcome, as text. It has to be had. */
  async outcome(text: string): Promise<string> {
    let fault: Fault | null = null;
    for (let tries = 0; tries < triesMax; tries++) {
      const result = await this.run(this.turn === 0 ? [] : [heard(text)], (this.turn + 1) % turnsBetweenImages === 0);
      if (result.ok) return result.json;
      fault = result.fault;
      if (fault.reason !== "time") break;
    }
    throw new Error(`${this.#name} was harmed: ${fault?.reason}: ${fault?.message}`);
  }

  remove(): void {
    this.#pool.remove(this.#name);
  }

  #keep(turn: RecordedTurn, image: Image | null): void {
    this.turn = turn.turn;
    this.#heap = image === null ? { ...this.#heap, turns: [...this.#heap.turns, turn] } : { image, turns: [] };
  }
}

export function inputOf(turn: number, percepts: readonly Percept[]): string {
  const start = turn === 1 ? { id: 7, name: "Ada", seed: 1, memory: {}, lastN: 0 } : null;
  const heapBytesMax = limits.programHeapBytesMax;
  const input: TurnInput = { turn, now: dawn + turn * 100, start, rewound: null, heapBytesMax, percepts };
  return JSON.stringify(input);
}

export const heard = (text: string): Percept => ({ kind: "heard", from: { id: 1, name: "Bob" }, how: "say", text });

/** How it went with a hostile program. */
export interface Ended {
  readonly end: End;
  readonly fault: Fault | null;
  /** What its log said in its last turn. */
  readonly said: string;
  readonly memoryBytes: number;
  readonly polls: number;
  /** From asking for the turn to its answer, milliseconds: for reports, never for a test to decide by. */
  readonly tookMs: number;
  /** Processor time that went by in all of this process meanwhile, milliseconds. */
  readonly cpuMs: number;
  readonly workersLost: number;
  /** What it says when it is asked whether it is there after a turn that failed, null where nobody asked. */
  readonly afterwards: string | null;
}

const counting = `
import { me, memory, sleep } from "@elsewhere/program";
let n = 0;
const held = new Map();
function* numbers() { for (let i = 1; ; i++) yield i; }
const number = numbers();
me.on("heard", async ({ text }) => {
  held.set(text, ++n);
  memory.n = n;
  await null;
  console.log(n, number.next().value, held.size, Math.random(), Object.keys(Object.prototype).length, JSON.stringify([text]));
});
for (;;) await sleep({ days: 1 });`;

export class Cell {
  readonly pool: ProgramPool;
  readonly #neighbour: Tried;
  readonly #words: string[] = [];
  readonly #outcomes: string[] = [];

  private constructor(pool: ProgramPool) {
    this.pool = pool;
    this.#neighbour = new Tried(pool, "neighbour", counting);
  }

  static async open(times: { readonly turnMsMax: number; readonly startMsMax: number }): Promise<Cell> {
    const cell = new Cell(openPool(times));
    await cell.#beside("its start");
    return cell;
  }

  /** Lets a hostile program do its worst, and its neighbour take a turn each time it does. */
  async attack(hostile: Hostile, prelude = ""): Promise<Ended> {
    const program = new Tried(this.pool, hostile.name, moduleOf(hostile, prelude));
    const lostBefore = this.pool.figures.workersLost;
    let watch = new Stopwatch();
    let result: TurnResult = await program.run([]);
    watch.stop();
    for (let time = 0; time < (hostile.times ?? 1) && result.ok; time++) {
      watch = new Stopwatch();
      [result] = await Promise.all([program.run([heard("go")]).finally(() => watch.stop()), this.#beside(`${hostile.name} ${time}`)]);
    }
    const workersLost = this.pool.figures.workersLost - lostBefore;
    // Where the harm was done in an earlier turn, it is in the heap to stay.
    const cameBack = !result.ok && program.turn === 1 && !hostile.whole;
    const afterwards = cameBack ? said(await program.run([heard("are you there?")])) : null;
    program.remove();
    await this.#beside(`${hostile.name} is gone`);
    const { tookMs, cpuMs } = watch;
    const rest = { said: said(result), tookMs, cpuMs, workersLost, afterwards };
    if (!result.ok) return { ...rest, end: result.fault.reason, fault: result.fault, memoryBytes: 0, polls: 0 };
    return { ...rest, end: "well", fault: null, memoryBytes: result.memoryBytes, polls: result.polls };
  }

  /** The neighbour's outcomes so far, and the ones it has where nobody does it harm. */
  async neighbour(): Promise<{ readonly here: readonly string[]; readonly alone: readonly string[] }> {
    const pool = openPool({ turnMsMax: 5_000, startMsMax: 10_000 });
    try {
      const undisturbed = new Tried(pool, "neighbour", counting);
      const alone: string[] = [];
      for (const word of this.#words) alone.push(await undisturbed.outcome(word));
      return { here: this.#outcomes, alone };
    } finally {
      await pool.close();
    }
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  async #beside(word: string): Promise<void> {
    this.#words.push(word);
    this.#outcomes.push(await this.#neighbour.outcome(word));
  }
}

const said = (result: TurnResult): string => (result.ok ? result.outcome.log.map(({ text }) => text).join("\n") : "");

/** For reports. */
class Stopwatch {
  readonly #startedMs = performance.now();
  readonly #startedCpu = process.cpuUsage();
  tookMs = 0;
  cpuMs = 0;

  stop(): void {
    this.tookMs = performance.now() - this.#startedMs;
    const { user, system } = process.cpuUsage(this.#startedCpu);
    this.cpuMs = (user + system) / 1000;
  }
}
