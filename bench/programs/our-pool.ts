/** The real pool with its worker threads, and no host around it. */
import { readFileSync } from "node:fs";
import { bundleLibrary, enginePath } from "../../packages/server/src/programs/author/bundle.ts";
import { WorkerPool } from "../../packages/server/src/programs/pool/pool.ts";
import { bundled } from "./ours.ts";
import { source } from "./script.ts";

export interface OurPool {
  /** The outcome of a program's next turn. */
  run(program: number, input: string): Promise<string>;
  close(): Promise<void>;
}

export async function openOurPool(): Promise<OurPool> {
  const code = await bundled(source);
  const pool = new WorkerPool({
    engine: readFileSync(enginePath()),
    library: await bundleLibrary(),
    workers: 1,
    time: {
      monotonicMs: () => performance.now(),
      after: (ms, wake) => {
        const timer = setTimeout(wake, ms);
        return () => clearTimeout(timer);
      },
    },
    ground: () => Promise.resolve(null),
  });
  const known = new Set<number>();
  return {
    run: async (program, input) => {
      if (!known.has(program)) {
        known.add(program);
        pool.add(String(program), code, { heap: () => Promise.resolve({ image: null, turns: [] }), letGo: () => {} });
      }
      const result = await pool.run(String(program), input, false);
      if (result.ok) return result.json;
      throw new Error(`a turn failed: ${result.fault.reason}: ${result.fault.message}`);
    },
    close: () => pool.close(),
  };
}
