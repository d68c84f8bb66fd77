import assert from "node:assert/strict";
import { test } from "node:test";
import { ownFrames } from "./call-site.ts";
import { log, me, random } from "./index.ts";
import { Runtime } from "./runtime.ts";
import { done, emoted, settled, starting, turn } from "./testing/turn.ts";

const draws = (seed: number, draw: (runtime: Runtime) => unknown): Promise<unknown[]> => {
  const runtime = new Runtime();
  return turn(runtime, 1, { start: { ...starting, seed } }).then(() => Array.from({ length: 200 }, () => draw(runtime)));
};

test("P64 `random` follows from the seed alone, whichever of its ways is taken", async () => {
  const mixed = ({ random: chance }: Runtime): unknown => [chance(), chance.int(1, 6), chance.pick(["a", "b"]), chance.chance(0.5)];
  assert.deepEqual(await draws(7, mixed), await draws(7, mixed));
  assert.notDeepEqual(await draws(7, mixed), await draws(8, mixed));
});

test("P64 `int` and `pick` give every possible value and no other, `chance` what its probability says", async () => {
  assert.deepEqual(new Set(await draws(1, ({ random: { int } }) => int(-1, 1))), new Set([-1, 0, 1]));
  assert.deepEqual(new Set(await draws(1, ({ random: { pick } }) => pick("abc".split("")))), new Set("abc"));
  assert.deepEqual(new Set(await draws(1, ({ random: { int } }) => int(4, 4))), new Set([4]));
  const often = (await draws(1, ({ random: { chance } }) => chance(0.25))).filter((yes) => yes).length;
  assert.ok(often > 30 && often < 70, String(often));
  assert.deepEqual(new Set(await draws(1, ({ random: { chance } }) => chance(0))), new Set([false]));
  assert.deepEqual(new Set(await draws(1, ({ random: { chance } }) => chance(1))), new Set([true]));
});

test("P64 a choice of nothing is refused", () => {
  for (const none of [() => random.pick([]), () => random.int(2, 1), () => random.int(0.5, 3), () => random.int(1, Number.NaN)])
    assert.throws(none, { code: "malformed" });
});

test("P65 `spawn` asks for a program by its module and comes to who it is", async () => {
  const runtime = new Runtime();
  const born = runtime.spawn({ code: "programs/chick.ts", name: "Chick", share: 0.2, memory: { of: "Ada" } });
  const { intents } = await turn(runtime, 1, { start: starting });
  assert.deepEqual(intents, [
    { n: 1, intent: { kind: "spawn", code: "programs/chick.ts", name: "Chick", share: 0.2, memory: { of: "Ada" } } },
  ]);
  await turn(runtime, 2, { percepts: [{ kind: "reply", n: 1, ok: true, data: { program: "ada.1", body: 9 } }] });
  assert.deepEqual(await born, { program: "ada.1", body: 9 });
});

test("P66 what a heap waits for when it is taken back is rejected before it hears anything, and numbers go on", async () => {
  const runtime = new Runtime();
  await turn(runtime, 1, { start: starting });
  const order: string[] = [];
  const walk = runtime.me.go("inn").catch((error: { code: string }) => order.push(error.code));
  const waits = runtime.me.until("emoted");
  const nap = runtime.sleep({ ms: 5 });
  runtime.me.on("emoted", () => order.push("emoted"));
  assert.deepEqual((await turn(runtime, 2)).intents.length, 1);
  await turn(runtime, 10, { rewound: { lastN: 40 }, percepts: [emoted("waves"), done(1)] });
  assert.deepEqual(order, ["interrupted", "emoted"]);
  await Promise.all([walk, nap]);
  assert.equal((await waits).text, "waves", "who waits for a percept goes on waiting");
  void runtime.me.say("so");
  assert.deepEqual((await turn(runtime, 3)).intents[0]?.n, 41);
});

test("P67 what is rejected carries the frames of the program, and no trace is kept of an intent that nobody will miss", async () => {
  const runtime = new Runtime();
  const stackOf = async (n: number): Promise<string> => {
    const refused = runtime.me.say("hello").then(
      () => "",
      (error: Error) => error.stack ?? "",
    );
    await turn(runtime, 1, { percepts: [{ kind: "reply", n, ok: false, error: { code: "silent", message: "no speech here" } }] });
    return refused;
  };
  // Outside, no frame is in program.js, so that the program's own frames are none.
  assert.equal(await stackOf(1), "");
  for (let n = 2; n <= 256; n++) await stackOf(n);
  assert.match(await stackOf(257), /perceive/);
  runtime.uncaught("something");
  assert.equal(await stackOf(258), "");
  const stack = "    at say (@elsewhere/program:1:2)\n    at <anonymous> (program.js:3:4)\n    at next (@elsewhere/program:5:6)";
  assert.equal(ownFrames(stack), "    at <anonymous> (program.js:3:4)");
});

test("P13 `log` writes a line to the program's own log", async () => {
  const runtime = new Runtime();
  runtime.log.write("log", ["seen", { n: 1 }]);
  assert.deepEqual((await turn(runtime, 1)).log, [{ level: "log", text: 'seen {"n":1}' }]);
});

test("P33 outside a world waiting, choosing and logging do no harm", async () => {
  log("nobody reads this");
  assert.ok(random() < 1);
  assert.equal(await settled(me.until("heard", { timeout: { minutes: 1 } })), "waits");
});
