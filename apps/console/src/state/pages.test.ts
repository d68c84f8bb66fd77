import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgramInfo, ProgramsPage } from "@elsewhere/protocol";
import { inPlace, itemsPerPage, lastOffset, restMs } from "./pages.ts";

const info = (program: string, turns: number): ProgramInfo => ({
  program,
  name: program,
  owner: "world",
  parent: null,
  body: 1,
  map: "harbour",
  x: 0,
  y: 0,
  status: "running",
  next: null,
  reason: null,
  residence: "parked",
  turns,
  faults: 0,
  heapBytes: 0,
  turnMs: 0,
  totalMs: 0,
  wakesPerMinute: 0,
  mailbox: 0,
  wakeAt: null,
});

test("K60 the last page begins where one more program would not make it empty", () => {
  assert.equal(itemsPerPage, 100);
  assert.deepEqual([0, 1, 100, 101, 200, 100_000].map(lastOffset), [0, 0, 0, 100, 100, 99_900]);
});

test("K61 rows keep their places, with new figures where there are any", () => {
  const before: ProgramsPage = { total: 3, offset: 0, programs: [info("a", 9), info("b", 8), info("c", 7)] };
  const now: ProgramsPage = { total: 4, offset: 0, programs: [info("d", 30), info("c", 20), info("a", 10)] };
  const held = inPlace(before, now);
  assert.deepEqual(
    held.programs.map(({ program, turns }) => [program, turns]),
    [
      ["a", 10],
      ["b", 8],
      ["c", 20],
    ],
  );
  assert.equal(held.total, 4);
});

test("K62 the pane rests ten times as long as its last round took, between two and thirty seconds", () => {
  assert.deepEqual(
    [0, 150, 200, 900, 60_000].map((tookMs) => restMs(tookMs)),
    [2_000, 2_000, 2_000, 9_000, 30_000],
  );
});
