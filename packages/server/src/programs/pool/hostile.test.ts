import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fault } from "../contract.ts";
import { codeOf, openPool } from "../testing/pools.ts";
import { Tried } from "../testing/tried.ts";

/** Ways to stall, to take all memory, to come apart and to flood: each with the fault it ends in, if it is one. */
const hostile: Readonly<Record<string, { code: string; ends: readonly (Fault["reason"] | "well")[] }>> = {
  "does not parse": { code: `let let = 1;`, ends: ["threw"] },
  "loops for ever": { code: `for (;;);`, ends: ["time"] },
  "loops for ever in awaits": { code: `for (;;) await null;`, ends: ["time"] },
  "loops for ever in promises that never come free": {
    code: `const again = () => Promise.resolve().then(again); again();`,
    ends: ["well", "memory", "time"],
  },
  "loops for ever catching": { code: `for (;;) try { for (;;); } catch {} finally { continue; }`, ends: ["time"] },
  "loops for ever in an intent": { code: `for (;;) await me.say("x").catch(() => {});`, ends: ["well", "time"] },
  "splits a huge string": { code: `"a".repeat(1 << 26).split("");`, ends: ["memory", "time"] },
  "writes out a huge number": { code: `(7n ** 300000n).toString();`, ends: ["time"] },
  "searches for ever": { code: `const s = "a".repeat(1 << 20); for (let i = 0; i < 1e9; i++) s.includes("aaab" + i);`, ends: ["time"] },
  "matches for ever": { code: `/^(a+)+$/.test("a".repeat(50) + "b");`, ends: ["time"] },
  "sorts for ever": {
    code: `Array.from({ length: 1e5 }, (_, i) => i).sort(() => { for (let i = 0; i < 100; i++); return Math.random() - 0.5; });`,
    ends: ["time", "memory"],
  },
  "allocates for ever": { code: `const all = []; for (;;) all.push(new Array(1000).fill(0));`, ends: ["memory"] },
  "allocates for ever, catching": {
    code: `const all = []; for (;;) try { all.push("x".repeat(1000) + all.length); } catch {}`,
    ends: ["time", "memory"],
  },
  "wants one huge buffer": { code: `new Uint8Array(1 << 28);`, ends: ["memory", "threw"] },
  "recurses for ever": { code: `const f = () => f() + 1; f();`, ends: ["threw"] },
  "recurses for ever in built-ins": { code: `JSON.parse("[".repeat(200000));`, ends: ["threw", "engine"] },
  "recurses for ever in getters": {
    code: `const o = { get x() { return this.x; }, toString() { return \`\${this}\`; } }; try { o.x; } catch {} String(o);`,
    ends: ["threw", "engine"],
  },
  "throws at top level": { code: `throw new Error("no");`, ends: ["threw"] },
  "throws what cannot be shown": {
    code: `throw { get message() { throw this; }, toJSON() { throw this; }, toString() { throw this; } };`,
    ends: ["threw"],
  },
  "floods intents": { code: `for (let i = 0; i < 500; i++) void me.say("x").catch(() => {});`, ends: ["well"] },
  "floods intents until memory ends": { code: `for (let i = 0; i < 50000; i++) void me.say("x");`, ends: ["memory", "time"] },
  "floods its log": { code: `for (let i = 0; i < 5000; i++) console.log("x".repeat(500));`, ends: ["well"] },
  "floods rejections": { code: `for (let i = 0; i < 5000; i++) void Promise.reject(new Error("x"));`, ends: ["well"] },
  "forges a flood": {
    code: `JSON.stringify = () => 1; Array.prototype.toJSON = () => "x".repeat(1 << 20);`,
    ends: ["outcome", "memory", "well"],
  },
};

const counting = codeOf(
  `let n = 0; const held = new Map(); me.on("heard", async ({ text }) => { held.set(text, ++n); await null; console.log(n, held.size, Math.random()); });`,
);

test("P16 P17 P18 whatever a hostile program does, it fails alone while its neighbour goes on unharmed", async () => {
  const [shared, alone] = [openPool(), openPool()];
  const [neighbour, undisturbed] = [new Tried(shared, "neighbour", counting), new Tried(alone, "neighbour", counting)];
  for (const each of [neighbour, undisturbed]) await each.turn();
  for (const [name, { code, ends }] of Object.entries(hostile)) {
    const offender = new Tried(shared, name, codeOf(code));
    const [result, outcome] = await Promise.all([offender.run(), neighbour.turn(name)]);
    const end = result.ok ? "well" : result.fault.reason;
    assert.ok(ends.includes(end), `${name} ended in ${end}${result.ok ? "" : `: ${result.fault.message}`}`);
    assert.deepEqual(outcome, await undisturbed.turn(name), name);
    shared.remove(name);
  }
});
