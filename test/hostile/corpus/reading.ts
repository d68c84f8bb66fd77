import { code, type Hostile } from "./hostile.ts";

/** A neighbour fills its memory with these before it makes room: nobody may find any of them afterwards. */
export const marker = "kestrel-in-the-memory";

/** `look` says what is not zero in what was got hold of, and whether it is the neighbour's. */
export const readingPrelude = code`
const look = (...things) => {
  const seen = [];
  for (const thing of things) {
    const bytes = thing instanceof DataView ? new Uint8Array(thing.buffer) : ArrayBuffer.isView(thing) ? new Uint8Array(thing.buffer) : new Uint8Array(thing);
    if (bytes.some((byte) => byte !== 0)) seen.push(String.fromCharCode(...bytes.filter((byte) => byte > 31 && byte < 127).slice(0, 200)));
  }
  console.log(seen.length === 0 ? "nothing" : "SOMETHING: " + seen.join(" "));
};
const kinds = [Int8Array, Uint8Array, Int16Array, Uint32Array, Float32Array, Float64Array];`;

const nothing = { ends: ["well"], says: /^nothing$/ } as const;

/** Programs that look for what others left in the memory they run in, or for what their host keeps for itself. */
export const readers: readonly Hostile[] = [
  {
    name: "fresh buffers of all sizes",
    source: code`const all = []; for (let n = 1; n < 1 << 17; n *= 2) all.push(new ArrayBuffer(n), new ArrayBuffer(n + 7)); look(...all);`,
    ...nothing,
  },
  {
    name: "the largest buffer there is room for",
    source: code`const room = (n) => { for (;;) try { return new ArrayBuffer((n -= 1 << 14)).byteLength; } catch {} }; const n = room(1 << 22); const b = new ArrayBuffer(n - (1 << 17)); console.log(n > 1 << 20 && new Uint32Array(b).every((word) => word === 0) ? "nothing" : "SOMETHING");`,
    ...nothing,
  },
  {
    name: "what a buffer grows into",
    source: code`const b = new ArrayBuffer(8, { maxByteLength: 1 << 16 }); const all = []; for (let n = 16; n <= 1 << 16; n *= 2) { b.resize(n); all.push(b.slice()); b.resize(8); } b.resize(1 << 16); look(b, ...all);`,
    ...nothing,
  },
  {
    name: "what a handed on buffer gains",
    source: code`const all = []; for (const n of [16, 1000, 1 << 14, 1 << 16]) all.push(new ArrayBuffer(8).transfer(n), new ArrayBuffer(n).transfer(n * 2), new ArrayBuffer(8, { maxByteLength: 1 << 17 }).transferToFixedLength(n)); look(...all);`,
    ...nothing,
  },
  {
    name: "what was freed just now",
    source: code`for (let i = 0; i < 50; i++) { let s = ""; for (let j = 0; j < 50; j++) s += "mine" + j; s.length; } const all = []; for (let n = 8; n < 1 << 14; n *= 2) for (const T of kinds) all.push(new T(n)); look(...all);`,
    ...nothing,
  },
  {
    name: "holes of arrays",
    source: code`const a = new Array(1000); a[999] = 1; const b = [, 1]; b.length = 500; console.log([...a, ...b].some((x) => x !== undefined && x !== 1) ? "SOMETHING" : "nothing");`,
    ...nothing,
  },
  {
    name: "past the end of a slice that shrank",
    source: code`const b = new ArrayBuffer(1 << 14, { maxByteLength: 1 << 15 }); b.constructor = { [Symbol.species]: function (n) { b.resize(16); return new ArrayBuffer(n); } }; let c; try { c = b.slice(100, 16000); } catch {} look(c ?? [0]);`,
    ...nothing,
  },
  {
    name: "past the end of an array changed by a value that shrank it",
    source: code`const all = []; for (const T of kinds) { const b = new ArrayBuffer(8192, { maxByteLength: 8192 }); try { all.push(new T(b).with(0, { valueOf() { b.resize(8); return 0; } })); } catch {} } look(...all);`,
    ...nothing,
  },
  {
    name: "at an index that lies past the end by the time it is read",
    source: code`const out = []; for (const T of kinds) { const b = new ArrayBuffer(8, { maxByteLength: 1 << 15 }); out.push(new T(b, 0, 1).at({ valueOf() { b.resize(1 << 15); return 900; } }) ?? 0); } look(Uint8Array.from(out.map(Number)));`,
    ...nothing,
  },
  {
    name: "through a view of what was handed on",
    source: code`const b = new ArrayBuffer(4096), v = new DataView(b), a = new Uint8Array(b); b.transfer(8); const got = []; for (let i = 0; i < 4096; i += 64) { got.push(a[i] ?? 0); try { got.push(v.getUint8(i)); } catch {} } look(Uint8Array.from(got));`,
    ...nothing,
  },
  {
    name: "after a sort that shrank and grew",
    source: code`const all = []; for (const T of kinds) { const b = new ArrayBuffer(4096, { maxByteLength: 1 << 14 }); const a = new T(b); let n = 0; try { a.sort(() => { if (++n === 60) { b.resize(8); b.resize(1 << 14); } return 0; }); } catch {} all.push(b); } look(...all);`,
    ...nothing,
  },
  {
    name: "by atomic operations on what has shrunk",
    source: code`const got = []; for (const op of ["load", "add", "exchange", "or"]) { const b = new ArrayBuffer(4096, { maxByteLength: 1 << 14 }); const a = new Int32Array(b); try { got.push(Atomics[op](a, 900, { valueOf() { b.resize(8); return 0; } })); } catch {} } look(Int32Array.from(got));`,
    ...nothing,
  },
  {
    name: "in texts made of what is not there",
    source: code`const s = "x".repeat(9); const got = [s[99], s.at(-99), s.charAt(2 ** 31), s.substring(50, 99), s.slice(2 ** 32), String.fromCharCode(), new Array(50).join("\0")]; console.log(got.some((t) => t && /[^\0x]/.test(t)) ? "SOMETHING" : "nothing");`,
    ...nothing,
  },
  {
    name: "in groups of a match that took no part in it",
    source: code`const got = []; for (let i = 0; i < 200; i++) got.push(.../(a)|(b)|(?<c>c)|(d(e)?)/d.exec("xxb").slice(1)); console.log(got.filter((g) => g !== undefined && g !== "b").join() || "nothing");`,
    ...nothing,
  },
  {
    name: "in the memory it was given at its start",
    whole: true,
    times: 0,
    source: code`console.log(JSON.stringify(Object.getOwnPropertyNames(memory)) === "[]" && me.id === 7 && me.name === "Ada" ? "nothing" : "SOMETHING: " + JSON.stringify(memory));`,
    ...nothing,
  },
  {
    name: "in symbols and names everybody shares",
    source: code`const known = new Set(Object.getOwnPropertyNames(Symbol).map((k) => Symbol[k])); const all = []; for (let o of [globalThis, me, memory, console, Object, Array, Promise, ElsewhereError]) for (; o; o = Object.getPrototypeOf(o)) all.push(...Object.getOwnPropertySymbols(o)); console.log(all.filter((s) => !known.has(s)).map(String).join() || "nothing");`,
    ...nothing,
  },
];

/** What a program might tell the time, the machine or another program's doings by; each says what it found out. */
export const listeners: readonly Hostile[] = [
  {
    name: "the time that its own work takes",
    source: code`const now = Date.now(); for (let i = 0; i < 50000; i++); await null; const times = [Date.now(), +new Date(), Number(new Date()), new Date().getTime(), Date.parse(Date()) - (Date.parse(Date()) % 1000)]; console.log(times.slice(0, 4).some((t) => t !== now) ? "SOMETHING" : "nothing");`,
    ...nothing,
  },
  {
    name: "other clocks than the world's",
    source: code`console.log(["performance", "setTimeout", "setInterval", "Temporal", "scheduler", "requestAnimationFrame", "process"].filter((name) => name in globalThis).join() || "nothing");`,
    ...nothing,
  },
  {
    name: "where on the earth its machine stands",
    source: code`const d = new Date(0); console.log(d.getTimezoneOffset() === 0 && d.getHours() === 0 && /UTC|GMT\+0000/.test(d.toString()) ? "nothing" : "SOMETHING: " + d);`,
    ...nothing,
  },
  {
    name: "what language its machine speaks",
    source: code`console.log(typeof Intl === "undefined" && (1234.5).toLocaleString() === "1234.5" ? "nothing" : "SOMETHING: " + (1234.5).toLocaleString());`,
    ...nothing,
  },
  {
    name: "entropy of the host",
    source: code`console.log(["crypto", "msCrypto", "Crypto"].filter((name) => name in globalThis).join() || "nothing");`,
    ...nothing,
  },
  {
    name: "paths of the host in stacks",
    source: code`const stacks = [new Error("x").stack, (await sleep({ ms: -1 }).catch((e) => e)).stack]; try { null.x; } catch (e) { stacks.push(e.stack); } try { Function("null.x")(); } catch (e) { stacks.push(e.stack); } try { await import("./x.js"); } catch (e) { stacks.push(String(e), e.stack); } console.log(stacks.filter((s) => /\/(home|root|tmp|work|usr|var|packages|node_modules)|file:|\.ts\b|[A-Z]:\\/.test(s)).join() || "nothing");`,
    ends: ["well", "engine"],
    says: /^nothing$/,
  },
  {
    name: "how full its host is",
    source: code`const at = () => { let n = 0; const all = []; try { for (;;) { all.push(new ArrayBuffer(1 << 14)); n++; } } catch {} return n; }; const a = at(), b = at(); console.log(Math.abs(a - b) <= 2 ? "nothing" : "SOMETHING: " + a + " " + b);`,
    ...nothing,
  },
  {
    name: "all names there are",
    source: code`const known = new Set("Object Function Error EvalError RangeError ReferenceError SyntaxError TypeError URIError InternalError AggregateError SuppressedError DOMException Iterator Array parseInt parseFloat isNaN isFinite queueMicrotask decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape Infinity NaN undefined Number Boolean String Math Reflect Symbol eval globalThis BigInt Date RegExp JSON Proxy Map Set WeakMap WeakSet ArrayBuffer SharedArrayBuffer Uint8ClampedArray Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array DataView Atomics Promise WeakRef FinalizationRegistry DisposableStack AsyncDisposableStack AsyncIterator console navigator btoa atob".split(" ")); console.log(Reflect.ownKeys(globalThis).filter((k) => !known.has(k) && k !== Symbol.toStringTag).map(String).join() || "nothing");`,
    ...nothing,
  },
];
