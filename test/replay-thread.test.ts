/** What becomes of replays when their thread fails, with a thread that does as it is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ElsewhereError } from "@elsewhere/protocol";
import type { ReplayRequest, Screen } from "../packages/server/src/replay/contract.ts";
import type { ToWorker, WorkerData } from "../packages/server/src/replay/messages.ts";
import { Replays } from "../packages/server/src/replay/replays.ts";
import type { ThreadEvents } from "../packages/server/src/replay/thread.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { ClockHistory } from "../packages/server/src/ticks/clock.ts";
import { haunted, secret } from "./support/haunted.ts";
import { ManualTime } from "./support/manual-time.ts";

/** Threads that answer nothing. */
class Threads {
  readonly started: { readonly data: WorkerData; readonly events: ThreadEvents; readonly posted: ToWorker[]; closed: boolean }[] = [];

  readonly start = (data: WorkerData, events: ThreadEvents): { post(message: ToWorker): void; close(): Promise<void> } => {
    const thread = { data, events, posted: [] as ToWorker[], closed: false };
    this.started.push(thread);
    return {
      post: (message) => void thread.posted.push(message),
      close: async () => {
        thread.closed = true;
      },
    };
  };

  get last(): (typeof this.started)[number] {
    return this.started.at(-1)!;
  }
}

class Shown implements Screen {
  readonly sluggish = false;
  readonly failures: ElsewhereError[] = [];
  closes: (() => void) | null = null;

  welcome(): void {}
  show(): void {}
  complain(): void {}

  /** Whoever is told so closes, as sessions do. */
  failed(error: ElsewhereError): void {
    this.failures.push(error);
    this.closes?.();
  }
}

const request: ReplayRequest = { by: "operator", look: { map: "square" }, at: null, frames: "json", places: [] };

function openReplays(): { readonly replays: Replays; readonly threads: Threads; readonly time: ManualTime } {
  const [threads, time] = [new Threads(), new ManualTime()];
  const clock = new ClockHistory([{ tick: 0, now: 0, worldMsPerTick: 100 }]);
  const sealed = { parts: async () => [] };
  const options = { maps: haunted, source: openMemory(), sealed, clock, time, tickMs: 100, endTick: () => 10, startThread: threads.start };
  return { replays: new Replays(options), threads, time };
}

async function opened(replays: Replays, time: ManualTime): Promise<Shown> {
  const shown = new Shown();
  const playing = replays.open(request, shown);
  shown.closes = () => playing.close();
  await time.pass(0);
  return shown;
}

test("D69 a thread that is lost ends the replays it ran, and the next one starts another", async () => {
  const { replays, threads, time } = openReplays();
  const before = [await opened(replays, time), await opened(replays, time)];
  const counting = replays.scan("square", 5, null);
  assert.equal(threads.started.length, 1);
  assert.ok(!JSON.stringify(threads.last.data).includes(secret));
  threads.last.events.lost("out of memory");
  for (const { failures } of before)
    assert.deepEqual(
      failures.map(({ code, message }) => [code, message]),
      [["fault", "the replay was lost: out of memory"]],
    );
  await assert.rejects(counting, { code: "fault" });
  const after = await opened(replays, time);
  assert.equal(threads.started.length, 2);
  assert.deepEqual([after.failures, threads.last.posted.map(({ kind }) => kind)], [[], ["task"]]);
  // What an ended thread may still say is nobody's.
  threads.started[0]!.events.lost("again");
  assert.deepEqual(after.failures, []);
});

test("D69 the thread ends some time after the last replay, and goes on for one that comes before that", async () => {
  const { replays, threads, time } = openReplays();
  const one = await opened(replays, time);
  one.closes!();
  await time.pass(4_000);
  const two = await opened(replays, time);
  await time.pass(20_000);
  assert.deepEqual([threads.started.length, threads.last.closed], [1, false]);
  two.closes!();
  await time.pass(4_000);
  assert.equal(threads.last.closed, false);
  await time.pass(2_000);
  assert.equal(threads.last.closed, true);
  assert.deepEqual([one.failures, two.failures], [[], []]);
  await opened(replays, time);
  assert.equal(threads.started.length, 2);
  await replays.close();
  assert.equal(threads.last.closed, true);
});
