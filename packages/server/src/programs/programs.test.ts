import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { bundleProgram } from "./author/bundle.ts";
import type { ImageRow, Storage } from "../storage/contract.ts";
import type { ProgramSpec } from "./spec.ts";
import { dawn, Hosted, specOf, tickMs } from "./testing/hosting.ts";
import { heard } from "./testing/percepts.ts";
import { openPool } from "./testing/pools.ts";

/** On a busy machine only fuel may decide what a turn costs. */
const unhurried = (storage: Storage): ReturnType<typeof openPool> =>
  openPool({ turnMsMax: 5_000, startMsMax: 10_000, ground: async (hash) => (await storage.ground(hash))?.bytes ?? null });
const open = (specs: readonly ProgramSpec[]): Promise<Hosted> => Hosted.open(specs, unhurried);

async function using(specs: readonly ProgramSpec[], run: (host: Hosted) => Promise<Hosted | void>): Promise<void> {
  const host = await open(specs);
  const last = (await run(host)) ?? host;
  await last.programs.close();
}

test("P23 only what a program listens to is delivered to it, and replies", () =>
  using([specOf("a", `me.on("heard", ({ text }) => console.log(text)); await me.say("hello"); console.log("answered");`)], async (host) => {
    assert.deepEqual(host.programs.deliver("a", 0, [heard("too early")]), []);
    await host.step();
    await host.step();
    assert.deepEqual([...host.programs.wants("a")], ["heard"]);
    await host.step([heard("bread"), { kind: "used", from: { id: 1, name: "Bob" } }]);
    await host.steps(2);
    assert.deepEqual(host.log, ["answered", "bread"]);
    assert.deepEqual(host.programs.deliver("nobody", 0, [heard("x")]), []);
    assert.equal(host.programs.resident("nobody"), null);
  }));

test("P27 nothing is given to a program before the commit of the tick that brought it is durable", () =>
  using([specOf("a", `me.on("heard", ({ text }) => console.log(text));`)], async (host) => {
    await host.steps(2);
    await host.step([heard("not yet")], false);
    host.programs.dispatch(host.now - tickMs);
    await host.programs.settled();
    assert.deepEqual(host.log, []);
    host.programs.dispatch(host.now);
    await host.step();
    assert.deepEqual(host.log, ["not yet"]);
  }));

const poisoned = `me.on("heard", ({ text }) => { if (text === "poison") for (;;); console.log(text); });`;

test("P24 a failed turn's mail is given again after a wait, and a program that fails whatever is tried is suspended", () =>
  using(
    [specOf("a", `${poisoned} if (memory.broken) for (;;); memory.broken = true;`), specOf("b", poisoned.replace("for (;;)", ""))],
    async (host) => {
      await host.steps(2);
      await host.step([heard("poison")]);
      await host.step();
      const a = host.programs.resident("a")!;
      const b = host.programs.resident("b")!;
      assert.deepEqual([a.status.kind, a.kept.faults, a.mailbox.size], ["backing_off", 1, 1]);
      await host.until(() => a.status.kind === "suspended");
      assert.deepEqual([a.kept.faults, a.kept.faultsInRow], [limits.faultsInRowMax, limits.faultsInRowMax]);
      const steps = host.log.filter((line) => line.startsWith("fault")).map((line) => line.match(/\((.*?)( in \d+ s)?\)/)![1]);
      assert.deepEqual(steps, [
        "tried again",
        "tried again",
        "goes back to an older image",
        "starts anew with its memory",
        "suspended after 5 faults in a row",
      ]);
      assert.match(a.status.kind === "suspended" ? a.status.error.message : "", /^a: time: used more computation/);
      assert.deepEqual([b.status.kind, b.kept.faults], ["running", 0]);
      const next = await host.kill();
      assert.equal(next.programs.resident("a")!.status.kind, "suspended");
      return next;
    },
  ));

test("P24 a fault that passes leaves nothing behind but its count", () => {
  const code = `let n = 0; me.on("heard", ({ text }) => { n++; if (Date.now() < ${dawn + 6 * tickMs}) throwing(); console.log(text, n); });
    function throwing() { for (;;); }`;
  return using([specOf("a", code)], async (host) => {
    await host.steps(2);
    await host.step([heard("later")]);
    await host.until(() => host.log.includes("later 1"));
    const { status, kept, mailbox } = host.programs.resident("a")!;
    assert.deepEqual([status.kind, mailbox.size, kept.faultsInRow], ["running", 0, kept.faults]);
    assert.ok(kept.faults >= 1);
    for (let i = 0; i < 9; i++) await host.step([heard("well")]);
    assert.equal(host.programs.resident("a")!.kept.faultsInRow, 0);
  });
});

test("P24 P85 a heap that went bad goes back to an older image, numbers its intents on, and what it waited for is rejected", () => {
  const code = `
    let n = 0, bad = false;
    me.on("heard", async ({ text }) => {
      if (text === "go bad") bad = true;
      if (bad) for (;;);
      n++;
      try { await me.say("word " + n); } catch (error) { console.log("rejected", error.code); }
    });`;
  return using([specOf("a", code)], async (host) => {
    await host.steps(2);
    for (let i = 0; i < limits.turnsBetweenImagesMax + 4; i++) await host.step([heard("x")]);
    await host.steps(2);
    const a = host.programs.resident("a")!;
    const [turnBefore, lastN] = [a.kept.turn, a.kept.lastN];
    assert.ok((await host.storage.images("a")).length > 0);
    await host.step([heard("go bad")]);
    await host.until(() => a.kept.rewound || a.status.kind === "suspended");
    assert.ok(a.kept.turn < turnBefore);
    // The bad word is still in its mail: it goes bad again, and a fresh start forgets that mail.
    await host.until(() => a.kept.turn >= 1 && a.kept.turn < 5 && a.status.kind === "running");
    await host.step([heard("y")]);
    await host.steps(3);
    assert.ok(host.said.at(-1)!.n > lastN);
    assert.match(host.log.join(), /it goes on from its image after turn \d+/);
    assert.match(host.log.join(), /it starts anew with its memory/);
  });
});

test("P100 a turn under way when its program is held is taken for none, and its mail is given to the next", () =>
  using([specOf("a", `let n = 0; me.on("heard", ({ text }) => console.log(text, ++n));`)], async (host) => {
    await host.steps(2);
    await host.step([heard("bread")]);
    const a = host.programs.resident("a")!;
    assert.equal(a.phase, "running");
    const { turn } = a.kept;
    a.hold("attempt", host.now, host.tick);
    host.programs.rest(a);
    await host.steps(3);
    assert.deepEqual([host.log, a.kept.turn, a.mailbox.size], [[], turn, 1]);
    a.remain(host.tick);
    host.programs.rest(a);
    await host.steps(3);
    assert.deepEqual([host.log, a.kept.turn], [["bread 1"], turn + 1]);
  }));

test("P26 outcomes are collected in the order of program ids, whoever finished first", () =>
  using(
    ["c", "a", "b"].map((name) => specOf(name, `for (let i = 0; i < ${name === "a" ? 100000 : 0}; i++); await me.say("${name}");`)),
    async (host) => {
      await host.step();
      const { intents, turns, programs } = await host.step();
      for (const rows of [intents, turns, programs])
        assert.deepEqual(
          rows.map(({ program }) => program),
          ["a", "b", "c"],
        );
    },
  ));

const clerk = `
let step = 0;
const ledger = new Set();
me.on("heard", ({ text }) => { ledger.add(text); });
for (;;) {
  await me.say("step " + ++step + ": " + [...ledger].join());
  await sleep({ minutes: 1 });
}`;
test("P25 killed after any commit, programs go on from the same await: no step and no word is lost, and none comes twice", async () => {
  const specs = [specOf("clerk", clerk), specOf("other", clerk)];
  const ticks = 16;
  for (let killAt = 1; killAt < ticks; killAt += 2) {
    const first = await open(specs);
    let host = first;
    for (let tick = 1; tick <= ticks + 4; tick++) {
      await host.step(tick >= 6 && tick < ticks ? [heard(`w${tick}`)] : []);
      if (tick === killAt) host = await host.kill();
    }
    await host.programs.close();
    for (const { program } of specs) {
      const all = [...first.said, ...host.said].filter((each) => each.program === program);
      assert.deepEqual(
        all.map(({ n, text }) => [n, text.split(":")[0]]),
        all.map((_, i) => [i + 1, `step ${i + 1}`]),
        `killed at ${killAt}`,
      );
      assert.equal(all.at(-1)!.text.split(": ")[1], Array.from({ length: ticks - 6 }, (_, i) => `w${i + 6}`).join());
      const turns = host.turnsOf(program);
      assert.deepEqual(
        turns,
        turns.map((_, i) => i + 1),
      );
    }
  }
});

test("P25 an outcome that was never committed never happened: after a crash its turn runs again", () =>
  using([specOf("a", clerk)], async (host) => {
    await host.steps(2);
    const before = host.turnsOf("a").length;
    await host.step([heard("x")]);
    await host.step([], false);
    const next = await host.kill();
    assert.equal(next.turnsOf("a").length, before + host.seen[2]!.turns.length);
    await next.steps(6);
    const turns = next.turnsOf("a");
    assert.deepEqual(
      turns,
      Array.from({ length: turns.length }, (_, i) => i + 1),
    );
    return next;
  }));

test("P7 P29 an image is taken every so many turns, and image and transcript give the heap back", () =>
  using([specOf("a", `for (let n = 0; ; memory.n = ++n) await sleep(n < 75 ? { minutes: 1 } : { days: 1 });`)], async (host) => {
    await host.steps(limits.turnsBetweenImagesMax + 10);
    const stored = await host.storage.images("a");
    assert.deepEqual(
      stored.map(({ turn }) => turn),
      [limits.turnsBeforeFirstImageMax + limits.turnsBetweenImagesMax, limits.turnsBeforeFirstImageMax],
    );
    const next = await host.kill();
    await next.steps(10);
    const { status, kept } = next.programs.resident("a")!;
    assert.deepEqual([status.kind, kept.faults, kept.turns], ["running", 0, next.turnsOf("a").length]);
    const images: ImageRow[] = [];
    for await (const batch of next.programs.lastImages()) images.push(...batch.images);
    assert.deepEqual(
      images.map(({ program }) => program),
      ["a"],
    );
    return next;
  }));

test("P19 new code starts anew with its memory, numbers on, and forgets its old mail", () =>
  using(
    [specOf("a", `memory.visits = 3; me.on("heard", () => {}); for (;;) { await me.say("old"); await sleep({ hours: 1 }); }`)],
    async (host) => {
      await host.steps(3);
      await host.step([heard("old mail")], true);
      await host.programs.settled();
      const upgraded = {
        ...specOf("a", `me.on("heard", ({ text }) => console.log(text)); await me.say("visits " + memory.visits);`),
        lastN: 1,
      };
      const next = await host.kill([upgraded]);
      await next.steps(3);
      assert.deepEqual(next.said, [{ program: "a", n: 2, text: "visits 3" }]);
      assert.match(next.log[0]!, /^its code has changed/);
      assert.ok(!next.log.includes("old mail"));
      const again = await next.kill();
      await again.step([heard("new mail")]);
      await again.steps(2);
      assert.ok(again.log.includes("new mail"), "its heap is that of the new code");
      return again;
    },
  ));

test("P19 a program first comes with the memory its world gives it", () =>
  using([{ ...specOf("a", `await me.say(memory.word);`), memory: { word: "given" } }], async (host) => {
    await host.steps(2);
    assert.deepEqual(host.said, [{ program: "a", n: 1, text: "given" }]);
  }));

test("P28 an intent whose number was used before is refused and not acted on", () =>
  using([{ ...specOf("a", `me.on("heard", () => me.say("again"));`), lastN: 0 }], async (host) => {
    await host.steps(2);
    await host.step([heard("x")]);
    await host.step();
    await host.step([heard("y")]);
    await host.step();
    assert.deepEqual(
      host.said.map(({ n }) => n),
      [1, 2],
    );
  }));

test("P3 a program asleep for an hour of the world's time wakes in the first tick of that time", () =>
  using([specOf("a", `await sleep({ hours: 1 }); console.log(new Date().toISOString());`)], async (host) => {
    await host.steps(2);
    assert.equal(host.programs.resident("a")!.kept.wakeAt, dawn + tickMs + 3_600_000);
    await host.steps(62);
    assert.deepEqual(host.log, [new Date(dawn + tickMs + 3_600_000).toISOString()]);
    assert.equal(host.programs.resident("a")!.kept.turns, 2);
  }));

test("P86 an error in the log names its author's own file and line, and what the program had perceived in that turn", async () => {
  const files: Readonly<Record<string, string>> = {
    "programs/baker.ts": `import { me } from "@elsewhere/program";\nimport { weigh } from "./lib/scales.ts";\n\nme.on("heard", ({ text }) => weigh(text));\n`,
    "programs/lib/scales.ts": `export function weigh(text: string): void {\n  if (text === "loop") for (;;);\n  throw new Error("the scales are off");\n}\n`,
  };
  const { code: text, codeHash: hash, map } = await bundleProgram("programs/baker.ts", (path) => Promise.resolve(files[path]!));
  await using([{ ...specOf("baker", ""), code: { text, hash } }], async (host) => {
    host.texts.add(hash, map);
    await host.steps(2);
    await host.step([heard("a pound of rye")]);
    await host.steps(2);
    const [error, perceived] = host.seen.flatMap(({ logs }) => logs);
    assert.match(
      error!.text,
      /^Error: the scales are off\n\s+at weigh \(programs\/lib\/scales\.ts:3:\d+\)\n\s+at .*programs\/baker\.ts:4:/,
    );
    assert.match(perceived!.text, /^perceived in that turn: \{"kind":"heard",.*"a pound of rye"\}$/);
    await host.step([heard("loop")]);
    await host.steps(2);
    assert.match(host.log.at(-1)!, /"loop"/);
    assert.match(host.log.at(-2)!, /^fault \(tried again in 1 s\): time/);
  });
});

test("P39 P85 a program that an operator takes back goes on from that image, with numbers nobody has used", async () => {
  const code = `let n = 0; for (;;) { await me.say("word " + ++n).catch((error) => console.log("rejected", error.code)); await sleep({ minutes: 1 }); }`;
  await using([specOf("a", code)], async (host) => {
    const a = host.programs.resident("a")!;
    await host.until(() => a.kept.imageTurn > 0 && a.kept.turn > a.kept.imageTurn + 4);
    const { turn, hash } = (await host.storage.images("a"))[0]!;
    const lastN = a.kept.lastN;
    const before = host.said.length;
    let durable = false;
    void host.programs.command("a", { kind: "rewind", hash }).then(() => (durable = true));
    await host.until(() => durable);
    assert.match(host.log.join(), new RegExp(`taken back by the operator: it goes on from its image after turn ${turn}`));
    await host.until(() => host.said.length > before + 2);
    const numbers = host.said.map(({ n }) => n);
    assert.equal(new Set(numbers).size, numbers.length, "no number is used twice");
    assert.ok(numbers.at(-1)! > lastN);
    const next = await host.kill();
    await next.steps(6);
    const { status, kept } = next.programs.resident("a")!;
    assert.deepEqual([status.kind, kept.faults], ["running", 0], "its turns since replay on that image");
    return next;
  });
});
