import assert from "node:assert/strict";
import { test } from "node:test";
import { pathsOf } from "./plot.ts";

test("K101 each layer of what happened is one path, lying on the one below, as high as the busiest span", () => {
  const paths = pathsOf({ from: 0, to: 3, speech: [3, 0, 1], doings: [1, 0, 0], comings: [0, 0, 0], more: false }, 30);
  // The first span has four, the most there are: all of the height, three quarters of it speech.
  assert.equal(paths.speech, "M0 30h1V7.5h-1zM2 30h1V15h-1z");
  assert.equal(paths.doings, "M0 7.5h1V0h-1z");
  assert.equal(paths.comings, "");
});

test("K101 where nothing happened nothing is drawn", () => {
  assert.deepEqual(pathsOf({ from: 0, to: 1, speech: [0], doings: [0], comings: [0], more: false }, 30), {
    speech: "",
    doings: "",
    comings: "",
  });
});
