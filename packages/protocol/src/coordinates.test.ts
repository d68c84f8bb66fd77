import assert from "node:assert/strict";
import { test } from "node:test";
import { type Coordinates, formatCoordinates, parseCoordinates } from "./coordinates.ts";
import { ElsewhereError } from "./errors.ts";
import { limits } from "./limits.ts";

test("W104 coordinates are a tile or a place, of a map or without one, and a hidden place has its secret", () => {
  const read: readonly (readonly [string, Coordinates])[] = [
    ["inn@3,14", { map: "inn", x: 3, y: 14 }],
    ["@3,14", { map: null, x: 3, y: 14 }],
    ["inn/cellar", { map: "inn", place: "cellar" }],
    ["the old cellar", { map: null, place: "the old cellar" }],
    ["inn/cellar~under the ivy", { map: "inn", place: "cellar", secret: "under the ivy" }],
    ["cellar~a~b/c@1,2", { map: null, place: "cellar", secret: "a~b/c@1,2" }],
  ];
  for (const [text, coordinates] of read) {
    assert.deepEqual(parseCoordinates(text), coordinates);
    assert.equal(formatCoordinates(coordinates), text);
  }
});

test("W104 what is no coordinates is malformed, and no error repeats a secret", () => {
  const secret = "under the ivy";
  for (const text of [
    "",
    "a/b/c",
    "a@b",
    "@1",
    "~",
    `~${secret}`,
    `a/~${secret}`,
    `a/b/c~${secret}`,
    `inn@1,2~${secret}`,
    "cellar~",
    `cellar~${secret}\n`,
  ]) {
    assert.throws(
      () => parseCoordinates(text),
      (error) => error instanceof ElsewhereError && error.code === "malformed" && !error.message.includes("ivy"),
      JSON.stringify(text),
    );
  }
  const long = `cellar~${"ivy".repeat(limits.coordinatesCharsMax)}`;
  assert.throws(
    () => parseCoordinates(long),
    (error) => error instanceof ElsewhereError && error.code === "limit" && !error.message.includes("ivy"),
  );
});
