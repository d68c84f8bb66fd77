/** A program of a pool together with what its host would keep of it: its newest image and its turns since. */
import assert from "node:assert/strict";
import type { Percept } from "@elsewhere/protocol";
import type { Code, Fault, Heap, HeapKeeper, Image, Outcome, ProgramPool, RecordedTurn, TurnInput, TurnResult } from "../contract.ts";

/** World time at which programs begin. */
const dawn = Date.UTC(2030, 0, 1, 6);

export class Tried implements HeapKeeper {
  readonly pool: ProgramPool;
  readonly name: string;
  /** How often its heap was asked for. */
  asked = 0;
  readonly letGone: Image[] = [];
  #heap: Heap = { image: null, turns: [] };
  #turn = 0;

  constructor(pool: ProgramPool, name: string, code: Code, heap?: Heap) {
    this.pool = pool;
    this.name = name;
    if (heap !== undefined) {
      this.#heap = heap;
      this.#turn = heap.turns.at(-1)?.turn ?? heap.image?.turn ?? 0;
    }
    pool.add(name, code, this);
  }

  heap(): Promise<Heap> {
    this.asked++;
    return Promise.resolve(this.#heap);
  }

  letGo(image: Image): void {
    this.letGone.push(image);
    if (image.turn === this.#turn) this.#heap = { image, turns: [] };
  }

  get kept(): Heap {
    return this.#heap;
  }

  /** Runs its next turn; `text` is what it hears in it. */
  async run(text?: string, withImage = false): Promise<TurnResult> {
    const turn = this.#turn + 1;
    const input = JSON.stringify(
      inputOf(turn, text === undefined ? [] : [{ kind: "heard", from: { id: 1, name: "Bob" }, how: "say", text }]),
    );
    const result = await this.pool.run(this.name, input, withImage);
    if (!result.ok) return result;
    const recorded: RecordedTurn = { turn, input, outcome: result.json };
    this.#turn = turn;
    this.#heap = result.image === null ? { ...this.#heap, turns: [...this.#heap.turns, recorded] } : { image: result.image, turns: [] };
    return result;
  }

  /** The same, which has to go well. */
  async turn(text?: string, withImage = false): Promise<Outcome> {
    const result = await this.run(text, withImage);
    if (!result.ok) throw new Error(`${this.name}: ${result.fault.reason}: ${result.fault.message}`);
    return result.outcome;
  }

  /** The same, and what it logged. */
  async says(text?: string): Promise<string> {
    return (await this.turn(text)).log.map((line) => line.text).join("\n");
  }

  async fault(text?: string): Promise<Fault> {
    const result = await this.run(text);
    assert.equal(result.ok, false, `${this.name} was to fail`);
    return (result as { fault: Fault }).fault;
  }

  /** Its transcript says something else from now on. */
  falsify(): void {
    this.#heap = { ...this.#heap, turns: this.#heap.turns.map((turn) => ({ ...turn, outcome: turn.outcome.replace(/\d/, "7") })) };
  }
}

function inputOf(turn: number, percepts: readonly Percept[]): TurnInput {
  const start = turn === 1 ? { id: 7, name: "Ada", seed: 1, memory: {}, lastN: 0 } : null;
  return { turn, now: dawn + turn * 1000, start, rewound: null, heapBytesMax: 2 * 1024 * 1024, percepts };
}
