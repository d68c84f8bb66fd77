import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { code, moduleOf } from "./corpus/hostile.ts";
import { listeners, marker, readers, readingPrelude } from "./corpus/reading.ts";
import { Cell } from "./support/cell.ts";
import { assertContained } from "./support/contained.ts";
import { memories, saidOf, Ward } from "./support/ward.ts";

/** Leaves its mark in every kind of memory there is, in use and freed. */
const rich = moduleOf({
  name: "somebody with something to hide",
  source: code`const all = (globalThis.all = []);
    for (let i = 0; i < 4; i++) { all.push("${marker}" + i, ("${marker}" + i).padEnd(200, "${marker}"), Uint8Array.from("${marker}".repeat(4), (c) => c.charCodeAt(0)), { ["${marker}" + i]: i }); ("${marker}\u0100" + i).repeat(3); }
    const deep = (n, s) => (n ? deep(n - 1, s + "${marker}") : s.length); deep(9, ""); JSON.parse(JSON.stringify(all)); all.splice(0, 6); memory.mine = "${marker}"; console.log("${marker}");`,
  ends: ["well"],
});

let cell: Cell;

before(async () => {
  cell = await Cell.open({ turnMsMax: 400, startMsMax: 2_000 });
});
after(() => cell.close());

for (const hostile of [...readers, ...listeners]) {
  test(`X10 ${hostile.name}`, async () => assertContained(hostile, await cell.attack(hostile, readingPrelude)));
}

test("X10 whoever is given the memory of another finds it as if it had been made for them", () => {
  const [alone, shared] = [new Ward(1), new Ward(1)];
  for (const hostile of readers) {
    const text = moduleOf(hostile, readingPrelude);
    assert.ok(shared.run("rich", rich, 1).ok, "the one before was there");
    const [here, there] = [shared.run(hostile.name, text, hostile.times ?? 1), alone.run(hostile.name, text, hostile.times ?? 1)];
    assert.equal(saidOf(here), saidOf(there), hostile.name);
    assert.ok(here.ok && there.ok && here.image !== null && there.image !== null, hostile.name);
    assert.equal(here.image.hash, there.image.hash, `${hostile.name}: to the last byte above its stack`);
    for (const ward of [alone, shared]) ward.drop(hostile.name);
  }
});

test("X10 of who was there before, no trace is left in a memory, stack and all", () => {
  const traces = (bytes: Uint8Array): number => Buffer.from(bytes).toString("latin1").split(marker).length - 1;
  const before = memories.length;
  const ward = new Ward(1);
  assert.ok(ward.run("rich", rich, 1).ok);
  const bytes = (): Uint8Array => new Uint8Array(memories.at(-1)!.buffer);
  assert.ok(traces(bytes()) > 10, "it was full of it");
  assert.ok(ward.run("poor", moduleOf({ name: "", source: "", ends: [] }), 0).ok);
  assert.equal(memories.length, before + 1, "both were in the same memory");
  assert.equal(traces(bytes()), 0);
});

test("X10 two programs with the same seed draw the same numbers, and with another seed others", async () => {
  const drawing = code`console.log([Math.random(), Math.random(), new Map([[{}, 1]]).size, Symbol().toString(), [3, 1, 2].sort(() => Math.random() - 0.5)].join());`;
  const [a, b] = [
    await cell.attack({ name: "a", source: drawing, ends: ["well"] }),
    await cell.attack({ name: "b", source: drawing, ends: ["well"] }),
  ];
  assert.equal(a.said, b.said);
  assert.match(a.said, /^0\.\d+,0\.\d+,1/);
});
