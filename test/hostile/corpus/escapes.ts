import { code, type Hostile } from "./hostile.ts";

/**
 * The classes of escape that sandboxes inside one engine have suffered from, each aimed at what a program here can reach.
 * `whose` says of a value whether it leads to another global object than the program's own, or to one that has a host in it.
 */
export const escapePrelude = code`
const own = globalThis;
const hostNames = ["process", "require", "module", "exports", "global", "Buffer", "WebAssembly", "Deno", "Bun", "std", "os", "bjson", "print",
  "scriptArgs", "navigator", "fetch", "setTimeout", "setInterval", "setImmediate", "structuredClone", "performance", "crypto", "Intl", "Worker",
  "XMLHttpRequest", "WebSocket", "importScripts", "postMessage", "elsewhereHost", "__dirname", "__filename", "gc", "$262"];
const log = console.log, apply = Reflect.apply, prototypeOf = Object.getPrototypeOf;
const globalOf = (make) => { try { const it = make("return globalThis")(); return it.globalThis === it ? it : own; } catch { return own; } };
const whose = (value) => {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return "inside";
  for (const get of [(v) => v.constructor, (v) => v.constructor.constructor, (v) => prototypeOf(v).constructor.constructor]) {
    let make;
    try { make = get(value); } catch { continue; }
    if (typeof make === "function" && globalOf(make) !== own) return "OUTSIDE: another realm";
  }
    for (const name of hostNames) if (own[name] !== undefined) return "OUTSIDE: " + name;
  try { if (value.process !== undefined || value.mainModule !== undefined) return "OUTSIDE: the process"; } catch {}
  return "inside";
};
const tell = (...values) => apply(log, console, [[...new Set(values.map((value) => whose(value)))].join() || "nothing"]);
const caught = (act) => { try { act(); } catch (error) { return error; } return "nothing was thrown"; };
`;

const inside = { ends: ["well"], says: /^inside$/ } as const;
const grabs = { ends: ["well", "threw"], says: /^(inside|nothing)$/m } as const;

export const escapes: readonly Hostile[] = [
  {
    name: "the constructors' constructor of all it was given",
    source: code`tell(me, memory, sleep, console, console.log, me.say, ElsewhereError, globalThis, me.say("x").catch(() => {}));`,
    ...inside,
  },
  {
    name: "the prototype chain of an error of the library",
    source: code`const e = await me.do("x".repeat(99)).catch((e) => e) ?? caught(() => { throw new ElsewhereError("limit", "x"); }); tell(e, prototypeOf(e), prototypeOf(prototypeOf(e)), e.detail, e.cause);`,
    times: 1,
    ends: ["well"],
    says: /^(inside)?$/,
  },
  {
    name: "an error of the library thrown at once",
    source: code`const e = await sleep({ ms: -1 }).catch((e) => e); tell(e, e.detail, e.constructor, prototypeOf(e.constructor));`,
    ...inside,
  },
  {
    name: "an error of the engine",
    source: code`tell(caught(() => null.x), caught(() => BigInt(1.5)), caught(() => new Array(-1)), caught(() => decodeURI("%")), caught(() => JSON.parse("{")));`,
    ...inside,
  },
  {
    name: "the error at the end of the stack",
    source: code`const down = () => down() + 1; tell(caught(down), caught(() => { const f = () => { me.on("heard", () => {}); f(); }; f(); }));`,
    ...inside,
  },
  {
    name: "the error at the end of the stack, in a function of the library",
    source: code`let error; const down = () => { try { down(); } catch { try { void me.say("x").catch(() => {}); console.log(); } catch (e) { error ??= e; } } }; down(); tell(error);`,
    ends: ["well", "time"],
    says: /^inside$/m,
  },
  {
    name: "the error at the end of memory",
    source: code`tell(caught(() => { const all = []; for (;;) all.push(new Array(1000).fill(0)); }));`,
    ...inside,
  },
  {
    name: "call sites of a stack being prepared",
    source: code`let sites = []; Error.prepareStackTrace = (_, list) => ((sites = [...list]), "x"); void new Error("x").stack; await null; void new Error("y").stack;
    const got = sites.flatMap((s) => [s, s.getThis?.(), s.getFunction?.(), s.getEvalOrigin?.(), s.getFunction?.()?.prototype]); Error.prepareStackTrace = undefined; tell(...got);`,
    ...inside,
  },
  {
    name: "call sites seen through another Error",
    source: code`const E = Error; globalThis.Error = { prepareStackTrace: (_, list) => list }; const { stack } = new E("x"); globalThis.Error = E; tell(stack, ...(Array.isArray(stack) ? stack : []));`,
    ...inside,
  },
  {
    name: "a stack captured onto an object with setters",
    source: code`const got = []; const o = { set stack(v) { got.push(v); } }; Error.captureStackTrace?.(o); tell(o.stack, ...got, Error.captureStackTrace);`,
    ...inside,
  },
  {
    name: "a stack trace limit that looks who asks",
    source: code`const got = []; Object.defineProperty(Error, "stackTraceLimit", { get() { got.push(this); return 10; } }); void new Error("x").stack; void caught(() => null.x); tell(Error, ...got);`,
    ...inside,
  },
  {
    name: "the functions on the stack below its own",
    source: code`Error.prepareStackTrace = (_, list) => list.map((s) => s.getFunction?.()); const fs = new Error("x").stack; Error.prepareStackTrace = undefined; tell(...(Array.isArray(fs) ? fs : []));`,
    ...grabs,
  },
  {
    name: "the functions on the stack below its own, called",
    source: code`Error.prepareStackTrace = (_, list) => list.map((s) => s.getFunction?.()); const fs = new Error("x").stack; Error.prepareStackTrace = undefined;
    const got = []; for (const f of Array.isArray(fs) ? fs : []) for (const self of [undefined, me, globalThis]) if (f !== attack) try { got.push(apply(f, self, ['{"now":1,"start":null,"percepts":[]}'])); } catch (e) { got.push(e); } tell(...got);`,
    ends: ["well", "threw", "time", "outcome", "memory"],
    says: /^(inside|nothing|)$/m,
  },
  {
    name: "a species of promises",
    source: code`const got = []; Object.defineProperty(Promise, Symbol.species, { get() { return class extends Promise { constructor(run) { super((a, b) => { got.push(run, a, b); run(a, b); }); } }; } }); me.say("x").then(() => {}); await sleep({ ms: -1 }).catch((e) => got.push(e)); tell(...got);`,
    ...inside,
  },
  {
    name: "then in the hands of the program",
    source: code`const got = []; const { then } = Promise.prototype; Promise.prototype.then = function (...fs) { got.push(this, ...fs); return then.apply(this, fs); }; void me.say("x").catch(() => {}); void sleep({ ms: 5 }).then(() => {}); Promise.prototype.then = then; tell(...got);`,
    ...inside,
  },
  {
    name: "another Promise in its place",
    source: code`const got = []; const P = Promise; globalThis.Promise = class extends P { constructor(run) { super((a, b) => { got.push(run, a, b); run(a, b); }); } }; got.push(me.say("x"), me.say("y").catch(() => {})); globalThis.Promise = P; tell(...got);`,
    ...inside,
  },
  {
    name: "a promise of its own kind as what a listener returns",
    whole: true,
    source: code`const got = []; class P extends Promise { catch(f) { got.push(f); try { f(new Error("x")); } catch {} return this; } then(...fs) { got.push(...fs); return super.then(...fs); } } let heard = 0;
    me.on("heard", () => (heard++ ? void tell(...got) : P.resolve(1)));`,
    times: 2,
    ...grabs,
  },
  {
    name: "instances of Promise by its own word",
    source: code`const got = []; Object.defineProperty(Promise, Symbol.hasInstance, { value: (x) => (got.push(x), false), configurable: true }); me.on("emoted", () => ({})); void me.say("x"); delete Promise[Symbol.hasInstance]; tell(me, ...got);`,
    ...inside,
  },
  {
    name: "a getter called then on all there is",
    source: code`const got = []; Object.defineProperty(Object.prototype, "then", { configurable: true, get() { got.push(this); return undefined; } }); void me.say("x").catch(() => {}); await null; await (async () => ({}))(); delete Object.prototype.then; tell(me, ...got);`,
    ...inside,
  },
  {
    name: "proxies as arguments of everything",
    source: code`const got = []; const spy = new Proxy(function () {}, new Proxy({}, { get: (_, trap) => (...args) => { got.push(...args); return trap === "get" && args[1] === Symbol.toPrimitive ? undefined : Reflect[trap](...args); } }));
    for (const name of ["say", "go", "follow", "use", "whisper", "look", "lookAt", "take", "give", "show", "do", "on", "face", "emote"]) try { const p = me[name](spy, spy); if (p instanceof Promise) p.catch((e) => got.push(e)); else got.push(p); } catch (e) { got.push(e); } await null; tell(...got);`,
    ends: ["well", "threw", "outcome"],
    says: /^inside/,
  },
  {
    name: "a proxy as a listener",
    whole: true,
    source: code`let first = true; me.on("heard", new Proxy(() => {}, { apply(_, self, args) { first ? (first = false) : tell(self, ...args, args[0]?.from); }, get: (t, k) => t[k] }));`,
    times: 2,
    ...inside,
  },
  {
    name: "this and arguments of a listener",
    whole: true,
    source: code`me.on("heard", Function("tell", "return function () { tell(this, arguments, ...arguments, arguments.callee); }")(tell));`,
    times: 1,
    ...inside,
  },
  {
    name: "the caller of its function",
    whole: true,
    source: code`me.on("heard", Function("tell", "caught", "return function f() { tell(f.caller, f.arguments, caught(() => f.caller.caller), caught(() => arguments.callee.caller)); }")(tell, caught));`,
    times: 1,
    ...inside,
  },
  {
    name: "call, apply and bind in the hands of the program",
    source: code`const got = []; const { call, apply: ap, bind } = Function.prototype; for (const [name, f] of [["call", call], ["apply", ap], ["bind", bind]]) Function.prototype[name] = function (...args) { got.push(this, ...args); return Reflect.apply(f, this, args); };
    void me.say("x").catch(() => {}); console.log(); Function.prototype.call = call; Function.prototype.apply = ap; Function.prototype.bind = bind; tell(me, ...got);`,
    ends: ["well"],
    says: /inside$/,
  },
  {
    name: "lists that tell who uses them",
    whole: true,
    source: code`const got = []; const { push, pop, splice } = Array.prototype; for (const [name, f] of [["push", push], ["pop", pop], ["splice", splice]]) Array.prototype[name] = function (...args) { if (got.length < 500) got[got.length] = this, got[got.length] = args[0]; return apply(f, this, args); };
    me.on("heard", () => tell(me, ...got));`,
    times: 2,
    ends: ["well"],
    says: /inside/,
  },
  {
    name: "maps that tell what is put into them",
    whole: true,
    source: code`const got = []; for (const C of [Map, Set, WeakMap, WeakSet]) for (const name of ["get", "set", "add", "has", "delete"]) { const f = C.prototype[name]; if (f) C.prototype[name] = function (...args) { if (got.length < 500) got.push(this, ...args); return apply(f, this, args); }; }
    me.on("heard", () => { void me.look().catch(() => {}); tell(me, ...got); });`,
    times: 2,
    ...inside,
  },
  {
    name: "JSON that shows what it reads and writes",
    whole: true,
    source: code`const got = []; const { parse, stringify } = JSON; JSON.parse = (text) => { const it = parse(text); got.push(it, ...Object.values(it)); return it; }; JSON.stringify = (value) => { got.push(value, ...Object.values(value)); return stringify(value); };
    me.on("heard", () => tell(me, ...got));`,
    times: 3,
    ...inside,
  },
  {
    name: "indexes that are setters",
    source: code`const got = []; for (let i = 0; i < 3; i++) Object.defineProperty(Array.prototype, i, { configurable: true, set(v) { got.push?.(this, v); Object.defineProperty(this, i, { value: v, writable: true, configurable: true, enumerable: true }); } }); const mine = []; void me.say("x"); for (let i = 0; i < 3; i++) delete Array.prototype[i]; tell(me, ...mine, ...got);`,
    ends: ["well", "threw"],
    says: /inside/,
  },
  {
    name: "descriptors from the prototype of all objects",
    source: code`const got = []; Object.prototype.get = function () { got.push(this); return 1; }; Object.prototype.configurable = true; try { void me.say("x").catch(() => {}); await null; Object.defineProperty({}, "x", {}); } finally { delete Object.prototype.get; delete Object.prototype.configurable; } tell(me, ...got);`,
    ...inside,
  },
  {
    name: "a hook that inspectors of the host call",
    source: code`const hook = Symbol.for("nodejs.util.inspect.custom"); let called = false; console.log({ [hook]: (...args) => { called = true; console.log("OUTSIDE"); } }, Object.assign(new Error("x"), { [hook]: () => console.log("OUTSIDE") })); console.log(called ? "OUTSIDE" : "inside");`,
    ends: ["well"],
    says: /^(?!.*OUTSIDE)[^]*inside$/,
  },
  {
    name: "all names a host may have left",
    source: code`console.log(hostNames.filter((name) => globalThis[name] !== undefined || name in globalThis).join() || "nothing");`,
    ends: ["well"],
    says: /^nothing$/,
  },
  {
    name: "modules of the host",
    source: code`const got = []; for (const name of ["node:fs", "fs", "process", "std", "os", "qjs:std", "qjs:os", "bjson", "file:///etc/passwd", "/etc/passwd", "../../package.json", "https://example.com/x.js", "data:text/javascript,1", "@elsewhere/protocol", "@elsewhere/server", "", "\0"]) got.push(await import(name).then(() => "OUTSIDE " + name, (e) => e)); console.log(got.filter((x) => typeof x === "string").join()); tell(...got);`,
    ends: ["well", "engine"],
    says: /^\ninside$/,
  },
  {
    name: "modules of the host, asked for by made functions",
    source: code`const F = Object.getPrototypeOf(async () => {}).constructor; const got = [await F('return import("node:fs")')().catch((e) => e), await eval('import("node:os")').catch((e) => e), await (0, eval)("import('fs')").catch((e) => e)]; tell(...got);`,
    ends: ["well", "engine"],
    says: /^inside$/,
  },
  {
    name: "a module of the host, imported as its own",
    whole: true,
    times: 0,
    source: code`import fs from "node:fs"; tell(fs);`,
    ends: ["threw", "engine"],
  },
  {
    name: "its library's own insides, imported",
    whole: true,
    times: 0,
    source: code`import { inside } from "@elsewhere/program/guest"; tell(inside);`,
    ends: ["threw", "engine"],
  },
  {
    name: "what its module knows of where it came from",
    source: code`console.log(Object.keys(import.meta).map((key) => key + "=" + import.meta[key]).join() || "nothing"); tell(import.meta, import.meta.resolve, import.meta.main);`,
    ends: ["well"],
    says: /^(nothing|[^/]*)\ninside$/,
  },
  {
    name: "its library's module, looked through",
    source: code`const it = await import("@elsewhere/program"); console.log(Object.keys(it).filter((key) => /host|inside|begin|finish|token|runtime/i.test(key)).join() || "nothing"); tell(it, ...Object.values(it));`,
    ends: ["well", "engine"],
    says: /^nothing\ninside$/,
  },
  {
    name: "functions of every kind, made of text",
    source: code`const kinds = [function () {}, async () => {}, function* () {}, async function* () {}]; tell(...kinds.map((f) => f.constructor("return globalThis")()), ...kinds.map((f) => f.constructor("return this").call(null)));`,
    ends: ["well"],
    says: /^inside$/,
  },
  {
    name: "with, in a function of the loose kind",
    source: code`const got = []; Function("p", "with (p) { console; sleep; }")(new Proxy({}, { has: (_, k) => (got.push(k), true), get: (t, k, r) => void got.push(r) })); tell(...got);`,
    ...inside,
  },
  {
    name: "what is thrown out of it",
    whole: true,
    source: code`let busy = false; const spy = new Proxy({}, new Proxy({}, { get: (_, trap) => (...args) => { if (!busy) { busy = true; tell(...args); busy = false; } return Reflect[trap](...args); } })); me.on("heard", () => { throw spy; });`,
    times: 1,
    ends: ["well", "threw"],
    says: /^(inside\n)*a value that cannot be shown|\{\}|inside/,
  },
  {
    name: "what nobody can look at, thrown",
    source: code`const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); void Promise.reject(proxy); void Promise.reject(Symbol("s")); throw proxy;`,
    ends: ["well", "threw"],
    says: /cannot be shown/,
  },
  {
    name: "toJSON that looks who writes",
    source: code`const got = []; memory.x = { toJSON(...args) { got.push(this, ...args); tell(...got); return 1; } };`,
    ends: ["well"],
    says: /^(inside)?$/,
  },
  {
    name: "memory as something else",
    source: code`let busy = false; Object.setPrototypeOf(memory, new Proxy({}, { get: (_, k, r) => { if (!busy) { busy = true; tell(r); busy = false; } return undefined; } })); memory.y = 1; tell(memory);`,
    ends: ["well"],
    says: /^((inside\n?)+|TypeError: proxy[^]*)$/,
  },
  {
    name: "a shared memory with its host",
    source: code`const got = [typeof SharedArrayBuffer, typeof Atomics]; const b = typeof SharedArrayBuffer === "function" ? caught(() => new SharedArrayBuffer(8)) : 0; tell(b, typeof Atomics === "object" ? Atomics : 0);`,
    ends: ["well", "threw", "engine"],
    says: /^inside$/,
  },
  {
    name: "waiting for its host",
    source: code`const e = caught(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e9)); const f = await Promise.race([caught(() => Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0)), 1]); tell(e, f);`,
    ends: ["well", "threw", "engine", "time"],
    says: /^inside$/,
  },
  {
    name: "the host's way in, fetched again",
    source: code`tell(globalThis.elsewhereHost, Object.getOwnPropertyDescriptor(globalThis, "elsewhereHost"), Reflect.get(globalThis, "elsewhereHost")); console.log(Reflect.ownKeys(globalThis).includes("elsewhereHost"));`,
    ends: ["well"],
    says: /^inside\nfalse$/,
  },
  {
    name: "cleanups that hold what is gone",
    source: code`const got = []; const r = new FinalizationRegistry(function (...args) { got.push(this, ...args); }); for (let i = 0; i < 20; i++) r.register({}, {}); for (let i = 0; i < 50; i++) await null; tell(r, ...got);`,
    ...inside,
  },
];
