import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { stallsInBuiltIns } from "./corpus/stalls-in-built-ins.ts";
import { Cell } from "./support/cell.ts";
import { assertContained } from "./support/contained.ts";

let cell: Cell;

before(async () => {
  cell = await Cell.open({ turnMsMax: limits.turnMsMax, startMsMax: limits.startMsMax });
});
after(() => cell.close());

for (const hostile of stallsInBuiltIns) {
  test(`X2 ${hostile.name}`, async () => {
    const ended = await cell.attack(hostile);
    assertContained(hostile, ended);
    assert.ok(ended.workersLost > 0, "the engine does not look up in time: its worker is ended");
  });
}

test("X6 a neighbour in all the workers that were ended has the outcomes it has alone", async () => {
  const { here, alone } = await cell.neighbour();
  assert.ok(here.length > stallsInBuiltIns.length);
  assert.deepEqual(here, alone);
});
