/**
 * A worker thread of the pool: keeps programs live and runs their turns, one after another. It can be terminated at
 * any moment; nothing is lost with it that an image and a transcript do not bring back.
 */
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { Keeper } from "./keeper.ts";
import { type FromWorker, type Imaged, mark, type ToWorker, type WorkerData } from "./messages.ts";

const { base, marks } = workerData as WorkerData;
const words = new Int32Array(marks);
const keeper = new Keeper(base, (input, run) => {
  Atomics.store(words, mark.start, input.turn === 1 ? 1 : 0);
  Atomics.add(words, mark.beat, 1);
  try {
    return run();
  } finally {
    Atomics.add(words, mark.beat, 1);
  }
});

parentPort!.on("message", (message: ToWorker) => {
  Atomics.store(words, mark.request, message.id);
  if (message.kind === "drop") {
    keeper.drop(message.program);
    return;
  }
  const reply: FromWorker = { id: message.id, result: message.kind === "run" ? run(message) : image(message) };
  parentPort!.postMessage(reply);
});

function run({ program, load, input }: Extract<ToWorker, { kind: "run" }>): FromWorker["result"] {
  const startedMs = performance.now();
  const result = keeper.run(program, load, input);
  return result.ok ? { ...result, turnMs: performance.now() - startedMs } : result;
}

function image({ program, load }: Extract<ToWorker, { kind: "image" }>): Imaged {
  const image = keeper.image(program, load);
  if (!image.ok) return image;
  return { ...image, hash: createHash("sha256").update(image.bytes).digest("hex") };
}
