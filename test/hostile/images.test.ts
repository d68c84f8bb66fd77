/**
 * Images from a host that lies. They are let in as if they had passed their trial, into the one worker in which a neighbour
 * lives, so that whatever they can do there they do. `ELSEWHERE_IMAGES` says how many.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { bundleLibrary, enginePath } from "../../packages/server/src/programs/author/bundle.ts";
import type { Code, Image, RecordedTurn, TurnResult } from "../../packages/server/src/programs/contract.ts";
import type { WorkerPool } from "../../packages/server/src/programs/pool/pool.ts";
import { type Base, buildBase } from "../../packages/server/src/programs/sandbox/base.ts";
import { randomFrom } from "../support/random.ts";
import { wayOf, withoutPolls } from "./corpus/doctored.ts";
import { heard, inputOf, Tried } from "./support/cell.ts";
import { openPool } from "./support/pool.ts";

const images = Number(process.env["ELSEWHERE_IMAGES"] ?? 504);
const seed = Number(process.env["ELSEWHERE_SEED"] ?? 1);
const imagesPerBatch = 28;
const imagesTried = 8;

const head = `import { me, memory, sleep } from "@elsewhere/program";\n`;
/** Heaps of some variety, in the midst of what they do. */
const sources = [
  `let n = 0; me.on("heard", ({ text }) => { console.log(text, ++n, Math.random()); });`,
  `const held = new Map(); function* numbers() { for (let i = 1; ; i++) yield i; } const number = numbers(); let wake;
   me.on("heard", ({ text }) => wake(text));
   for (;;) { const text = await new Promise((done) => (wake = done)); held.set(text, { at: number.next().value, text: text.repeat(9) }); console.log(JSON.stringify([...held])); }`,
  `const all = Array.from({ length: 300 }, (_, i) => ({ i, text: "word " + i, big: BigInt(i) ** 3n, bytes: new Uint8Array(16) })); memory.all = all.length;
   me.on("heard", async ({ text }) => { all.sort((a, b) => (a.text < b.text ? 1 : -1)); all.push({ i: all.length, text }); await sleep(50); me.say(/o(.)/.exec(text)?.[1] ?? text).catch((e) => console.log(e)); console.log(all.length, new Date().toISOString()); });`,
];
const codeOf = (source: string): Code => {
  const text = head + source;
  return { hash: createHash("sha256").update(text).digest("hex"), text };
};
const counting = `${head}let n = 0; const held = new Map(); me.on("heard", async ({ text }) => { held.set(text, ++n); memory.n = n; await null; console.log(n, held.size, Math.random()); });`;

let pool: WorkerPool;
let alone: WorkerPool;
let base: Base;
const honest: { readonly code: Code; readonly bytes: Uint8Array; readonly turn: number }[] = [];

before(async () => {
  base = buildBase(readFileSync(enginePath()), await bundleLibrary());
  pool = openPool({ slotsPerWorkerMax: 3, startMsMax: 10_000 });
  alone = openPool({ turnMsMax: 5_000, startMsMax: 10_000 });
  for (const source of sources) {
    const code = codeOf(source);
    const tried = new Tried(alone, code.hash, code.text);
    for (const word of ["", "hello", "wonder"]) await tried.outcome(word);
    const { bytes, heapBytes } = (await alone.portable(code.hash))!;
    assert.ok(heapBytes > 0);
    honest.push({ code, bytes, turn: tried.turn });
  }
});
after(() => Promise.all([pool.close(), alone.close()]));

/** Lets a doctored heap in and has it take two turns; how that ended. */
async function letIn(number: number): Promise<string> {
  const { doctor } = wayOf(number);
  const { code, bytes, turn } = honest[number % honest.length]!;
  let image: Image;
  try {
    ({ image } = pool.adopt(code, doctor(bytes, base, randomFrom(seed * 100_000 + number))));
  } catch (error) {
    assert.ok(error instanceof ElsewhereError, `refused by ${String(error)}`);
    return error.code;
  }
  const name = `doctored ${number}`;
  const turns: RecordedTurn[] = [];
  pool.add(name, code, { heap: () => Promise.resolve({ image, turns }), letGo: () => {} });
  let result: TurnResult | null = null;
  for (let next = image.turn + 1; next <= image.turn + 2 && (result === null || result.ok); next++) {
    const input = inputOf(next, [heard(next === turn + 1 ? "go" : "on")]);
    result = await pool.run(name, input, true);
    if (result.ok) turns.push({ turn: next, input, outcome: result.json });
  }
  if (result!.ok) await pool.portable(name);
  pool.remove(name);
  return result!.ok ? "well" : result!.fault.reason;
}

test("P95 X6 X8 images that were doctored in every way fail alone, and their neighbour notices nothing", async (t) => {
  // One has the code of many of those: it must not come to stand on what they brought.
  const neighbours = [counting, codeOf(sources[1]!).text].map((text, i) => ({
    here: new Tried(pool, `neighbour ${i}`, text),
    there: new Tried(alone, `neighbour ${i}`, text),
  }));
  const ends = new Map<string, number>();
  for (let from = 0; from < images; from += imagesPerBatch) {
    const numbers = Array.from({ length: Math.min(imagesPerBatch, images - from) }, (_, i) => from + i);
    const beside = neighbours.map(({ here }) => here.outcome(`during ${from}`));
    for (const end of await Promise.all(numbers.map(letIn))) ends.set(end, (ends.get(end) ?? 0) + 1);
    for (const [i, { here, there }] of neighbours.entries()) {
      assert.equal(await beside[i], await there.outcome(`during ${from}`), `images from ${from} of seed ${seed}`);
      assert.equal(await here.outcome(`after ${from}`), await there.outcome(`after ${from}`), `images from ${from} of seed ${seed}`);
    }
  }
  t.diagnostic(`${JSON.stringify(Object.fromEntries(ends))}, ${pool.figures.workersLost} workers lost`);
  for (const end of ["corrupt", "unsupported", "engine", "well"]) assert.ok(ends.has(end), `none ended as ${end}`);
});

test("P92 P95 in their trial, too, doctored images fail alone and in time", async () => {
  const { code, bytes, turn } = honest[0]!;
  const input = inputOf(turn + 1, [heard("go")]);
  const doctoredOnes = Array.from({ length: imagesTried }, (_, i) => wayOf(i).doctor(bytes, base, randomFrom(seed * 100_000 + i)));
  const ends = await Promise.all(doctoredOnes.map(async (image) => await pool.tryOut(code, image, input)));
  const reasons = new Set(ends.map((end) => (end.ok ? "well" : end.fault.reason)));
  assert.ok(reasons.has("image") && reasons.size > 1, [...reasons].join());
});

test("P17 P92 P95 an engine that was made never to look up is stopped from outside, in its trial and after", async () => {
  const code = codeOf(`me.on("heard", ({ text }) => { if (text === "go") for (;;); });`);
  const tried = new Tried(alone, "honest", code.text);
  for (const word of ["", "hello"]) await tried.outcome(word);
  const image = withoutPolls((await alone.portable("honest"))!.bytes, base);
  const input = inputOf(3, [heard("go")]);
  const stopped = { ok: false, fault: { reason: "time", message: "held its worker longer than a turn may" } };
  assert.deepEqual(await pool.tryOut(code, image, input), stopped);
  const adopted = pool.adopt(code, image).image;
  pool.add("restless", code, { heap: () => Promise.resolve({ image: adopted, turns: [] }), letGo: () => {} });
  assert.deepEqual(await pool.run("restless", input, false), stopped);
  assert.equal((await pool.run("restless", inputOf(3, [heard("stay")]), false)).ok, true, "it is back before that turn");
});
