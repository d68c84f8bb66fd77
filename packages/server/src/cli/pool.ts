import { ElsewhereError } from "@elsewhere/protocol";
import { bundleLibrary, enginePath } from "../programs/author/bundle.ts";
import { WorkerPool } from "../programs/pool/pool.ts";
import type { Authority } from "./authority.ts";

/** What is left of the budget's meaning in lockstep: there only fuel decides, so that a busy machine changes nothing. */
const lockstepMs = { turnMsMax: 30_000, startMsMax: 30_000 };

export interface OpenPool {
  readonly lockstep: boolean;
  /** A stored ground by its hash: what older programs' images stand on. */
  readonly ground: (hash: string) => Promise<Uint8Array | null>;
}

/** The pool of worker threads programs run in: one per core but one, and at least one. */
export async function openPool(authority: Authority, { lockstep, ground }: OpenPool): Promise<WorkerPool> {
  const engine = await authority.readFile(enginePath());
  if (engine === null)
    throw new ElsewhereError("unknown", "the engine programs run on is missing: install again", { field: "quickjs-wasi" });
  const workers = Math.max(1, authority.cores - 1);
  return new WorkerPool({ engine, library: await bundleLibrary(), workers, time: authority.time, ground, ...(lockstep ? lockstepMs : {}) });
}
