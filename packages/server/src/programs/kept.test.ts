import assert from "node:assert/strict";
import { test } from "node:test";
import { freshKept, keptRow, parseKept, startAnew, wantsOf } from "./kept.ts";
import { defaultQuota } from "./quotas.ts";

const code = "c".repeat(64);
const spawned = {
  name: "Chick",
  codeFile: "programs/chick.ts",
  parent: "hen",
  owner: "world",
  quota: defaultQuota(false),
  spawns: [],
  walks: true,
};

test("P25 what is kept of a program comes back from its row as it was", () => {
  const kept = {
    ...freshKept(code, 3, '{"visits":{"2":1,"a":"b"}}', spawned),
    turn: 7,
    wakeAt: 1e12,
    wants: wantsOf(["heard", "used"]),
    rewound: true,
    suspended: { code: "fault", message: "it fell" } as const,
  };
  assert.deepEqual(parseKept(keptRow("a", kept)), kept);
  const fresh = freshKept(code, 0, "{}", null);
  assert.deepEqual(parseKept(keptRow("a", fresh)), fresh);
});

test("P25 a program of which nothing is known yet takes few bytes to keep", () => {
  assert.ok(keptRow("a", freshKept(code, 0, "{}", null)).state.length < 120);
});

test("P19 starting anew keeps memory, counts and numbers, and nothing of the heap", () => {
  const kept = {
    ...freshKept(code, 9, '{"n":1}', spawned),
    turn: 5,
    imageTurn: 4,
    turns: 50,
    faults: 2,
    throughSeq: 8,
    children: 3,
    wakeAt: 1,
  };
  const anew = startAnew(kept, "d".repeat(64), 4);
  assert.deepEqual(anew, { ...freshKept("d".repeat(64), 9, '{"n":1}', spawned), turns: 50, faults: 2, throughSeq: 8, children: 3 });
});

test("P25 a row that cannot be read is corrupt", () => {
  for (const state of ["", "nothing", "1", "{}", '{"version":1,"codeHash":"x"}']) {
    assert.throws(() => parseKept({ program: "a", state }), { code: "corrupt" }, state);
  }
});
