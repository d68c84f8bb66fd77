import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { afterFault, describeStep } from "./supervision.ts";

const fault = { reason: "threw", message: "x" } as const;

test("P24 a failing heap is tried again, then an older one, then a fresh one, each after a longer wait, then no more", () => {
  const steps = [1, 2, 3, 4, 5].map((faults) => afterFault(fault, faults));
  assert.deepEqual(
    steps.map((each) => each?.step ?? null),
    ["again", "again", "older", "fresh", null],
  );
  const waits = steps.flatMap((each) => each?.waitMs ?? []);
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000]);
  assert.ok(waits.every((ms) => ms <= limits.backOffMsMax));
  assert.equal(afterFault(fault, limits.faultsInRowMax), null);
});

test("P24 a heap that cannot be had again is not asked for again", () => {
  assert.equal(afterFault({ reason: "image", message: "x" }, 1)!.step, "older");
  assert.equal(afterFault({ reason: "image", message: "x" }, 4)!.step, "fresh");
});

test("P24 the log says in words what is done next", () => {
  assert.equal(describeStep("older", 4_000), "goes back to an older image in 4 s");
});
