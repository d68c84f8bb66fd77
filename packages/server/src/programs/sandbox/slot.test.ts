import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import fc from "fast-check";
import type { Image } from "../contract.ts";
import { base, codeOf, dawn, good, startInput, texts, turnInput } from "../testing/guest.ts";
import { heard } from "../testing/percepts.ts";
import { readEnvelope } from "./envelope.ts";
import { Heaps } from "./heaps.ts";
import { LiveProgram } from "./live.ts";
import { PreparedCodes } from "./prepared.ts";
import { Slot } from "./slot.ts";
import { knownBase, Templates } from "./templates.ts";
import { wasmPageBytes } from "./wasm.ts";

const known = knownBase(base);
const baseBytes = base.stackPointer + base.heap.length;
/** The part of the stack that the engine's own limit lets it reach, and some more. */
const stackFrom = base.stackPointer - limits.stackBytesMax - 128 * 1024;

test("P40 a slot is, byte for byte, what a memory made for its program alone would be, whoever was in it before", () => {
  fc.assert(
    fc.property(
      fc.record({ dirt: fc.integer({ min: 1, max: 255 }), morePages: fc.nat(3), text: fc.string({ maxLength: 5000 }), grows: fc.nat(2) }),
      ({ dirt, morePages, text, grows }) => {
        const used = new Slot(base);
        used.load(known, baseBytes);
        used.engine.string(text);
        if (grows > 0) used.engine.grow(grows * wasmPageBytes);
        used.engine.bytes.fill(dirt, stackFrom);
        used.engine.exports.__stack_pointer.value = base.stackPointer - 5000;
        const memoryBytes = used.memoryBytes + morePages * wasmPageBytes;
        const change = (heap: Buffer): void => void heap.fill(9, 1000, 2000);
        used.load(known, memoryBytes, change);
        const made = new Slot(base);
        made.load(known, memoryBytes, change);
        assert.ok(used.engine.bytes.equals(made.engine.bytes));
        assert.equal(used.engine.stackPointer, base.stackPointer);
      },
    ),
    { numRuns: 15 },
  );
});

const templates = new Templates();
templates.addBase(base);
const codes = new PreparedCodes();
const of = templates.base(base.hash);

/** Runs a program's first turns in this slot. */
function begin(slot: Slot, source: string, words: readonly string[] = []): LiveProgram {
  const code = codeOf(source);
  const live = LiveProgram.unbegun(slot, of, { code, prepared: codes.find(of, code), codes });
  const inputs = [startInput(), ...words.map((word, i) => turnInput(i + 2, dawn, [heard(word)]))];
  for (const input of inputs) good(live.run(input, JSON.stringify(input)));
  return live;
}
const park = (live: LiveProgram): Image => live.park(templates, () => {});

const secret = "the safe opens at 4711";
const hoarding = `const held = [];
  me.on("heard", ({ text }) => { for (let i = 0; i < 300; i++) held.push(text + i); });
  const deep = (n) => (n === 0 ? "${secret}".repeat(3) : deep(n - 1) + n);
  memory.deep = deep(100);`;
const quiet = `me.on("heard", () => console.log("quiet"));`;

test("P40 of what a program held nothing is left for the next, neither where only what differed was put back nor in the stack", () => {
  const sibling = park(begin(new Slot(base), quiet, ["a", "b"]));
  for (const how of ["parked", "dropped"]) {
    const slot = new Slot(base);
    const hoarder = begin(slot, hoarding, [secret, secret]);
    assert.ok(slot.engine.bytes.includes("4711"));
    if (how === "parked") park(hoarder);
    const memoryBytes = slot.memoryBytes;
    const template = templates.get(sibling.template);
    const woken = LiveProgram.restore(slot, template, templates, { ...readEnvelope(sibling.bytes), memoryBytes }, sibling.bytes);
    assert.equal(slot.engine.bytes.includes("4711"), false, how);
    const input = turnInput(4, dawn, [heard("c")]);
    assert.deepEqual(texts(good(woken.run(input, JSON.stringify(input))).outcome), ["quiet"]);
    assert.equal(slot.engine.bytes.includes("4711"), false, how);
  }
});

test("P40 a parked program leaves its slot with its template in it, to the last byte", () => {
  const slot = new Slot(base);
  const { template } = park(begin(slot, hoarding, ["a"]));
  assert.ok(slot.holds !== null);
  const spelled = templates.spell(templates.get(template)).heap;
  const { heap } = slot;
  assert.ok(heap.subarray(0, spelled.length).equals(spelled.subarray(0, heap.length)));
  assert.ok(heap.subarray(spelled.length).every((byte) => byte === 0));
});

/** Much of what the engine does with buffers on its stack: numbers to text, sorting, regular expressions, dates, JSON. */
const sorting = `console.log([3.25, 1e21, 0.1].sort().join(), /(\\d+)-(?<b>x+)/.exec("12-xx").groups.b, new Date().toISOString(), (255).toString(7),
  "ß".normalize("NFD").localeCompare("ss"), JSON.stringify([1, { a: [null] }]), parseFloat("12.5e3"), 12345n ** 9n, [..."hé😀"].reverse().join(""));`;

test("P41 a slot that held the first part of a larger content has all of it once it has grown", () => {
  const larger = { heap: Buffer.concat([of.heap, Buffer.alloc(wasmPageBytes, 5)]) };
  const slot = new Slot(base);
  slot.load(larger, baseBytes, (heap) => void heap.fill(1, 640, 704));
  slot.clear(larger, [10]);
  slot.load(larger, baseBytes + wasmPageBytes);
  assert.ok(slot.heap.equals(larger.heap));
});

test("P41 what lies dead in the stack decides nothing: whatever is in it, the turn gives the same outcome and the same heap", () => {
  const sleeper = park(
    begin(new Slot(base), `const m = new Map(); me.on("heard", ({ text }) => { m.set(text, [...m.keys()].sort().join()); ${sorting} });`, [
      "a",
      "b",
    ]),
  );
  const template = templates.get(sleeper.template);
  const turn = (dirt: number | null): { json: string; heap: Buffer } => {
    const slot = new Slot(base);
    const live = LiveProgram.restore(slot, template, templates, readEnvelope(sleeper.bytes), sleeper.bytes);
    if (dirt !== null) slot.engine.bytes.fill(dirt, stackFrom, base.stackPointer);
    const input = turnInput(4, dawn, [heard("c")]);
    return { json: good(live.run(input, JSON.stringify(input))).json, heap: Buffer.from(slot.heap) };
  };
  const clean = turn(null);
  assert.match(clean.json, /xx 2030/);
  for (const dirt of [1, 0x55, 0xaa, 0xff]) {
    const { json, heap } = turn(dirt);
    assert.equal(json, clean.json);
    assert.ok(heap.equals(clean.heap), `the heap differs over a stack full of ${dirt}`);
  }
});

/** Ways a turn can fail: by fuel, by memory, by a trap or a throw from deep within the engine. */
const failures: Readonly<Record<string, string>> = {
  "a loop": `for (;;);`,
  "a loop deep in built-ins": `const f = (n) => { if (n > 0) [1].forEach(() => f(n - 1)); else for (;;); }; f(40);`,
  memory: `const all = []; for (;;) all.push(new Array(1000).fill({}));`,
  "memory while it sorts": `Array.from({ length: 3000 }, (_, i) => i).sort((a, b) => { (globalThis.x ??= []).push(new Array(200).fill(a)); return b - a; });`,
  "the stack": `const f = () => f() + 1; f();`,
  "the stack of a regular expression": `/(?:a|ab)(?:c|bcd)(?:d*)*x/.exec("abcd".repeat(5000)); new RegExp("(".repeat(30000) + ")".repeat(30000));`,
  "a throw while a promise rejects": `Promise.reject(new Error("a")); await Promise.reject(new Error("b"));`,
  "a throw in a getter of what is thrown": `throw { get message() { throw this; }, toString() { throw this; } };`,
  "rejections without end": `for (let i = 0; i < 300; i++) void Promise.reject(new Error("x" + i)); for (;;);`,
};

test("P42 after a turn that failed, however it failed, the slot is as good as a new one", () => {
  let used = new Slot(base);
  const table = (used.engine.exports as unknown as { __indirect_function_table: WebAssembly.Table }).__indirect_function_table;
  const functions = Array.from({ length: table.length }, (_, i) => table.get(i) as unknown);
  const words = ["a", "b", "c"];
  for (const [name, source] of Object.entries(failures)) {
    const code = codeOf(source);
    const failing = LiveProgram.unbegun(used, of, { code, prepared: codes.find(of, code), codes });
    const input = startInput();
    const ran = failing.run(input, JSON.stringify(input));
    assert.equal(ran.ok, false, name);
    if (used.memoryBytes > baseBytes) {
      // A memory cannot shrink: what comes next into this one has to be as large.
      used.load(of, used.memoryBytes);
      const made = new Slot(base);
      made.load(of, used.memoryBytes);
      assert.ok(used.engine.bytes.equals(made.engine.bytes), name);
      used = new Slot(base);
      continue;
    }
    const [after, alone] = [begin(used, quiet, words), begin(new Slot(base), quiet, words)];
    assert.ok(after.slot.heap.equals(alone.slot.heap), name);
  }
  functions.forEach((fn, i) => assert.equal(table.get(i), fn));
});

test("P48 of the heaps that can be made again those used last are kept, up to so many bytes, and the one at hand however large", () => {
  const heaps = new Heaps<string, { heap: Buffer }>(100);
  const put = (key: string, bytes: number): void => heaps.put(key, { heap: Buffer.alloc(bytes) });
  const kept = (): string => ["a", "b", "c", "d"].filter((key) => heaps.get(key) !== null).join("");
  for (const key of ["a", "b", "c"]) put(key, 30);
  assert.equal(kept(), "abc");
  heaps.get("a");
  put("d", 40);
  assert.equal(kept(), "acd");
  put("b", 500);
  assert.equal(kept(), "b");
  put("b", 90);
  put("a", 10);
  assert.equal(kept(), "ab");
});
