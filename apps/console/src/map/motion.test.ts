import assert from "node:assert/strict";
import { test } from "node:test";
import { headFor, positionAt, standing } from "./motion.ts";
import { declutter } from "./declutter.ts";
import { levelFor } from "./levels.ts";

test("K18 a body glides from where it is shown to where it is", () => {
  const walk = headFor(standing(1, 1), 1.5, 1, 1000, 100);
  assert.deepEqual(positionAt(walk, 1000), { x: 1, y: 1 });
  const half = positionAt(walk, 1000 + 57.5);
  assert.ok(Math.abs(half.x - 1.25) < 1e-9);
  const on = headFor(walk, 2, 1, 1057.5, 100);
  assert.ok(Math.abs(positionAt(on, 1057.5).x - half.x) < 1e-9, "turning to a new goal makes no jump");
  assert.deepEqual(positionAt(on, 5000), { x: 2, y: 1 });
});

test("K18 a leap is shown as a leap", () => {
  const leap = headFor(standing(1, 1), 30, 1, 1000, 100);
  assert.deepEqual(positionAt(leap, 1000), { x: 30, y: 1 });
});

test("K19 where names would overlap, the more important one is shown", () => {
  const box = (x: number) => ({ x, y: 0, width: 10, height: 5 });
  assert.deepEqual(declutter([box(0), box(5), box(10), box(40)]), [true, false, true, true]);
});

test("K20 tiles are painted about as large as they are shown", () => {
  assert.equal(levelFor(32, 1), 32);
  assert.equal(levelFor(32, 2), 64);
  assert.equal(levelFor(96, 2), 64);
  assert.equal(levelFor(3, 1), 4);
});
