/** The thread that recodes: one job after another, and nothing besides. */
import { parentPort } from "node:worker_threads";
import { type Job, run } from "../../record/recode.ts";
import type { Recoded } from "./archivist.ts";

const port = parentPort!;

port.on("message", (job: Job) => {
  let answer: Recoded;
  try {
    answer = { done: run(job) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
});
