import { code, full, type Hostile } from "./hostile.ts";

const time = ["time"] as const;

/** Loops an author could write by mistake and ones nobody would: the engine looks up in all of them. */
export const stallsInCode: readonly Hostile[] = [
  { name: "an empty loop", source: code`for (;;);`, ends: time },
  { name: "a loop that counts in BigInts", source: code`for (let n = 0n; ; n++);`, ends: time },
  {
    name: "a loop that its own finally block begins again",
    source: code`again: for (;;) try { break again; } finally { continue again; }`,
    ends: time,
  },
  {
    name: "a labelled loop in a finally block",
    source: code`try { throw 1; } finally { outer: for (;;) for (;;) continue outer; }`,
    ends: time,
  },
  {
    name: "a loop that catches whatever should end it",
    source: code`for (;;) try { for (;;); } catch {} finally { continue; }`,
    ends: time,
  },
  {
    name: "two functions that call each other and catch each other's end",
    source: code`const odd = (n) => even(n - 1), even = (n) => odd(n - 1); for (;;) try { odd(0); } catch {}`,
    ends: time,
  },
  { name: "a trampoline", source: code`let next = () => next; for (let f = next; ; f = f());`, ends: time },
  {
    name: "the Ackermann function",
    source: code`const a = (m, n) => (m ? a(m - 1, n ? a(m, n - 1) : 1) : n + 1); for (;;) try { a(4, 3); } catch {}`,
    ends: time,
  },
  {
    name: "a generator without an end",
    source: code`function* all() { for (let i = 0; ; i++) yield i; } for (const each of all()) if (each < 0) break;`,
    ends: time,
  },
  {
    name: "generators that delegate to fresh ones for ever",
    source: code`function* f() { yield 1; yield* g(); } function* g() { yield 2; } for (;;) for (const _ of f());`,
    ends: time,
  },
  {
    name: "an iterator that does not let go of a loop that breaks",
    source: code`const it = { [Symbol.iterator]: () => it, next: () => ({ done: false }), return() { for (;;); } }; for (const _ of it) break;`,
    ends: time,
  },
  {
    name: "an iterator that holds a destructuring",
    source: code`const it = { [Symbol.iterator]: () => it, next: () => ({ value: 1, done: false }), return() { for (;;); } }; const [first] = it;`,
    ends: time,
  },
  {
    name: "a rest element over an endless iterator that says nothing is left",
    source: code`const it = { [Symbol.iterator]: () => it, next: () => { for (;;); } }; const [...rest] = it;`,
    ends: time,
  },
  { name: "a setter that sets for ever", source: code`const o = { set x(v) { for (;;) v++; } }; o.x = 1;`, ends: time },
  { name: "a proxy that never answers whether it has", source: code`"x" in new Proxy({}, { has() { for (;;); } });`, ends: time },
  { name: "a proxy that lists keys for ever", source: code`Object.keys(new Proxy({}, { ownKeys() { for (;;); } }));`, ends: time },
  {
    name: "a proxy that has no prototype to tell",
    source: code`new Proxy({}, { getPrototypeOf() { for (;;); } }) instanceof Object;`,
    ends: time,
  },
  { name: "a thing that is never anybody's instance", source: code`({}) instanceof { [Symbol.hasInstance]() { for (;;); } };`, ends: time },
  { name: "toString in a template", source: code`String({ toString() { for (;;); } });`, ends: time },
  { name: "valueOf in a comparison", source: code`({ valueOf() { for (;;); } }) < 1;`, ends: time },
  { name: "Symbol.toPrimitive in a key", source: code`({})[{ [Symbol.toPrimitive]() { for (;;); } }];`, ends: time },
  {
    name: "a reviver that never has enough",
    source: code`JSON.parse("[0]", function (key, value) { for (;;) value = [value].pop(); });`,
    ends: time,
  },
  {
    name: "a reviver that keeps its array growing",
    source: code`JSON.parse("[[0]]", function (key, value) { for (let i = 0; Array.isArray(this) && i < 1e9; i++) this[0] = i; return value; });`,
    ends: time,
  },
  { name: "toJSON that never has done", source: code`JSON.stringify({ toJSON() { for (;;); } });`, ends: time },
  { name: "a replacer that goes over the same for ever", source: code`JSON.stringify([1], () => { for (;;); });`, ends: time },
  { name: "a comparator that computes", source: code`[2, 1].sort(() => { for (;;); });`, ends: time },
  {
    name: "a comparator that contradicts itself over a large array",
    source: code`let x = 1; const a = Array.from({ length: 20000 }, (_, i) => i); for (;;) a.sort(() => ((x = (x * 48271) % 2147483647), x % 3 - 1));`,
    ends: time,
  },
  {
    name: "an array that grows while it is walked over",
    source: code`const a = [1]; for (const each of a) a.push(each);`,
    ends: ["well", "memory"],
    says: full,
  },
  {
    name: "a map that is refilled while it is walked over",
    source: code`const m = new Map([[0, 0]]); m.forEach((_, key) => { m.delete(key); m.set(key + 1, 0); });`,
    ends: time,
  },
  {
    name: "a set that is refilled while it is walked over",
    source: code`const s = new Set([0]); for (const each of s) { s.delete(each); s.add(each + 1); }`,
    ends: time,
  },
  {
    name: "a species that constructs for ever",
    source: code`class A extends Array { static get [Symbol.species]() { for (;;); } } new A(1, 2).map(String);`,
    ends: time,
  },
  {
    name: "a new.target whose prototype never comes",
    source: code`Reflect.construct(Object, [], new Proxy(function () {}, { get() { for (;;); } }));`,
    ends: time,
  },
  { name: "a class whose field is never computed", source: code`class A { x = (() => { for (;;); })(); } new A();`, ends: time },
  { name: "a class whose key is never computed", source: code`class A { [(() => { for (;;); })()]() {} }`, ends: time },
  { name: "a parameter's default", source: code`((x = (() => { for (;;); })()) => x)();`, ends: time },
  { name: "eval", source: code`eval("for (;;);");`, ends: time },
  { name: "a function made of text", source: code`Function("for (;;);")();`, ends: time },
  {
    name: "a generator function made of text",
    source: code`const G = Object.getPrototypeOf(function* () {}).constructor; [...G("for (;;);")()];`,
    ends: time,
  },
  { name: "waiting for a clock that stands still", source: code`const end = Date.now() + 1; while (Date.now() < end);`, ends: time },
  { name: "waiting for a number that is never drawn", source: code`while (Math.random() !== 2);`, ends: time },
  { name: "matches of nothing, one after another", source: code`const r = /x*/g; for (;;) { r.lastIndex = 0; r.exec(""); }`, ends: time },
  { name: "a replacement that never ends", source: code`"a".replace(/a/, () => { for (;;); });`, ends: time },
  {
    name: "a matcher that matches nothing for ever",
    source: code`const r = /a/g; r.exec = () => ({ index: 0, length: 1, 0: "" }); r[Symbol.replace]("aaa", "b");`,
    ends: ["well", "memory"],
    says: full,
  },
  {
    name: "iterator helpers over an endless generator",
    source: code`(function* () { for (;;) yield 1; })().map((x) => x + 1).filter((x) => x > 2).toArray();`,
    ends: time,
  },
  {
    name: "an endless iterator none of which will do",
    source: code`(function* () { for (;;) yield 1; })().some(() => false);`,
    ends: time,
  },
  {
    name: "a set of which the other set never has told all",
    source: code`new Set([1]).union({ size: 1, has: () => true, keys: () => ({ next: () => ({ done: false, value: 1 }) }) });`,
    ends: time,
  },
  {
    name: "a cleanup that never ends",
    source: code`const r = new FinalizationRegistry(() => { for (;;); }); for (let i = 0; i < 50; i++) r.register({}, 0); await null; for (let i = 0; i < 1e5; i++) ({}); await null; for (;;) await null;`,
    ends: time,
  },
  { name: "reading a long date", source: code`const s = "1 ".repeat(1 << 19); for (;;) Date.parse(s);`, ends: time },
  {
    name: "looking for what is not in endless lists",
    source: code`const endless = { length: 2 ** 53 - 1 }; Array.prototype.indexOf.call(endless, 1);`,
    ends: time,
  },
  {
    name: "looking backwards through endless lists",
    source: code`const endless = { length: 2 ** 53 - 1 }; Array.prototype.lastIndexOf.call(endless, 1);`,
    ends: time,
  },
  {
    name: "an endless list without what is asked of it",
    source: code`const endless = { length: 2 ** 53 - 1 }; Array.prototype.includes.call(endless, 1);`,
    ends: time,
  },
  {
    name: "none of an endless list",
    source: code`const endless = { length: 2 ** 53 - 1 }; Array.prototype.some.call(endless, () => true);`,
    ends: time,
  },
  { name: "reducing an endless list", source: code`try { [].reduce.call({ length: 2 ** 53 - 1 }, () => 0); } catch {}`, ends: time },
  { name: "an array with holes for every number there is", source: code`new Array(4294967295).indexOf(1);`, ends: time },
  {
    name: "an array-like made of a huge length",
    source: code`Array.prototype.every.call(new Proxy({}, { get: (_, key) => (key === "length" ? 2 ** 53 - 1 : 0), has: () => false }), () => true);`,
    ends: time,
  },
  { name: "a static block of its module", whole: true, times: 0, source: code`class A { static { for (;;); } }`, ends: time },
  { name: "the top level of its module", whole: true, times: 0, source: code`for (;;) await null;`, ends: time },
  {
    name: "a top level that exports what is never computed",
    whole: true,
    times: 0,
    source: code`export const x = (() => { for (;;); })();`,
    ends: time,
  },
];
