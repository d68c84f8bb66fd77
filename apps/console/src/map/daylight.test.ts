import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { daylight, hourOf } from "./daylight.ts";

const at = (hour: number): number => Date.UTC(2026, 10, 3) + hour * 3_600_000;

test("K16 the day goes from night through dawn, day and dusk to night", () => {
  const phases = [2, 6, 12, 19, 23].map((hour) => daylight(at(hour)).phase);
  assert.deepEqual(phases, ["night", "dawn", "day", "dusk", "night"]);
  assert.equal(daylight(at(12)).tint, 0xffffff);
  assert.equal(daylight(at(12)).darkness, 0);
  assert.equal(daylight(at(1)).darkness, 1);
});

test("K16 light changes without a jump, midnight included", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 1e13 }), (now) => {
      const [a, b] = [daylight(now), daylight(now + 60_000)];
      assert.ok(Math.abs(a.darkness - b.darkness) < 0.02);
      for (const shift of [16, 8, 0]) assert.ok(Math.abs(((a.tint >> shift) & 255) - ((b.tint >> shift) & 255)) <= 3);
      assert.ok(hourOf(now) >= 0 && hourOf(now) < 24);
    }),
  );
});
