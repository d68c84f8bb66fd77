import assert from "node:assert/strict";
import { test } from "node:test";
import { base } from "../testing/guest.ts";
import { isNear, Lineage } from "./lineage.ts";
import { knownBase, type Template } from "./templates.ts";

const of = knownBase(base);
const template = (hash: string, turn: number): Template => ({ hash, of, code: "", turn, memoryBytes: 0, bytes: new Uint8Array() });
const [a, b, c] = ["a", "b", "c"].map((hash, i) => template(hash, i + 1)) as [Template, Template, Template];
/** Of no template. */
const otherTurn = 9;
const [little, much] = [5, 300];

/** How many templates so many images make that differ so much from all there are. */
function made(lineage: Lineage, images: number, granules: number): number {
  let count = 0;
  for (let i = 0; i < images; i++) {
    if (!lineage.judge(a, granules, null, otherTurn)) continue;
    count++;
    lineage.made(template(`made ${i}`, i), null);
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
  assert.deepEqual(lineage.likely(null, otherTurn), []);
  lineage.learn(a);
  lineage.learn(b);
  assert.deepEqual(lineage.likely(b, otherTurn), [a, b]);
  lineage.made(b, null);
  assert.deepEqual(lineage.likely(null, otherTurn), [b, a]);
  lineage.judge(a, little, null, 8);
  assert.deepEqual(lineage.likely(c, otherTurn), [a, b, c]);
  for (let i = 0; i < 100; i++) lineage.judge(b, much, null, 8);
  assert.deepEqual(lineage.likely(c, otherTurn), [a]);
  assert.equal(lineage.forget(a), false);
  assert.equal(lineage.forget(b), true);
});

test("P47 what others came near to that had the same template before and as many turns now is tried first", () => {
  const lineage = new Lineage();
  for (const each of [a, b, c]) lineage.made(each, null);
  lineage.judge(a, little, b, 5);
  assert.deepEqual(lineage.likely(b, 5), [a, c, b]);
  assert.deepEqual(lineage.likely(null, 1), [a, c]);
  assert.deepEqual(lineage.likely(b, 6), [a, c, b]);
  assert.deepEqual(lineage.likely(null, 2), [b, a, c]);
  lineage.forget(b);
  assert.deepEqual(lineage.likely(null, 2), [a, c]);
});
