import { parentPort } from "node:worker_threads";
import { simulateCrossings } from "./crossings.ts";
import { plants } from "./planted.ts";
import type { Task } from "./thread.ts";

// What fails is told by its seed, whose story the command tells with all its frames; to note them here takes a twentieth of the time.
Error.stackTraceLimit = 0;

parentPort!.on("message", ({ seed, plant }: Task) => void run(seed, plant));

/** What it throws ends the thread, and whoever asked hears of it. */
async function run(seed: number, plant: string | null): Promise<void> {
  const planted = plant === null ? undefined : plants.find(({ name }) => name === plant)!;
  parentPort!.postMessage(await simulateCrossings(seed, planted));
}
