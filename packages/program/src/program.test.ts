import assert from "node:assert/strict";
import { test } from "node:test";
import { durationMs } from "@elsewhere/protocol";
import { ElsewhereError, me, memory, sleep } from "./index.ts";
import { describe } from "./log.ts";
import { Random } from "./random.ts";
import { Runtime } from "./runtime.ts";
import { done, turn } from "./testing/turn.ts";

test("P33 the author's module can be imported outside a world, where nothing happens", () => {
  assert.deepEqual([me.id, me.name], [0, ""]);
  assert.equal(typeof me.go, "function");
  assert.ok(sleep({ hours: 1 }) instanceof Promise);
  assert.deepEqual(memory, {});
});

test("P33 outside, the inside of a program runs the same turns", async () => {
  const runtime = new Runtime();
  const start = { id: 3, name: "Ada", seed: 1, memory: { kept: 1 }, lastN: 4 };
  const first = await turn(runtime, 1000, { start });
  assert.deepEqual(first.intents, []);
  assert.deepEqual([runtime.me.id, runtime.me.name, runtime.memory.view["kept"]], [3, "Ada", 1]);
  const walked = runtime.me.go("harbour/bakery").then(() => runtime.sleep({ minutes: 1 }));
  const second = await turn(runtime, 2000);
  assert.deepEqual(second.intents, [{ n: 5, intent: { kind: "walk", to: "harbour/bakery" } }]);
  const third = await turn(runtime, 3000, { percepts: [done(5)] });
  assert.equal(third.wakeAt, 63_000);
  assert.equal((await turn(runtime, 63_000)).wakeAt, null);
  await walked;
});

test("P33 an intent that fails rejects with the world's error", async () => {
  const runtime = new Runtime();
  const refused = assert.rejects(
    runtime.me.go("nowhere"),
    (error) => error instanceof ElsewhereError && error.code === "unknown" && error.detail.field === "to",
  );
  await turn(runtime, 1, {
    percepts: [{ kind: "reply", n: 1, ok: false, error: { code: "unknown", message: "no such place", field: "to" } }],
  });
  await refused;
});

test("P21 the parts of a duration add up, and what is no amount of time is refused", () => {
  assert.equal(durationMs({ days: 1, hours: 1, minutes: 1, seconds: 1, ms: 1 }, "sleep"), 90_061_001);
  assert.equal(durationMs({ hours: 0.5 }, "sleep"), 1_800_000);
  assert.equal(durationMs({}, "sleep"), 0);
  for (const minutes of [-1, Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => durationMs({ minutes }, "sleep"), ElsewhereError);
  for (const none of [1000, "1000", null, undefined, { minute: 5 }, { toString: 5 }])
    assert.throws(() => durationMs(none as object, "timeout"), { code: "malformed", detail: { field: "timeout" } });
});

test("P4 random numbers are spread over the whole of 0 to 1", () => {
  const random = new Random(7);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) tenths[Math.floor(random.next() * 10)]!++;
  for (const count of tenths) assert.ok(count > 850 && count < 1150, String(tenths));
});

test("P13 any value at all can be logged", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("no");
      },
      ownKeys: () => {
        throw new Error("no");
      },
    },
  );
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const value of [hostile, circular, Symbol("s"), 1n, undefined, null, Object.create(null)])
    assert.equal(typeof describe(value), "string");
  assert.match(describe(new TypeError("what")), /^TypeError: what\n/);
});
