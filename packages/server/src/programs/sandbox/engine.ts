/**
 * One QuickJS instance in one WebAssembly memory. It owns the border: what the engine imports is answered here and
 * nowhere else, and no import reaches the machine's clock, entropy, files or output. Values of the inside are boxes,
 * addresses in its memory; nothing read from the inside is believed to be more than bytes.
 */
import { ElsewhereError } from "@elsewhere/protocol";

/** A value of the inside: the address of its box. */
export type Box = number;

/** What this build calls of the engine's exports (quickjs-wasi 3.6). */
interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global;
  _initialize(): void;
  qjs_init2(intrinsics: number): number;
  qjs_set_interrupt_handler(on: number): void;
  qjs_set_promise_rejection_handler(on: number): void;
  qjs_set_memory_limit(bytes: number): void;
  qjs_set_max_stack_size(bytes: number): void;
  qjs_run_gc(): void;
  qjs_eval(code: number, length: number, name: number, flags: number): Box;
  qjs_call(fn: Box, self: Box, argc: number, argv: number): Box;
  qjs_new_string(at: number, length: number): Box;
  qjs_get_global(): Box;
  qjs_get_undefined(): Box;
  qjs_get_prop_string(box: Box, name: number): Box;
  qjs_get_string_len(box: Box, lengthOut: number): number;
  qjs_free_cstring(at: number): void;
  qjs_free_value(box: Box): void;
  qjs_get_bool(box: Box): number;
  qjs_get_value_ptr(box: Box): number;
  qjs_is_string(box: Box): number;
  qjs_is_exception(box: Box): number;
  qjs_get_exception(): Box;
  qjs_promise_state(box: Box): number;
  qjs_is_job_pending(): number;
  qjs_execute_pending_job(): number;
  wasm_malloc(bytes: number): number;
  wasm_free(at: number): void;
}

/** Thrown through the engine when a turn has used its fuel; the memory is then good for nothing. */
export class OutOfFuel extends Error {}
/** The engine could not allocate. */
export class OutOfMemory extends Error {}
/** The inside threw; `box` is what it threw. */
export class GuestThrew extends Error {
  readonly box: Box;
  constructor(box: Box) {
    super("the program threw");
    this.box = box;
  }
}

interface Rejection {
  readonly promise: Box;
  readonly reason: Box;
}

const badFileDescriptor = 8;
const notSupported = 52;
const moduleFlag = 1;
/** A program that rejects more promises than this in one turn has the rest of them go unreported. */
const rejectionsMax = 64;

export class Engine {
  readonly exports: EngineExports;
  /** World time, milliseconds: what every clock inside says. */
  now = 0;
  /** Polls left before `OutOfFuel`. */
  pollsLeft = Number.POSITIVE_INFINITY;
  #rejections: Rejection[] = [];

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module, this.#imports()).exports as unknown as EngineExports;
  }

  /** The memory as it is now; a view does not outlive the next call into the engine. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer);
  }

  get stackPointer(): number {
    return this.exports.__stack_pointer.value as number;
  }

  string(text: string): Box {
    const { at, length } = this.#write(text);
    const box = this.exports.qjs_new_string(at, length);
    this.exports.wasm_free(at);
    return this.#checked(box);
  }

  /** Evaluates a module; the box is the promise of its evaluation. */
  evaluate(code: string, name: string): Box {
    const source = this.#write(code);
    const file = this.#write(name);
    const box = this.exports.qjs_eval(source.at, source.length, file.at, moduleFlag);
    this.exports.wasm_free(source.at);
    this.exports.wasm_free(file.at);
    return this.#checked(box);
  }

  call(fn: Box, undefinedBox: Box, argument: Box | null): Box {
    if (argument === null) return this.#checked(this.exports.qjs_call(fn, undefinedBox, 0, 0));
    const argv = this.#allocate(4);
    new DataView(this.exports.memory.buffer).setUint32(argv, argument, true);
    const box = this.exports.qjs_call(fn, undefinedBox, 1, argv);
    this.exports.wasm_free(argv);
    return this.#checked(box);
  }

  property(box: Box, name: string): Box {
    const { at } = this.#write(name);
    const value = this.exports.qjs_get_prop_string(box, at);
    this.exports.wasm_free(at);
    return this.#checked(value);
  }

  free(box: Box): void {
    this.exports.qjs_free_value(box);
  }

  /** Text of a string; null if the box is anything else or longer than `bytesMax`. Runs nothing of the inside. */
  text(box: Box, bytesMax: number): string | null {
    if (this.exports.qjs_is_string(box) === 0) return null;
    const lengthOut = this.#allocate(4);
    const at = this.exports.qjs_get_string_len(box, lengthOut);
    if (at === 0) throw new OutOfMemory();
    const length = new DataView(this.exports.memory.buffer).getUint32(lengthOut, true);
    const text = length > bytesMax ? null : Buffer.from(this.exports.memory.buffer, at, length).toString("utf8");
    this.exports.qjs_free_cstring(at);
    this.exports.wasm_free(lengthOut);
    return text;
  }

  /** Runs promise jobs until there are none. */
  runJobs(): void {
    while (this.exports.qjs_is_job_pending() !== 0) {
      if (this.exports.qjs_execute_pending_job() < 0) throw new GuestThrew(this.exports.qjs_get_exception());
    }
  }

  /** Hands out the reasons of promises rejected since last asked that nobody has taken care of. */
  eachRejection(report: (reason: Box) => void): void {
    const rejections = this.#rejections;
    this.#rejections = [];
    for (const { reason } of rejections) report(reason);
    for (const { promise, reason } of rejections) {
      this.free(promise);
      this.free(reason);
    }
  }

  #checked(box: Box): Box {
    if (box === 0) throw new OutOfMemory();
    if (this.exports.qjs_is_exception(box) === 0) return box;
    this.free(box);
    throw new GuestThrew(this.exports.qjs_get_exception());
  }

  #allocate(bytes: number): number {
    const at = this.exports.wasm_malloc(bytes);
    if (at === 0) throw new OutOfMemory();
    return at;
  }

  #write(text: string): { at: number; length: number } {
    const utf8 = Buffer.from(text, "utf8");
    const at = this.#allocate(utf8.length + 1);
    const bytes = this.bytes;
    bytes.set(utf8, at);
    bytes[at + utf8.length] = 0;
    return { at, length: utf8.length };
  }

  #imports(): WebAssembly.Imports {
    const refuse = (name: string) => (): never => {
      throw new ElsewhereError("forbidden", `the inside called ${name}, which nothing there may`, { field: name });
    };
    return {
      env: {
        host_call: refuse("host_call"),
        host_module_normalize: refuse("host_module_normalize"),
        host_module_load: refuse("host_module_load"),
        host_get_timezone_offset: () => 0,
        host_interrupt: () => this.#poll(),
        host_promise_rejection: (promise: Box, reason: Box, handled: number) => this.#rejected(promise, reason, handled !== 0),
      },
      wasi_snapshot_preview1: {
        clock_time_get: (_clock: number, _precision: bigint, out: number) => this.#clock(out),
        random_get: (at: number, length: number) => {
          this.bytes.fill(0, at, at + length);
          return 0;
        },
        fd_write: () => badFileDescriptor,
        fd_close: () => badFileDescriptor,
        fd_fdstat_get: () => badFileDescriptor,
        fd_seek: () => notSupported,
      },
    };
  }

  #poll(): number {
    if (--this.pollsLeft < 0) throw new OutOfFuel();
    return 0;
  }

  #clock(out: number): number {
    new DataView(this.exports.memory.buffer).setBigUint64(out, BigInt(Math.floor(this.now)) * 1_000_000n, true);
    return 0;
  }

  #rejected(promise: Box, reason: Box, handled: boolean): void {
    const identity = this.exports.qjs_get_value_ptr(promise);
    const at = handled ? this.#rejections.findIndex((other) => this.exports.qjs_get_value_ptr(other.promise) === identity) : -1;
    const settled = at >= 0 ? this.#rejections.splice(at, 1) : [];
    if (!handled && this.#rejections.length < rejectionsMax) this.#rejections.push({ promise, reason });
    else settled.push({ promise, reason });
    for (const each of settled) {
      this.free(each.promise);
      this.free(each.reason);
    }
  }
}
