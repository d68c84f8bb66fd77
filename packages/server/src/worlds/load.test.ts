import assert from "node:assert/strict";
import { test } from "node:test";
import type { ElsewhereError } from "@elsewhere/protocol";
import { limits } from "@elsewhere/protocol";
import { loadWorld } from "./load.ts";

const world = {
  name: "Test",
  maps: ["maps/a.tmj"],
  start: "a/start",
  clock: { start: "2030-01-01T00:00:00Z", dayMinutes: 24 },
  programs: [{ id: "one", name: "One", code: "one.ts", at: "a/start" }],
};

async function refusal(text: string): Promise<ElsewhereError> {
  try {
    await loadWorld("/world", {
      readText: async () => text,
      loadMaps: () => assert.fail("the file is refused before a map is read"),
      bundle: () => assert.fail("and before a program is"),
    });
  } catch (error) {
    return error as ElsewhereError;
  }
  return assert.fail("it was read");
}

test("a world file that breaks a rule is refused with the field and the limit", async () => {
  const program = world.programs[0]!;
  for (const [file, code, field, limit] of [
    [{ ...world, maps: [] }, "malformed", "world.json.maps", undefined],
    [{ ...world, name: "x".repeat(limits.nameCharsMax + 1) }, "limit", "world.json.name", limits.nameCharsMax],
    [{ ...world, clock: { ...world.clock, start: "tomorrow" } }, "malformed", "world.json.clock.start", undefined],
    [
      { ...world, programs: [{ ...program, traits: { a: "x".repeat(limits.traitsBytesMax) } }] },
      "limit",
      "world.json.programs.0.traits",
      limits.traitsBytesMax,
    ],
    [
      { ...world, programs: [{ ...program, memory: { a: "é".repeat(limits.memoryBytesMax / 2) } }] },
      "limit",
      "world.json.programs.0.memory",
      limits.memoryBytesMax,
    ],
  ] as const) {
    const { detail, ...error } = await refusal(JSON.stringify(file));
    assert.deepEqual([error.code, detail.field, detail.limit], [code, field, limit]);
  }
  assert.equal((await refusal("{")).code, "malformed");
});

test("P36 what the programs of an owner are given has to fit into what the owner has", async () => {
  const [program] = world.programs;
  const programs = [1, 2, 3].map((i) => ({ ...program, id: `p${i}`, owner: "ada", quota: { heapBytes: 1_000_000 } }));
  for (const [quota, limit] of [
    [{ programs: 2 }, 2],
    [{ heapBytes: 2_500_000 }, 2_500_000],
  ] as const) {
    const { code, detail } = await refusal(JSON.stringify({ ...world, owners: { ada: quota }, programs }));
    assert.deepEqual([code, detail.field, detail.limit], ["limit", `owners.ada.${Object.keys(quota)[0]!}`, limit]);
  }
});
