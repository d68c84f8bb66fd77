import assert from "node:assert/strict";
import { test } from "node:test";
import { enter } from "./enter.ts";
import { outcome, ScriptedHost, tick, view } from "./testing/scripted-host.ts";

const enterScripted = async (host: ScriptedHost) => {
  const entering = enter(host.options);
  host.letIn();
  return entering;
};
const emoted = (text: string) => ({ kind: "emoted", from: { id: 9, name: "Bo" }, text }) as const;

test("C24 a wait for a percept ends with the first that fits", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  const waves = me.until("emoted", { where: ({ text }) => text === "waves" });
  const heard: string[] = [];
  me.once("emoted", ({ text }) => heard.push(text));
  host.last.say(tick([emoted("nods")]));
  assert.equal(await outcome(waves), "waits");
  host.last.say(tick([emoted("waves")]));
  assert.deepEqual(await outcome(waves), { value: emoted("waves") });
  assert.deepEqual(heard, ["nods"]);
});

test("C24 a timeout is of the world's time: it stands still with the world, and what came while away is caught up with", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const hour = world.me.until("emoted", { timeout: { hours: 1 } });
  const two = world.me.until("emoted", { timeout: { hours: 2 } });
  host.pass(20_000);
  host.last.say({ ...tick([]), now: 1_000_000 + 3_600_000 - 1 });
  assert.equal(await outcome(hour), "waits");
  host.last.say({ ...tick([emoted("waves")]), now: 1_000_000 + 3_600_000 });
  assert.deepEqual(await outcome(hour), { value: emoted("waves") }, "what comes in the very last tick still counts");
  const again = world.me.until("emoted", { timeout: { ms: 500 } });
  host.last.say(view({ now: 1_000_000 + 3_600_001 }));
  assert.equal(await outcome(again), "waits");
  host.last.say(view({ now: 1_000_000 + 3_600_500 }));
  assert.deepEqual(await outcome(again), { value: null });
  assert.deepEqual(await outcome(two), { value: emoted("waves") });
});

test("C24 when the connection is closed for good a wait is rejected, and so is one that begins then", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const waits = world.me.until("emoted", { timeout: { hours: 1 } });
  world.close();
  assert.deepEqual(await outcome(waits), { error: "away" });
  assert.deepEqual(await outcome(world.me.until("emoted")), { error: "away" });
  assert.equal(host.timersLeft, 0);
});
