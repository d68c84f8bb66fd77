/**
 * The base: the engine with the author's library already evaluated, the same for all programs. It is built
 * deterministically, so that every process with the same engine and library has the same base, bit for bit.
 */
import { createHash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { type Box, Engine } from "./engine.ts";
import { encodeBase, shared, tokenNames, type Tokens } from "./ground.ts";
import { withMemoryMaximum } from "./wasm.ts";

/** All a worker needs to run programs. Can be posted to it; its bytes are shared between threads, and nobody writes to them. */
export interface Base {
  /** sha256 of the base as it is stored, hex. */
  readonly hash: string;
  /** sha256 of the engine's module as it is run, hex. */
  readonly engineHash: string;
  /** The engine's module as it is run. */
  readonly engine: Uint8Array;
  readonly module: WebAssembly.Module;
  /** The memory from the stack pointer to its end: all below is dead stack. */
  readonly heap: Uint8Array;
  readonly stackPointer: number;
  /** Bytes the engine has allocated in it. */
  readonly allocatedBytes: number;
  readonly tokens: Tokens;
}

export const libraryName = "@elsewhere/program";
/** Everything but `performance`, which would be a second clock. */
const intrinsics = ~(1 << 10);
const fulfilled = 1;

export function buildBase(engine: Uint8Array, library: string): Base {
  const wasm = withMemoryMaximum(engine, limits.heapBytesMax);
  const module = new WebAssembly.Module(wasm);
  const inside = new Engine(module);
  const { exports, stackPointer } = inside;
  exports._initialize();
  if (exports.qjs_init2(intrinsics) !== 0) throw new ElsewhereError("fault", "the engine did not start", { field: "engine" });
  exports.qjs_set_max_stack_size(limits.stackBytesMax);
  exports.qjs_set_interrupt_handler(1);
  exports.qjs_set_promise_rejection_handler(1);
  const evaluation = inside.evaluate(inside.compile(library, libraryName));
  inside.runJobs();
  if (exports.qjs_promise_state(evaluation) !== fulfilled) {
    throw new ElsewhereError("fault", "the author's library did not evaluate", { field: "library" });
  }
  inside.free(evaluation);
  const tokens = takeTokens(inside);
  exports.qjs_run_gc();
  const allocatedBytes = inside.allocatedBytes();
  const engineHash = createHash("sha256").update(wasm).digest("hex");
  const base = {
    engineHash,
    engine: wasm,
    module,
    heap: shared(inside.bytes.subarray(stackPointer)),
    stackPointer,
    allocatedBytes,
    tokens,
  };
  return { ...base, hash: encodeBase(base).hash };
}

function takeTokens(inside: Engine): Tokens {
  const global = inside.exports.qjs_get_global();
  const host = inside.property(global, "elsewhereHost");
  const take = (name: string): Box => (name === "undefined" ? inside.exports.qjs_get_undefined() : inside.property(host, name));
  const tokens = Object.fromEntries(tokenNames.map((name) => [name, take(name)])) as unknown as Tokens;
  inside.free(host);
  inside.free(global);
  return tokens;
}
