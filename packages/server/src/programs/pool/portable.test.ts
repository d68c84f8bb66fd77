import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDelta } from "../sandbox/delta.ts";
import type { ProgramPool } from "../contract.ts";
import { openPayload, readEnvelope } from "../sandbox/envelope.ts";
import { decodeBase } from "../sandbox/ground.ts";
import { codeOf, openPool } from "../testing/pools.ts";
import { Tried } from "../testing/tried.ts";

const roomy = { turnMsMax: 5_000, startMsMax: 10_000 };
/** In the midst of an await, a loop and a timer, with a closure, a generator and a map. */
const counting = codeOf(`
  const held = new Map();
  function* numbers() { for (let i = 1; ; i++) yield i; }
  const number = numbers();
  let wake;
  me.on("heard", ({ text }) => wake(text));
  for (let n = 1; ; n++) {
    const text = await new Promise((done) => (wake = done));
    held.set(text, n);
    console.log(text, n, number.next().value, held.size, Math.random());
  }`);
const inputOf = (turn: number, text: string): string =>
  JSON.stringify({
    turn,
    now: Date.UTC(2030, 0, 1, 6) + turn * 1000,
    start: null,
    rewound: null,
    heapBytesMax: 2 * 1024 * 1024,
    percepts: [{ kind: "heard", from: { id: 1, name: "Bob" }, how: "say", text }],
  });

test("P90 P93 a heap that leaves one pool goes on in another as it would have gone on", async () => {
  const here = openPool(roomy);
  const there = openPool(roomy);
  const tried = new Tried(here, "a", counting);
  for (const word of [undefined, "a", "b"]) await tried.turn(word);
  const portable = (await here.portable("a"))!;
  assert.ok(there.knows(portable));
  const trial = await there.tryOut(counting, portable.bytes, inputOf(4, "c"));
  const { image, grounds } = there.adopt(counting, portable.bytes);
  assert.deepEqual(
    grounds.map(({ kind }) => kind),
    ["engine", "base", "template"],
  );
  assert.equal(image.turn, 3);
  assert.equal(image.heapBytes, portable.heapBytes);
  const arrived = new Tried(there, "a@x", counting, { image, turns: [] });
  for (const word of ["c", "d", "e"]) {
    const [stayed, gone] = [await tried.turn(word), await arrived.turn(word, word === "d")];
    assert.deepEqual(gone, stayed);
    if (word === "c") assert.deepEqual(trial.ok && trial.outcome, stayed);
  }
  const [stays, goesOn] = [(await here.portable("a"))!, (await there.portable("a@x"))!];
  assert.deepEqual(goesOn, stays, "it would leave there as it would have left here");
  assert.match(await arrived.says("f"), /^f 6 6 6 0\.\d+$/);
});

/** The heap that a portable image stands for, as whoever has the base can read it. */
function spelled(pool: ProgramPool, bytes: Uint8Array): Buffer {
  const { engine: of, base, memoryBytes, stackPointer } = readEnvelope(bytes);
  const heap = Buffer.alloc(memoryBytes - stackPointer);
  heap.set(decodeBase(pool.ground(base)!.bytes, pool.ground(of)!.bytes).heap);
  applyDelta(openPayload(bytes), heap);
  return heap;
}

test("P90 a portable image has nothing of a sibling, whose heap its own image stands on, nor of who had the slot before", async () => {
  const pool = openPool({ ...roomy, slotsPerWorkerMax: 1 });
  const keeping = codeOf(`const heard = []; me.on("heard", ({ text }) => heard.push(text.toUpperCase()));`);
  const sibling = new Tried(pool, "sibling", keeping);
  for (const word of [undefined, "secret of a SIBLING"]) await sibling.turn(word);
  const image = (await pool.image("sibling"))!;
  const tenant = new Tried(pool, "tenant", codeOf(`const kept = []; me.on("heard", ({ text }) => kept.push(text.toUpperCase()));`));
  for (const word of [undefined, ...Array.from({ length: 6 }, () => "secret of a TENANT ".repeat(300))]) await tenant.turn(word);
  const traveller = new Tried(pool, "traveller", keeping);
  for (const word of [undefined, "OWN WORD"]) await traveller.turn(word);
  assert.equal((await pool.image("traveller"))!.template, image.template, "its image stands on its sibling's heap");
  const heap = spelled(pool, (await pool.portable("traveller"))!.bytes);
  assert.ok(spelled(pool, (await pool.portable("sibling"))!.bytes).includes("SIBLING"), "it could be read where it is");
  assert.ok(heap.includes("OWN WORD"));
  assert.ok(!heap.includes("SIBLING") && !heap.includes("TENANT"));
});

test("P90 the same heap gives the same portable image, on whatever template it stands, live, parked or rebuilt", async () => {
  const words = [undefined, "a", "b", "c"];
  const images: Buffer[] = [];
  for (const [siblings, slots] of [
    [0, 8],
    [3, 2],
    [3, 8],
  ] as const) {
    const pool = openPool({ ...roomy, slotsPerWorkerMax: slots });
    const all = Array.from({ length: siblings + 1 }, (_, i) => new Tried(pool, `p${i}`, counting));
    for (const word of words) for (const each of all) await each.turn(each.name === `p${siblings}` ? word : `${word} of ${each.name}`);
    const name = `p${siblings}`;
    const kept = Buffer.from((await pool.portable(name))!.bytes);
    images.push(kept, Buffer.from((await pool.portable(name))!.bytes));
    const again = new Tried(pool, "again", counting, all[siblings]!.kept);
    assert.ok(again.kept.turns.length > 0);
    images.push(Buffer.from((await pool.portable("again"))!.bytes));
  }
  for (const image of images) assert.ok(image.equals(images[0]!));
});

test("P90 what has not begun, or is not known, has no portable image", async () => {
  const pool = openPool(roomy);
  const unbegun = new Tried(pool, "a", counting);
  assert.equal(await pool.portable(unbegun.name), null);
  await assert.rejects(pool.portable("b"), { code: "unknown" });
});
