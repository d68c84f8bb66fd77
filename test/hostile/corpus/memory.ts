import { code, full, type Hostile } from "./hostile.ts";

/** It meets an exception, which its library logs; or there is not even room for that, and the turn fails. */
const runsOut = { ends: ["well", "memory"], says: full } as const;
const refused = { ends: ["well"], says: /RangeError|out of memory|TypeError/ } as const;

/** Ways to want more memory than there is, within one turn. */
export const memoryHogs: readonly Hostile[] = [
  { name: "arrays of arrays", source: code`const all = []; for (;;) all.push(new Array(1000).fill(0));`, ...runsOut },
  {
    name: "an array that doubles",
    source: code`const all = [1]; for (;;) all.push(...all);`,
    ends: ["well", "memory"],
    says: /out of memory|too many|RangeError|stack overflow/,
  },
  { name: "an array twice as long each time", source: code`let all = [1]; for (;;) all = all.concat(all);`, ...runsOut },
  { name: "an array of the greatest length, filled", source: code`new Array(4294967295).fill(0);`, ...runsOut },
  { name: "an array from a great length", source: code`Array.from({ length: 4294967295 });`, ...runsOut },
  { name: "texts", source: code`const all = []; for (let i = 0; ; i++) all.push("x".repeat(1000) + i);`, ...runsOut },
  {
    name: "a text that doubles",
    source: code`let s = "x"; for (;;) s += s;`,
    ends: ["well", "memory"],
    says: /out of memory|string|RangeError|InternalError/,
  },
  {
    name: "a text that grows at both ends",
    source: code`let s = ""; for (let i = 0; ; i++) s = i + s + i;`,
    ends: ["well", "memory", "time"],
    says: /out of memory|string|^null$/,
  },
  {
    name: "many texts strung on one another",
    source: code`let s = "x".repeat(999); const all = []; for (let i = 0; ; i++) all.push((s = s + i));`,
    ends: ["well", "memory", "time"],
    says: /out of memory|string|^null$/,
  },
  {
    name: "one text as long as can be asked for",
    source: code`"x".repeat(2 ** 30 - 2);`,
    ends: ["well", "memory"],
    says: /out of memory|string|RangeError/,
  },
  {
    name: "padding without measure",
    source: code`"".padStart(2 ** 29, "ab");`,
    ends: ["well", "memory"],
    says: /out of memory|string|RangeError/,
  },
  {
    name: "a replacement that doubles",
    source: code`let s = "ab"; for (;;) s = s.replace(/^(.*)$/s, "$1$1$1$1");`,
    ends: ["well", "memory"],
    says: /out of memory|string/,
  },
  { name: "a split into letters", source: code`"x".repeat(1 << 20).split("");`, ...runsOut },
  {
    name: "JSON that indents itself",
    source: code`let o = 1; for (let i = 0; i < 900; i++) o = [o]; JSON.stringify(new Array(2000).fill(o), null, 10);`,
    ends: ["well", "memory", "time"],
    says: /out of memory|string|stack/,
  },
  {
    name: "JSON as deep as it is long",
    source: code`JSON.parse("[".repeat(1 << 20));`,
    ends: ["well", "memory"],
    says: /stack|out of memory/,
  },
  { name: "one huge buffer", source: code`new Uint8Array(2 ** 31 - 1);`, ...refused },
  { name: "many small buffers", source: code`const all = []; for (;;) all.push(new ArrayBuffer(100));`, ...runsOut },
  {
    name: "a buffer that may grow without measure",
    source: code`new ArrayBuffer(8, { maxByteLength: 2 ** 31 - 1 });`,
    ends: ["well", "memory"],
  },
  {
    name: "a buffer that grows",
    source: code`const b = new ArrayBuffer(8, { maxByteLength: 2 ** 20 }), all = []; for (let i = 10; ; i++) { all.push(b.slice()); b.resize(Math.min(2 ** 20, 2 ** i)); }`,
    ends: ["well", "memory"],
    says: /out of memory|RangeError/,
  },
  {
    name: "a buffer handed on to a larger one",
    source: code`let b = new ArrayBuffer(8); for (;;) b = b.transfer(b.byteLength * 2);`,
    ends: ["well", "memory"],
    says: /out of memory|RangeError/,
  },
  { name: "a map", source: code`const m = new Map(); for (let i = 0; ; i++) m.set(i, { i });`, ...runsOut },
  { name: "a set", source: code`const s = new Set(); for (let i = 0; ; i++) s.add("k" + i);`, ...runsOut },
  {
    name: "a weak map whose keys are held",
    source: code`const m = new WeakMap(); const held = []; for (;;) { const key = {}; held.push(key); m.set(key, new Array(50)); }`,
    ...runsOut,
  },
  { name: "an object with a new key each time", source: code`const o = {}; for (let i = 0; ; i++) o["k" + i] = i;`, ...runsOut },
  {
    name: "objects none of which is shaped like another",
    source: code`const all = []; for (let i = 0; ; i++) all.push({ ["a" + i]: 1, ["b" + i]: 2 });`,
    ...runsOut,
  },
  { name: "symbols", source: code`const all = []; for (let i = 0; ; i++) all.push(Symbol("s" + i));`, ...runsOut },
  {
    name: "symbols everybody can ask for",
    source: code`for (let i = 0; ; i++) Symbol.for("s" + i);`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  { name: "closures that hold one another", source: code`let f = () => 0; for (;;) { const before = f; f = () => before; }`, ...runsOut },
  {
    name: "functions bound to functions",
    source: code`let f = () => 0; for (;;) f = f.bind(null, 1, 2, 3);`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "functions made of text",
    source: code`const all = []; for (let i = 0; ; i++) all.push(Function("return " + i));`,
    ends: ["well", "memory"],
    says: /out of memory|^null$|not a function/,
  },
  {
    name: "classes that extend one another",
    source: code`let C = class {}; for (;;) C = class extends C { a() {} b() {} };`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  { name: "proxies of proxies", source: code`let p = {}; for (;;) p = new Proxy(p, {});`, ...runsOut },
  {
    name: "large numbers",
    source: code`const all = []; for (let n = 1n; ; n = (n << 1000n) + 1n) all.push(n);`,
    ends: ["well", "memory"],
    says: /out of memory|RangeError/,
  },
  {
    name: "one number that squares itself",
    source: code`let n = 3n; for (;;) n = n * n;`,
    ends: ["well", "memory", "time"],
    says: /out of memory|RangeError|too large/,
  },
  {
    name: "patterns",
    source: code`const all = []; for (let i = 0; ; i++) all.push(new RegExp("a{" + i + "}(b|c)[^d-" + String.fromCharCode(200 + (i % 5000)) + "]"));`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "generators kept in the middle",
    source: code`const all = []; function* f(x) { yield x; } for (;;) { const g = f(new Array(20)); g.next(); all.push(g); }`,
    ...runsOut,
  },
  {
    name: "async functions kept in the middle",
    source: code`const f = async (x) => { await new Promise(() => {}); return x; }; for (;;) void f(new Array(20));`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  { name: "promises that are never settled", source: code`const all = []; for (;;) all.push(new Promise(() => {}));`, ...runsOut },
  {
    name: "jobs that queue two jobs each",
    source: code`const two = () => { queueMicrotask(two); queueMicrotask(two); }; two();`,
    ends: ["well", "memory", "time"],
    says: /out of memory|^$|null/,
  },
  {
    name: "errors with long stacks",
    source: code`const all = []; Error.stackTraceLimit = 1000; const deep = (n) => (n ? deep(n - 1) : all.push(new Error("x"))); for (;;) deep(200);`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "errors that cause one another",
    source: code`let e = null; for (;;) e = new Error("x", { cause: e });`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "weak references and a registry of all of them",
    source: code`const r = new FinalizationRegistry(() => {}); const all = []; for (let i = 0; ; i++) { const o = {}; r.register(o, "x".repeat(100) + i); all.push(new WeakRef(o), o); }`,
    ends: ["well", "memory", "time"],
    says: full,
  },
  {
    name: "a registry that makes two of each that goes",
    source: code`const r = new FinalizationRegistry((n) => { for (let i = 0; i < 2; i++) r.register({}, n + "x".repeat(100)); }); for (let i = 0; i < 10; i++) r.register({}, ""); for (let i = 0; i < 100; i++) await null;`,
    ends: ["well", "memory", "time"],
  },
  {
    name: "arguments of functions that stay",
    source: code`const all = []; function f() { all.push(arguments); } for (;;) f(1, 2, 3, 4, 5, 6, 7, 8);`,
    ...runsOut,
  },
  {
    name: "a recursion with large frames",
    source: code`const f = (...xs) => f(...xs, ...xs); f(1, 2, 3);`,
    ends: ["well", "memory"],
    says: /stack|out of memory|RangeError/,
  },
  {
    name: "views of one buffer",
    source: code`const b = new ArrayBuffer(8), all = []; for (;;) all.push(new DataView(b), new Uint8Array(b));`,
    ...runsOut,
  },
  { name: "flattened lists of lists", source: code`let a = [1, 1]; for (;;) a = a.flatMap((x) => [x, x]);`, ...runsOut },
];

/** Programs that take the exception for an answer and ask again. */
export const memoryCatchers: readonly Hostile[] = [
  {
    name: "catching the end of memory and going on",
    source: code`let times = 0; for (; times < 3; times++) try { const all = []; for (;;) all.push(new Array(4000).fill(1)); } catch (e) { if (e?.name !== "InternalError" && e !== null) throw e; } console.log("went on", times);`,
    ends: ["well", "memory"],
    says: /^went on 3$/,
  },
  {
    name: "catching the end of memory for ever",
    source: code`const all = []; for (;;) try { all.push("x".repeat(1000) + all.length); } catch {}`,
    ends: ["time", "memory"],
  },
  {
    name: "asking again in a finally block",
    source: code`const all = []; const more = () => { try { for (;;) all.push(new Array(100)); } finally { more(); } }; more();`,
    ends: ["time", "memory", "well"],
  },
  {
    name: "holding on to every byte when the turn ends",
    source: code`const all = (globalThis.all = []); let size = 1 << 20; while (size > 8) try { all.push("x".repeat(size)); } catch { size >>= 1; } while (size < 9) try { for (;;) all.push({}); } catch { size = 9; }`,
    ends: ["memory", "well"],
  },
  {
    name: "acting with the last byte",
    source: code`const all = (globalThis.all = []); try { for (;;) all.push(new Array(100)); } catch {} void me.say("x".repeat(400)); console.log("y".repeat(900)); memory.z = "z".repeat(50000);`,
    ends: ["memory", "well"],
  },
  {
    name: "throwing what there is no room to describe",
    source: code`const all = (globalThis.all = []); try { for (;;) all.push("x".repeat(50) + all.length); } catch {} throw { toJSON: () => "x".repeat(1 << 20) };`,
    ends: ["memory", "well"],
  },
  {
    name: "running out while promises wait to be told",
    source: code`const all = (globalThis.all = []); for (let i = 0; i < 100; i++) void Promise.reject(new Error("x" + i)); for (;;) all.push(new Array(100));`,
    ends: ["memory", "well"],
  },
  {
    name: "running out in a cleanup",
    source: code`const all = (globalThis.all = []); const r = new FinalizationRegistry(() => { for (;;) all.push(new Array(100)); }); for (let i = 0; i < 10; i++) r.register({}, 0); for (let i = 0; i < 100; i++) await null;`,
    ends: ["memory", "well", "time"],
  },
  {
    name: "running out while its module is evaluated",
    whole: true,
    times: 0,
    source: code`const all = []; for (;;) all.push(new Array(1000).fill(0));`,
    ends: ["memory"],
  },
  {
    name: "running out while its module is read",
    whole: true,
    times: 0,
    source: `const all = [${"[0,1,2,3,4,5,6,7,8,9,{a:1}],".repeat(12_000)}];`,
    ends: ["memory", "threw", "well"],
  },
];

/** Leaks that no single turn shows. `times` is more than they can last. */
export const memoryLeaks: readonly Hostile[] = [
  {
    name: "a leak in every turn",
    whole: true,
    source: code`const all = []; me.on("heard", () => { for (let i = 0; i < 200; i++) all.push(new Array(100).fill(0)); });`,
    times: 30,
    ...runsOut,
  },
  {
    name: "a leak of texts in every turn",
    whole: true,
    source: code`let s = ""; me.on("heard", () => { s += "x".repeat(120000); s.indexOf("y"); });`,
    times: 40,
    ends: ["well", "memory"],
    says: /out of memory|string|^null$/,
  },
  {
    name: "a memory that grows until it is not kept",
    whole: true,
    source: code`memory.all = []; me.on("heard", () => { memory.all.push("x".repeat(3000)); });`,
    times: 30,
    ends: ["well"],
    says: /^memory was not kept: ElsewhereError: memory is larger than 65536 bytes/,
  },
  {
    name: "a memory that is one large text",
    source: code`memory.x = "x".repeat(1 << 20);`,
    ends: ["well", "memory"],
    says: /^memory was not kept/,
  },
  { name: "a memory that holds itself", source: code`memory.me = memory;`, ends: ["well"], says: /^memory was not kept/ },
  {
    name: "a memory nested deeper than a stack",
    source: code`let o = 1; for (let i = 0; i < 5000; i++) o = [o]; memory.o = o;`,
    ends: ["well"],
    says: /^memory was not kept: ElsewhereError: memory is nested deeper than 64/,
  },
  {
    name: "a memory nested deeper than a stack, written by hand",
    source: code`memory.o = 1; JSON.stringify = (value) => (value === memory || "o" in value ? '{"o":' + "[".repeat(20000) + "]".repeat(20000) + "}" : '{"intents":[],"wakeAt":null,"wants":[],"log":[],"failed":null}');`,
    ends: ["outcome", "well"],
  },
  { name: "a memory of large letters", source: code`memory.x = "\u{1f40e}".repeat(17000);`, ends: ["well"], says: /^memory was not kept/ },
  {
    name: "every percept kept",
    whole: true,
    source: code`const all = []; me.on("heard", (percept) => { for (let i = 0; i < 300; i++) all.push(structured(percept)); }); const structured = (p) => JSON.parse(JSON.stringify(p));`,
    times: 60,
    ...runsOut,
  },
  {
    name: "promises of intents that are never answered",
    whole: true,
    source: code`const all = []; me.on("heard", () => { for (let i = 0; i < 32; i++) all.push(me.look().then(() => new Array(2000).fill(0)), new Array(1000).fill(0)); });`,
    times: 15,
    ends: ["well", "memory"],
  },
  {
    name: "a listener more in every turn",
    whole: true,
    source: code`const listen = () => { for (let i = 0; i < 400; i++) { const held = new Array(50).fill(i); me.on("emoted", () => held); } }; me.on("heard", listen);`,
    times: 30,
    ...runsOut,
  },
  {
    name: "timers that hold what they wait for",
    whole: true,
    source: code`me.on("heard", () => { for (let i = 0; i < 100; i++) { const held = new Array(500).fill(i); void sleep({ days: 1 }).then(() => held, () => all.push(held)); } }); const all = [];`,
    times: 20,
    ...runsOut,
  },
];
