import assert from "node:assert/strict";
import { test } from "node:test";
import { adasDrawing, drawing } from "../testing/fakes.ts";
import { serve } from "../testing/serve.ts";

const headersOf = (answer: Response): [string | null, boolean] => [
  answer.headers.get("cache-control"),
  /\bauthorization\b/i.test(answer.headers.get("vary") ?? ""),
];

test("G65 a person is shown a map with the hidden rooms that person holds, and everybody else without", async () => {
  const { get } = serve();
  const path = "/api/maps/harbour";
  const [ada, bo, operator, nobody] = await Promise.all(["ada", "bo", "operator", undefined].map((token) => get(path, token)));
  assert.deepEqual(await ada!.json(), adasDrawing);
  for (const other of [bo!, operator!, nobody!]) assert.deepEqual(await other.json(), drawing);
  assert.notEqual(ada!.headers.get("etag"), nobody!.headers.get("etag"));
  assert.equal((await get(path, undefined, { "if-none-match": ada!.headers.get("etag")! })).status, 200);
  assert.equal((await get(path, "ada", { "if-none-match": ada!.headers.get("etag")! })).status, 304);
  assert.deepEqual((await get("/api/maps/nowhere", "ada")).status, 404);
});

test("G65 what is drawn for a person is kept by no cache that others share", async () => {
  const { get } = serve();
  assert.deepEqual(headersOf(await get("/api/maps/harbour", "ada")), ["private, no-cache", true]);
  assert.deepEqual(headersOf(await get("/api/maps/harbour")), ["no-cache", true]);
  const etag = (await get("/api/maps/harbour", "ada")).headers.get("etag")!;
  assert.deepEqual(headersOf(await get("/api/maps/harbour", "ada", { "if-none-match": etag })), ["private, no-cache", true]);
});

test("G65 a token that is not valid is refused, where none would do", async () => {
  assert.equal((await serve().get("/api/maps/harbour", "eve")).status, 401);
});
