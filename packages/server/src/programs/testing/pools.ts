/** Pools for tests: real ones, with one worker unless told otherwise, so that every program is every other's neighbour. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, mock } from "node:test";
import { Worker } from "node:worker_threads";
import { bundleLibrary, enginePath } from "../author/bundle.ts";
import type { Code } from "../contract.ts";
import type { ToWorker } from "../pool/messages.ts";
import { type PoolOptions, WorkerPool } from "../pool/pool.ts";

export const engine = readFileSync(enginePath());
export const library = await bundleLibrary();

export const realTime: PoolOptions["time"] = {
  monotonicMs: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

const pools: WorkerPool[] = [];
after(() => Promise.all(pools.map((pool) => pool.close())));

/** Closed when the tests of the file are over. */
export function openPool(options: Partial<PoolOptions> = {}): WorkerPool {
  const pool = new WorkerPool({ engine, library, workers: 1, time: realTime, ...options });
  pools.push(pool);
  return pool;
}

/** A program's module, as it is without a bundler. */
export function codeOf(text: string): Code {
  const module = `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";\n${text}`;
  return { hash: createHash("sha256").update(module).digest("hex"), text: module };
}

/** What is said to workers while `run` runs. */
export async function listened<T>(run: () => Promise<T>): Promise<{ said: ToWorker[]; result: T }> {
  const said: ToWorker[] = [];
  // eslint-disable-next-line typescript/unbound-method -- it is called with its own `this`
  const { postMessage } = Worker.prototype;
  const post = mock.method(Worker.prototype, "postMessage", function (this: Worker, message: ToWorker, transfer: ArrayBuffer[]) {
    said.push({ ...message, buffer: null });
    postMessage.call(this, message, transfer);
  });
  try {
    return { result: await run(), said };
  } finally {
    post.mock.restore();
  }
}
