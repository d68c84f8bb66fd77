import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkProgram, type ProgramCheck } from "./check.ts";
import { openPool, program } from "./testing/support.ts";

// On a busy machine only fuel may decide what a turn costs.
const pool = openPool({ turnMsMax: 2_000, startMsMax: 2_000 });
after(() => pool.close());
const check = (code: string): Promise<ProgramCheck> => checkProgram("baker.ts", () => Promise.resolve(program(code)), pool);

test("P31 a program that runs ten turns in a bare room is good, and its figures are told", async () => {
  const report = await check(`
    me.on("heard", () => {});
    for (;;) { const { place } = await me.look(); console.log(place, (await me.around()).length); await sleep({ hours: 1 }); }`);
  const { ok, turns, wants, error } = report;
  assert.deepEqual({ ok, turns, wants, error }, { ok: true, turns: 10, wants: ["heard"], error: null });
  assert.ok(report.codeBytes > 0 && report.heapBytes > 0 && report.turnMs > 0);
  assert.deepEqual(report.log[0], { level: "log", text: "room 0" });
});

test("P31 what is wrong with a program is told in one line, and the next is tried in the same pool", async () => {
  const unparsed = await check(`const = 1;`);
  assert.deepEqual([unparsed.ok, unparsed.turns, unparsed.error?.code], [false, 0, "malformed"]);
  const thrown = await check(`await sleep({ minutes: 1 }); throw new Error("out of flour");`);
  assert.deepEqual([thrown.ok, thrown.turns, thrown.error?.code], [false, 1, "fault"]);
  assert.match(thrown.error!.message, /^baker\.ts: threw: Error: out of flour at .*$/);
  const stuck = await check(`for (;;) (7n ** 300000n).toString();`);
  assert.match(stuck.error!.message, /^baker\.ts: time: /);
  assert.equal((await check(`me.on("used", () => {});`)).ok, true);
});
