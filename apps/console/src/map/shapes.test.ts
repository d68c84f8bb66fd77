import assert from "node:assert/strict";
import { test } from "node:test";
import { isFixture, shapeOf } from "./shapes.ts";

test("K14 bodies differ by kind, and others than people by the role they show", () => {
  assert.equal(shapeOf({ kind: "person", traits: { role: "lamp" } }), "person");
  assert.equal(shapeOf({ kind: "program", traits: {} }), "hooded");
  assert.equal(shapeOf({ kind: "program", traits: { role: "cat" } }), "animal");
  assert.equal(shapeOf({ kind: "program", traits: { role: "constructor" } }), "hooded");
  assert.equal(shapeOf({ kind: "thing", traits: { role: 3 } }), "thing");
  assert.ok(isFixture({ kind: "program", traits: { role: "lamp" } }));
  assert.ok(!isFixture({ kind: "program", traits: { role: "baker" } }));
});
