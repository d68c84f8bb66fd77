import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import type { CommitBatch } from "../storage/contract.ts";
import { Committer } from "./committer.ts";

/** A disk that answers when told to. */
class SlowDisk {
  readonly asked: CommitBatch[] = [];
  #answers: ((error: Error | null) => void)[] = [];

  commit(batch: CommitBatch): Promise<void> {
    this.asked.push(batch);
    return new Promise((resolve, reject) => this.#answers.push((error) => (error ? reject(error) : resolve())));
  }

  async answer(error: Error | null = null): Promise<void> {
    this.#answers.shift()!(error);
    await settle();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const time = { monotonicMs: () => 0, after: (_ms: number, wake: () => void) => (setImmediate(wake), () => {}), soon: setImmediate };
const batch = (tick: number): CommitBatch => ({ settings: [{ key: "tick", value: String(tick) }] });

function setUp() {
  const disk = new SlowDisk();
  const log: string[] = [];
  const committer = new Committer(disk, time, {
    paused: (reason) => log.push(reason === null ? "goes on" : `paused: ${reason}`),
    committed: () => {},
    failed: (error) => log.push(`failed: ${(error as Error).message}`),
  });
  return { disk, log, committer, append: (tick: number) => committer.append(batch(tick), () => log.push(`shown ${tick}`)) };
}

test("D1 D2 a tick is shown after its own commit, and ticks one after another", async () => {
  const { disk, log, append } = setUp();
  append(1);
  append(2);
  await settle();
  assert.deepEqual(log, []);
  assert.equal(disk.asked.length, 1, "the second waits for the first");
  await disk.answer();
  assert.deepEqual(log, ["shown 1"]);
  await disk.answer();
  assert.deepEqual(log, ["shown 1", "shown 2"]);
});

test("D3 a full disk pauses, the same batch is tried again, and nothing overtakes it", async () => {
  const { disk, log, append } = setUp();
  append(1);
  append(2);
  await disk.answer(new ElsewhereError("storage", "no room"));
  await settle();
  assert.deepEqual(log, ["paused: no room"]);
  assert.equal(disk.asked[1], disk.asked[0], "the very same batch");
  await disk.answer();
  await disk.answer();
  assert.deepEqual(log, ["paused: no room", "goes on", "shown 1", "shown 2"]);
});

test("D4 whoever steps ahead of the disk waits until fewer batches are on their way", async () => {
  const { disk, committer, append } = setUp();
  append(1);
  append(2);
  let free = false;
  const waiting = committer.below(2).then(() => (free = true));
  await settle();
  assert.equal(free, false);
  await disk.answer();
  await waiting;
  assert.equal(committer.inFlight, 1);
});

test("D3 what no retry can mend stops the host and shows nothing more", async () => {
  const { disk, log, append } = setUp();
  append(1);
  append(2);
  await disk.answer(new ElsewhereError("corrupt", "the chain is broken"));
  assert.deepEqual(log, ["failed: the chain is broken"]);
  append(3);
  await settle();
  assert.equal(disk.asked.length, 1);
});
