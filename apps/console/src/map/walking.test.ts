import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { directionOfKey, type Ground, keyTilesMax, steps, walkTarget } from "./walking.ts";

const ground = (...rows: string[]): Ground => ({ width: rows[0]!.length, height: rows.length, blocked: (x, y) => rows[y]![x] === "#" });

test("K17 a held key walks to the farthest free tile ahead, eight at most", () => {
  const street = ground("....................", "....#...............");
  assert.deepEqual(walkTarget(street, { x: 2.5, y: 0.5 }, "east"), { x: 2 + keyTilesMax, y: 0 });
  assert.deepEqual(walkTarget(street, { x: 2.5, y: 1.5 }, "east"), { x: 3, y: 1 });
  assert.deepEqual(walkTarget(street, { x: 2.9, y: 0.5 }, "west"), { x: 0, y: 0 });
});

test("K17 what blocks, and the edge of the map, stop a key at once", () => {
  const room = ground("###", "#.#", "###");
  for (const direction of ["north", "east", "south", "west"] as const) assert.equal(walkTarget(room, { x: 1.5, y: 1.5 }, direction), null);
  assert.equal(walkTarget(ground("."), { x: 0.5, y: 0.5 }, "south"), null);
});

test("K17 the way a key walks is free and straight", () => {
  const rows = fc.array(
    fc.array(fc.constantFrom(".", "#"), { minLength: 9, maxLength: 9 }).map((row) => row.join("")),
    { minLength: 9, maxLength: 9 },
  );
  const directions = fc.constantFrom("north", "east", "south", "west" as const) as fc.Arbitrary<keyof typeof steps>;
  fc.assert(
    fc.property(rows, fc.nat(8), fc.nat(8), directions, (map, x, y, direction) => {
      const place = ground(...map);
      const target = walkTarget(place, { x, y }, direction);
      const [dx, dy] = steps[direction];
      const next = { x: x + dx, y: y + dy };
      const free = (at: { x: number; y: number }): boolean => at.x >= 0 && at.y >= 0 && at.x < 9 && at.y < 9 && !place.blocked(at.x, at.y);
      if (target === null) return assert.ok(!free(next));
      const length = Math.max(Math.abs(target.x - x), Math.abs(target.y - y));
      for (let step = 1; step <= length; step += 1) assert.ok(free({ x: x + dx * step, y: y + dy * step }));
      assert.ok(length === keyTilesMax || !free({ x: target.x + dx, y: target.y + dy }));
    }),
  );
});

test("K17 arrows and the keys where WASD lie walk", () => {
  assert.equal(directionOfKey("ArrowLeft"), "west");
  assert.equal(directionOfKey("KeyW"), "north");
  assert.equal(directionOfKey("KeyQ"), null);
});
