import { readFile } from "node:fs/promises";
import { bundleLibrary, enginePath } from "../../../packages/server/src/programs/author/bundle.ts";
import { type PoolOptions, WorkerPool } from "../../../packages/server/src/programs/pool/pool.ts";
import { realTime } from "../../support/time.ts";

const engine = new Uint8Array(await readFile(enginePath()));
const library = await bundleLibrary();

/** Real pools of one worker, so that every program is every other's neighbour. */
export const openPool = (options: Partial<PoolOptions>): WorkerPool =>
  new WorkerPool({ engine, library, workers: 1, time: realTime, ...options });
