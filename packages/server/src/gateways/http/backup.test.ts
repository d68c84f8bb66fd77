import assert from "node:assert/strict";
import { test } from "node:test";
import type { StorageCopy } from "../../storage/copy.ts";
import { serve } from "../testing/serve.ts";

/** A copy of three pieces that tells whether it was begun, and left before its end. */
function threePieces(): { readonly copy: () => Promise<StorageCopy>; readonly told: string[] } {
  const told: string[] = [];
  let given = 0;
  const pieces: StorageCopy["pieces"] = {
    [Symbol.asyncIterator]: () => pieces,
    next: async () => (given < 3 ? { done: false, value: new Uint8Array(1000).fill(++given) } : { done: true, value: undefined }),
    return: async () => {
      told.push("left");
      return { done: true, value: undefined };
    },
  };
  const copy = async (): Promise<StorageCopy> => {
    told.push("begun");
    return { bytes: 3000, pieces };
  };
  return { copy, told };
}

test("R82 the operator is given a copy, piece by piece and unchanged; nobody else is, and none is begun for them", async () => {
  const { copy, told } = threePieces();
  const { get, app } = serve({}, { copy });
  assert.equal((await get("/api/backup")).status, 401);
  assert.equal((await get("/api/backup", "ada")).status, 403);
  assert.equal((await get("/api/backup", "expired")).status, 401);
  const head = await app.request("/api/backup", { method: "HEAD", headers: { authorization: "Bearer operator" } });
  assert.deepEqual([head.status, head.headers.get("allow"), told], [405, "GET", []]);
  const answer = await get("/api/backup", "operator", { "accept-encoding": "gzip" });
  assert.equal(answer.status, 200);
  const headers = ["content-length", "content-encoding", "cache-control", "content-type"].map((name) => answer.headers.get(name));
  assert.deepEqual(headers, ["3000", null, "no-store", "application/octet-stream"]);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  assert.deepEqual([bytes.length, bytes[0], bytes[1999], bytes[2999], told], [3000, 1, 2, 3, ["begun"]]);
});

test("R82 whoever stops reading leaves the copy", async () => {
  const { copy, told } = threePieces();
  const answer = await serve({}, { copy }).get("/api/backup", "operator");
  const reader = answer.body!.getReader();
  await reader.read();
  await reader.cancel();
  assert.deepEqual(told, ["begun", "left"]);
});
