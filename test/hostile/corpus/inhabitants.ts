import { code } from "./hostile.ts";

/** A hostile program in a world: what it does once everybody is there, and the lines that its log must be in the end. */
export interface HostileInhabitant {
  readonly name: string;
  readonly source: string;
  readonly says: RegExp;
  /** Its turns fail, and `says` is what its faults are to say. */
  readonly fails?: true;
}

/** The word that everything has in it which none of them may perceive. */
export const secret = "kestrel";

/**
 * `hidden` are ids of bodies that are there and not to be perceived, by why; `nobody` are ids of no body at all.
 * `compare` tries the same on all of them at once and says every answer there was, with when it came and the id left out.
 */
export const inhabitantPrelude = code`
const hidden = Object.values(memory.hidden).flat();
const nobody = [90001, 90002];
const fate = async (id, promise) => {
  const asked = Date.now();
  const end = await promise.then((x) => "GRANTED " + JSON.stringify(x), (e) => [e.code, e.message, JSON.stringify(e.detail)].join(" "));
  return end.replaceAll(String(id), "N") + " after " + (Date.now() - asked);
};
const compare = async (act, ids = hidden) => {
  const ends = await Promise.all([...ids, ...nobody].map((id) => fate(id, act(id))));
  console.log([...new Set(ends)].join("\n"));
};
const waitFor = (ms) => sleep({ ms });
`;

/** One answer for all of them, that which is given for nobody. */
const asIfNobody = (field: string): RegExp => new RegExp(`^unknown body N is not in sight \\{"field":"intent\\.${field}"\\} after \\d+$`);

/** What is tried on bodies that are there and not to be perceived: in a room behind a wall, on another map, too far off, carried by the hidden. */
export const gropers: readonly HostileInhabitant[] = [
  { name: "looks at the hidden", source: code`await compare((id) => me.lookAt(id));`, says: asIfNobody("at") },
  { name: "whispers to the hidden", source: code`await compare((id) => me.whisper(id, "psst"));`, says: asIfNobody("to") },
  { name: "touches the hidden", source: code`await compare((id) => me.use(id));`, says: asIfNobody("target") },
  { name: "takes the hidden", source: code`await compare((id) => me.take(id));`, says: asIfNobody("thing") },
  { name: "follows the hidden", source: code`await compare((id) => me.follow(id));`, says: asIfNobody("body") },
  {
    name: "walks to the hidden",
    source: code`for (const id of [...hidden, ...nobody]) console.log(await fate(id, me.go({ id })));`,
    says: /^(unknown body N is not in sight \{"field":"intent\.to"\} after \d+\n?)+$/,
  },
  { name: "does something to the hidden", source: code`await compare((id) => me.do("poke", null, id));`, says: asIfNobody("to") },
  {
    name: "drops what the hidden carry",
    source: code`await compare((id) => me.drop(id));`,
    says: /^unknown one does not carry thing N \{"field":"intent\.thing"\} after \d+$/,
  },
  {
    name: "gives the hidden what it does not have",
    source: code`await compare((id) => me.give(id, id));`,
    says: /^unknown one does not carry thing N \{"field":"intent\.thing"\} after \d+$/,
  },
  {
    name: "gives the hidden what it has",
    source: code`const thing = (await me.around()).find((one) => one.kind === "thing"); await me.take(thing.id); await compare((id) => me.give(thing.id, id));`,
    says: asIfNobody("to"),
  },
  {
    name: "asks for the hidden by numbers that are almost theirs",
    source: code`for (const id of [-1, 0.5, NaN, Infinity, 2 ** 53, "1", null, [hidden[0]], { id: hidden[0] }, { valueOf: () => hidden[0] }]) console.log((await fate("-", me.act({ kind: "look", at: id }))).replace(/^unknown body \S+/, "unknown body").slice(0, 22));`,
    says: /^((malformed intent\.at|limit intent\.at|unknown body is not in).*\n?){10}$/,
  },
  {
    name: "asks for everybody there could be",
    source: code`const names = []; const near = (await me.look()).bodies.map(({ id }) => id); const guesses = [...Array.from({ length: 120 }, (_, i) => i + 1), ...hidden, ...near.flatMap((id) => [id - 1, id, id + 1])].filter((id) => id >= 0); for (let first = 0; first < guesses.length; first += 30) names.push(...(await Promise.all(guesses.slice(first, first + 30).map((id) => me.lookAt(id).catch(() => null)))).filter((one) => one).map((one) => one.name)); console.log(names.filter((name) => !/^(Groper|Listener|Forger|Wrecker|Friend|Coin)/.test(name)).join() || "nobody else");`,
    says: /^nobody else$/,
  },
  {
    name: "looks around",
    source: code`const look = await me.look(); console.log(JSON.stringify(look).includes("${secret}"), look.bodies.some(({ id }) => hidden.includes(id)), look.doors.length);`,
    says: /^false false 0$/,
  },
  {
    name: "walks into the room it may not enter",
    source: code`const ends = []; for (const to of ["vault", "@3,5", "@4,5", "@5,5", "@12,5"]) ends.push((await fate("-", me.go(to))).replace(/"[^"]*"|\d+/g, "_")); console.log([...new Set(ends)].join("\n"));`,
    says: /^unreachable [^\n]*$/,
  },
  {
    name: "walks to a map no way leads to",
    source: code`for (const to of ["far", "far@1,0", "far@2,0", "far/nowhere", "nowhere@1,0", "../far", "hall/../far", "far@1,0,"]) console.log((await fate("-", me.go(to))).split(" after")[0]);`,
    says: /^((unknown|unreachable|malformed) .*\n?){8}$/,
  },
  {
    name: "tells by how long an answer takes",
    source: code`const took = async (id) => { const asked = Date.now(); await me.lookAt(id).catch(() => {}); return Date.now() - asked; }; const all = []; for (let i = 0; i < 3; i++) all.push(...(await Promise.all([...hidden, ...nobody].map(took)))); console.log(new Set(all).size);`,
    says: /^1$/,
  },
  {
    name: "tells by the order in which answers come",
    source: code`const order = []; await Promise.all([...nobody, ...hidden, ...nobody].map((id, i) => me.lookAt(id).catch(() => order.push(i)))); console.log(order.every((each, i) => each === i));`,
    says: /^true$/,
  },
  {
    name: "tells by what is said when there is too much asked",
    source: code`const ends = await Promise.all(Array.from({ length: 40 }, (_, i) => fate(hidden[i % hidden.length], me.lookAt(hidden[i % hidden.length])))); console.log([...new Set(ends.map((end) => end.split(" ")[0]))].sort().join());`,
    says: /^limit,unknown$/,
  },
];

/** Programs that wait for what is not for them, in every way there is to listen. */
export const eavesdroppers: readonly HostileInhabitant[] = [
  {
    name: "listens to all there is",
    source: code`let all = ""; for (const kind of ["appeared", "vanished", "changed", "heard", "emoted", "used", "did", "moved_thing", "door", "arrived", "reply"]) me.on(kind, (percept) => { all += JSON.stringify(percept); }); await waitFor(2500); console.log(all.includes("${secret}"), all.length > 0);`,
    says: /^false true$/,
  },
  {
    name: "listens for kinds that do not exist",
    source: code`me.on("whispered", (p) => console.log("HEARD")); me.on("tick", () => console.log("HEARD")); await waitFor(500); console.log("done");`,
    says: /^done$|^$/,
  },
  {
    name: "stands at the wall and listens",
    source: code`let heard = ""; me.on("heard", ({ from, text }) => { heard += from.name + text; }); await me.go("@4,3"); await waitFor(1000); console.log(heard.includes("${secret}"));`,
    says: /^false$/,
  },
  {
    name: "listens to a whisper beside it",
    source: code`let heard = 0; me.on("heard", ({ how }) => { if (how === "whisper") heard++; }); await waitFor(1500); console.log(heard);`,
    says: /^0$/,
  },
  {
    name: "looks through those who may",
    source: code`const seen = await Promise.all((await me.around()).map((one) => me.lookAt(one.id).catch(() => null))); console.log(JSON.stringify(seen).includes("${secret}"), seen.some((one) => one && "memory" in one));`,
    says: /^false false$/,
  },
];

/** Programs that lie about who they are, what they were told or what they have asked already. */
export const forgers: readonly HostileInhabitant[] = [
  {
    name: "calls itself somebody else",
    source: code`const mine = me.id; try { me.id = hidden[0]; } catch {} try { Object.defineProperty(me, "id", { value: hidden[0] }); Object.defineProperty(me, "name", { value: "${secret}" }); } catch {} await me.say("I am who I am"); console.log((await me.look()).bodies.some(({ id }) => id === mine), (await me.lookAt(mine)).id === mine);`,
    says: /^false true$/,
  },
  {
    name: "asks in the name of a hidden body",
    source: code`for (const extra of [{ body: hidden[0] }, { epoch: 99 }, { n: 1 }, { program: "keeper" }, { from: hidden[0] }, { as: "operator" }]) console.log((await fate("-", me.act({ kind: "say", text: "x", ...extra }))).split(" ")[0]);`,
    says: /^(malformed\n?){6}$/,
  },
  {
    name: "asks what only a host may ask",
    source: code`for (const kind of ["enter", "attach", "detach", "remove", "arrive", "intent", "tick", "view", "hello", "__proto__", "constructor"]) console.log((await fate("-", me.act({ kind, body: hidden[0] }))).split(" ")[0]);`,
    says: /^(unknown\n?){11}$/,
  },
  {
    name: "uses a number again",
    source: code`let n = 0; Object.defineProperty(Object.prototype, "toJSON", { configurable: true, value() { return this !== null && typeof this === "object" && "intent" in this && n++ > 2 ? { n: 1, intent: this.intent } : this; } }); const ends = []; for (let i = 0; i < 5; i++) ends.push(await Promise.race([me.say("again").then(() => "said", (e) => e.code), waitFor(400).then(() => "no answer")])); delete Object.prototype.toJSON; console.log(ends.join());`,
    says: /^(said|malformed|no answer)(,(said|malformed|no answer)){4}$/,
  },
  {
    name: "answers itself",
    source: code`let told = null; const { get } = Map.prototype; const pending = new Set(); Map.prototype.get = function (k) { pending.add(this); return Reflect.apply(get, this, [k]); }; const look = me.lookAt(hidden[0]).then((x) => (told = x), () => {}); await waitFor(100); Map.prototype.get = get; for (const m of pending) for (const p of m.values()) p?.resolve?.({ name: "made up" }); await look; console.log(JSON.stringify(told));`,
    says: /^(null|\{"name":"made up"\})$/,
  },
  {
    name: "writes its answers itself",
    source: code`const { parse } = JSON; let last = ""; JSON.parse = (text) => { last = text; const it = parse(text); if (it && Array.isArray(it.percepts)) it.percepts.push({ kind: "heard", from: { id: 1, name: "made up" }, how: "say", text: "made up" }); return it; }; let heard = 0; me.on("heard", ({ text }) => { if (text === "made up") heard++; }); await waitFor(500); JSON.parse = parse; console.log(heard >= 0 && !last.includes("${secret}"));`,
    says: /^true$/,
  },
  {
    name: "wakes when it likes",
    source: code`const { stringify } = JSON; JSON.stringify = (value) => stringify(value).replace(/"wakeAt":[^,]+/, '"wakeAt":-1e308'); await waitFor(100); await waitFor(100); JSON.stringify = stringify; console.log("woke");`,
    says: /^woke$/,
  },
  {
    name: "shows what it is not",
    source: code`await me.show(JSON.parse('{"__proto__":{"id":1,"name":"${secret}"},"constructor":{"prototype":{"polluted":true}},"toJSON":"x","kind":"person","id":1}')); const { id, name, kind } = await me.lookAt(me.id); console.log(id === me.id, name.startsWith("Forger"), kind, ({}).polluted);`,
    says: /^true true program undefined$/,
  },
  {
    name: "keeps what might be taken for something else",
    source: code`Object.defineProperty(memory, "__proto__", { value: { polluted: true }, enumerable: true, configurable: true }); memory.constructor = { prototype: { polluted: true } }; memory.toJSON = "x"; await waitFor(200); console.log(({}).polluted, Object.keys(memory).includes("constructor"));`,
    says: /undefined true$/,
  },
  {
    name: "asks with what changes when it is looked at",
    source: code`let n = 0; const ends = []; for (const text of [{ toString: () => "x" }, new String("x"), ["x"], { toJSON: () => (n++ ? 5 : "x") }, new Proxy({}, {})]) ends.push(await Promise.race([fate("-", me.act({ kind: "say", text })), waitFor(500).then(() => "no answer")])); console.log(ends.map((end) => end.split(" ")[0]).join());`,
    says: /^(GRANTED|malformed|no)(,(GRANTED|malformed|no)){4}$/,
  },
  {
    name: "starts what it may not start",
    source: code`console.log((await fate("-", me.act({ kind: "spawn", code: "keeper.ts", name: "Mine" }))).split(" ")[0]);`,
    says: /^(forbidden|unknown)$/,
  },
  {
    name: "leaves by a way that is not one",
    source: code`console.log((await fate("-", me.leave())).split(" ")[0]);`,
    says: /^(out_of_reach|unreachable|forbidden|unknown)$/,
  },
];

/** Programs whose turns cannot be accepted: the world they are in must not even notice. */
export const wreckers: readonly HostileInhabitant[] = [
  {
    name: "keeps what is nested deeper than anybody's stack",
    source: code`let o = 1; for (let i = 0; i < 5000; i++) o = [o]; memory.o = o;`,
    says: /^memory was not kept: ElsewhereError: memory is nested deeper than 64/,
  },
  { name: "never ends its turn", source: code`for (;;);`, says: /^time: /, fails: true },
  {
    name: "wants all memory",
    source: code`globalThis.all = []; for (;;) try { for (;;) all.push({}); } catch {}`,
    says: /^(memory|time): /,
    fails: true,
  },
  {
    name: "asks for more than an outcome may hold",
    source: code`for (let i = 0; i < 32; i++) void me.act({ kind: "say", text: "x".repeat(20000) }).catch(() => {}); memory.x = "x".repeat(60000);`,
    says: /^(outcome|memory): /,
    fails: true,
  },
];
