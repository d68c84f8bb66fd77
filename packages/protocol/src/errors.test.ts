import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "./errors.ts";
import { checkIntent } from "./intents.ts";

test("G12 an error is one line of a readable length, whatever it quotes", () => {
  const error = new ElsewhereError("malformed", `"a\nb\u2028c\u001b[2J${"x".repeat(10_000)}" is no name`);
  assert.match(error.message, /^[^\p{Cc}\p{Zl}]{1,500}$/u);
  assert.throws(
    () => checkIntent({ kind: "show", traits: { [`\n${"k".repeat(10_000)}`]: undefined } }),
    ({ message, detail }: ElsewhereError) => !message.includes("\n") && detail.field!.length <= 200,
  );
});

test("G12 an error survives being sent and read", () => {
  const error = new ElsewhereError("limit", "too long", { field: "intent.text", limit: 500 });
  const read = ElsewhereError.from(JSON.parse(JSON.stringify(error)));
  assert.deepEqual([read.code, read.message, read.detail], [error.code, error.message, error.detail]);
});
