import { code, type Hostile } from "./hostile.ts";

const time = ["time"] as const;
/** Lengths a specification allows and no machine walks over. */
const endless = "const endless = { length: 2 ** 53 - 1 };";

/** Stalls inside one call of a built-in, or so deep in such calls that the engine looks up too rarely: ended from outside. */
export const stallsInBuiltIns: readonly Hostile[] = [
  { name: "writing out a large BigInt", source: code`(7n ** 300000n).toString();`, ends: time },
  { name: "writing out a large BigInt in base 3", source: code`(7n ** 300000n).toString(3);`, ends: time },
  { name: "reading a large BigInt", source: code`for (;;) BigInt("7".repeat(250000));`, ends: time },
  { name: "dividing large BigInts", source: code`const a = 3n ** 600000n, b = 7n ** 150000n; for (;;) a / b;`, ends: time },
  { name: "powers of BigInts that grow", source: code`for (let n = 3n; ; n++) n ** 200000n;`, ends: time },
  { name: "remainders of large BigInts", source: code`const a = 3n ** 600000n, b = 7n ** 150000n; for (;;) a % b;`, ends: time },
  { name: "multiplying large BigInts", source: code`const a = 3n ** 300000n; for (;;) a * a;`, ends: time },
  {
    name: "looking for what is not in a long text",
    source: code`const s = "a".repeat(1 << 19), t = "a".repeat(1000) + "b"; for (;;) s.includes(t);`,
    ends: time,
  },
  {
    name: "looking backwards for what is not in a long text",
    source: code`const s = "a".repeat(1 << 19), t = "b" + "a".repeat(1000); for (;;) s.lastIndexOf(t);`,
    ends: time,
  },
  {
    name: "splitting a long text by what is not in it",
    source: code`const s = "a".repeat(1 << 19), t = "a".repeat(1000) + "b"; for (;;) s.split(t);`,
    ends: time,
  },
  {
    name: "replacing what is not in a long text",
    source: code`const s = "a".repeat(1 << 19), t = "a".repeat(1000) + "b"; for (;;) s.replaceAll(t, "c");`,
    ends: time,
  },
  {
    name: "comparing long texts",
    source: code`const s = "a".repeat(1 << 16), t = s.slice(1) + "b"; for (;;) s.localeCompare(t);`,
    ends: ["time", "memory"],
  },
  {
    name: "normalizing a long text",
    source: code`const s = "e\u0301\u0323".repeat(1 << 15); for (;;) s.normalize("NFKD").normalize("NFC");`,
    ends: ["time", "memory"],
  },
  {
    name: "one letter followed by a hundred thousand accents",
    source: code`const s = "a" + "\u0301\u0323".repeat(40000); for (;;) s.normalize("NFD");`,
    ends: ["time", "memory"],
  },
  { name: "padding texts", source: code`for (;;) "".padEnd(1 << 20, "ab");`, ends: time },
  { name: "repeating texts", source: code`for (;;) "ab".repeat(1 << 19);`, ends: time },
  {
    name: "changing the case of a long text",
    source: code`const s = "\u00df\u0130".repeat(1 << 16); for (;;) s.toUpperCase();`,
    ends: ["time", "memory"],
  },
  {
    name: "reading a number with a quarter of a million digits",
    source: code`const s = "9".repeat(1 << 18); for (;;) Number(s);`,
    ends: time,
  },
  {
    name: "reading a number in base 36 with a quarter of a million digits",
    source: code`const s = "z".repeat(1 << 18); for (;;) parseInt(s, 36);`,
    ends: time,
  },
  {
    name: "escaping a long text",
    source: code`const s = "\u00e9".repeat(1 << 17); for (;;) decodeURIComponent(encodeURIComponent(s));`,
    ends: ["time", "memory"],
  },
  { name: "reversing an endless list", source: code`${endless} Array.prototype.reverse.call(endless);`, ends: time },
  { name: "moving within an endless list", source: code`${endless} Array.prototype.copyWithin.call(endless, 1, 0);`, ends: time },
  { name: "putting something before an endless list", source: code`Array.prototype.unshift.call({ length: 2 ** 53 - 2 }, 1);`, ends: time },
  { name: "flattening an endless list", source: code`${endless} Array.prototype.flat.call(endless);`, ends: time },
  { name: "sorting an array of holes", source: code`new Array(4294967295).sort();`, ends: time },
  { name: "filling a typed array again and again", source: code`const a = new Float64Array(1 << 17); for (;;) a.fill(1.5);`, ends: time },
  {
    name: "sorting a typed array again and again",
    source: code`const a = Float64Array.from({ length: 1 << 16 }, (_, i) => (i * 7919) % 65521); for (;;) a.slice().sort();`,
    ends: ["time", "memory"],
  },
  {
    name: "looking through a typed array again and again",
    source: code`const a = new Uint8Array(1 << 20); for (;;) a.indexOf(1);`,
    ends: time,
  },
  {
    name: "sorting texts that begin alike",
    source: code`const a = Array.from({ length: 1000 }, (_, i) => "a".repeat(500) + i); for (;;) a.slice().sort().reverse().sort();`,
    ends: time,
  },
  {
    name: "joining an array with a long text",
    source: code`const a = new Array(1 << 10).fill(""); const s = "x".repeat(1 << 9); for (;;) a.join(s);`,
    ends: time,
  },
  {
    name: "writing out a large array as JSON",
    source: code`const a = new Array(1 << 14).fill(0.1); for (;;) JSON.stringify(a);`,
    ends: time,
  },
  {
    name: "reading a large JSON",
    source: code`const s = "[" + "0,".repeat(1 << 14) + "0]"; for (;;) JSON.parse(s);`,
    ends: ["time", "memory"],
  },
  {
    name: "asking a large array for its keys",
    source: code`const a = new Array(1 << 14).fill(0); for (;;) Object.keys(a);`,
    ends: ["time", "memory"],
  },
  {
    name: "compiling a long function again and again",
    source: code`const s = "x = 1;".repeat(1 << 12); for (;;) Function(s);`,
    ends: ["time", "memory"],
  },
  {
    name: "calling with as many arguments as there may be",
    source: code`const a = new Array(60000).fill(1); for (;;) Math.max.apply(null, a);`,
    ends: time,
  },
  {
    name: "the source of a long function",
    source: code`const f = Function("/*" + "x".repeat(1 << 18) + "*/"); for (;;) f.toString().length;`,
    ends: ["time", "memory"],
  },
  {
    name: "a return that never gets out of its finally blocks",
    source: code`for (;;) { try { try { return; } finally { throw 1; } } catch { continue; } }`,
    ends: time,
  },
  {
    name: "a recursion that begins again when the stack ends",
    source: code`const down = () => { try { return down(); } catch { return down(); } }; for (;;) try { down(); } catch {}`,
    ends: time,
  },
  {
    name: "a tagged template that calls itself",
    source: code`const tag = (parts) => { for (;;) try { return tag([...parts, ""]); } catch {} }; tag${"``"};`,
    ends: time,
  },
  {
    name: "a getter that reads itself again when the stack ends",
    source: code`const o = { get x() { for (;;) try { return this.x; } catch {} } }; o.x;`,
    ends: time,
  },
  {
    name: "text that is evaluated anew for ever",
    source: code`for (let i = 0; ; i++) (0, eval)("x" + (i % 100) + " = " + i);`,
    ends: time,
  },
];

/** Patterns that try all ways there are, class by class. */
export const stallsInPatterns: readonly Hostile[] = [
  { name: "nested plus", source: code`/^(a+)+$/.test("a".repeat(50) + "b");`, ends: time },
  { name: "alternatives that overlap", source: code`/^(a|aa)+$/.test("a".repeat(60) + "b");`, ends: time },
  { name: "a star of stars", source: code`/^(.*)*x$/s.test("a".repeat(60));`, ends: ["time", "well"] },
  { name: "many stars in a row", source: code`/^.*.*.*.*.*.*.*.*=x$/.test("a".repeat(600));`, ends: time },
  { name: "counted in counted", source: code`/^((a{1,30}){1,30}){1,30}$/.test("a".repeat(200) + "b");`, ends: time },
  { name: "a back reference to what varies", source: code`/^(a*)*\1b$/.test("a".repeat(60));`, ends: ["time", "well"] },
  {
    name: "looking ahead again and again",
    source: code`/^(?:(?=(a+))a)+$(?!a)b/.test("a".repeat(5000)); /^((?=a+a+a+a+b)a)*$/.test("a".repeat(5000));`,
    ends: time,
  },
  { name: "looking behind again and again", source: code`/(?<=^(a+)+)b/.test("c" + "a".repeat(60) + "b");`, ends: time },
  { name: "classes without regard to case", source: code`/^([\p{L}ſK]+)+$/iu.test("aK".repeat(40) + "!");`, ends: time },
  { name: "lazy in lazy", source: code`/^(a+?)+?$/.test("a".repeat(50) + "b");`, ends: time },
  { name: "words and spaces", source: code`/^(\w+\s?)*$/.test("word ".repeat(12) + "word!");`, ends: time },
  { name: "a global match from every start", source: code`("a".repeat(20000) + "!").match(/a+b/g);`, ends: ["time", "well"] },
  { name: "a split by a pattern that almost fits everywhere", source: code`"a".repeat(40000).split(/a*b/);`, ends: ["time", "memory"] },
  { name: "a replacement from every start", source: code`" ".repeat(60000).replace(/\s+$x/g, "");`, ends: time },
  {
    name: "a pattern that unfolds when it is compiled",
    source: code`let s = "a"; for (let i = 0; i < 14; i++) s = "(?:" + s + "|b){3}(?:" + s + "|c){2}"; new RegExp(s);`,
    ends: ["well", "memory", "time"],
  },
  {
    name: "a pattern as long as memory",
    source: code`new RegExp("(a|".repeat(2000) + "b" + ")".repeat(2000)).test("c".repeat(1000));`,
    ends: ["well", "memory", "time"],
  },
];
