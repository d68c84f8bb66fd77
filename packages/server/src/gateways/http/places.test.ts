import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import fc from "fast-check";
import { readHiddenPlace } from "../../sealing/hidden-place.ts";
import { serve } from "../testing/serve.ts";
import type { OpeningPlaces } from "./places.ts";

const path = "/api/places/open";
const coordinates = "harbour/vault~under the ~lamp";
const ask = (text: unknown): string => JSON.stringify({ coordinates: text });

/** A host with one closed vault, which notes what it was asked to open. */
function oneVault(): { readonly openPlace: OpeningPlaces["openPlace"]; readonly tried: string[] } {
  const tried: string[] = [];
  let closed = true;
  const openPlace: OpeningPlaces["openPlace"] = async (text) => {
    tried.push(text);
    if (text !== coordinates) throw new ElsewhereError("unknown", "there is no such place");
    const opened = closed;
    closed = false;
    return { map: "harbour", place: "vault", opened };
  };
  return { openPlace, tried };
}

test("G71 whoever has a token opens a closed place by its coordinates and is told whether it was closed", async () => {
  const { openPlace, tried } = oneVault();
  const { post, app } = serve({}, { openPlace });
  const refused = await post(path, ask(coordinates));
  assert.deepEqual([refused.status, refused.headers.get("www-authenticate"), tried], [401, "Bearer", []]);
  assert.equal((await post(path, ask(coordinates), "expired")).status, 401);
  const opened = await post(path, ask(` ${coordinates}\n`), "ada");
  assert.deepEqual([opened.status, opened.headers.get("cache-control")], [200, "no-store"]);
  assert.deepEqual(await opened.json(), { map: "harbour", place: "vault", opened: true });
  assert.deepEqual(await (await post(path, ask(coordinates), "operator")).json(), { map: "harbour", place: "vault", opened: false });
  for (const method of ["GET", "HEAD", "PUT"]) {
    const answer = await app.request(path, { method });
    assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "POST"]);
  }
});

test("G71 G72 the host's own machine needs no token, and a page from elsewhere in a browser there does", async () => {
  const { openPlace, tried } = oneVault();
  const { app } = serve({}, { openPlace });
  const here = async (headers: Record<string, string>): Promise<number> => {
    const body = ask(coordinates);
    const all = { "content-length": String(body.length), host: "localhost:7070", ...headers };
    const incoming = { socket: { remoteAddress: "127.0.0.1" }, headers: all };
    return (await app.request(path, { method: "POST", body, headers: all }, { incoming })).status;
  };
  assert.equal(await here({}), 200);
  assert.equal(await here({ origin: "http://localhost:7070" }), 200);
  assert.equal(tried.length, 2);
  for (const trace of [
    { origin: "http://evil.example" },
    { origin: "null" },
    { host: "evil.example" },
    { "x-forwarded-for": "192.0.2.1" },
  ]) {
    assert.equal(await here(trace), 401, JSON.stringify(trace));
  }
  assert.equal(tried.length, 2, "the host was not even asked");
});

test("G73 what is no coordinates of a hidden place is refused and not quoted, a wrong secret as a place that is not there", async () => {
  const { openPlace, tried } = oneVault();
  const { post } = serve({}, { openPlace });
  for (const [body, status, code, field] of [
    ["{", 400, "malformed", "body"],
    ["{}", 400, "malformed", "body.coordinates"],
    [ask(7), 400, "malformed", "body.coordinates"],
    [ask("harbour/vault"), 400, "malformed", "body.coordinates"],
    [ask("harbour/vault~"), 400, "malformed", "body.coordinates"],
    [ask("vault~lantern"), 400, "malformed", "body.coordinates"],
    [ask("harbour@1,2~lantern"), 400, "malformed", "body.coordinates"],
    [ask("~lantern"), 400, "malformed", "body.coordinates"],
    [ask("lantern"), 400, "malformed", "body.coordinates"],
    [ask(`harbour/vault~${"lantern".repeat(30)}`), 413, "limit", "body.coordinates"],
    [ask("lantern".repeat(200)), 413, "limit", "body"],
    ['{"coordinates":"harbour/vault~lantern","more":1}', 400, "malformed", "body"],
  ] as const) {
    const answer = await post(path, body, "ada");
    const text = await answer.text();
    assert.doesNotMatch(text, /lantern/, text);
    const error = JSON.parse(text) as { readonly code: string; readonly field: string };
    assert.deepEqual([answer.status, error.code, error.field], [status, code, field], body);
  }
  assert.deepEqual(tried, []);
  const [wrong, none] = await Promise.all([
    post(path, ask("harbour/vault~lantern"), "ada"),
    post(path, ask("harbour/cellar~lantern"), "ada"),
  ]);
  assert.deepEqual([wrong.status, await wrong.text()], [404, await none.text()]);
});

test("G73 coordinates of hidden places are read whatever their secret is made of", () => {
  const secrets = fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" }).filter((text) => /^\S(?:.*\S)?$/u.test(text));
  fc.assert(
    fc.property(secrets, (secret) => {
      assert.deepEqual(readHiddenPlace(`  harbour/the vault~${secret} `), { map: "harbour", place: "the vault", secret });
    }),
    { numRuns: 300 },
  );
});

test("G74 while too many try at once whoever else tries is told to come back later", async () => {
  const openPlace: OpeningPlaces["openPlace"] = async () => {
    throw new ElsewhereError("limit", "4 places are being opened: try again in a moment", { limit: 4 });
  };
  const { post, faults } = serve({}, { openPlace });
  const answer = await post(path, ask(coordinates), "ada");
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "1"]);
  assert.deepEqual(await answer.json(), { code: "limit", message: "4 places are being opened: try again in a moment", limit: 4 });
  assert.deepEqual(faults, []);
});

test("G75 neither an answer nor what the host is told of its faults holds the secret, whatever fails", async () => {
  const secret = "under the ~lamp";
  const causes: readonly Error[] = [
    new Error(`no way to ${secret}`),
    new ElsewhereError("storage", `cannot write ${secret}`),
    new ElsewhereError("malformed", `"${coordinates}" is no place`, { field: "coordinates" }),
    new ElsewhereError("limit", `too many ask for ${secret}`),
  ];
  for (const cause of causes) {
    const { post, faults } = serve({}, { openPlace: () => Promise.reject(cause) });
    const answer = await post(path, ask(coordinates), "ada");
    const told = [await answer.text(), ...[...answer.headers].flat()];
    for (const fault of faults)
      told.push(fault instanceof Error ? `${fault.stack} ${fault.message} ${String(fault.cause)}` : String(fault));
    assert.ok(answer.status >= 400);
    assert.ok(!told.join("\n").includes(secret), told.join("\n"));
    assert.equal(faults.length, answer.status >= 500 ? 1 : 0);
  }
});
