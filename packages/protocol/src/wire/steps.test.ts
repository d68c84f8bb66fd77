import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { readStep, writeStay, writeStep } from "./steps.ts";

const distance = fc.oneof({ arbitrary: fc.integer({ min: -8, max: 8 }), weight: 3 }, fc.integer({ min: -40_000, max: 40_000 }));

test("Y1 every step reads as it was written", () => {
  fc.assert(
    fc.property(distance, distance, fc.nat(3), fc.nat(3), (dx, dy, before, facing) => {
      const out = new ByteWriter(8);
      writeStep(out, dx, dy, facing);
      const body = { x: 100_000, y: 100_000, facing: before };
      assert.equal(readStep(new ByteReader(out.since(0)), body), true);
      assert.deepEqual(body, { x: 100_000 + dx, y: 100_000 + dy, facing });
    }),
    { numRuns: 2_000 },
  );
});

test("Y1 whatever a body walks in a tenth of a second takes one byte", () => {
  for (let dx = -6; dx <= 6; dx++) {
    for (let dy = -6 + Math.abs(dx); dy <= 6 - Math.abs(dx); dy++) {
      const facings = dx === 0 && dy === 0 ? [0, 1, 2, 3] : [...(dx === 0 ? [] : [dx < 0 ? 3 : 1]), ...(dy === 0 ? [] : [dy < 0 ? 0 : 2])];
      for (const facing of facings) {
        const out = new ByteWriter(8);
        writeStep(out, dx, dy, facing);
        assert.equal(out.length, 1, `${dx},${dy} facing ${facing}`);
      }
    }
  }
});

test("Y1 who stays takes one byte and is not said to have moved", () => {
  const out = new ByteWriter(8);
  writeStay(out);
  const body = { x: 8, y: 8, facing: 2 };
  assert.equal(readStep(new ByteReader(out.since(0)), body), false);
  assert.deepEqual([out.length, body], [1, { x: 8, y: 8, facing: 2 }]);
});
