import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PeerBuckets, TokenBucket } from "./bucket.ts";

test("G5 a bucket allows twice its rate at once and its rate over time, whenever it is asked", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 500 }), (gapsMs) => {
      let nowMs = 0;
      const bucket = new TokenBucket(10, () => nowMs);
      let allowed = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (bucket.take()) allowed += 1;
        assert.ok(allowed <= 20 + (nowMs / 1000) * 10 + 1e-6);
      }
    }),
    { seed: 11 },
  );
  let nowMs = 0;
  const bucket = new TokenBucket(10, () => nowMs);
  const takeAll = (): number => {
    let count = 0;
    while (bucket.take()) count += 1;
    return count;
  };
  assert.equal(takeAll(), 20);
  nowMs += 500;
  assert.equal(takeAll(), 5);
  nowMs += 60_000;
  assert.equal(takeAll(), 20);
});

test("G5 peers have buckets of their own, and a crowd of them fills no memory", () => {
  const buckets = new PeerBuckets(1, 100, () => 0);
  assert.deepEqual([buckets.take("a"), buckets.take("a"), buckets.take("a"), buckets.take("b")], [true, true, false, true]);
  for (let i = 0; i < 100; i += 1) buckets.take(`crowd ${i}`);
  assert.equal(buckets.take("a"), true, "a was forgotten with the others");
});
