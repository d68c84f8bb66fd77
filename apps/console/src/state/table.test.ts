import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgramInfo } from "@elsewhere/protocol";
import { arrange, bytesText, msText, nextOrder } from "./table.ts";

const info = (name: string, more: Partial<ProgramInfo> = {}): ProgramInfo => ({
  program: name.toLowerCase(),
  name,
  body: 1,
  map: "harbour",
  x: 0,
  y: 0,
  status: "running",
  reason: null,
  turns: 0,
  faults: 0,
  heapBytes: 0,
  turnMs: 0,
  mailbox: 0,
  wakeAt: null,
  ...more,
});

const names = (list: readonly ProgramInfo[]): string[] => list.map(({ name }) => name);

test("K12 programs are ordered by any column, trouble first, equals by name", () => {
  const list = [info("Cy", { turns: 5 }), info("Bo", { status: "suspended" }), info("Al", { turns: 9, wakeAt: 10 })];
  assert.deepEqual(names(arrange(list, "", { column: "status", descending: false })), ["Bo", "Al", "Cy"]);
  assert.deepEqual(names(arrange(list, "", { column: "turns", descending: true })), ["Al", "Cy", "Bo"]);
  assert.deepEqual(names(arrange(list, "", { column: "wakeAt", descending: false })), ["Al", "Bo", "Cy"]);
});

test("K12 programs are found by every word of name, map and state", () => {
  const list = [info("Baker", { status: "backing_off" }), info("Carter", { map: "mill" }), info("Ghost", { map: null })];
  assert.deepEqual(names(arrange(list, "mill", { column: "name", descending: false })), ["Carter"]);
  assert.deepEqual(names(arrange(list, "BAK backing", { column: "name", descending: false })), ["Baker"]);
  assert.deepEqual(names(arrange(list, "baker mill", { column: "name", descending: false })), []);
});

test("K12 a second click turns the order round", () => {
  const first = nextOrder({ column: "name", descending: false }, "heapBytes");
  assert.deepEqual(first, { column: "heapBytes", descending: true });
  assert.deepEqual(nextOrder(first, "heapBytes"), { column: "heapBytes", descending: false });
  assert.deepEqual(nextOrder(first, "name"), { column: "name", descending: false });
});

test("K12 sizes and times carry their unit", () => {
  assert.equal(bytesText(512), "512 B");
  assert.equal(bytesText(18_400), "18 KB");
  assert.equal(bytesText(3_400_000), "3.4 MB");
  assert.equal(msText(0.0612), "0.06 ms");
  assert.equal(msText(47.3), "47 ms");
});
