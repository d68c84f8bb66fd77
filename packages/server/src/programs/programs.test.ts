import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, type Percept } from "@elsewhere/protocol";
import type { DeliveryRow } from "../storage/contract.ts";
import type { WorkerPool } from "./pool.ts";
import { type Collected, Programs, type ProgramSpec } from "./programs.ts";
import { dawn, done, heard, hourMs, MemoryStore, openPool, specOf } from "./testing/support.ts";

const tickMs = 60_000;

/** A host of programs in lockstep, tick by tick, over a store that outlives it. */
/** On a busy machine only fuel may decide what a turn costs. */
const unhurried = { turnMsMax: 5_000, startMsMax: 10_000 };

class Hosted {
  readonly store: MemoryStore;
  readonly specs: readonly ProgramSpec[];
  readonly seen: Collected[] = [];
  programs!: Programs;
  pool!: WorkerPool;
  tick = 0;
  now = dawn;

  private constructor(specs: readonly ProgramSpec[], store: MemoryStore) {
    this.specs = specs;
    this.store = store;
  }

  static async open(specs: readonly ProgramSpec[], store = new MemoryStore(), pool = openPool(unhurried)): Promise<Hosted> {
    const host = new Hosted(specs, store);
    host.pool = pool;
    host.programs = new Programs({ pool, storage: store, nowMs: () => 0, lockstep: true });
    for (const spec of specs) await host.programs.add(spec, store.rows.get(spec.program) ?? null);
    return host;
  }

  /** One tick in the loop's order; all mail goes to all programs, and every intent is answered in the same tick. */
  async step(mail: readonly Percept[] = [], commits = true): Promise<Collected> {
    await this.programs.settled();
    this.tick++;
    this.now += tickMs;
    const collected = this.programs.collect(this.now, this.tick);
    const rows: DeliveryRow[] = [];
    for (const { program } of this.specs) {
      const replies = collected.intents.filter((each) => each.program === program).map(({ n }) => done(n));
      rows.push(...this.programs.deliver(program, this.tick, [...replies, ...mail]));
    }
    if (commits) this.store.commit(collected, rows);
    if (commits) this.programs.dispatch(this.now);
    this.seen.push(collected);
    return collected;
  }

  async steps(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.step();
  }

  get log(): string[] {
    return this.seen.flatMap(({ logs }) => logs.map(({ text }) => text));
  }

  /** Ends without a word, as `kill -9` does; what the store has is all that is left. */
  async kill(specs = this.specs): Promise<Hosted> {
    await this.programs.close();
    const next = await Hosted.open(specs, this.store);
    next.tick = this.tick;
    next.now = this.now;
    return next;
  }
}

async function using(specs: readonly ProgramSpec[], run: (host: Hosted) => Promise<Hosted | void>): Promise<void> {
  const host = await Hosted.open(specs);
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
    assert.equal(host.programs.info("nobody"), null);
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

test("P24 a failed turn's mail is given again after a wait, and the fifth failure in a row suspends with its reason", () => {
  const code = `me.on("heard", ({ text }) => { if (text === "poison") for (;;); console.log(text); });`;
  return using([specOf("a", code), specOf("b", code.replace("for (;;)", ""))], async (host) => {
    await host.steps(2);
    await host.step([heard("poison")]);
    await host.step();
    const info = host.programs.info("a")!;
    assert.deepEqual([info.status, info.faults, info.mailbox], ["backing_off", 1, 1]);
    assert.deepEqual(
      host.seen.at(-1)!.statusChanges.map(({ program, status }) => [program, status.kind]),
      [["a", "backing_off"]],
    );
    await host.steps(8);
    const suspended = host.programs.info("a")!;
    assert.deepEqual([suspended.status, suspended.faults], ["suspended", limits.faultsInRowMax]);
    assert.match(suspended.reason!, /^a: time: used more computation/);
    assert.equal(host.programs.info("b")!.status, "running");
    assert.deepEqual(host.programs.deliver("a", host.tick, [heard("anybody?")]), []);
    const next = await host.kill();
    assert.equal(next.programs.info("a")!.status, "suspended");
    return next;
  });
});

test("P24 a fault that passes leaves nothing behind but its count", () => {
  const code = `let n = 0; me.on("heard", ({ text }) => { n++; if (Date.now() < ${dawn + 6 * tickMs}) throwing(); console.log(text, n); });
    function throwing() { for (;;); }`;
  return using([specOf("a", code)], async (host) => {
    await host.steps(2);
    await host.step([heard("later")]);
    await host.steps(8);
    assert.deepEqual(
      host.log.filter((line) => !line.startsWith("fault")),
      ["later 1"],
    );
    const { status, faults, mailbox } = host.programs.info("a")!;
    assert.deepEqual([status, mailbox], ["running", 0]);
    assert.ok(faults >= 1);
  });
});

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
const said = (host: Hosted): { program: string; n: number; text: string }[] =>
  host.seen.flatMap(({ intents }) =>
    intents.map(({ program, n, intent }) => ({ program, n, text: intent.kind === "say" ? intent.text : intent.kind })),
  );

test("P25 killed after any commit, programs go on from the same await: no step and no word is lost, and none comes twice", async () => {
  const specs = [specOf("clerk", clerk), specOf("other", clerk)];
  const ticks = 16;
  for (let killAt = 1; killAt < ticks; killAt += 2) {
    const first = await Hosted.open(specs);
    let host = first;
    for (let tick = 1; tick <= ticks + 4; tick++) {
      await host.step(tick >= 6 && tick < ticks ? [heard(`w${tick}`)] : []);
      if (tick === killAt) host = await host.kill();
    }
    await host.programs.close();
    for (const { program } of specs) {
      const all = [...said(first), ...said(host)].filter((each) => each.program === program);
      assert.deepEqual(
        all.map(({ n, text }) => [n, text.split(":")[0]]),
        all.map((_, i) => [i + 1, `step ${i + 1}`]),
        `killed at ${killAt}`,
      );
      assert.equal(all.at(-1)!.text.split(": ")[1], Array.from({ length: ticks - 6 }, (_, i) => `w${i + 6}`).join());
      const turns = host.store.turns.filter((row) => row.program === program).map(({ turn }) => turn);
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
    const before = host.store.turns.length;
    await host.step([heard("x")]);
    await host.step([], false);
    const next = await host.kill();
    assert.equal(next.store.turns.length, before + host.seen[2]!.turns.length);
    await next.steps(6);
    const turns = next.store.turns.map(({ turn }) => turn);
    assert.deepEqual(
      turns,
      Array.from({ length: turns.length }, (_, i) => i + 1),
    );
    return next;
  }));

test("P7 P29 an image is taken every so many turns, and image and transcript give the heap back, hash by hash", () =>
  using([specOf("a", `for (let n = 0; ; memory.n = ++n) await sleep(n < 75 ? { minutes: 1 } : { days: 1 });`)], async (host) => {
    await host.steps(limits.turnsBetweenImagesMax + 10);
    assert.equal(host.store.images.length, 1);
    assert.equal(host.store.images[0]!.turn, limits.turnsBetweenImagesMax);
    const next = await host.kill();
    await next.steps(10);
    const { status, faults, turns } = next.programs.info("a")!;
    assert.deepEqual([status, faults], ["running", 0]);
    assert.equal(turns, next.store.turns.length);
    const images = await next.programs.imageAll();
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
      assert.deepEqual(said(next), [{ program: "a", n: 2, text: "visits 3" }]);
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
    assert.deepEqual(said(host), [{ program: "a", n: 1, text: "given" }]);
  }));

test("P28 an intent whose number was used before is refused and not acted on", () =>
  using([{ ...specOf("a", `me.on("heard", () => me.say("again"));`), lastN: 0 }], async (host) => {
    await host.steps(2);
    await host.step([heard("x")]);
    await host.step();
    await host.step([heard("y")]);
    await host.step();
    assert.deepEqual(
      said(host).map(({ n }) => n),
      [1, 2],
    );
    const forged = specOf(
      "b",
      `
      me.on("heard", () => void me.say("x"));
      Object.defineProperty(Object.prototype, "toJSON", { value() { return typeof this.n === "number" && this.intent ? { n: 1, intent: this.intent } : this; } });`,
    );
    await using([forged], async (other) => {
      await other.steps(2);
      await other.step([heard("x")]);
      await other.step();
      await other.step([heard("y")]);
      const { intents, refused } = await other.step();
      assert.deepEqual(intents, []);
      assert.deepEqual(
        refused.map(({ n, error }) => [n, error.code]),
        [[1, "malformed"]],
      );
    });
  }));

test("P3 a program asleep for an hour of the world's time wakes in the first tick of that time", () =>
  using([specOf("a", `await sleep({ hours: 1 }); console.log(new Date().toISOString());`)], async (host) => {
    await host.steps(2);
    assert.equal(host.programs.info("a")!.wakeAt, dawn + tickMs + hourMs);
    await host.steps(62);
    assert.deepEqual(host.log, [new Date(dawn + tickMs + hourMs).toISOString()]);
    assert.equal(host.programs.info("a")!.turns, 2);
  }));
