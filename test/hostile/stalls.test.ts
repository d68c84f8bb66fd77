import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stallsInPatterns } from "./corpus/stalls-in-built-ins.ts";
import { stallsInCode } from "./corpus/stalls-in-code.ts";
import { stallsInJobs, stallsOverTurns } from "./corpus/stalls-in-jobs.ts";
import { Cell } from "./support/cell.ts";
import { assertContained } from "./support/contained.ts";

/** Here fuel alone decides: time from outside is so long that a turn which ran into it would fail the test. */
const unhurried = { turnMsMax: 10_000, startMsMax: 20_000 };
let cell: Cell;

before(async () => {
  cell = await Cell.open(unhurried);
});
after(() => cell.close());

for (const hostile of [...stallsInCode, ...stallsInPatterns]) {
  test(`X1 ${hostile.name}`, async () => {
    const ended = await cell.attack(hostile);
    assertContained(hostile, ended);
    assert.equal(ended.workersLost, 0, "fuel ends it, and nothing of its worker");
  });
}

for (const hostile of [...stallsInJobs, ...stallsOverTurns]) {
  test(`X3 ${hostile.name}`, async () => {
    const ended = await cell.attack(hostile);
    assertContained(hostile, ended);
    assert.equal(ended.workersLost, 0, "fuel ends it, and nothing of its worker");
  });
}

test("X6 a neighbour of all these stalls has the outcomes it has alone", async () => {
  const { here, alone } = await cell.neighbour();
  assert.ok(here.length > stallsInCode.length);
  assert.deepEqual(here, alone);
});
