import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, type PerceptOf } from "@elsewhere/protocol";
import { Runtime } from "./runtime.ts";
import { emoted, heard, settled, starting, turn } from "./testing/turn.ts";

const minuteMs = 60_000;
const noon = Date.UTC(2030, 0, 1, 12);

test("P60 `once` hears one percept and `until` the first that fits, and neither listens any longer", async () => {
  const runtime = new Runtime();
  const { me } = runtime;
  const told: string[] = [];
  me.once("heard", ({ text }) => told.push(text));
  const stop = me.once("used", () => told.push("never"));
  const bread: Promise<PerceptOf<"heard">> = me.until("heard", { where: ({ text }) => text.includes("bread") });
  assert.deepEqual((await turn(runtime, noon, { start: starting })).wants, ["heard", "used"]);
  stop();
  assert.deepEqual((await turn(runtime, noon, { percepts: [heard("hello"), heard("again")] })).wants, ["heard"]);
  assert.equal(await settled(bread), "waits");
  assert.deepEqual((await turn(runtime, noon, { percepts: [heard("bread?"), heard("more bread?")] })).wants, []);
  assert.equal((await bread).text, "bread?");
  assert.deepEqual(told, ["hello"]);
});

test("P60 who begins to listen while a percept is told hears the next one, and who stops hears no more", async () => {
  const runtime = new Runtime();
  const { me } = runtime;
  const told: string[] = [];
  const again = (): void => void me.once("heard", ({ text }) => (told.push(text), again()));
  again();
  me.on("heard", () => stop());
  const stop = me.on("heard", ({ text }) => told.push(`late ${text}`));
  await turn(runtime, noon, { percepts: [heard("one"), heard("two")] });
  assert.deepEqual(told, ["one", "two"]);
});

test("P61 with a timeout `until` comes to null when that much world time has passed, and without one it waits on", async () => {
  const runtime = new Runtime();
  const { me } = runtime;
  await turn(runtime, noon, { start: starting });
  const short: Promise<PerceptOf<"heard"> | null> = me.until("heard", { timeout: { minutes: 5 } });
  const long = me.until("heard", { timeout: { minutes: 6 } });
  const endless = me.until("heard");
  assert.equal((await turn(runtime, noon)).wakeAt, noon + 5 * minuteMs);
  assert.equal((await turn(runtime, noon + 5 * minuteMs)).wakeAt, noon + 6 * minuteMs);
  assert.equal(await short, null);
  const { wakeAt, wants } = await turn(runtime, noon + 5 * minuteMs, { percepts: [heard("hello")] });
  assert.deepEqual([wakeAt, wants], [null, []], "the timer of a wait that is over is gone too");
  assert.equal((await long)?.text, "hello");
  assert.equal((await endless).text, "hello");
});

test("P62 more than `untilsMax` waits at once are refused, and the room of one that is over is free again", async () => {
  const runtime = new Runtime();
  const { me } = runtime;
  const waits = Array.from({ length: limits.untilsMax }, () => me.until("heard"));
  assert.deepEqual(await settled(me.until("emoted")), { error: "limit" });
  await turn(runtime, noon, { percepts: [heard("hello")] });
  assert.equal((await Promise.all(waits)).length, limits.untilsMax);
  const next = me.until("emoted");
  await turn(runtime, noon, { percepts: [emoted("waves")] });
  assert.equal((await next).text, "waves");
});

test("P62 what `where` throws rejects that wait alone, and an amount that is none waits for nothing", async () => {
  const runtime = new Runtime();
  const { me } = runtime;
  const bad = me.until("heard", {
    where: () => {
      throw new Error("oh");
    },
  });
  const refused = assert.rejects(bad, { message: "oh" });
  const good = me.until("heard");
  assert.deepEqual(await settled(me.until("heard", { timeout: { minutes: -1 } })), { error: "malformed" });
  const { log, wants, wakeAt } = await turn(runtime, noon, { percepts: [heard("hello")] });
  await refused;
  assert.equal((await good).text, "hello");
  assert.deepEqual([log, wants, wakeAt], [[], [], null]);
});

test("P21 sleeps, `at` and timeouts share `timersMax`", async () => {
  const runtime = new Runtime();
  const { me } = runtime;
  await turn(runtime, noon, { start: starting });
  const until = me.until("heard", { timeout: { hours: 2 } });
  const moment = runtime.at(noon + 1);
  for (let left = limits.timersMax - 2; left > 0; left--) void runtime.sleep({ hours: 1 });
  const one = { hours: 1 };
  for (const more of [runtime.sleep(one), runtime.at({ hour: 7 }), me.until("heard", { timeout: one })])
    assert.deepEqual(await settled(more), { error: "limit" });
  await turn(runtime, noon, { percepts: [heard("hello")] });
  assert.equal((await until)?.text, "hello");
  assert.equal(await settled(runtime.sleep(one)), "waits");
  await turn(runtime, noon + 1);
  await moment;
});

test("P63 `at` waits for a date, for a time in milliseconds, and for the next time the clock shows an hour", async () => {
  const runtime = new Runtime();
  await turn(runtime, noon, { start: starting });
  const wakeAt = async (moment: Parameters<Runtime["at"]>[0]): Promise<number> => {
    const waits = runtime.at(moment);
    const at = (await turn(runtime, noon)).wakeAt!;
    await turn(runtime, at);
    await waits;
    await turn(runtime, noon);
    return at;
  };
  assert.equal(await wakeAt(new Date(noon + 5)), noon + 5);
  assert.equal(await wakeAt(noon + 6), noon + 6);
  assert.equal(await wakeAt({ hour: 12, minute: 30 }), noon + 30 * minuteMs);
  assert.equal(await wakeAt({ hour: 17.5 }), noon + 330 * minuteMs);
  assert.equal(await wakeAt({ hour: 7 }), noon + 19 * 60 * minuteMs);
  assert.equal(await wakeAt({ hour: 12 }), noon + 24 * 60 * minuteMs, "at noon the next noon is tomorrow's");
  const passed = runtime.at(noon - 1);
  assert.equal(await settled(passed), "waits");
  await turn(runtime, noon);
  await passed;
});

test("P63 a time that is none is refused", async () => {
  const runtime = new Runtime();
  for (const none of [Number.NaN, new Date("never"), { hour: 24 }, { hour: -1 }, { hour: 7, minute: 60 }, { minute: 5 }, "7", undefined])
    assert.deepEqual(await settled(runtime.at(none as number)), { error: "malformed" }, JSON.stringify(none));
});
