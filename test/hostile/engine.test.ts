/** What a memory's next tenant could be left beside its bytes: whatever else an instance of the engine can change. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { enginePath } from "../../packages/server/src/programs/author/bundle.ts";
import { Reader } from "./support/wasm-reader.ts";

const changing: Readonly<Record<number, string>> = {
  0x26: "table.set",
  0xfc08: "memory.init",
  0xfc09: "data.drop",
  0xfc0c: "table.init",
  0xfc0d: "elem.drop",
  0xfc0e: "table.copy",
  0xfc0f: "table.grow",
  0xfc11: "table.fill",
};

test("P94 X8 an instance of the engine can change nothing but its memory and its stack pointer", () => {
  const { globals, operations } = new Reader(readFileSync(enginePath()));
  assert.deepEqual(globals, ["i32 mutable"], "the stack pointer, which is put back for whoever comes into the memory");
  const found = Object.keys(changing).filter((operation) => operations.has(Number(operation)));
  assert.deepEqual(
    found.map((operation) => changing[Number(operation)]),
    [],
  );
  assert.ok(operations.has(0x24) && operations.has(0x11) && operations.has(0xfc0a), "its code was read");
});
