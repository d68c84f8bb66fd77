import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Sleepers } from "./sleepers.ts";

test("W36 those asleep for too long are found whatever order they were put in", () => {
  const act = fc.record({ slot: fc.nat(9), since: fc.option(fc.nat(20), { nil: null }), asks: fc.nat(25) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const sleepers = new Sleepers();
      const plain = new Map<number, number>();
      for (const { slot, since, asks } of acts) {
        if (since === null) {
          sleepers.delete(slot);
          plain.delete(slot);
        } else {
          sleepers.set(slot, since);
          plain.set(slot, since);
        }
        const due = [...plain].filter(([, at]) => at <= asks).map(([each]) => each);
        assert.deepEqual(
          sleepers.until(asks),
          due.toSorted((a, b) => a - b),
        );
      }
    }),
  );
});
