/** What tests share that need a pool but nothing else of a host. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { bundleLibrary, enginePath } from "../bundle.ts";
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

/** One worker, so that every program is every other's neighbour. */
export const openPool = (options: Partial<PoolOptions> = {}): WorkerPool =>
  new WorkerPool({ engine, library, workers: 1, time: realTime, ...options });

export const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const imports = `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";\n`;
export const program = (code: string): string => imports + code;
