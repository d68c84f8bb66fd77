import { readFile } from "node:fs/promises";
import { bundleLibrary, enginePath } from "../../packages/server/src/programs/author/bundle.ts";
import { type PoolOptions, WorkerPool } from "../../packages/server/src/programs/pool/pool.ts";
import { realTime } from "./time.ts";

/** The real pool with one worker, and with time enough that only fuel decides on a busy machine. */
export async function openTestPool(options: Partial<PoolOptions> = {}): Promise<WorkerPool> {
  const engine = new Uint8Array(await readFile(enginePath()));
  const library = await bundleLibrary();
  return new WorkerPool({ engine, library, workers: 1, time: realTime, turnMsMax: 5_000, startMsMax: 10_000, ...options });
}
