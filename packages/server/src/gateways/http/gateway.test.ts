import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { bakerDetail, bakerInfo, drawing, fakeView } from "../testing/fakes.ts";
import { serve } from "../testing/serve.ts";
import { placeKey } from "../../sealing/place-key.ts";
import { sealedText } from "../../sealing/rows.ts";
import { DataKey } from "../../sealing/seal.ts";

test("G13 health is told with 200 while the world goes on and 503 otherwise", async () => {
  const health = fakeView().health();
  const well = await serve().get("/healthz");
  assert.deepEqual([well.status, await well.json()], [200, health]);
  for (const status of ["paused", "stopped"] as const) {
    const ill = await serve({ health: () => ({ ...health, status }) }).get("/healthz");
    assert.deepEqual([ill.status, await ill.json()], [503, { ...health, status }]);
  }
});

test("G14 figures are told in Prometheus' form, read when asked for", async () => {
  let tick = 40;
  const { get } = serve({ health: () => ({ ...fakeView().health(), tick }) });
  const text = await (await get("/metrics", "operator")).text();
  for (const line of [
    "elsewhere_ticks_total 40",
    "elsewhere_up 1",
    "elsewhere_bodies 31",
    "elsewhere_tick_lag_seconds 0.005",
    'elsewhere_tick_duration_seconds{quantile="0.99"} 0.009',
    'elsewhere_commit_duration_seconds{quantile="0.5"} 0.001',
    "elsewhere_faults_total 3",
    "elsewhere_resident_memory_bytes 1000000",
    "# TYPE elsewhere_ticks_total counter",
  ]) {
    assert.ok(text.split("\n").includes(line), line);
  }
  assert.match(text, /^(#.*|elsewhere_\w+(\{quantile="0\.\d+"\})? [\d.e+-]+|)$/m);
  tick = 41;
  assert.match(await (await get("/metrics", "operator")).text(), /^elsewhere_ticks_total 41$/m);
});

test("G70 how many there are is told to the operator alone, and to the host's own machine", async () => {
  const { get } = serve();
  assert.deepEqual(
    await Promise.all([get("/metrics"), get("/metrics", "ada"), get("/metrics", "operator")].map(async (answer) => (await answer).status)),
    [401, 403, 200],
  );
  const here = { incoming: { socket: { remoteAddress: "127.0.0.1" }, headers: { host: "localhost:7070" } } };
  assert.equal((await serve().app.request("/metrics", {}, here)).status, 200);
  const forwarded = { incoming: { ...here.incoming, headers: { host: "localhost:7070", "x-forwarded-for": "192.0.2.1" } } };
  assert.equal((await serve().app.request("/metrics", {}, forwarded)).status, 401);
  const health = (await (await get("/healthz")).json()) as object;
  assert.deepEqual(Object.keys(health).toSorted(), ["maps", "programs", "seq", "status", "tick", "tickLagMs"]);
});

test("G15 the world and its maps are shown, unknown ones answered with 404", async () => {
  const { get } = serve();
  assert.deepEqual(await (await get("/api/world")).json(), { ...fakeView().world(), host: "fingerprint" });
  const map = await get("/api/maps/harbour");
  assert.deepEqual(await map.json(), drawing);
  const none = await get("/api/maps/nowhere");
  assert.deepEqual([none.status, ((await none.json()) as { code: string }).code], [404, "unknown"]);
});

test("G16 maps and images bear a tag by which they need not be sent twice", async () => {
  const { get } = serve();
  for (const path of ["/api/maps/harbour", "/api/maps/harbour/images/0"]) {
    const etag = (await get(path)).headers.get("etag")!;
    assert.equal((await get(path, undefined, { "if-none-match": etag })).status, 304);
    assert.equal((await get(path, undefined, { "if-none-match": `"other", W/${etag}` })).status, 304);
    assert.equal((await get(path, undefined, { "if-none-match": '"other"' })).status, 200);
  }
  const changed = serve({ drawing: () => ({ ...drawing, title: "changed" }) });
  assert.notEqual((await changed.get("/api/maps/harbour")).headers.get("etag"), (await get("/api/maps/harbour")).headers.get("etag"));
});

test("G17 images keep their media type, and what is no picture is served as nothing a browser runs", async () => {
  const { get } = serve();
  const image = await get("/api/maps/harbour/images/0");
  assert.deepEqual([image.headers.get("content-type"), new Uint8Array(await image.arrayBuffer())], ["image/png", Uint8Array.of(1, 2, 3)]);
  assert.equal((await get("/api/maps/harbour/images/1")).headers.get("content-type"), "application/octet-stream");
  for (const index of ["2", "-1", "x", "99999", "1.5", "__proto__"])
    assert.equal((await get(`/api/maps/harbour/images/${index}`)).status, 404);
});

test("G18 a person reads their own memory, as JSON and as text, and nobody else's", async () => {
  const { get } = serve();
  const json = await get("/api/me/memory", "ada");
  const percept = { kind: "heard", from: { id: 3, name: "Baker" }, how: "say", text: "Two pence." };
  assert.deepEqual(await json.json(), { who: "person:ada", items: [{ seq: 7, now: 1_000_000, percept }], nextAfter: null });
  assert.match(json.headers.get("content-disposition")!, /^attachment; filename="memory\.json"$/);
  const text = await get("/api/me/memory?format=text", "ada");
  assert.equal(await text.text(), "1970-01-01 00:16:40  Baker said: Two pence.\n");
  assert.equal(text.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.deepEqual(await (await get("/api/me/memory?after=7", "ada")).json(), { who: "person:ada", items: [], nextAfter: null });
  assert.deepEqual(await (await get("/api/me/memory", "bo")).json(), { who: "person:bo", items: [], nextAfter: null });
  assert.equal((await get("/api/me/memory", "operator")).status, 403);
  for (const query of ["format=xml", "after=-1", "after=1.5", "after=x", `after=${"9".repeat(30)}`]) {
    assert.equal((await get(`/api/me/memory?${query}`, "ada")).status, 400, query);
  }
});

test("G18 what was perceived in a place that is closed now is told to be there, and no more", async () => {
  const key = await DataKey.make((await placeKey("town", "vault", "the lamp is out")).recipient, (count) => new Uint8Array(count));
  const json = sealedText(key.seal(Buffer.from("{}"), "memory:person:ada:1"));
  const { get } = serve({ memory: async () => [{ seq: 1, now: 0, json }] });
  const { items } = (await (await get("/api/me/memory", "ada")).json()) as { items: unknown };
  assert.deepEqual(items, [{ seq: 1, now: 0, percept: null }]);
  const text = await (await get("/api/me/memory?format=text", "ada")).text();
  assert.match(text, /^1970-01-01 00:00:00 {2}\(in a hidden place that is closed/);
});

test("G18 a full page says where the next begins", async () => {
  const items = Array.from({ length: limits.memoryPageItemsMax }, (_, i) => ({
    seq: i + 1,
    now: 0,
    json: '{"kind":"used","from":{"id":1,"name":"A"}}',
  }));
  const { get } = serve({ memory: async () => items });
  const page = await get("/api/me/memory?format=text", "ada");
  assert.equal(page.headers.get("elsewhere-next-after"), String(limits.memoryPageItemsMax));
  assert.equal(((await (await get("/api/me/memory", "ada")).json()) as { nextAfter: number }).nextAfter, limits.memoryPageItemsMax);
});

test("G19 programs, their logs and the host's figures are shown to the operator alone", async () => {
  const { get } = serve();
  assert.deepEqual(await (await get("/api/programs", "operator")).json(), { total: 1, offset: 0, programs: [bakerInfo] });
  assert.deepEqual(await (await get("/api/programs/baker", "operator")).json(), bakerDetail);
  assert.deepEqual(await (await get("/api/stats", "operator")).json(), fakeView().stats());
  for (const path of ["/api/programs", "/api/programs/baker", "/api/stats"]) {
    assert.equal((await get(path, "ada")).status, 403);
    assert.equal((await get(path)).status, 401);
  }
});

test("G20 without a valid token the answer is 401 and names the reason", async () => {
  const { app, get } = serve();
  const expired = await get("/api/me/memory", "old");
  assert.deepEqual([expired.status, expired.headers.get("www-authenticate")], [401, "Bearer"]);
  assert.deepEqual(await expired.json(), { code: "forbidden", message: "token has expired: ask for a new one", field: "token" });
  for (const authorization of ["", "Bearer", "Bearer ", "Basic YTpi", "ada", "Bearer a b"]) {
    assert.equal((await app.request("/api/stats", { headers: { authorization } })).status, 401, authorization);
  }
  assert.equal((await get("/api/stats?token=operator")).status, 401);
});

test("G21 every answer bears the security headers, refusals too", async () => {
  const { app, get } = serve();
  for (const answer of [
    await get("/"),
    await get("/healthz"),
    await get("/nowhere"),
    await get("/api/stats"),
    await app.request("/", { method: "POST" }),
  ]) {
    const policy = answer.headers.get("content-security-policy")!;
    assert.match(policy, /(^|; )script-src 'self'(;|$)/);
    assert.match(policy, /(^|; )default-src 'self'(;|$)/);
    assert.doesNotMatch(policy, /unsafe-eval/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  }
});

test("G22 who asks too fast, or for more than to read, is refused by name", async () => {
  const { app, get, time } = serve();
  for (let i = 0; i < limits.httpRequestsPerSecondMax * 2; i += 1) assert.equal((await get("/api/world")).status, 200);
  const refused = await get("/api/world");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  assert.equal(((await refused.json()) as { limit: number }).limit, limits.httpRequestsPerSecondMax);
  assert.equal((await get("/healthz")).status, 200, "health is always told");
  time.pass(1000);
  assert.equal((await get("/api/world")).status, 200);
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    for (const path of ["/api/world", "/api/programs"]) {
      const answer = await app.request(path, { method });
      assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, HEAD"]);
    }
  }
});

test("G33 the operator invites a person, and nobody else does", async () => {
  const { app, post } = serve();
  const invited = await post("/api/people", '{"name":"Ada"}', "operator");
  assert.equal(invited.status, 201);
  const url = "http://harbour.example/#token=ada";
  assert.deepEqual(await invited.json(), { who: "person:ada", name: "Ada", token: "ada", url });
  assert.equal((await post("/api/people", '{"name":"Ada"}')).status, 401);
  assert.equal((await post("/api/people", '{"name":"Ada"}', "ada")).status, 403);
  for (const [body, status, field] of [
    ["{", 400, "body"],
    ['{"name":""}', 400, "body.name"],
    [`{"name":"${"a".repeat(65)}"}`, 413, "body.name"],
    [`{"name":"${"a".repeat(2000)}"}`, 413, "body"],
  ] as const) {
    const refused = await post("/api/people", body, "operator");
    assert.deepEqual([refused.status, ((await refused.json()) as { field: string }).field], [status, field]);
  }
  assert.equal((await app.request("/api/people")).headers.get("allow"), "POST");
});

test("G23 the host's own faults are told to the host and not to who asked", async () => {
  const { get, faults } = serve({
    stats: () => {
      throw new Error("secret path /var/lib/elsewhere");
    },
    memory: async () => {
      throw new ElsewhereError("storage", "the disk is full");
    },
  });
  const answer = await get("/api/stats", "operator");
  const text = await answer.text();
  assert.equal(answer.status, 500);
  assert.doesNotMatch(text, /secret|stack/);
  assert.equal((JSON.parse(text) as { code: string }).code, "fault");
  assert.equal((await get("/api/me/memory", "ada")).status, 503);
  assert.equal(faults.length, 2);
});
