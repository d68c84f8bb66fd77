import assert from "node:assert/strict";
import { test } from "node:test";
import { readTrace } from "./trace.ts";

test("K63 an error is told in one line with the author's own file and line", () => {
  const trace = readTrace(
    [
      "TypeError: no loaves",
      "    at deliver (@elsewhere/program/inhabitant.ts:120:9)",
      "    at sell (programs/baker.ts:42:18)",
      "    at programs/baker.ts:77:5",
      "    at native",
      "it perceived in that turn:",
      '  {"kind":"heard","text":"at last (really)"}',
    ].join("\n"),
  );
  assert.equal(trace.line, "TypeError: no loaves");
  assert.equal(trace.where, "programs/baker.ts:42:18");
  assert.deepEqual(trace.frames, [
    { name: "deliver", at: "@elsewhere/program/inhabitant.ts:120:9" },
    { name: "sell", at: "programs/baker.ts:42:18" },
    { name: "", at: "programs/baker.ts:77:5" },
    { name: "", at: "native" },
  ]);
  assert.equal(trace.rest, 'it perceived in that turn:\n  {"kind":"heard","text":"at last (really)"}');
});

test("K63 text of any kind is read without a loss", () => {
  assert.deepEqual(readTrace("\n just a line"), { line: "just a line", where: null, frames: [], rest: "" });
  assert.deepEqual(readTrace("    at <anonymous> (<code>)"), {
    line: "An error",
    where: null,
    frames: [{ name: "<anonymous>", at: "<code>" }],
    rest: "",
  });
  assert.equal(readTrace("a\nb\n\nc").rest, "b\n\nc");
});
