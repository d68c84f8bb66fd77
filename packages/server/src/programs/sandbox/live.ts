/** A program in a WebAssembly memory of its own: its heap, the number of its last turn, and how to run the next. */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Fault, TurnInput, TurnResult } from "../contract.ts";
import { type Base, instantiate } from "./base.ts";
import { type Box, type Engine, GuestThrew, OutOfFuel, OutOfMemory } from "./engine.ts";
import { apply, difference } from "./granules.ts";
import { decodeImage, encodeImage, hashHeap, type ImageOf } from "./image.ts";
import { readOutcome } from "./outcome.ts";

/** Thrown when the sandbox itself says what kind of fault it was. */
class Failed extends Error {
  readonly fault: Fault;
  constructor(reason: Fault["reason"], message: string) {
    super(message);
    this.fault = { reason, message };
  }
}

/** A turn's result before anybody has taken its time. */
export type Ran = Extract<TurnResult, { ok: false }> | Omit<Extract<TurnResult, { ok: true }>, "turnMs">;

export class LiveProgram {
  readonly #of: ImageOf;
  readonly #code: string;
  readonly #engine: Engine;
  #turn = 0;

  private constructor(of: ImageOf, code: string, memoryBytes: number) {
    this.#of = of;
    this.#code = code;
    this.#engine = instantiate(of.base, memoryBytes);
  }

  static fresh(base: Base, code: string, codeHash: string): LiveProgram {
    return new LiveProgram({ base, codeHash }, code, base.memory.length);
  }

  /** Throws `corrupt` or `unsupported`; nothing of a bad image is ever run. */
  static restore(base: Base, code: string, codeHash: string, image: Uint8Array): LiveProgram {
    const of = { base, codeHash };
    const { turn, difference: granules } = decodeImage(image, of);
    const live = new LiveProgram(of, code, granules.memoryBytes);
    apply(granules, live.#engine.bytes, base.stackPointer);
    live.#turn = turn;
    return live;
  }

  get turn(): number {
    return this.#turn;
  }

  get source(): { readonly code: string; readonly codeHash: string } {
    return { code: this.#code, codeHash: this.#of.codeHash };
  }

  image(): Uint8Array {
    return encodeImage(this.#of, this.#turn, this.#difference());
  }

  /** Runs the next turn. After a fault the memory is of no use any more: throw this away and restore another. */
  run(input: TurnInput): Ran {
    try {
      if (input.turn !== this.#turn + 1) throw new Failed("image", `turn ${input.turn} does not follow turn ${this.#turn} of the heap`);
      const { outcome, failed } = readOutcome(this.#take(input));
      if (failed !== null) throw new Failed(isOutOfMemory(failed) ? "memory" : "threw", failed);
      this.#turn = input.turn;
      const changed = this.#difference();
      return { ok: true, outcome, heapBytes: changed.bytes.length, heapHash: hashHeap(this.#of.base, changed) };
    } catch (error) {
      return { ok: false, fault: this.#faultOf(error) };
    }
  }

  #take(input: TurnInput): string {
    const engine = this.#engine;
    const { tokens } = this.#of.base;
    engine.now = input.now;
    engine.pollsLeft = input.turn === 1 ? limits.startPollsMax : limits.turnPollsMax;
    const json = engine.string(JSON.stringify(input));
    this.#call(tokens.begin, json);
    engine.free(json);
    if (input.turn === 1) this.#evaluate();
    engine.runJobs();
    while (this.#step()) engine.runJobs();
    engine.eachRejection((reason) => this.#call(tokens.unhandled, reason));
    const result = engine.call(tokens.finish, tokens.undefined, null);
    const text = engine.text(result, limits.outcomeBytesMax);
    engine.free(result);
    if (text === null) throw new Failed("outcome", `the outcome is larger than ${limits.outcomeBytesMax} bytes, or is no text`);
    return text;
  }

  #evaluate(): void {
    const promise = this.#engine.evaluate(this.#code, "program.js");
    this.#call(this.#of.base.tokens.watch, promise);
    this.#engine.free(promise);
  }

  #step(): boolean {
    const { next, undefined: nothing } = this.#of.base.tokens;
    const more = this.#engine.call(next, nothing, null);
    const stepped = this.#engine.exports.qjs_get_bool(more) !== 0;
    this.#engine.free(more);
    return stepped;
  }

  #call(fn: Box, argument: Box): void {
    this.#engine.free(this.#engine.call(fn, this.#of.base.tokens.undefined, argument));
  }

  #difference(): ReturnType<typeof difference> {
    const { memory, stackPointer } = this.#of.base;
    return difference(memory, this.#engine.bytes, stackPointer);
  }

  #faultOf(error: unknown): Fault {
    if (error instanceof Failed) return error.fault;
    if (error instanceof OutOfFuel) return { reason: "time", message: "used more computation than a turn may" };
    if (error instanceof OutOfMemory) return outOfMemory;
    if (error instanceof GuestThrew) return this.#thrown(error);
    if (error instanceof ElsewhereError) return { reason: error.code === "forbidden" ? "engine" : "outcome", message: error.message };
    // A trap (unreachable, out of bounds) or the host's own stack: the engine came apart under this program alone.
    return { reason: "engine", message: `the engine stopped: ${(error as Error).message}` };
  }

  /** What was thrown, in the words of the inside, as far as it can still say them. */
  #thrown({ box }: GuestThrew): Fault {
    const { describe, undefined: nothing } = this.#of.base.tokens;
    try {
      const described = this.#engine.call(describe, nothing, box);
      const message = this.#engine.text(described, 4 * limits.logLineCharsMax) ?? "an error that cannot be shown";
      return isOutOfMemory(message) || this.#isNullForWantOfMemory(message)
        ? outOfMemory
        : { reason: "threw", message: message.slice(0, limits.logLineCharsMax) };
    } catch {
      return { reason: "threw", message: "an error that cannot be shown" };
    }
  }

  /** The engine throws null where not even the error that says it is out of memory can be made. */
  #isNullForWantOfMemory(message: string): boolean {
    return message === "null" && this.#engine.bytes.length > nearlyFullBytes;
  }
}

const nearlyFullBytes = limits.heapBytesMax - 512 * 1024;
const outOfMemory: Fault = { reason: "memory", message: `used more than its ${limits.heapBytesMax} bytes of memory` };
const isOutOfMemory = (message: string): boolean => message.startsWith("InternalError: out of memory");
