/**
 * The base image: the engine with the author's library already evaluated, the same for all programs. It is built
 * deterministically, so that every process with the same engine and library has the same base, bit for bit.
 */
import { createHash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { type Box, Engine } from "./engine.ts";
import { withMemoryMaximum } from "./wasm.ts";

/** Functions of the library that the host holds on to; their boxes are part of the base. */
export interface Tokens {
  readonly undefined: Box;
  readonly begin: Box;
  readonly next: Box;
  readonly watch: Box;
  readonly finish: Box;
  readonly describe: Box;
  readonly unhandled: Box;
}

/** All a worker needs to run programs. Can be posted to it. */
export interface Base {
  readonly module: WebAssembly.Module;
  /** Shared between workers; nobody writes to it. */
  readonly memory: Uint8Array;
  readonly stackPointer: number;
  readonly tokens: Tokens;
  /** sha256 of the engine's module as it is run, hex. */
  readonly engineHash: string;
  /** sha256 of the base memory above the stack pointer, hex. */
  readonly hash: string;
}

export const libraryName = "@elsewhere/program";
/** Everything but `performance`, which would be a second clock. */
const intrinsics = ~(1 << 10);
/** Left free above the engine's own limit, so that the allocator's overhead never meets the hard maximum first. */
const reserveBytes = 192 * 1024;
const fulfilled = 1;

export function buildBase(engine: Uint8Array, library: string): Base {
  const wasm = withMemoryMaximum(engine, limits.heapBytesMax);
  const module = new WebAssembly.Module(wasm);
  const inside = new Engine(module);
  const { exports } = inside;
  exports._initialize();
  if (exports.qjs_init2(intrinsics) !== 0) throw new ElsewhereError("fault", "the engine did not start", { field: "engine" });
  exports.qjs_set_max_stack_size(limits.stackBytesMax);
  exports.qjs_set_memory_limit(limits.heapBytesMax - inside.stackPointer - reserveBytes);
  exports.qjs_set_interrupt_handler(1);
  exports.qjs_set_promise_rejection_handler(1);
  const evaluation = inside.evaluate(library, libraryName);
  inside.runJobs();
  if (exports.qjs_promise_state(evaluation) !== fulfilled) {
    throw new ElsewhereError("fault", "the author's library did not evaluate", { field: "library" });
  }
  inside.free(evaluation);
  const tokens = takeTokens(inside);
  exports.qjs_run_gc();
  const memory = new Uint8Array(new SharedArrayBuffer(inside.bytes.length));
  memory.set(inside.bytes);
  const stackPointer = inside.stackPointer;
  const hash = createHash("sha256").update(inside.bytes.subarray(stackPointer)).digest("hex");
  return { module, memory, stackPointer, tokens, engineHash: createHash("sha256").update(wasm).digest("hex"), hash };
}

function takeTokens(inside: Engine): Tokens {
  const global = inside.exports.qjs_get_global();
  const host = inside.property(global, "elsewhereHost");
  const take = (name: string): Box => inside.property(host, name);
  const tokens: Tokens = {
    undefined: inside.exports.qjs_get_undefined(),
    begin: take("begin"),
    next: take("next"),
    watch: take("watch"),
    finish: take("finish"),
    describe: take("describe"),
    unhandled: take("unhandled"),
  };
  inside.free(host);
  inside.free(global);
  return tokens;
}

/** A fresh instance whose memory is the base's, grown to `memoryBytes`. */
export function instantiate(base: Base, memoryBytes: number): Engine {
  const inside = new Engine(base.module);
  const { memory } = inside.exports;
  const missing = memoryBytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(missing / 65_536);
  const bytes = inside.bytes;
  bytes.set(base.memory);
  inside.exports.__stack_pointer.value = base.stackPointer;
  return inside;
}
