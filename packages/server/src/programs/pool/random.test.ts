import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codeOf, openPool } from "../testing/pools.ts";
import { Tried } from "../testing/tried.ts";

/** Says how often it was told to; "stop" is what nothing inside can end, "loop" ends by fuel. */
const counter = codeOf(
  `let n = 0; me.on("heard", ({ text }) => { if (text === "stop") (7n ** 300000n).toString(); if (text === "loop") for (;;); console.log(++n); });`,
);
const programs = 10;

test("P54 whatever is asked for, parked, let go, ended or added anew: every turn that went well was done once, and no other", async () => {
  const ask = fc.record({
    program: fc.nat(programs - 1),
    what: fc.oneof(
      { weight: 30, arbitrary: fc.constant("go" as const) },
      { weight: 2, arbitrary: fc.constantFrom("loop" as const, "image" as const, "again" as const) },
      { weight: 1, arbitrary: fc.constant("stop" as const) },
    ),
    withImage: fc.boolean(),
  });
  const goes = fc.array(fc.array(ask, { maxLength: 20 }), { minLength: 5, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(goes, fc.nat(4_000), async (all, parkedBytesMax) => {
      const pool = openPool({ workers: 2, slotsPerWorkerMax: 2, turnsInFlightPerWorkerMax: 4, startMsMax: 5_000, parkedBytesMax });
      const tried = Array.from({ length: programs }, (_, i) => new Tried(pool, `p${i}`, counter));
      const counts = tried.map(() => 0);
      await Promise.all(tried.map((each) => each.turn()));
      for (const go of all) {
        const once = new Map(go.map((each) => [each.program, each]));
        await Promise.all([...once.values()].map(({ program, what, withImage }) => play(program, what, withImage)));
        assert.ok(pool.figures.parkedBytes <= parkedBytesMax);
      }
      await Promise.all(tried.map(async (each, i) => assert.equal(await each.says("go"), String(counts[i]! + 1), each.name)));
      await pool.close();

      async function play(i: number, what: "go" | "loop" | "image" | "again" | "stop", withImage: boolean): Promise<void> {
        const each = tried[i]!;
        if (what === "image") assert.ok((await pool.image(each.name)) !== null);
        else if (what === "again") tried[i] = new Tried(pool, each.name, counter, each.kept);
        else {
          const result = await each.run(what, withImage);
          assert.equal(result.ok ? "well" : result.fault.reason, what === "go" ? "well" : "time");
          if (result.ok) assert.equal(result.outcome.log[0]?.text, String(++counts[i]!));
        }
      }
    }),
    { numRuns: 5 },
  );
});
