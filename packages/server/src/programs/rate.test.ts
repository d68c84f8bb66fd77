import assert from "node:assert/strict";
import { test } from "node:test";
import { Rate } from "./rate.ts";

test("P38 the rate of the last minute follows what happens, and dies away when nothing does", () => {
  const rate = new Rate();
  for (let ms = 0; ms < 180_000; ms += 1_000) rate.add(ms);
  assert.ok(Math.abs(rate.perMinute(180_000) - 60) <= 2);
  assert.ok(rate.perMinute(210_000) < 35);
  assert.equal(rate.perMinute(600_000), 0);
});
