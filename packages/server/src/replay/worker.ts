/**
 * The worker thread of all replays: each does its tasks one after another, and long ones rest now and then, so that the
 * others get their share. A task that fails ends its own replay and no other.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Outgoing } from "../sessions/stream.ts";
import { ClockHistory } from "../ticks/clock.ts";
import { type Loaded, type LoadedParts, StretchCache, type Stretches } from "./archive.ts";
import type { Rest } from "./contract.ts";
import type { Brought, FromWorker, Task, ToWorker, WorkerData } from "./messages.ts";
import { Replay, type ReplayOptions } from "./replay.ts";
import { scanStretch } from "./scan.ts";

/** After so much work others get their turn. */
const sliceMs = 8;
const cacheBytesMax = 128 * 1024 * 1024;

const post = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => parentPort!.postMessage(message, [...transfer]);

/** Stretches, and parts of hidden rooms, as the main thread hands them over. */
class Asked implements Stretches {
  readonly #waiting = new Map<number, (result: Brought) => void>();
  #request = 0;

  async load(map: string, tick: number): Promise<Loaded> {
    const result = await this.#ask("stretch", map, tick);
    if ("stretch" in result) return result.stretch;
    throw faultIn(result);
  }

  async parts(map: string, tick: number, from: "keyframe" | "tick"): Promise<LoadedParts> {
    const result = await this.#ask({ parts: from }, map, tick);
    if ("parts" in result) return result.parts;
    throw faultIn(result);
  }

  answer({ request, result }: ToWorker & { kind: "loaded" }): void {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    waiting?.(result);
  }

  #ask(what: (FromWorker & { kind: "load" })["what"], map: string, tick: number): Promise<Brought> {
    const request = ++this.#request;
    post({ kind: "load", request, what, map, tick });
    return new Promise((resolve) => this.#waiting.set(request, resolve));
  }
}

function faultIn(result: Brought): ElsewhereError {
  if (!("error" in result)) return new ElsewhereError("fault", "a replay was handed what it had not asked for");
  const { code, message, ...detail } = result.error;
  return new ElsewhereError(code, message, detail);
}

class Slices implements Rest {
  #beganMs = performance.now();

  get due(): boolean {
    return performance.now() - this.#beganMs > sliceMs;
  }

  async take(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#beganMs = performance.now();
  }
}

const { maps, clocks } = workerData as WorkerData;
const asked = new Asked();
const stretches = new StretchCache(asked, cacheBytesMax);
const options: ReplayOptions = { maps, clock: new ClockHistory(clocks), stretches, rest: new Slices() };

/** Replays by their numbers, each with the end of what it has to do. */
const replays = new Map<number, { replay: Replay | null; done: Promise<void> }>();

parentPort!.on("message", (message: ToWorker) => {
  if (message.kind === "loaded") return asked.answer(message);
  if (message.kind === "scan") return void scan(message);
  const id = message.replay;
  if (message.kind === "close" || message.kind === "interrupt") {
    replays.get(id)?.replay?.interrupt();
    if (message.kind === "close") replays.delete(id);
    return;
  }
  const running = replays.get(id) ?? { replay: null, done: Promise.resolve() };
  replays.set(id, running);
  running.done = running.done.then(() => (replays.get(id) === running ? perform(id, running, message) : undefined));
});

async function scan({ scan: number, map: name, tick, sought }: ToWorker & { kind: "scan" }): Promise<void> {
  const map = maps.find((one) => one.name === name)!;
  const result = await scanStretch({ stretches, rest: options.rest, map }, tick, sought).then(
    (scanned) => ({ scanned }),
    (thrown: unknown) => ({ error: faultOf(thrown, "the record could not be searched").toJSON() }),
  );
  post({ kind: "scanned", scan: number, result });
}

function faultOf(thrown: unknown, what: string): ElsewhereError {
  if (thrown instanceof ElsewhereError) return thrown;
  return new ElsewhereError("fault", `${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
}

async function perform(id: number, running: { replay: Replay | null }, { task, ends }: ToWorker & { kind: "task" }): Promise<void> {
  try {
    if (task.kind === "open") {
      const replay = new Replay(options, task.viewing);
      running.replay = replay;
      const { self, ...shown } = await replay.open(task.viewing.at, ends);
      send(id, shown, self);
    } else send(id, await act(running.replay!, task, ends), null);
  } catch (thrown) {
    const error = faultOf(thrown, "a replay failed");
    const stays = task.kind === "order" && (error.code === "unknown" || error.code === "malformed");
    if (!stays) {
      replays.delete(id);
      stretches.clear();
    }
    post({ kind: stays ? "refused" : "failed", replay: id, error: error.toJSON() });
  }
}

type Act = Exclude<Task, { kind: "open" }>;

async function act(replay: Replay, task: Act, ends: (ToWorker & { kind: "task" })["ends"]): ReturnType<Replay["order"]> {
  if (task.kind === "order") return await replay.order(task.order, ends);
  return task.kind === "advance" ? await replay.advance(task.ticks, ends) : replay.again(ends);
}

function send(replay: number, shown: Awaited<ReturnType<Replay["order"]>>, self: (FromWorker & { kind: "shown" })["self"]): void {
  // A frame may lie in memory that it shares with others: each is sent in its own.
  const frames = shown.frames.map((frame): Outgoing => (frame instanceof Uint8Array ? new Uint8Array(frame) : frame));
  const transfer = frames.flatMap((frame) => (frame instanceof Uint8Array ? [frame.buffer as ArrayBuffer] : []));
  post({ kind: "shown", replay, shown: { ...shown, frames }, self }, transfer);
}
