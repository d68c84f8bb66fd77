import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "./history.ts";

test("K1 what was written before comes back with the arrow keys, and what is being written is kept", () => {
  const history = new History();
  history.add("one");
  history.add("two");
  history.add("two");
  assert.equal(history.back("dra"), "two");
  assert.equal(history.back("two"), "one");
  assert.equal(history.back("one"), "one");
  assert.equal(history.forth(), "two");
  assert.equal(history.forth(), "dra");
  assert.equal(history.forth(), "dra");
});
