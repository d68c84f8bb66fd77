/** Pools for tests: real ones, with one worker unless told otherwise, so that every program is every other's neighbour. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after } from "node:test";
import { bundleLibrary, enginePath } from "../bundle.ts";
import type { Code } from "../contract.ts";
import { type PoolOptions, WorkerPool } from "../pool.ts";

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
