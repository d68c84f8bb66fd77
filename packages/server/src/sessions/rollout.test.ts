import assert from "node:assert/strict";
import { test } from "node:test";
import { Rollout } from "./rollout.ts";
import type { Show } from "./showing.ts";

/** Shows of a tick: every tenth is told something, every seventh has nothing to send. */
function setUp(count: number) {
  const [made, sent, waiting]: [number[], number[], (() => void)[]] = [[], [], []];
  const shows = Array.from({ length: count }, (_, i): Show => ({
    tells: i % 10 === 9,
    prepare: () => {
      made.push(i);
      return i % 7 === 6 ? null : () => void sent.push(i);
    },
  }));
  const time = { monotonicMs: () => 0, after: () => () => {}, soon: (wake: () => void) => void waiting.push(wake) };
  const rollout = new Rollout(shows, time);
  const pass = (): void => {
    for (const wake of waiting.splice(0)) wake();
  };
  return { rollout, made, sent, pass, waiting };
}

const isTold = (i: number): boolean => i % 10 === 9;
const isSent = (i: number): boolean => i % 7 !== 6;
const all = Array.from({ length: 450 }, (_, i) => i);
const inOrder = [...all.filter(isTold), ...all.filter((i) => !isTold(i))];

test("S18 who is told something is sent its frame before all others", () => {
  const { rollout, made, sent } = setUp(450);
  rollout.prepare();
  assert.deepEqual([rollout.tells, made], [true, all.filter(isTold)]);
  rollout.publish();
  assert.deepEqual(sent, inOrder.filter(isSent));
});

test("S18 the other frames are made a few at a time, each once, and all of them before the next step", () => {
  const { rollout, made, sent, pass, waiting } = setUp(450);
  rollout.prepare();
  pass();
  assert.equal(made.length, 45 + 100);
  pass();
  rollout.finish();
  assert.deepEqual([made, sent], [inOrder, []]);
  while (waiting.length > 0) pass();
  rollout.publish();
  assert.deepEqual([made, sent], [inOrder, inOrder.filter(isSent)]);
});

test("S18 a tick that tells nobody anything says so, and one for nobody waits for nothing", () => {
  const { rollout, waiting } = setUp(0);
  rollout.prepare();
  assert.deepEqual([rollout.tells, waiting.length], [false, 0]);
});
