/**
 * A worker thread of the pool: lets its pager run what it is asked for, one request after another. It can be ended at any
 * moment; nothing is lost with it that an image and a transcript do not bring back.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Ground, Image } from "../contract.ts";
import {
  type Answer,
  type Asked,
  type FromWorker,
  mark,
  type PackedImage,
  Packing,
  type ToWorker,
  unpack,
  type WorkerData,
} from "./messages.ts";
import { type Load, Pager } from "./pager.ts";

/** After so much work the answers go out, so that who waits for the first need not wait for the last. */
const answerMsMax = 8;

const { slotsMax, turnPollsMax, marks } = workerData as WorkerData;
const words = new Int32Array(marks);
const pager = new Pager({
  slotsMax,
  turnPollsMax,
  around: (firstTurn, run) => {
    Atomics.store(words, mark.start, firstTurn ? 1 : 0);
    Atomics.add(words, mark.beat, 1);
    try {
      return run();
    } finally {
      Atomics.add(words, mark.beat, 1);
    }
  },
});

parentPort!.on("message", ({ drops, dropTemplates, bases, templates, asked, buffer }: ToWorker) => {
  for (const key of drops) pager.drop(key);
  for (const hash of dropTemplates) pager.dropTemplate(hash);
  for (const base of bases) pager.addBase(base);
  for (const template of templates) addTemplate(template);
  let startedMs = performance.now();
  let answers: Answer[] = [];
  for (const each of asked) {
    Atomics.store(words, mark.request, each.id);
    answers.push(answerTo(each, buffer));
    const nowMs = performance.now();
    if (nowMs - startedMs < answerMsMax) continue;
    send(answers);
    answers = [];
    startedMs = nowMs;
  }
  Atomics.store(words, mark.request, 0);
  if (answers.length > 0) send(answers);
});

/** One that cannot be read is missed by those alone that stand on it. */
function addTemplate(bytes: Uint8Array): void {
  try {
    pager.addTemplate(bytes);
  } catch {
    // What stands on it fails by name when it is loaded.
  }
}

const packing = new Packing();
const packed = ({ bytes, ...image }: Image): PackedImage => ({ ...image, bytes: packing.add(bytes) });

function answerTo({ id, key, input, withImage, apart, load: packedLoad }: Asked, buffer: ArrayBuffer | null): Answer {
  if (packedLoad === null && !pager.has(key)) return { id, kind: "absent" };
  const load: Load | null =
    packedLoad === null ? null : { ...packedLoad, image: packedLoad.image === null ? null : unpack(buffer, packedLoad.image) };
  if (input === null) {
    const image = pager.image(key, load, apart);
    return "fault" in image ? { id, kind: "failed", fault: image.fault } : { id, kind: "imaged", image: packed(image) };
  }
  const startedMs = performance.now();
  const turn = pager.run(key, load, input, withImage, apart);
  if (!turn.ok) return { id, kind: "failed", fault: turn.fault };
  const { json, polls, memoryBytes, image } = turn;
  const turnMs = performance.now() - startedMs;
  return { id, kind: "ran", json, turnMs, polls, memoryBytes, image: image === null ? null : packed(image) };
}

function send(answers: readonly Answer[]): void {
  const parked = pager.takeParked().map(({ program: key, image }) => ({ key, image: packed(image) }));
  const templates: readonly Ground[] = pager.takeTemplates();
  const message: FromWorker = { answers, parked, templates, buffer: packing.take() };
  parentPort!.postMessage(message, message.buffer === null ? [] : [message.buffer]);
}
