import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { memoryCatchers, memoryHogs, memoryLeaks } from "./corpus/memory.ts";
import { Cell } from "./support/cell.ts";
import { assertContained } from "./support/contained.ts";

let cell: Cell;

before(async () => {
  cell = await Cell.open({ turnMsMax: 400, startMsMax: 2_000 });
});
after(() => cell.close());

for (const hostile of memoryHogs) test(`X4 ${hostile.name}`, async () => assertContained(hostile, await cell.attack(hostile)));
for (const hostile of [...memoryCatchers, ...memoryLeaks])
  test(`X5 ${hostile.name}`, async () => assertContained(hostile, await cell.attack(hostile)));

test("X6 a neighbour of all that want memory has the outcomes it has alone", async () => {
  const { here, alone } = await cell.neighbour();
  assert.ok(here.length > memoryHogs.length);
  assert.deepEqual(here, alone);
});
