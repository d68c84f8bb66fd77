import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ErrorJson, Intent, Percept } from "@elsewhere/protocol";
import { checkProgram } from "../packages/server/src/programs/author/check.ts";
import { openTestPool } from "./support/pool.ts";
import { person, Stage } from "./support/stage.ts";

const examples = fileURLToPath(new URL("../docs/examples", import.meta.url));
const read = (path: string): Promise<string> => readFile(`${examples}/${path}`, "utf8");
const files = await readdir(examples);
const page = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const pages = (await page("../docs/AUTHORING.md")) + (await page("../README.md"));
const pool = await openTestPool();
after(() => pool.close());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const ada = person(7, "Ada");
const heard = (text: string): Percept => ({ kind: "heard", from: ada, how: "say", text });
const appeared: Percept = { kind: "appeared", body: ada };
const refusal: ErrorJson = { code: "unreachable", message: "no way leads there" };
const saying = (text: string): Intent => ({ kind: "say", text });
const walking = (to: string): Intent => ({ kind: "walk", to });
const looking: Intent = { kind: "look" };

/** What the page promises of each example, tried. */
const scenes: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  "baker.ts": async (stage) => {
    assert.deepEqual(await stage.perceive(), [walking("harbour/bakery")]);
    assert.deepEqual(await stage.perceive(heard("Any bread left?")), [saying("Two pence, Ada.")]);
    assert.deepEqual(await stage.pass(6 * hourMs), [walking("harbour/market")]);
  },
  "bell.ts": async (stage) => {
    await stage.perceive();
    const used = await stage.perceive({ kind: "used", from: ada });
    assert.deepEqual(used, [
      { kind: "show", traits: { rung: 1, lastBy: "Ada" } },
      { kind: "do", verb: "ring", data: { times: 1 } },
    ]);
  },
  "chest.ts": async (stage) => {
    await stage.perceive();
    assert.deepEqual(stage.wants, ["used"]);
    const used = await stage.perceive({ kind: "used", from: ada });
    assert.deepEqual(used[0], { kind: "show", traits: { open: true, finder: "Ada" } });
    assert.deepEqual(stage.wants, []);
  },
  "chick.ts": async (stage) => {
    stage.memory = { mother: 5 };
    assert.deepEqual(await stage.perceive(), [{ kind: "follow", body: 5 }]);
    const days = await stage.pass(73 * hourMs);
    assert.deepEqual(days.at(-1), { kind: "show", traits: { grown: true } });
    assert.equal(days.filter(({ kind }) => kind === "emote").length, 3);
  },
  "echo.ts": async (stage) => {
    await stage.perceive();
    assert.deepEqual(await stage.perceive(heard("hey")), [saying('Ada said "hey". That makes 1.')]);
  },
  "errand.ts": async (stage) => {
    stage.refused = { walk: refusal };
    assert.deepEqual(await stage.perceive(), [walking("harbour/quay")]);
    assert.match(stage.log[0]!, /no way to harbour\/quay: unreachable/);
    stage.refused = {};
    stage.bodies = [ada];
    const then = await stage.pass(10 * minuteMs);
    assert.deepEqual(then, [{ kind: "emote", text: "sighs" }, walking("harbour/quay"), looking, saying("I see 1 of you here.")]);
  },
  "hen.ts": async (stage) => {
    await stage.perceive();
    const [hatched] = await stage.pass(24 * hourMs);
    assert.deepEqual(hatched, { kind: "spawn", code: "programs/chick.ts", name: "Chick 1", memory: { mother: 1 }, share: 0.2 });
    stage.refused = { spawn: { code: "limit", message: "nothing is left" } };
    await stage.pass(24 * hourMs);
    assert.deepEqual(stage.log, ["child-1 has hatched", "no more can be fed for now: nothing is left"]);
  },
  "librarian.ts": async (stage) => {
    await stage.perceive(appeared);
    await stage.perceive(appeared, heard("I like whales"));
    assert.deepEqual(await stage.perceive(appeared), [{ kind: "whisper", text: 'Last time you told me: "I like whales"', to: 7 }]);
  },
  "traveller.ts": async (stage) => {
    const offered = (offer: string): Percept => ({ kind: "offered", offer, to: "haven", place: null, by: "Ada", forSeconds: 60 });
    const accepted: Intent = { kind: "accept", offer: "first" };
    await stage.perceive();
    stage.refused = { accept: { code: "unreachable", message: "haven does not answer" } };
    assert.deepEqual(await stage.perceive(offered("first")), [accepted]);
    stage.refused = {};
    assert.deepEqual(await stage.perceive(offered("first")), [accepted]);
    stage.bodies = [ada];
    const there = await stage.arrive({ from: "harbour", to: "haven", awayMs: 0, lost: ["a key"] }, 400 * 24 * hourMs);
    assert.deepEqual(there, [looking, saying("So this is haven!")]);
    assert.deepEqual(await stage.perceive(offered("second")), [{ kind: "decline", offer: "second", why: "I have only just arrived." }]);
    assert.deepEqual(await stage.pass(hourMs), [{ kind: "cross", to: "harbour" }]);
    const home = await stage.arrive({ from: "haven", to: "harbour", awayMs: 0, lost: [] }, -400 * 24 * hourMs);
    assert.deepEqual(home, [saying("In haven I have met Ada.")]);
    assert.deepEqual(stage.log, [
      "I stay where I am: unreachable, haven does not answer",
      'from harbour to haven, without ["a key"]',
      "from haven to harbour, without []",
    ]);
  },
  "waiter.ts": async (stage) => {
    await stage.perceive();
    assert.deepEqual(await stage.perceive(appeared), [saying("Tea or coffee, Ada?")]);
    assert.deepEqual(await stage.perceive(heard("What a day")), []);
    assert.deepEqual(await stage.perceive(heard("Oh, tea")), [saying("Tea it is.")]);
    await stage.perceive(appeared);
    assert.deepEqual(await stage.pass(5 * minuteMs), [{ kind: "emote", text: "shrugs and turns away" }]);
    assert.deepEqual(await stage.perceive(heard("coffee!")), []);
  },
  "watchman.ts": async (stage) => {
    assert.deepEqual(await stage.perceive(), []);
    stage.bodies = [ada];
    assert.deepEqual(await stage.pass(12 * hourMs - 1), [], "it is not yet nine in the evening");
    const round = await stage.pass(3 * hourMs);
    assert.deepEqual(
      round.filter(({ kind }) => kind === "walk"),
      [walking("harbour/gate"), walking("harbour/quay"), walking("harbour/mill")],
    );
    assert.match(stage.log[0]!, /^harbour\/gate .*Ada/);
  },
};

test("every example has a scene", () => {
  assert.deepEqual(Object.keys(scenes).toSorted(), files.toSorted());
});

for (const file of files) {
  test(`the example ${file} lives through its first turns, does what is said of it, and is shown as it is`, async () => {
    const check = await checkProgram(file, read, pool);
    assert.equal(check.error, null);
    assert.ok(check.ok);
    await scenes[file]!(await Stage.set(pool, file, read));
    assert.ok(pages.includes(`\`\`\`ts\n${await read(file)}\`\`\``), "README.md and docs/AUTHORING.md show another text");
  });
}

/** Logs, turn by turn, how often the memory was written out and what it holds. */
const memoryProbe = (first: string): string => `
import { log, me, memory } from "@elsewhere/program";
let written = 0;
Object.defineProperty(memory, "toJSON", { value() { written++; return { ...this }; } });
${first}
me.on("heard", ({ text }) => {
  if (text === "count") log(written);
  else held.n++;
});
`;

async function writtenIn(turns: number, first: string): Promise<number> {
  const stage = await Stage.set(pool, "probe.ts", () => Promise.resolve(memoryProbe(first)));
  for (let turn = 0; turn < 70; turn++) await stage.perceive(heard("count"));
  const before = Number(stage.log.at(-1));
  for (let turn = 0; turn < turns; turn++) await stage.perceive(heard("count"));
  pool.remove("probe.ts");
  return Number(stage.log.at(-1)) - before;
}

test("P69 in its sandbox too a memory is written out only while somebody holds what was put in", async () => {
  assert.equal(await writtenIn(20, "memory.deep = { list: [{ n: 1 }] }; const held = { n: 0 };"), 0);
  assert.equal(
    await writtenIn(20, "memory.deep = { n: 0 }; const held = memory.deep;"),
    0,
    "what is reached through the memory is watched",
  );
  assert.equal(await writtenIn(20, "const held = (memory.deep = { n: 0 });"), 20);
  const passing =
    "{ const inner = { n: 1 }; memory.deep = { inner }; setInner(inner); } function setInner(it) { globalThis.inner = it; } const held = { n: 0 };";
  assert.equal(await writtenIn(20, passing), 20, "also what lies deeper in it");
});
