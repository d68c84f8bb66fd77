import assert from "node:assert/strict";
import { test } from "node:test";
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
  assert.match(await arrived.says("f"), /^f 6 6 6 0\.\d+$/);
});
