import assert from "node:assert/strict";
import { test } from "node:test";
import { requireShallow } from "./depth.ts";
import { ElsewhereError } from "./errors.ts";
import { checkIntent } from "./intents.ts";
import { limits } from "./limits.ts";

const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
const isTooDeep = (error: unknown): boolean => error instanceof ElsewhereError && error.detail.limit === limits.jsonDepthMax;

test("X13 JSON nested deeper than it may be is refused by name, however deep it is", () => {
  requireShallow(nested(limits.jsonDepthMax), "data");
  requireShallow([1, "x", null, { a: [{ b: 1 }] }], "data");
  assert.throws(() => requireShallow(nested(limits.jsonDepthMax + 1), "data"), isTooDeep);
  assert.throws(() => requireShallow({ wide: Array.from({ length: 1000 }, () => ({})), deep: nested(1_000_000) }, "data"), isTooDeep);
});

test("X13 an intent that is nested too deep is refused as any other bad intent", () => {
  assert.equal(checkIntent({ kind: "do", verb: "x", data: nested(20) as never }).kind, "do");
  for (const depth of [limits.jsonDepthMax, 7_900])
    for (const intent of [
      { kind: "show", traits: { a: nested(depth) } },
      { kind: "do", verb: "x", data: nested(depth) },
      nested(depth + 1),
    ])
      assert.throws(() => checkIntent(intent), isTooDeep);
});
