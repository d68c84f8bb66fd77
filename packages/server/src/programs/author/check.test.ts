import assert from "node:assert/strict";
import { after, test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { programTemplate } from "../../cli/program-template.ts";
import { checkProgram, type ProgramCheck } from "./check.ts";
import { codeOf, openPool } from "../testing/pools.ts";

// On a busy machine only fuel may decide what a turn costs.
const pool = openPool({ turnMsMax: 2_000, startMsMax: 2_000 });
after(() => pool.close());
const checkFile = (text: string): Promise<ProgramCheck> => checkProgram("programs/baker.ts", () => Promise.resolve(text), pool);
const check = (code: string): Promise<ProgramCheck> => checkFile(codeOf(code).text);

test("P31 a program that runs ten turns in a bare room is good, and its figures are told", async () => {
  const report = await check(`
    me.on("heard", () => {});
    for (;;) { const { place } = await me.look(); console.log(place, (await me.around()).length); await sleep({ hours: 1 }); }`);
  const { ok, turns, wants, grants, error } = report;
  assert.deepEqual({ ok, turns, wants, grants, error }, { ok: true, turns: 10, wants: ["heard"], grants: { spawns: [] }, error: null });
  assert.ok(report.codeBytes > 0 && report.heapBytes > 0 && report.turnMs > 0 && report.startMs > 0);
  assert.deepEqual(report.log[0], { level: "log", text: "room 0" });
});

test("P31 what is wrong with a program is told in one line, and the next is tried in the same pool", async () => {
  const unparsed = await check(`const = 1;`);
  assert.deepEqual([unparsed.ok, unparsed.turns, unparsed.error?.code], [false, 0, "malformed"]);
  const thrown = await check(`await sleep({ minutes: 1 }); throw new Error("out of flour");`);
  assert.deepEqual([thrown.ok, thrown.turns, thrown.error?.code], [false, 1, "fault"]);
  assert.match(thrown.error!.message, /^programs\/baker\.ts: threw: Error: out of flour at .*$/);
  const stuck = await check(`for (;;) (7n ** 300000n).toString();`);
  assert.match(stuck.error!.message, /^programs\/baker\.ts: time: /);
  assert.equal((await check(`me.on("used", () => {});`)).ok, true);
});

/** Types and empty lines are gone in what runs; the author's lines and columns are told all the same. */
const baker = `import { me, sleep } from "@elsewhere/program";

interface Loaf { readonly grams: number }

const weigh = (loaf: Loaf | null): number => loaf!.grams;
me.on("used", () => {});
async function bake(): Promise<void> {
  await sleep({ minutes: 1 });
  try {
    weigh(null);
  } catch (error) {
    console.log(error);
  }
  (0, eval)("null.gram");
}
void bake();
await sleep({ minutes: 5 });
weigh(null);
`;

test("P75 what a program throws and logs carries its author's own file and line", async () => {
  const { log, error, turns } = await checkFile(baker);
  assert.equal(turns, 2);
  assert.match(error!.message, /^programs\/baker\.ts: threw: TypeError: .* at weigh \(programs\/baker\.ts:5:46\)$/);
  const [caught, rejected] = log;
  assert.match(caught!.text, /\n {4}at weigh \(programs\/baker\.ts:5:46\)\n {4}at bake \(programs\/baker\.ts:10:11\)$/);
  assert.match(rejected!.text, /\n {4}at <eval> \(<input>:1:\d+\)\n {4}at eval \(native\)\n {4}at bake \(programs\/baker\.ts:14:\d+\)$/);
});

test("P75 what the engine says of a module that does not fit is told with its author's file and line", async () => {
  const { error } = await checkFile(
    `import { me } from "@elsewhere/program";\n\ntype Pence = number;\nconst p: Pence = missing;\nme.say(p);\n`,
  );
  assert.match(error!.message, /^programs\/baker\.ts: threw: ReferenceError: .*at <anonymous> \(programs\/baker\.ts:4:18\)$/);
});

test("P77 it is told which modules a program asks to start, and a bare room starts them all", async () => {
  const report = await checkFile(`import { spawn } from "@elsewhere/program";
    for (const code of ["programs/gull.ts", "programs/crab.ts", "programs/gull.ts"]) {
      const { program, body } = await spawn({ code, name: "Somebody" });
      console.log(program, body);
    }`);
  assert.equal(report.error, null);
  assert.deepEqual(report.grants.spawns, ["programs/gull.ts", "programs/crab.ts"]);
  assert.deepEqual(
    report.log.map(({ text }) => text),
    ["child-1 101", "child-2 102", "child-3 103"],
  );
});

test("P31 a bare room is as good as the place that a program wants to leave for", async () => {
  const { error, log } = await check(`
    const { to, body } = await me.ask({ cross: "elsewhere://haven.example/garden" });
    console.log(to, body === me.id);`);
  assert.equal(error, null);
  assert.deepEqual(
    log.map(({ text }) => text),
    ["room true"],
  );
});

test("P77 a program that comes near a limit is good, and is told which and in which turn", async () => {
  const { ok, warnings } = await check(`
    await sleep({ minutes: 1 });
    for (let i = 0; i < 30; i++) console.log(i);
    for (let i = 0; i < 40; i++) me.face("west").catch(() => {});
    memory.much = "x".repeat(40000);`);
  assert.equal(ok, true);
  const expected = [
    `turn 2 asked for ${limits.intentsPerTurnMax} of the ${limits.intentsPerTurnMax} intents it may`,
    `turn 2 kept a memory of 40011 of the ${limits.memoryBytesMax} bytes it may`,
    `turn 2 logged 30 of the ${limits.logLinesPerTurnMax} lines it may`,
  ];
  assert.deepEqual(
    warnings.filter((warning) => !warning.includes(" ms ")),
    expected,
  );
  const holds = await check(`globalThis.held = Array.from({ length: 10000 }, (_, i) => ({ i, text: "loaf " + i }));`);
  assert.match(holds.warnings.join("; "), /turn 10 left a heap of \d+ of the \d+ bytes it may/);
  const computes = await check(`for (let i = 0, n = 0; i < 5e6; i++) n += i;`);
  assert.match(computes.warnings.join("; "), /turn 1 computed for 1000 of the 1600 units of fuel it may/);
});

test("P79 the program that a new author is given lives through its first turns", async () => {
  const { error, ok, wants, warnings } = await checkFile(programTemplate("Owl"));
  assert.deepEqual([error, ok], [null, true]);
  assert.deepEqual(wants.toSorted(), ["appeared", "heard"]);
  assert.deepEqual(
    warnings.filter((warning) => !warning.includes(" ms ")),
    [],
  );
});
