/**
 * One QuickJS instance in one WebAssembly memory. It owns the border: what the engine imports is answered here and
 * nowhere else, and no import reaches the machine's clock, entropy, files or output. Values of the inside are boxes,
 * addresses in its memory; nothing read from the inside is believed to be more than bytes.
 *
 * The lowest part of the memory is the far end of the stack, which the engine's own stack limit keeps it from ever
 * reaching. The host uses it as its desk: what it hands in is written there, so that handing in allocates nothing.
 */
import { ElsewhereError, limits } from "@elsewhere/protocol";

/** A value of the inside: the address of its box. */
export type Box = number;

/** What this build calls of the engine's exports (quickjs-wasi 3.6). */
interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global;
  _initialize(): void;
  JS_Eval(context: number, code: number, length: number, name: number, flags: number): bigint;
  JS_EvalFunction(context: number, compiled: bigint): bigint;
  JS_FreeValue(context: number, value: bigint): void;
  qjs_init2(intrinsics: number): number;
  qjs_get_context_ptr(): number;
  qjs_compute_memory_usage(out: number): void;
  qjs_set_interrupt_handler(on: number): void;
  qjs_set_promise_rejection_handler(on: number): void;
  qjs_set_memory_limit(bytes: number): void;
  qjs_set_max_stack_size(bytes: number): void;
  qjs_run_gc(): void;
  qjs_call(fn: Box, self: Box, argc: number, argv: number): Box;
  qjs_new_string(at: number, length: number): Box;
  qjs_get_global(): Box;
  qjs_get_undefined(): Box;
  qjs_get_prop_string(box: Box, name: number): Box;
  qjs_get_string_len(box: Box, lengthOut: number): number;
  qjs_free_cstring(at: number): void;
  qjs_dup_value(box: Box): Box;
  qjs_free_value(box: Box): void;
  qjs_get_bool(box: Box): number;
  qjs_get_value_ptr(box: Box): number;
  qjs_is_string(box: Box): number;
  qjs_is_exception(box: Box): number;
  qjs_get_exception(): Box;
  qjs_promise_state(box: Box): number;
  qjs_execute_pending_job(): number;
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
const compileOnlyFlag = 1 << 5;
/** A program that rejects more promises than this in one turn has the rest of them go unreported. */
const rejectionsMax = 64;
/** Below the engine's stack limit: what its own C code may still take after the last check. */
const stackReserveBytes = 128 * 1024;
/** Where on the desk things lie. Address 0 is nothing to C, so the desk begins above it. */
const desk = { argv: 1024, length: 1032, value: 1040, usage: 1048, text: 2048 } as const;

export class Engine {
  readonly exports: EngineExports;
  /** World time, milliseconds: what every clock inside says. */
  now = 0;
  /** Polls left before `OutOfFuel`. */
  pollsLeft = Number.POSITIVE_INFINITY;
  #rejections: Rejection[] = [];
  #bytes: Buffer;
  #view: DataView;
  /** Bytes from 0 on that the desk may take. */
  readonly #deskBytes: number;
  /** How far up the desk has been written to since it was last cleared. */
  #written = 0;

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module, this.#imports()).exports as unknown as EngineExports;
    this.#bytes = Buffer.from(this.exports.memory.buffer);
    this.#view = new DataView(this.exports.memory.buffer);
    this.#deskBytes = this.stackPointer - limits.stackBytesMax - stackReserveBytes;
  }

  /** The memory as it is now; a view does not outlive the next call into the engine. */
  get bytes(): Buffer {
    if (this.#bytes.length === 0) this.#lookAgain();
    return this.#bytes;
  }

  get stackPointer(): number {
    return this.exports.__stack_pointer.value as number;
  }

  grow(bytes: number): void {
    this.exports.memory.grow(bytes / 65_536);
    this.#lookAgain();
  }

  /**
   * Makes the instance as one that has only just been made: what the host knew of the old content is gone, and so is
   * all that lies below the stack pointer. Whoever calls this puts another content above it. If the old one was not this
   * host's own (`foreign`), no limit that the engine sets itself is taken for kept.
   */
  reset(stackPointer: number, foreign: boolean): void {
    this.exports.__stack_pointer.value = stackPointer;
    this.now = 0;
    this.pollsLeft = 0;
    this.#rejections = [];
    const bytes = this.bytes;
    bytes.fill(0, 0, foreign ? stackPointer : this.#written);
    if (!foreign) bytes.fill(0, this.#deskBytes, stackPointer);
    this.#written = 0;
  }

  string(text: string): Box {
    const length = this.#write(text);
    return this.#checked(this.exports.qjs_new_string(desk.text, length));
  }

  /** Parses a module and resolves what it imports, but runs nothing of it. What it gives is good for `evaluate` in a memory equal to this. */
  compile(code: string, name: string): bigint {
    const length = this.#write(code);
    const nameAt = desk.text + length + 1;
    this.#writeAt(name, nameAt);
    const { exports } = this;
    const compiled = exports.JS_Eval(exports.qjs_get_context_ptr(), desk.text, length, nameAt, moduleFlag | compileOnlyFlag);
    this.#seen.setBigInt64(desk.value, compiled, true);
    if (exports.qjs_is_exception(desk.value) !== 0) throw new GuestThrew(exports.qjs_get_exception());
    return compiled;
  }

  /** Runs a compiled module; the box is the promise of its evaluation. */
  evaluate(compiled: bigint): Box {
    const context = this.exports.qjs_get_context_ptr();
    const promise = this.exports.JS_EvalFunction(context, compiled);
    this.#seen.setBigInt64(desk.value, promise, true);
    const box = this.exports.qjs_dup_value(desk.value);
    this.exports.JS_FreeValue(context, promise);
    return this.#checked(box);
  }

  call(fn: Box, undefinedBox: Box, argument: Box | null): Box {
    if (argument === null) return this.#checked(this.exports.qjs_call(fn, undefinedBox, 0, 0));
    this.#seen.setUint32(desk.argv, argument, true);
    return this.#checked(this.exports.qjs_call(fn, undefinedBox, 1, desk.argv));
  }

  property(box: Box, name: string): Box {
    this.#write(name);
    return this.#checked(this.exports.qjs_get_prop_string(box, desk.text));
  }

  free(box: Box): void {
    this.exports.qjs_free_value(box);
  }

  /** Text of a string; null if the box is anything else or longer than `bytesMax`. Runs nothing of the inside. */
  text(box: Box, bytesMax: number): string | null {
    if (this.exports.qjs_is_string(box) === 0) return null;
    const at = this.exports.qjs_get_string_len(box, desk.length);
    if (at === 0) throw new OutOfMemory();
    const length = this.#seen.getUint32(desk.length, true);
    const text = length > bytesMax ? null : this.bytes.toString("utf8", at, at + length);
    this.exports.qjs_free_cstring(at);
    return text;
  }

  /** Runs promise jobs until there are none. */
  runJobs(): void {
    const { exports } = this;
    for (;;) {
      const ran = exports.qjs_execute_pending_job();
      if (ran === 0) return;
      if (ran < 0) throw new GuestThrew(exports.qjs_get_exception());
    }
  }

  /** Hands out the reasons of promises rejected since last asked that nobody has taken care of. */
  eachRejection(report: (reason: Box) => void): void {
    if (this.#rejections.length === 0) return;
    const rejections = this.#rejections;
    this.#rejections = [];
    for (const { reason } of rejections) report(reason);
    for (const { promise, reason } of rejections) {
      this.free(promise);
      this.free(reason);
    }
  }

  /** Bytes the engine has allocated. */
  allocatedBytes(): number {
    this.exports.qjs_compute_memory_usage(desk.usage);
    return Number(this.#seen.getBigInt64(desk.usage, true));
  }

  get #seen(): DataView {
    if (this.#bytes.length === 0) this.#lookAgain();
    return this.#view;
  }

  #lookAgain(): void {
    this.#bytes = Buffer.from(this.exports.memory.buffer);
    this.#view = new DataView(this.exports.memory.buffer);
  }

  #checked(box: Box): Box {
    if (box === 0) throw new OutOfMemory();
    if (this.exports.qjs_is_exception(box) === 0) return box;
    this.free(box);
    throw new GuestThrew(this.exports.qjs_get_exception());
  }

  #write(text: string): number {
    return this.#writeAt(text, desk.text);
  }

  #writeAt(text: string, at: number): number {
    const bytes = this.bytes;
    const roomBytes = this.#deskBytes - at - 1;
    const length = bytes.write(text, at, roomBytes, "utf8");
    // What does not fit is cut off at a whole character.
    if (length > roomBytes - 4)
      throw new ElsewhereError("limit", "more text than the sandbox takes at once", { field: "text", limit: roomBytes });
    bytes[at + length] = 0;
    this.#written = Math.max(this.#written, at + length + 1);
    return length;
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
    this.#seen.setBigUint64(out, BigInt(Math.floor(this.now)) * 1_000_000n, true);
    return 0;
  }

  #rejected(promise: Box, reason: Box, handled: boolean): void {
    if (promise === 0 || reason === 0) return;
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
