/** One turn in a memory that holds a program: the text it is given goes in, the text of what it asks for comes out. */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Fault, TurnInput } from "../contract.ts";
import type { Base } from "./base.ts";
import { type Box, type Engine, GuestThrew, OutOfFuel, OutOfMemory } from "./engine.ts";
import { type Checked, readOutcome } from "./outcome.ts";

/** Thrown when the sandbox itself says what kind of fault it was. */
class Failed extends Error {
  readonly fault: Fault;
  constructor(reason: Fault["reason"], message: string) {
    super(message);
    this.fault = { reason, message };
  }
}

/** What the host itself has to know of a turn's input. */
export type TurnHead = Pick<TurnInput, "turn" | "now" | "heapBytesMax">;

/** The program's compiled code, given with its first turn, and what compiling took of that turn's fuel. */
export interface Start {
  readonly module: bigint;
  readonly pollsUsed: number;
}

/** How inputs are written whose program has begun and was not taken back: what matters here is in front. */
const usualHead = /^\{"turn":(\d+),"now":(-?\d+(?:\.\d+)?),"start":null,"rewound":null,"heapBytesMax":(\d+),/;

export function headOf(input: string): TurnHead {
  const usual = usualHead.exec(input);
  if (usual !== null) return { turn: Number(usual[1]), now: Number(usual[2]), heapBytesMax: Number(usual[3]) };
  const { turn, now, heapBytesMax } = JSON.parse(input) as TurnInput;
  return { turn, now, heapBytesMax };
}

/** Kept free below the memory's hard maximum, so that the allocator's overhead never meets that first. */
const reserveBytes = 192 * 1024;

/**
 * `pollsMax` is the fuel of a turn that is not the program's first. `module` is the program's compiled code, in its first
 * turn; `pollsUsed` is what compiling took of that turn's fuel.
 * Throws what `faultOf` understands; the memory is then good for nothing.
 */
export function runTurn(
  engine: Engine,
  base: Base,
  head: TurnHead,
  input: string,
  pollsMax: number,
  start: { module: bigint; pollsUsed: number } | null,
): Checked & { polls: number } {
  const { tokens } = base;
  const polls = start === null ? pollsMax : limits.startPollsMax;
  engine.now = head.now;
  engine.pollsLeft = polls - (start?.pollsUsed ?? 0);
  engine.exports.qjs_set_memory_limit(memoryLimit(base, head.heapBytesMax));
  const json = engine.string(input);
  let more = step(engine, base, tokens.begin, json);
  engine.free(json);
  if (start !== null) evaluate(engine, base, start.module);
  engine.runJobs();
  while (more) {
    more = step(engine, base, tokens.next, null);
    engine.runJobs();
  }
  engine.eachRejection((reason) => engine.free(engine.call(tokens.unhandled, tokens.undefined, reason)));
  const result = engine.call(tokens.finish, tokens.undefined, null);
  const text = engine.text(result, limits.outcomeBytesMax);
  engine.free(result);
  if (text === null) throw new Failed("outcome", `the outcome is larger than ${limits.outcomeBytesMax} bytes, or is no text`);
  const checked = readOutcome(text);
  if (checked.failed !== null) throw isOutOfMemory(checked.failed) ? new OutOfMemory() : new Failed("threw", checked.failed);
  return { ...checked, polls: polls - engine.pollsLeft };
}

function evaluate(engine: Engine, { tokens }: Base, module: bigint): void {
  const promise = engine.evaluate(module);
  engine.free(engine.call(tokens.watch, tokens.undefined, promise));
  engine.free(promise);
}

/** Whether there is another step after the one that was taken. */
function step(engine: Engine, { tokens }: Base, fn: Box, argument: Box | null): boolean {
  const more = engine.call(fn, tokens.undefined, argument);
  const stepped = engine.exports.qjs_get_bool(more) !== 0;
  engine.free(more);
  return stepped;
}

/** The engine counts all it has allocated, the base's own included. */
function memoryLimit({ allocatedBytes, stackPointer }: Base, heapBytesMax: number): number {
  return Math.min(allocatedBytes + heapBytesMax, limits.heapBytesMax - stackPointer - reserveBytes);
}

/** What was thrown while a turn ran, as the fault of that program. */
export function faultOf(error: unknown, engine: Engine, base: Base, heapBytesMax: number): Fault {
  if (error instanceof Failed) return error.fault;
  if (error instanceof OutOfFuel) return { reason: "time", message: "used more computation than a turn may" };
  if (error instanceof OutOfMemory) return outOfMemory(heapBytesMax);
  if (error instanceof GuestThrew) return thrown(error, engine, base, heapBytesMax);
  if (error instanceof ElsewhereError) return { reason: error.code === "forbidden" ? "engine" : "outcome", message: error.message };
  // A trap (unreachable, out of bounds) or the host's own stack: the engine came apart under this program alone.
  return { reason: "engine", message: `the engine stopped: ${(error as Error).message}` };
}

/** What was thrown, in the words of the inside, as far as it can still say them. */
function thrown({ box }: GuestThrew, engine: Engine, base: Base, heapBytesMax: number): Fault {
  try {
    const described = engine.call(base.tokens.describe, base.tokens.undefined, box);
    const message = engine.text(described, 4 * limits.logLineCharsMax) ?? "an error that cannot be shown";
    if (isOutOfMemory(message) || (message === "null" && nearlyFull(engine, base, heapBytesMax))) return outOfMemory(heapBytesMax);
    return { reason: "threw", message: message.slice(0, limits.logLineCharsMax) };
  } catch {
    return nearlyFull(engine, base, heapBytesMax)
      ? outOfMemory(heapBytesMax)
      : { reason: "threw", message: "an error that cannot be shown" };
  }
}

/** The engine throws null where not even the error that says it is out of memory can be made. A memory never shrinks. */
function nearlyFull(engine: Engine, { stackPointer, heap }: Base, heapBytesMax: number): boolean {
  return engine.bytes.length + 512 * 1024 > Math.min(limits.heapBytesMax, stackPointer + heap.length + heapBytesMax);
}

const outOfMemory = (bytes: number): Fault => ({ reason: "memory", message: `used more than its ${bytes} bytes of memory` });
const isOutOfMemory = (message: string): boolean => message.startsWith("InternalError: out of memory");
