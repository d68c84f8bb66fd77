import { code, full, type Hostile } from "./hostile.ts";

const time = ["time"] as const;

/** Stalls that hide in promise jobs, and in what the author's library does when a turn begins and ends. */
export const stallsInJobs: readonly Hostile[] = [
  { name: "awaits without an end", source: code`for (;;) await null;`, ends: time },
  { name: "microtasks that queue each other", source: code`const again = () => queueMicrotask(again); again();`, ends: time },
  {
    name: "a promise chain that grows at its end",
    source: code`const again = () => void Promise.resolve().then(again); again();`,
    ends: time,
  },
  {
    name: "a thenable that resolves to another for ever",
    source: code`const then = (resolve) => resolve({ then }); await { then };`,
    ends: time,
  },
  { name: "a then that computes", source: code`await { then() { for (;;); } };`, ends: time },
  { name: "a getter called then that computes", source: code`await { get then() { for (;;); } };`, ends: time },
  {
    name: "a promise of all of an endless many",
    source: code`await Promise.all((function* () { for (;;) yield 1; })());`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "a race of an endless many",
    source: code`await Promise.race((function* () { for (;;) yield { then() {} }; })());`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "an async iteration without an end",
    source: code`for await (const _ of (async function* () { for (;;) yield 1; })());`,
    ends: time,
  },
  {
    name: "an async iteration over what is done at once for ever",
    source: code`const it = { [Symbol.asyncIterator]: () => it, next: () => ({ done: false }) }; for await (const _ of it);`,
    ends: time,
  },
  {
    name: "an async iterator that does not let go",
    source: code`const it = { [Symbol.asyncIterator]: () => it, next: () => ({ done: false }), return: async () => { for (;;) await null; } }; for await (const _ of it) break;`,
    ends: time,
  },
  {
    name: "two async functions that wake each other",
    source: code`let a, b; const turn = async (wait, call) => { for (;;) { await null; call(); } }; turn(0, () => {}); await turn(0, () => {});`,
    ends: time,
  },
  {
    name: "an async recursion that never returns",
    source: code`const f = async () => { await null; return f(); }; await f();`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "a rejection that is handled by the next",
    source: code`const again = () => Promise.reject(1).catch(again); await again();`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  { name: "a log line that computes itself", source: code`console.log({ toJSON() { for (;;); } });`, ends: time },
  {
    name: "an error whose text is never computed",
    source: code`throw Object.defineProperty(new Error("x"), "message", { get() { for (;;); } });`,
    ends: time,
  },
  {
    name: "an error whose stack is never computed",
    source: code`throw Object.defineProperty(new Error("x"), "stack", { get() { for (;;); } });`,
    ends: time,
  },
  { name: "a rejection nobody handles and nobody can read", source: code`void Promise.reject({ toJSON() { for (;;); } });`, ends: time },
  {
    name: "a stack that is formatted for ever",
    source: code`Error.prepareStackTrace = () => { for (;;); }; null.x;`,
    ends: ["time", "well"],
    says: /TypeError/,
  },
  {
    name: "its module throws what is never readable",
    whole: true,
    times: 0,
    source: code`throw { get name() { for (;;); }, toString() { for (;;); }, toJSON() { for (;;); } };`,
    ends: time,
  },
  {
    name: "a memory that is never written out",
    source: code`memory.x = { toJSON() { for (;;); } };`,
    ends: ["time", "well"],
    says: /^(memory was not kept.*)?$/s,
  },
  { name: "an intent that is never written out", source: code`void me.show({ get x() { for (;;); } });`, ends: ["time", "well"] },
  {
    name: "a listener that listens to the same for ever",
    source: code`const listen = () => { me.on("heard", listen); }; me.on("heard", listen);`,
    times: 2,
    ends: ["time", "memory", "well"],
  },
  {
    name: "lists that never end, for whoever spreads one",
    source: code`Array.prototype[Symbol.iterator] = Map.prototype[Symbol.iterator] = Set.prototype[Symbol.iterator] = function* () { for (;;) yield [1, 1]; };`,
    times: 2,
    ends: ["time", "memory", "well"],
  },
  {
    name: "arrays that never give anything back",
    source: code`Array.prototype.pop = Array.prototype.push = Array.prototype.splice = Array.prototype.map = () => { for (;;); };`,
    times: 2,
    ends: ["time", "well"],
  },
  { name: "a JSON that never reads", source: code`JSON.parse = () => { for (;;); };`, times: 2, ends: ["time", "well"] },
  { name: "a JSON that never writes", source: code`JSON.stringify = () => { for (;;); };`, ends: ["time", "well"] },
  {
    name: "a then that holds every promise",
    source: code`Promise.prototype.then = () => { for (;;); }; await me.say("x").then(() => {});`,
    ends: time,
  },
  { name: "a toJSON on everything", source: code`Object.prototype.toJSON = () => { for (;;); };`, ends: ["time", "well"] },
  {
    name: "setters on everything the library writes",
    source: code`for (const name of ["n", "intent", "level", "text", "kind"]) Object.defineProperty(Object.prototype, name, { set() { for (;;); }, get() { for (;;); } }); me.say("x");`,
    ends: ["time", "well"],
  },
];

/** Stalls that spread over turns: no turn is long, and none may become so. */
export const stallsOverTurns: readonly Hostile[] = [
  { name: "a sleep of nothing that begins again when it ends", source: code`for (;;) await sleep({ ms: 0 });`, times: 5, ends: ["well"] },
  {
    name: "ever more sleeps of nothing",
    whole: true,
    source: code`const wake = async () => { await sleep({ ms: 0 }); void wake().catch(() => {}); void wake().catch(() => {}); }; me.on("heard", wake);`,
    times: 12,
    ends: ["well"],
  },
  {
    name: "more sleeps than there may be",
    source: code`const ends = await Promise.allSettled(Array.from({ length: 600 }, () => sleep({ days: 1 }))); console.log("never said");`,
    ends: ["well"],
    says: /^$/,
  },
  {
    name: "sleeps of no amount of time",
    source: code`for (const ms of [-1, NaN, Infinity, 1n, "x", {}, Symbol()]) await sleep({ ms }).then(() => console.log("slept"), () => {}); console.log("all refused");`,
    ends: ["well"],
    says: /^all refused$/,
  },
  { name: "a flood of intents", source: code`for (let i = 0; i < 1000; i++) void me.say("x").catch(() => {});`, ends: ["well"] },
  {
    name: "a flood of more intents than a heap holds",
    source: code`for (let i = 0; i < 3000; i++) void me.say("x").catch(() => {});`,
    ends: ["memory", "well"],
  },
  {
    name: "a flood of intents in every turn",
    whole: true,
    source: code`me.on("heard", () => { for (let i = 0; i < 300; i++) void me.look().catch(() => {}); });`,
    times: 8,
    ends: ["well"],
  },
  {
    name: "intents that are tried again as often as they are refused",
    source: code`for (;;) await me.say("x").catch(() => {});`,
    ends: ["well", "time"],
  },
  { name: "a flood of log lines", source: code`for (let i = 0; i < 20000; i++) console.log("x".repeat(500));`, ends: ["well"] },
  { name: "a flood of rejections", source: code`for (let i = 0; i < 5000; i++) void Promise.reject(new Error("x" + i));`, ends: ["well"] },
  { name: "a flood of listeners", source: code`for (let i = 0; i < 3000; i++) me.on("heard", () => {});`, times: 3, ends: ["well"] },
  {
    name: "a listener that throws for each of many",
    source: code`for (let i = 0; i < 300; i++) me.on("heard", () => { throw new Error("no"); });`,
    times: 3,
    ends: ["well"],
  },
  {
    name: "work just short of its budget in every turn",
    whole: true,
    source: code`me.on("heard", () => { for (let i = 0; i < 100000; i++); });`,
    times: 8,
    ends: ["well"],
  },
];
