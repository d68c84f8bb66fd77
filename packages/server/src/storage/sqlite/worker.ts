/**
 * The storage thread: takes calls in order, and commits together what waits together. Of the protocol it reads errors, limits
 * and bytes alone: all of it, with the library that checks intents, takes longer to read than the thread's own part.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Archivist } from "./archivist.ts";
import { type AllRecoded, type Answer, type Call, type Opened, thrownToJson } from "./messages.ts";
import { packRows, unpackBatch } from "./pack.ts";
import { type Commit, Store } from "./store.ts";

const port = parentPort!;

function answer(value: Answer): void {
  port.postMessage(value);
}

/** All calls that wait, the one that woke us first. */
function waiting(first: Call): readonly Call[] {
  const calls = [first];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) calls.push(next.message as Call);
  return calls;
}

function serve(store: Store, archivist: Archivist, calls: readonly Call[]): void {
  let commits: Commit[] = [];
  let keyframes = false;
  const flush = (): void => {
    for (const error of commits.length === 0 ? [] : store.commit(commits)) {
      answer(
        error === null ? { ok: true, value: null, seq: store.seq, trouble: store.trouble } : { ok: false, error: thrownToJson(error) },
      );
    }
    commits = [];
  };
  for (const call of calls) {
    if (call.op === "commit") {
      const batch = unpackBatch(call.batch);
      keyframes ||= (batch.keyframes ?? []).length > 0;
      commits.push({ ticket: call.ticket, batch });
      continue;
    }
    flush();
    try {
      answer({ ok: true, value: run(store, archivist, call), seq: store.seq, trouble: store.trouble });
    } catch (error) {
      answer({ ok: false, error: thrownToJson(error) });
    }
    // Nothing follows a close; without its port the thread has nothing to wait for and ends.
    if (call.op === "close") port.close();
  }
  flush();
  if (keyframes) archivist.consider();
}

function run(store: Store, archivist: Archivist, call: Exclude<Call, { op: "commit" }>): unknown {
  switch (call.op) {
    case "recover":
      return store.recover(...call.args);
    case "programs":
      return packRows("programs", store.reader.programs());
    case "mailboxes":
      return packRows("deliveries", store.reader.mailboxes());
    case "heap":
      return store.heap(...call.args);
    case "images":
      return store.images(...call.args);
    case "image":
      return store.image(...call.args);
    case "grounds":
      return store.grounds();
    case "ground":
      return store.ground(...call.args);
    case "memory":
      return store.reader.memory(...call.args);
    case "log":
      return store.reader.log(...call.args);
    case "setting":
      return store.reader.setting(...call.args);
    case "settingsUnder":
      return store.reader.settingsUnder(...call.args);
    case "stretches":
      return store.reader.stretches(...call.args);
    case "stretch":
      return store.reader.stretch(...call.args);
    case "retain":
      return store.retain(...call.args);
    case "recode":
      return archivist.all((error) => port.postMessage({ recoded: error } satisfies AllRecoded));
    case "copy":
      return store.copying.begin();
    case "endCopy":
      return store.copying.end(call.copy);
    case "limitPages":
      return store.limitPages(call.pages);
    case "close":
      archivist.close();
      return store.close();
    default:
      return call satisfies never;
  }
}

try {
  const store = new Store(String(workerData));
  const opened: Opened = { notes: store.notes };
  answer({ ok: true, value: opened, seq: store.seq, trouble: null });
  const archivist = new Archivist(store);
  port.on("message", (call: Call) => serve(store, archivist, waiting(call)));
} catch (error) {
  answer({ ok: false, error: thrownToJson(error) });
}
