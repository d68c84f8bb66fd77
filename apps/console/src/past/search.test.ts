import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RecordSearch, Utterance } from "@elsewhere/protocol";
import { found, older, said, search, searching, searchOn, stopSearching } from "./search.ts";

const utterance = (now: number, text: string): Utterance => ({ tick: now / 6000, now, map: "inn", name: "Ada", how: "say", text });

/** Answers in turn; the last one again and again. */
function host(t: TestContext, answers: readonly (RecordSearch | { readonly code: string; readonly message: string })[]): string[] {
  const asked: string[] = [];
  t.mock.method(globalThis, "fetch", async (path: string) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(path);
    return Response.json(answer, { status: "code" in answer ? 400 : 200 });
  });
  return asked;
}

test("K109 what was said is found by a part of it, newest first, and farther back from there", async (t) => {
  const first = { found: [utterance(12_000, "fresh bread")], before: 12_000 };
  const asked = host(t, [first, { found: [utterance(6000, "more bread")], before: null }]);
  await search("t", "  bread ");
  assert.deepEqual(asked, ["/api/record/search?q=bread&limit=20"]);
  assert.deepEqual([found.value?.length, older.value, said.value?.text], [1, 12_000, "1 found back to Thu 1 Jan, 00:00:12."]);
  await searchOn("t");
  assert.equal(asked[1], "/api/record/search?q=bread&limit=20&before=12000");
  assert.deepEqual(
    found.value?.map(({ text }) => text),
    ["fresh bread", "more bread"],
  );
  assert.deepEqual([older.value, said.value?.text], [null, "2 found, back to the beginning."]);
});

test("K109 an empty answer is asked on from, and nothing at all is said to be", async (t) => {
  const asked = host(t, [
    { found: [], before: 9000 },
    { found: [], before: 3000 },
    { found: [], before: null },
  ]);
  await search("t", "dragon");
  assert.equal(asked.length, 3);
  assert.match(said.value!.text, /^Nobody said that in all of the record/);
  assert.equal(searching.value, false);
});

test("K109 K112 what cannot be looked for says why", async (t) => {
  const asked = host(t, [{ code: "limit", message: "more than 50 requests a second: ask slower" }]);
  await search("t", " ");
  assert.equal(said.value?.text, "Write a word that was said.");
  await search("t", "x".repeat(101));
  assert.match(said.value.text, /at most 100 characters/);
  await search(null, "bread");
  assert.match(said.value.text, /^Come into the world/);
  assert.deepEqual(asked, [], "none of these reached the host");
  await search("t", "bread");
  assert.deepEqual(said.value, { tone: "error", text: "More than 50 requests a second: ask slower" });
});

test("K109 a search that is stopped, or that another took the place of, adds nothing more", async (t) => {
  host(t, [{ found: [utterance(6000, "late")], before: null }]);
  const slow = search("t", "late");
  stopSearching();
  await slow;
  assert.deepEqual([found.value ?? [], searching.value], [[], false]);
  assert.match(said.value!.text, /^Stopped/);
  const before = search("t", "late");
  await Promise.all([before, search("t", "later")]);
  assert.equal(found.value?.length, 1);
});
