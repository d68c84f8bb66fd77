import assert from "node:assert/strict";
import { test } from "node:test";
import { base } from "../testing/guest.ts";
import { isNear, Lineage } from "./lineage.ts";
import { knownBase, type Template } from "./templates.ts";

const of = knownBase(base);
const template = (hash: string): Template => ({ hash, of, code: "", memoryBytes: 0, bytes: new Uint8Array() });
const [a, b, c] = ["a", "b", "c"].map(template) as [Template, Template, Template];
const [little, much] = [5, 300];

/** How many templates so many images make that differ so much from all there are. */
function made(lineage: Lineage, images: number, granules: number): number {
  let count = 0;
  for (let i = 0; i < images; i++) {
    if (!lineage.judge(a, granules)) continue;
    count++;
    lineage.made(template(`made ${i}`));
  }
  return count;
}

test("P47 templates are few where no image comes near to any, and few where all do", () => {
  assert.ok(isNear(little) && !isNear(much));
  const apart = made(new Lineage(), 10_000, much);
  assert.ok(apart >= 10 && apart < 40, `${apart}`);
  assert.equal(made(new Lineage(), 1_000, little), 0);
  const lineage = new Lineage();
  let rounds = 0;
  for (let round = 0; round < 1_000; round++) {
    rounds += made(lineage, 1, much);
    made(lineage, 1_000, little);
  }
  assert.ok(rounds > 40 && rounds < 110, `${rounds}`);
});

test("P47 a heap is tried against the templates that images came near to last, and its own; against one only where that is in vain", () => {
  const lineage = new Lineage();
  assert.deepEqual(lineage.likely(null), []);
  lineage.learn(a);
  lineage.learn(b);
  assert.deepEqual(lineage.likely(b), [a, b]);
  lineage.made(b);
  assert.deepEqual(lineage.likely(null), [b, a]);
  lineage.judge(a, little);
  assert.deepEqual(lineage.likely(c), [a, b, c]);
  for (let i = 0; i < 100; i++) lineage.judge(b, much);
  assert.deepEqual(lineage.likely(c), [a]);
  assert.equal(lineage.forget(a), false);
  assert.equal(lineage.forget(b), true);
});
