import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogLine } from "@elsewhere/protocol";
import { keyed } from "./keyed.ts";

const line = (now: number, text: string): LogLine => ({ now, level: "log", text });

test("K64 a line keeps its key while newer lines come and older ones go, and equal lines have keys of their own", () => {
  const log = [line(1, "a"), line(2, "a"), line(2, "a"), line(3, "b")];
  const keys = keyed(log).map(({ key }) => key);
  assert.equal(new Set(keys).size, 4);
  const later = keyed([...log.slice(1), line(4, "a"), line(4, "c")]).map(({ key }) => key);
  assert.deepEqual(later.slice(0, 3), keys.slice(1));
  assert.equal(new Set(later).size, 5);
});
