import { code, type Hostile } from "./hostile.ts";

/**
 * After faults reported of this engine and its forebears: stale pointers after a buffer shrank, freed values still in use,
 * lengths read too early, recursion in native code. Whether the engine has them or not, its memory is the program's own:
 * the turn may end in any way, and nobody else may notice.
 */
const any = { ends: ["well", "threw", "memory", "time", "engine", "outcome"] } as const;
const kinds = "const kinds = [Int8Array, Uint8ClampedArray, Int16Array, Float32Array, Float64Array, BigInt64Array];";
const shrinking = `${kinds} const fresh = (T, n = 256, max = n) => { const b = new ArrayBuffer(n * 8, { maxByteLength: max * 8 }); return [b, new T(b)]; };`;

export const engineFaults: readonly Hostile[] = [
  {
    name: "a buffer that shrinks while it is sorted",
    source: code`${shrinking} for (const T of kinds) for (const at of [1, 9, 99, 999]) { const [b, a] = fresh(T); let n = 0; try { a.sort(() => (++n === at ? (b.resize(16), 1) : n % 3 - 1)); } catch {} }`,
    ...any,
  },
  {
    name: "a buffer handed on while it is sorted",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T); let n = 0; try { a.sort(() => (++n === 99 && b.transfer(8), -1)); } catch {} }`,
    ...any,
  },
  {
    name: "a copy sorted while its source shrinks",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T); let n = 0; try { a.toSorted(() => (++n === 50 && b.resize(0), 1)); } catch {} }`,
    ...any,
  },
  {
    name: "a prototype that shrinks the buffer it is made for",
    source: code`${shrinking} for (const T of kinds) { const [b] = fresh(T); const N = Object.defineProperty(function () {}.bind(), "prototype", { get() { b.resize(0); return T.prototype; } }); try { const a = Reflect.construct(T, [b], N); a.fill(a[0]); } catch {} }`,
    ...any,
  },
  {
    name: "a typed array made of one that shrinks",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T); const N = Object.defineProperty(function () {}.bind(), "prototype", { get() { b.resize(8); return T.prototype; } }); try { Reflect.construct(T, [a], N); } catch {} }`,
    ...any,
  },
  {
    name: "operands of atomic operations that shrink the buffer",
    source: code`for (const op of ["store", "add", "sub", "and", "or", "xor", "exchange", "compareExchange"]) for (const T of [Int32Array, Uint8Array, BigInt64Array]) { const b = new ArrayBuffer(4096, { maxByteLength: 1 << 16 }); const a = new T(b); const v = { valueOf() { b.resize(0); b.resize(1 << 16); return T === BigInt64Array ? 1n : 1; } }; try { Atomics[op](a, 100, v, v); } catch {} }`,
    ...any,
  },
  {
    name: "a replacement value that shrinks what it is put into",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T, 512); try { a.with(3, { valueOf() { b.resize(8); return T === BigInt64Array ? 1n : 1; } }); } catch {} }`,
    ...any,
  },
  {
    name: "a species that shrinks what is sliced",
    source: code`const b = new ArrayBuffer(4096, { maxByteLength: 8192 }); class S extends ArrayBuffer {} b.constructor = { [Symbol.species]: function (n) { b.resize(16); return new ArrayBuffer(n); } }; try { b.slice(1000, 4000); } catch {} const c = new ArrayBuffer(64); c.constructor = { [Symbol.species]: () => c }; try { c.slice(1); } catch {}`,
    ...any,
  },
  {
    name: "a buffer used after it was handed on",
    source: code`const b = new ArrayBuffer(64), a = new Uint8Array(b), v = new DataView(b); a.fill(0x41); const c = b.transfer(1 << 16); for (let i = 0; i < 64; i++) { a[i] = i; try { v.setUint8(i, 1); } catch {} } try { a.set([1]); a.fill(1); a.subarray(1); } catch {} console.log(a[0], a.length, c.byteLength);`,
    ...any,
  },
  {
    name: "an index that grows the buffer it points into",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T, 4, 4096); for (const m of ["at", "with", "includes", "indexOf", "lastIndexOf", "subarray", "slice"]) try { a[m]({ valueOf() { b.resize(4096 * 8); return 900; } }, 1); } catch {} }`,
    ...any,
  },
  {
    name: "indexes that shrink the buffer they point into",
    source: code`${shrinking} for (const T of kinds) for (const m of ["fill", "copyWithin", "indexOf", "lastIndexOf", "includes", "subarray", "slice", "at", "join", "set"]) { const [b, a] = fresh(T); const v = { valueOf() { b.resize(8); return 0; }, toString() { b.resize(8); return ","; } }; try { a[m](v, v, v); } catch {} try { a[m](1, v, 200); } catch {} }`,
    ...any,
  },
  {
    name: "a view whose offset shrinks its buffer",
    source: code`for (const m of Object.getOwnPropertyNames(DataView.prototype).filter((n) => /^[gs]et[A-Z]/.test(n))) { const b = new ArrayBuffer(64, { maxByteLength: 64 }); const v = new DataView(b); for (const args of [[{ valueOf() { b.resize(0); return 8; } }, 1], [8, { valueOf() { b.resize(0); return 1; } }], [2 ** 53, 1], [-1, 1], [2 ** 32 - 4, 1]]) try { b.resize(64); v[m](...args); } catch {} }`,
    ...any,
  },
  {
    name: "a species that gives shorter typed arrays",
    source: code`for (const T of [Uint8Array, Float64Array]) { class S extends T { static get [Symbol.species]() { return n === 0 ? T : function () { return new T(1); }; } } let n = 1; const a = new S(100).fill(1); for (const m of ["map", "filter", "slice", "subarray"]) try { a[m]((x) => x, 50); } catch {} try { S.from.call(function () { return new T(2); }, [1, 2, 3, 4]); S.of.call(function () { return new BigInt64Array(9); }, 1, 2); } catch {} }`,
    ...any,
  },
  {
    name: "a typed array set from itself as it shrinks",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T); try { a.set({ length: 200, get 0() { b.resize(8); return T === BigInt64Array ? 1n : 1; } }); } catch {} try { a.set(a.subarray(1), 1); } catch {} }`,
    ...any,
  },
  {
    name: "elements defined and reflected past the end",
    source: code`${shrinking} for (const T of kinds) { const [b, a] = fresh(T); const v = { valueOf() { b.resize(0); return T === BigInt64Array ? 1n : 1; } }; try { Object.defineProperty(a, 5, { value: v }); } catch {} try { Reflect.set(a, 9, v); Reflect.set({}, 9, v, a); } catch {} try { a[3] = v; a[2 ** 32] = 1; a["-0"] = v; } catch {} }`,
    ...any,
  },
  {
    name: "an array whose comparator empties it",
    source: code`const a = Array.from({ length: 500 }, (_, i) => ({ i })); let n = 0; try { a.sort((x, y) => { if (++n === 100) { a.length = 0; a.push({}, {}); } return y.i - x.i; }); } catch {} const s = Array.from({ length: 99 }, () => ({ toString() { s.length = 1; return "x"; } })); try { s.sort(); } catch {}`,
    ...any,
  },
  {
    name: "indexes that shorten the array they point into",
    source: code`for (const m of ["fill", "copyWithin", "indexOf", "lastIndexOf", "includes", "slice", "splice", "at", "with", "toSpliced", "flat", "concat", "join"]) { const a = Array.from({ length: 1000 }, (_, i) => [i]); const v = { valueOf() { a.length = 1; return 500; }, toString() { a.length = 1; return ","; } }; try { a[m](v, v, v); } catch {} try { a[m](1, v); } catch {} }`,
    ...any,
  },
  {
    name: "lists that are spread while they shrink",
    source: code`const a = Array.from({ length: 300 }, (_, i) => i); Object.defineProperty(a, Symbol.isConcatSpreadable, { get() { a.length = 2; return true; } }); try { [].concat(a, a, a); } catch {} class S extends Array { static get [Symbol.species]() { return function (n) { return b; }; } } const b = new S(50).fill(1); for (const m of ["concat", "slice", "splice", "map", "filter", "flat", "flatMap"]) try { b[m]((x) => x, 3); } catch {}`,
    ...any,
  },
  {
    name: "lengths at the edge of what lengths may be",
    source: code`for (const n of [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) for (const m of ["push", "pop", "shift", "splice", "at", "concat", "with", "toSpliced", "toSorted", "toReversed"]) { const o = { length: n }; try { Array.prototype[m].call(o, 0, 0, 1); } catch {} const a = []; try { a.length = n; a[m](n - 1, 1, 2); } catch {} if (n > 2 ** 31) break; }`,
    ...any,
  },
  {
    name: "getters that remove what is still to be read",
    source: code`const o = {}; for (let i = 0; i < 100; i++) Object.defineProperty(o, "k" + i, { enumerable: true, configurable: true, get() { for (let j = 0; j < 100; j++) delete o["k" + j]; return o; } }); try { ({ ...o }); Object.assign({}, o); Object.entries(o); JSON.stringify(o); for (const k in o) delete o[k]; } catch {}`,
    ...any,
  },
  {
    name: "a for-in over a prototype that turns into a proxy",
    source: code`const a = { x: 1 }; const swap = () => { Object.setPrototypeOf(a, new Proxy({}, { ownKeys: swap })); return []; }; for (let i = 0; i < 100; i++) try { for (const k in a) swap(); } catch {}`,
    ...any,
  },
  {
    name: "iterators strung together that close themselves",
    source: code`if (Iterator.concat) for (const close of ["return", "next"]) { let outer; const evil = { [Symbol.iterator]: () => ({ get next() { try { outer[close](); } catch {} return () => ({ done: true, value: 0 }); }, return: () => ({}) }) }; outer = Iterator.concat(evil, [1, 2], evil); try { outer.next(); outer.next(); outer.return(); } catch {} } for (let i = 0; i < 999; i++) ({});`,
    ...any,
  },
  {
    name: "an iterator that finds nothing, again and again",
    source: code`const o = {}; const list = new Array(5000).fill(o); for (let i = 0; i < 20; i++) list.values().find(() => false); o.x = 1;`,
    ...any,
  },
  {
    name: "iterator helpers that call themselves",
    source: code`for (const m of ["map", "filter", "flatMap", "take", "drop"]) { let it; try { it = [1, 2, 3].values()[m](m === "take" || m === "drop" ? 2 : (x) => { try { it.next(); it.return(); } catch {} return m === "flatMap" ? [x] : x; }); [...it]; } catch {} }`,
    ...any,
  },
  {
    name: "a generator that calls itself while it runs",
    source: code`let g; function* f() { try { g.next(); } catch {} try { g.return(1); } catch {} try { yield 1; } finally { try { g.throw(2); } catch {} } } g = f(); g.next(); g.return(0); g = null;`,
    ...any,
  },
  {
    name: "an async generator stepped on from a getter of all objects",
    source: code`let it, n = 0, busy = false; Object.defineProperty(Object.prototype, "then", { configurable: true, get() { if (!it || busy || n > 40) return undefined; busy = true; try { n++ % 2 ? it.next(n).catch(() => {}) : it.return(n).catch(() => {}); } catch {} busy = false; return undefined; } });
    it = (async function* () { try { yield 1; await null; yield { a: 1 }; } finally { await 2; } })(); const all = [it.next(), it.next(), it.return({}), it.next()]; for (let i = 0; i < 60; i++) await null; delete Object.prototype.then;`,
    ...any,
  },
  {
    name: "cleanups that register and collect as they run",
    source: code`const r = new FinalizationRegistry((x) => { r.unregister(x); const o = { x }; o.o = o; r.register(o, {}, x); new WeakRef(o); if (n++ < 200) r.register({}, {}, {}); }); let n = 0; for (let i = 0; i < 300; i++) { const o = {}; o.self = o; const t = {}; r.register(o, { o: t }, t); r.unregister(t); } for (let i = 0; i < 300; i++) await null;`,
    ...any,
  },
  {
    name: "weak keys that hold themselves through their values",
    source: code`for (let i = 0; i < 500; i++) { const m = new WeakMap(), k = {}, s = new WeakSet(); m.set(k, { k, m, s }); k.m = m; s.add(k); s.add(m); const r = new WeakRef(k); m.set(r, r); new FinalizationRegistry(() => {}).register(k, m, k); } await null;`,
    ...any,
  },
  {
    name: "maps cleared by what walks over them",
    source: code`for (const make of [() => new Map([[1, 1], [2, 2], [3, 3]]), () => new Set([1, 2, 3])]) { const m = make(); try { m.forEach((_, k) => { m.clear(); m.delete(k); if (m.size < 2) for (let i = 0; i < 5; i++) m.add?.(i) ?? m.set(i, i); if (n++ > 50) throw 0; }); } catch {} const it = m[Symbol.iterator](); it.next(); m.clear(); it.next(); } var n = 0;
    try { new Set([1, 2]).union({ size: 1, has() { return true; }, keys() { return { next() { return { done: n++ > 20, value: {} }; } }; } }); const s = new Set([1, 2, 3]); s.isSubsetOf({ size: 9, has(x) { s.clear(); return true; }, keys() {} }); } catch {}`,
    ...any,
  },
  {
    name: "a pattern compiled anew while it matches",
    source: code`const r = /(a)(b)?/g; const again = { valueOf() { r.compile("(((x)))|y", "gi"); return 0; } }; for (const m of ["exec", "test"]) { r.compile("(a)(b)?", "g"); r.lastIndex = again; try { r[m]("abababab"); } catch {} } try { "aaaa".replace(/(a)/g, () => { r.compile("z"); return "$1"; }); r[Symbol.replace]("abab", { toString() { r.compile("(((((a)))))", "g"); return "$5"; } }); } catch {}`,
    ...any,
  },
  {
    name: "matches that lie about themselves",
    source: code`const r = /a/g; for (const lie of [{ index: 2 ** 53, length: 5, 0: "a" }, { index: -5, length: 2 ** 31, 0: "aaaa" }, { index: 1, length: 1, 0: "a".repeat(50), groups: new Proxy({}, {}) }, { get index() { r.exec = null; return 1; }, length: 1, 0: "" }]) { let n = 0; r.exec = () => (n++ ? null : lie); try { r[Symbol.replace]("bab", "$<x>$1$&$99"); r[Symbol.matchAll]("aa").next(); } catch {} }
    class S extends RegExp { static get [Symbol.species]() { return function () { return { exec: () => ({ length: 3 }), lastIndex: 2 ** 40, flags: "y" }; }; } } try { new S("a")[Symbol.split]("aaa", 5); } catch {}`,
    ...any,
  },
  {
    name: "patterns nested until they are too large",
    source: code`for (const n of [10, 20, 30, 60]) for (const [a, z] of [["(?:", "|)+"], ["(", ")*"], ["(?=", ")"], ["(?:", "{2}){2"], ["[", "]"]]) try { new RegExp(a.repeat(n) + "a" + z.repeat(n)).exec("a"); } catch {}`,
    ...any,
  },
  {
    name: "classes, properties and groups that end too soon",
    source: code`for (const s of ["[\\p{", "\\p{Script=", "\\p{L", "[\\q{ab|c", "[[a-z]--[", "(?<", "(?<a", "\\k<", "(?<a>.)\\k<a", "\\u{", "\\u{110000}", "\\c", "\\x", "[\\", "(?i-", "(?i:", "\\p{RGI_Emoji", "a{99999999999,", "a{2147483647}{2147483647}", "(?<=a{0,65535}){9999}"]) for (const f of ["", "u", "v", "iv", "dgimsy"]) try { new RegExp(s, f).exec("ab\u{1f40e}" + s); } catch {}`,
    ...any,
  },
  {
    name: "a name as long as memory on the stack of an error",
    source: code`const name = "A".repeat(1 << 20); const f = () => missing; Object.defineProperty(f, "name", { value: name }); const held = []; try { for (;;) held.push("x".repeat(1 << 14) + held.length); } catch {} for (let i = 0; i < 20; i++) { held.pop(); try { f(); } catch {} }`,
    ...any,
  },
  {
    name: "native code that recurses through lists",
    source: code`let a = []; for (let i = 0; i < 20000; i++) a = [a]; for (const f of [() => String(a), () => a.flat(Infinity), () => JSON.stringify(a), () => a.toString(), () => console.log(a)]) try { f(); } catch {} const c = []; c.push(c, [c]); try { c.flat(Infinity); } catch {}`,
    ...any,
  },
  {
    name: "native code that recurses through proxies",
    source: code`let p = {}; for (let i = 0; i < 8000; i++) p = new Proxy(p, {}); for (const f of [() => p.x, () => (p.x = 1), () => "x" in p, () => delete p.x, () => Object.keys(p), () => Object.getPrototypeOf(p), () => Array.isArray(p), () => JSON.stringify(p), () => p instanceof Object]) try { f(); } catch {} let q = () => 0; for (let i = 0; i < 8000; i++) q = new Proxy(q, {}); try { q(); } catch {} try { new q(); } catch {}`,
    ...any,
  },
  {
    name: "native code that recurses through functions",
    source: code`let f = () => 0; for (let i = 0; i < 10000; i++) f = f.bind(null); try { f(); } catch {} try { new f(); } catch {} try { ({}) instanceof f; } catch {} let o = {}; for (let i = 0; i < 20000; i++) o = Object.create(o); try { o.x; for (const k in o); o instanceof f; } catch {}`,
    ...any,
  },
  {
    name: "callbacks of native code that call it again",
    source: code`for (const f of [() => [1, 2].sort(f1), () => "a".replace(/a/, f1), () => JSON.parse("[1]", f1), () => JSON.stringify({ toJSON: () => f1() }), () => [1].map(f1), () => Array.from([1], f1), () => new Proxy({}, { get: () => f1() }).x, () => String({ toString: f1 }), () => Reflect.construct(Object, [], { get prototype() { return f1(); } })]) { var f1 = f; try { f(); } catch {} }`,
    ...any,
  },
  {
    name: "code too deep to be read",
    source: code`for (const [a, z] of [["[", "]"], ["(", ")"], ["{", "}"], ["!", ""], ["-", ""], ["f(", ")"], ["a?", ":b"], ["a=>", ""], ["function f(){", "}"], ["class A extends ", "{}"], ["\x60\x24{", "}\x60"], ["[...", "]"], ["({a:", "})"], ["async()=>await ", ""], ["new ", ""], ["if(1)", ""], ["a.b[", "]"], ["try{", "}catch{}"], ["x**", ""]]) for (const n of [500, 20000]) try { Function(a.repeat(n) + "1" + z.repeat(n)); } catch {}`,
    ...any,
  },
  {
    name: "functions of more parts than may be",
    source: code`const list = (n, f) => Array.from({ length: n }, (_, i) => f(i)).join(); for (const n of [255, 256, 65535, 65536, 70000]) { for (const text of ["return [" + list(n, String) + "]", "var " + list(n, (i) => "v" + i), "f(" + list(n, String) + ")", "switch(1){" + list(n, (i) => "case " + i + ":").replaceAll(",", "") + "}"]) try { Function(text)(); } catch {} try { Function(list(n, (i) => "p" + i), "return arguments.length")(); } catch {} try { Math.max.apply(null, { length: n }); } catch {} }`,
    ...any,
  },
  {
    name: "long chains that are let go at once",
    source: code`for (const link of [(o) => ({ o }), (o) => [o], (o) => () => o, (o) => new Proxy({ o }, {}), (o) => new Map([[1, o]]), (o) => Object.create(o), (o) => Promise.resolve().then(() => o), (o) => new Error("x", { cause: o }), (o) => Symbol.prototype.valueOf && [o, o]]) { let o = {}; try { for (let i = 0; i < 9000; i++) o = link(o); } catch {} o = null; }`,
    ...any,
  },
  {
    name: "numbers at the edge of what can be written",
    source: code`for (const n of [1e308, 5e-324, -0, 2 ** 53, 123.456, NaN, 1e21]) for (const d of [0, 1, 20, 100]) for (const m of ["toFixed", "toPrecision", "toExponential"]) try { n[m](d); } catch {} for (let r = 2; r <= 36; r++) { (5e-324).toString(r); (1.7976931348623157e308).toString(r); (0.1).toString(r); (-(2 ** 53) - 0.5).toString(r); } for (const s of ["1e" + "9".repeat(9999), "0x" + "f".repeat(9999), "." + "0".repeat(9999) + "1", "9".repeat(9999) + "e-9999", "1_0", "0b2"]) { Number(s); parseFloat(s); parseInt(s, 36); }`,
    ...any,
  },
  {
    name: "BigInts at the edge of what can be held",
    source: code`for (const f of [() => 1n << 1048575n, () => 1n << 1048576n, () => 1n << (1n << 40n), () => -1n >> (1n << 64n), () => BigInt.asIntN(2 ** 53 - 1, -1n), () => BigInt.asUintN(2 ** 31, -1n), () => 2n ** (1n << 33n), () => (-(2n ** 63n)) / -1n, () => 1n / 0n, () => BigInt("0x" + "f".repeat(99999)), () => BigInt("  -1  "), () => BigInt("-0x1"), () => BigInt("\0"), () => BigInt(""), () => BigInt(Number.MAX_VALUE), () => (2n ** 64n - 1n).toString(36), () => "x" + -(2n ** 999n), () => ({})[2n ** 70n], () => [1, 2][2n], () => 1n < "9".repeat(999), () => 2n ** 64n == 2 ** 64]) try { f(); } catch {}`,
    ...any,
  },
  {
    name: "texts at the edge of what can be held",
    source: code`const big = "x".repeat(1 << 18), wide = "\u{1f40e}".repeat(1 << 15); for (const f of [() => big.repeat(2 ** 20), () => big.padEnd(2 ** 30), () => wide.repeat(2 ** 14), () => [big, big].join(big), () => big.concat(...new Array(9999).fill(big)), () => String.fromCharCode.apply(null, new Uint16Array(65000)), () => String.raw({ raw: { length: 2 ** 20 } }), () => wide.split("").reverse().join("").toWellFormed().normalize(), () => big.at(-(2 ** 53)), () => big.substr(-1, 2 ** 53), () => big.codePointAt(2 ** 32), () => escape(wide).length, () => unescape("%u".repeat(9999)), () => decodeURIComponent("%f0%9f%90".repeat(99)), () => encodeURIComponent("\ud800"), () => "".localeCompare({ toString: () => big }), () => new Intl.Collator(), () => "\u0130".repeat(9999).toLowerCase(), () => "\u0390\ufb03".repeat(9999).toUpperCase().normalize("NFKD")]) try { f(); } catch {}`,
    ...any,
  },
  {
    name: "dates at the edge of the calendar",
    source: code`for (const t of [8.64e15, 8.64e15 + 1, -8.64e15, NaN, Infinity, 1e300, -1]) { const d = new Date(t); for (const m of Object.getOwnPropertyNames(Date.prototype)) try { d[m](2 ** 53, -(2 ** 53), 1e9, NaN); } catch {} } for (const s of ["+275760-09-13T00:00:00.000Z", "-271821-04-20", "9".repeat(999), "Jan " + "1".repeat(999) + " 2000", "2000-01-01T00:00:00+" + "9".repeat(99), "(".repeat(999), "\0"]) { Date.parse(s); new Date(s).toString(); } Date.UTC(...new Array(99).fill(2 ** 53));`,
    ...any,
  },
  {
    name: "objects with as many properties as there is room for",
    source: code`const o = {}; for (let i = 0; i < 4000; i++) o["p" + i] = i; for (let i = 0; i < 4000; i += 2) delete o["p" + i]; Object.freeze(o); try { Object.defineProperty(o, "x", { value: 1 }); } catch {} const a = []; a[2 ** 32 - 2] = 1; a.length = 0; a[5000] = 1; for (let i = 0; i < 5000; i++) a[i] = i; Object.defineProperty(a, 7, { get: () => 1 }); a.sort(); a.reverse(); Object.preventExtensions(a); try { a.push(1); } catch {}`,
    ...any,
  },
  {
    name: "constructors that return somebody else",
    source: code`class A { #x = 1; static has(o) { return #x in o; } static get(o) { return o.#x; } constructor(o) { return o; } } class B extends A { #y = 2; static get(o) { return o.#y; } } const o = {}; try { new B(o); new B(o); } catch {} try { B.get({}); } catch {} class C extends null { constructor() { return Object.create(C.prototype); } } new C(); class D extends Object { constructor() { const f = () => super(); try { f(); f(); } catch {} return {}; } } new D(); try { ({ __proto__: null, m() { return super.x; } }).m(); } catch {} try { class E extends (Object.setPrototypeOf(function () {}, null)) {} new E(); } catch {}`,
    ...any,
  },
  {
    name: "arguments that are their parameters",
    source: code`const f = Function("a", "b", "arguments[0] = 9; delete arguments[1]; Object.defineProperty(arguments, 0, { get() { return a; } }); arguments.length = 99; const g = () => arguments; eval('var a = 3'); return [...g(), a, b];"); try { f(1, 2); f(); } catch {} try { Function("a = eval('var x = 1'), b = () => x", "var x = 2; return b()")(); } catch {}`,
    ...any,
  },
  {
    name: "promises that resolve themselves",
    source: code`let r; const p = new Promise((resolve) => (r = resolve)); r(p); p.catch(() => {}); class P extends Promise { static get [Symbol.species]() { return function (run) { run(() => {}, () => {}); run(1, 2); return {}; }; } } try { P.resolve(1).then(); } catch {} try { Promise.resolve.call(function (run) { run(null, null); }, 1); } catch {} try { Promise.all.call(function (run) { run(() => { throw 1; }, () => {}); }, [1, 2]); } catch {} for (const m of ["all", "allSettled", "any", "race"]) { const { resolve } = Promise; Promise.resolve = (x) => ({ then(f, g) { f?.(x); f?.(x); g?.(x); } }); try { Promise[m]([1, 2, 3]).catch(() => {}); } catch {} Promise.resolve = resolve; } await null;`,
    ...any,
  },
  {
    name: "what is disposed of twice",
    source: code`try { const f = Function("return (async () => { for (let i = 0; i < 30; i++) { { using x = { [Symbol.dispose]() { for (let j = 0; j < 50; j++) ({ j }); } }; } for await (const y of [1, Promise.resolve(2)]) { await using z = { async [Symbol.asyncDispose]() { await null; throw i; } }; } } })()"); await f().catch(() => {}); } catch {} try { const s = new DisposableStack(); s.defer(() => { s.dispose(); s.move(); }); s.use({ [Symbol.dispose]() { s.defer(() => {}); } }); s.dispose(); } catch {}`,
    ...any,
  },
  {
    name: "a stack that is prepared by one that throws",
    source: code`let n = 0; Error.prepareStackTrace = (e) => { if (n++ < 500) throw new Error("x"); return e; }; for (let i = 0; i < 20; i++) try { new Error("y").stack; null.x; } catch (e) { try { e.stack; } catch {} } Error.stackTraceLimit = { valueOf() { throw 1; } }; try { null.x; } catch {} Error.stackTraceLimit = 2 ** 31; const down = (k) => (k ? down(k - 1) : new Error("z").stack); try { down(500); } catch {}`,
    ...any,
  },
  {
    name: "atomics and shared memories of odd shapes",
    source: code`try { const s = new SharedArrayBuffer(8, { maxByteLength: 1 << 20 }); s.grow(1 << 20); const a = new Int32Array(s); Atomics.notify(a, 0, Infinity); Atomics.wait(a, 0, 0, 1); } catch {} for (const n of [2 ** 31 - 1, 2 ** 32, 2 ** 53 - 1]) for (const T of [ArrayBuffer, Uint8Array, Float64Array, DataView]) try { new T(n); } catch {} try { new Uint8Array(new ArrayBuffer(8), 2 ** 32, 1); } catch {} try { new Float64Array(new ArrayBuffer(16), 8, 2 ** 30); } catch {}`,
    ...any,
  },
];
