import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import {
  base,
  dawn,
  engine,
  fresh,
  good,
  type Guest,
  heapOf,
  hourMs,
  library,
  restored,
  startInput,
  texts,
  turnInput,
} from "../testing/guest.ts";
import { done, heard } from "../testing/percepts.ts";
import { buildBase } from "./base.ts";

/** Has one of everything that must survive: awaits, generators, closures, collections, classes, timers. */
const everything = `
class Till { #pence = 0; add(n) { this.#pence += n; return this.#pence; } }
const till = new Till();
const words = new Map([["first", [1, { deep: true }]]]);
const seen = new Set();
function* count() { let n = 0; for (;;) n += (yield n) ?? 1; }
const counter = count();
counter.next();
const closures = [1, 2, 3].map((x) => () => x * 10);
async function* slowly() { for (let i = 0; ; i++) { await sleep({ minutes: 30 }); yield i; } }
(async () => { for await (const i of slowly()) console.log("slowly", i, new Date().toISOString()); })();
me.on("heard", async ({ text }) => {
  seen.add(text);
  words.set(text, [...seen].join());
  memory.heard = seen.size;
  await me.say(text + till.add(2) + closures[1]() + counter.next(seen.size).value + Math.random());
  console.log("said", text, [...words.keys()].join("|"));
});
for (;;) {
  await me.go("harbour/bakery");
  await sleep({ hours: 1 });
}`;

/** The inputs of `count` turns: words heard, answers to every intent, time going by. */
function play(live: Guest, from: number, count: number, unanswered: number[] = []): string[] {
  const results: string[] = [];
  for (let turn = from; turn < from + count; turn++) {
    const percepts = [...unanswered.splice(0).map(done), ...(turn % 3 === 0 ? [heard(`w${turn % 7}`)] : [])];
    const result = good(live.run(turn === 1 ? startInput() : turnInput(turn, dawn + turn * 600_000, percepts)));
    unanswered.push(...result.outcome.intents.map(({ n }) => n));
    results.push(result.json);
  }
  return results;
}

test("P5 awaits, generators, closures, collections, classes and timers go on from an image", () => {
  const [one, waiting]: [Guest, number[]] = [fresh(everything), []];
  play(one, 1, 40, waiting);
  const other = restored(everything, one.image());
  const expected = play(one, 41, 40, [...waiting]);
  assert.deepEqual(play(other, 41, 40, [...waiting]), expected);
  assert.match(expected.join(), /slowly/);
  assert.match(expected.join(), /said w/);
});

test("P6 the same turns on the same heap give the same outcomes and the same heap", () => {
  const [one, other] = [fresh(everything), fresh(everything)];
  const names = new Set<string>();
  for (const [from, to] of [
    [1, 10],
    [11, 20],
    [21, 30],
  ] as const) {
    assert.deepEqual(play(one, from, to - from + 1), play(other, from, to - from + 1));
    // Which template an image stands on hangs on what was imaged before; the heap it stands for does not.
    const heap = heapOf(one.image());
    assert.ok(heap.equals(heapOf(other.image())));
    names.add(createHash("sha256").update(heap).digest("hex"));
  }
  assert.equal(names.size, 3);
});

test("P6 two bases made of the same engine and library are equal", () => {
  assert.equal(buildBase(engine, library).hash, base.hash);
});

test("P1 a module that never ends is normal, and one that ended still hears", () => {
  const forever = fresh(`await new Promise(() => {});`);
  assert.equal(good(forever.run(startInput())).outcome.wakeAt, null);
  const ended = fresh(`me.on("heard", ({ text }) => console.log(text)); export const over = 1;`);
  assert.deepEqual(good(ended.run(startInput())).outcome.wants, ["heard"]);
  assert.deepEqual(texts(good(ended.run(turnInput(2, dawn, [heard("still here")]))).outcome), ["still here"]);
});

test("P2 each percept is a step of its own: what is begun while one is handled already hears the next", () => {
  const live = fresh(`me.on("heard", async ({ text }) => {
    await null; await null;
    console.log("first", text);
    me.on("heard", (later) => console.log("second", later.text));
  });`);
  live.run(startInput());
  const { outcome } = good(live.run(turnInput(2, dawn, [heard("a"), heard("b")])));
  assert.deepEqual(texts(outcome), ["first a", "second b", "first b"]);
});

test("P2 due timers come before percepts, earliest first, and a sleep of nothing waits for the next turn", () => {
  const live = fresh(`
    sleep({ minutes: 2 }).then(() => console.log("two"));
    sleep({ minutes: 1 }).then(() => console.log("one"));
    me.on("heard", async () => { console.log("heard"); await sleep({}); console.log("next turn"); });`);
  assert.equal(good(live.run(startInput())).outcome.wakeAt, dawn + 60_000);
  const { outcome } = good(live.run(turnInput(2, dawn + 120_000, [heard("x")])));
  assert.deepEqual(texts(outcome), ["one", "two", "heard"]);
  assert.equal(outcome.wakeAt, dawn + 120_000);
  assert.deepEqual(texts(good(live.run(turnInput(3, dawn + 120_000))).outcome), ["next turn"]);
});

test("P3 time inside is the world's and stands still within a turn", () => {
  const live = fresh(`
    const a = Date.now(); for (let i = 0; i < 30000; i++); const b = Date.now();
    console.log(a, b - a, new Date().toString(), typeof performance, new Date(0).getTimezoneOffset());`);
  const [line] = texts(good(live.run(startInput())).outcome);
  assert.equal(line, `${dawn} 0 Tue Jan 01 2030 06:00:00 GMT+0000 undefined 0`);
});

test("P4 randomness follows from the seed alone", () => {
  const code = `console.log([1, 2, 3].map(() => Math.random()).join());`;
  const drawn = (seed: number): string => texts(good(fresh(code).run(startInput(seed))).outcome)[0]!;
  assert.equal(drawn(1), drawn(1));
  assert.notEqual(drawn(1), drawn(2));
  for (const number of drawn(1).split(",").map(Number)) assert.ok(number >= 0 && number < 1);
});

test("P10 the inside has no way to the outside: no timers, network, process, loader or host function among its globals", () => {
  const code = `console.log(Object.getOwnPropertyNames(globalThis).sort().join());
    for (const name of ["node:fs", "@elsewhere/protocol", "host", "./x.ts"]) await import(name).catch((e) => console.log(e.name));`;
  const [names, ...refused] = texts(good(fresh(code).run(startInput())).outcome);
  for (const name of [
    "fetch",
    "process",
    "require",
    "setTimeout",
    "performance",
    "WebAssembly",
    "elsewhereHost",
    "Worker",
    "navigator",
    "std",
    "os",
  ]) {
    assert.ok(!names!.split(",").includes(name), name);
  }
  assert.deepEqual(
    refused,
    Array.from({ length: 4 }, () => "ReferenceError"),
  );
});

test("P13 the log is bounded in lines and characters, and says what it left out", () => {
  const live = fresh(`for (let i = 0; i < 100; i++) console.log("x".repeat(5000)); console.error(new Error("late"));`);
  const { log } = good(live.run(startInput())).outcome;
  assert.equal(log.length, limits.logLinesPerTurnMax);
  assert.equal(log[0]!.text.length, limits.logLineCharsMax);
  assert.deepEqual(log.at(-1), { level: "error", text: "52 more lines in this turn were dropped" });
});

test("P14 what a listener throws and what nobody catches is logged, and the turn goes on", () => {
  const live = fresh(`
    me.on("heard", () => { throw new TypeError("in a listener"); });
    me.on("heard", async () => { throw new RangeError("in an async listener"); });
    me.on("heard", () => { Promise.reject("nobody's"); const held = Promise.reject(1); held.catch(() => {}); });
    me.on("heard", () => me.say("still talking"));`);
  live.run(startInput());
  const { outcome } = good(live.run(turnInput(2, dawn, [heard("go")])));
  assert.equal(outcome.intents.length, 1);
  assert.deepEqual(
    outcome.log.map(({ level, text }) => [level, text.split("\n")[0]]),
    [
      ["error", "TypeError: in a listener"],
      ["error", "RangeError: in an async listener"],
      ["error", "unhandled rejection: nobody's"],
    ],
  );
  assert.match(outcome.log[0]!.text, /program\.js:3/);
});

test("P15 a module that throws at its top level fails its turn, at the start and later", () => {
  const atStart = fresh(`throw new Error("not today");`).run(startInput());
  assert.ok(!atStart.ok && atStart.fault.reason === "threw" && /not today/.test(atStart.fault.message));
  const live = fresh(`await sleep({ hours: 1 }); throw new Error("an hour later");`);
  good(live.run(startInput()));
  const later = live.run(turnInput(2, dawn + hourMs));
  assert.ok(!later.ok && later.fault.reason === "threw" && /an hour later/.test(later.fault.message));
  const unparsed = fresh(`const = 1;`).run(startInput());
  assert.ok(!unparsed.ok && unparsed.fault.reason === "threw" && /SyntaxError/.test(unparsed.fault.message));
});

test("P19 memory is reported when it changed, and what is no JSON or too large is not kept", () => {
  const live = fresh(`memory.visits = 1;
    me.on("heard", ({ text }) => {
      if (text === "same") memory.visits = 1;
      if (text === "more") memory.visits++;
      if (text === "huge") memory.huge = "ü".repeat(40000);
      if (text === "loop") { delete memory.huge; memory.loop = memory; }
    });`);
  assert.deepEqual(good(live.run(startInput())).outcome.memory, { visits: 1 });
  const after = (turn: number, text: string) => good(live.run(turnInput(turn, dawn, [heard(text)]))).outcome;
  assert.equal(after(2, "same").memory, null);
  assert.deepEqual(after(3, "more").memory, { visits: 2 });
  const huge = after(4, "huge");
  assert.equal(huge.memory, null);
  assert.match(huge.log[0]!.text, /^memory was not kept: ElsewhereError: memory is larger than 65536 bytes/);
  assert.match(after(5, "loop").log[0]!.text, /^memory was not kept: TypeError/);
});

test("P20 intents beyond the limit of a turn are refused inside, and the others go out", () => {
  const live = fresh(`for (let i = 0; i < 40; i++) me.say("word " + i).catch((e) => console.log(e instanceof ElsewhereError, e.code));`);
  const { outcome } = good(live.run(startInput()));
  assert.equal(outcome.intents.length, limits.intentsPerTurnMax);
  assert.deepEqual(
    texts(outcome),
    Array.from({ length: 8 }, () => "true limit"),
  );
});

test("P21 sleeps beyond the limit, and of no amount of time, are refused", () => {
  const live = fresh(`
    for (let i = 0; i < 256; i++) void sleep({ days: 1 });
    await sleep({ days: 1 }).catch((e) => console.log(e.code));
    await sleep({ hours: -1 }).catch((e) => console.log(e.code));
    await sleep({ hours: NaN }).catch((e) => console.log(e.code));`);
  assert.deepEqual(texts(good(live.run(startInput())).outcome), ["limit", "malformed", "malformed"]);
});

test("P28 a fresh heap numbers its intents on from what its body has used", () => {
  const input = startInput();
  const { outcome } = good(fresh(`me.say("hello");`).run({ ...input, start: { ...input.start!, lastN: 41 } }));
  assert.deepEqual(outcome.intents, [{ n: 42, intent: { kind: "say", text: "hello" } }]);
});
