import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { serve } from "../testing/serve.ts";

test("D76 a person is told of their own memory, the operator of everything, and nobody else of anything", async () => {
  const { get } = serve();
  for (const path of ["timeline", "density", "search?q=bread"]) {
    assert.equal((await get(`/api/record/${path}`)).status, 401);
    assert.equal((await get(`/api/record/${path}`, "expired")).status, 401);
  }
  const speech = async (token: string): Promise<number> =>
    ((await (await get("/api/record/density?bins=2", token)).json()) as { speech: number[] }).speech[0]!;
  assert.deepEqual([await speech("operator"), await speech("ada")], [9, 1]);
  const found = async (token: string): Promise<unknown> =>
    ((await (await get("/api/record/search?q=bread&before=-5.5&limit=3", token)).json()) as { found: unknown[] }).found[0];
  assert.deepEqual(await found("operator"), { tick: 7, now: 700, map: null, name: "-5.5", how: "say", text: "bread 3" });
  assert.deepEqual(await found("ada"), { tick: 7, now: 700, map: "person:ada", name: "-5.5", how: "say", text: "bread 3" });
  assert.deepEqual(await (await get("/api/record/timeline", "bo")).json(), {
    fromTick: 0,
    toTick: 40,
    from: 0,
    to: 1_000_000,
    days: [{ tick: 0, now: 0 }],
  });
});

test("D76 what is no moment, no number of spans or no text is refused by name", async () => {
  const { get, faults } = serve();
  for (const [path, status, field] of [
    ["density?from=yesterday", 400, "query.from"],
    ["density?bins=0", 400, "query.bins"],
    [`density?bins=${limits.densityBinsMax + 1}`, 413, "query.bins"],
    ["density?bins=1.5", 400, "query.bins"],
    ["search", 400, "query.q"],
    ["search?q=%20", 400, "query.q"],
    [`search?q=${"a".repeat(limits.searchCharsMax + 1)}`, 413, "query.q"],
    [`search?q=a&limit=${limits.searchItemsMax + 1}`, 413, "query.limit"],
    ["search?q=a&before=", 400, "query.before"],
  ] as const) {
    const answer = await get(`/api/record/${path}`, "operator");
    assert.deepEqual([answer.status, ((await answer.json()) as { field: string }).field], [status, field], path);
  }
  assert.deepEqual(faults, []);
});
