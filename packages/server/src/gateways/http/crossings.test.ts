import assert from "node:assert/strict";
import { test } from "node:test";
import { type CrossingInfo, ElsewhereError, limits, type PairingInfo } from "@elsewhere/protocol";
import { Pairings } from "../../crossings/pairings.ts";
import { openMemory } from "../../storage/memory/memory.ts";
import { serve } from "../testing/serve.ts";
import type { CrossingDesk } from "./crossings.ts";

const attempt = "A".repeat(22);
const haven = "H".repeat(43);
const havenLine = `elsewhere://haven.example#${haven}`;
const info: CrossingInfo = {
  attempt,
  direction: "out",
  program: "baker",
  name: "Baker",
  host: "haven.example",
  state: "offered",
  waitsFor: "the program's consent",
  secondsLeft: 60,
  epoch: 0,
  payloadBytes: null,
  error: null,
};

/** A host with real pairings, whose crossings are as given; `told` is what they were asked to do. */
async function desk(crossings: Partial<CrossingDesk["crossings"]> = {}) {
  const pairings = await Pairings.load({ storage: openMemory(), self: "S".repeat(43), address: "elsewhere://harbour.example:7070" });
  const told: unknown[][] = [];
  const served = serve(
    {},
    {
      desk: {
        pairings,
        crossings: {
          list: () => [info],
          offer: async (...asked) => (told.push(asked), info),
          decide: async (...asked) => (told.push(asked), info),
          needs: () => null,
          ...crossings,
        },
      },
    },
  );
  const remove = (host: string, token = "operator") =>
    served.app.request(`/api/pairings/${host}`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
  return { ...served, pairings, told, remove };
}

const refusal = async (answer: Response): Promise<unknown[]> => {
  const { code, field } = (await answer.json()) as { readonly code: string; readonly field?: string };
  return [answer.status, code, field];
};

test("V110 an operator sees the crossings, offers one and decides one, and nobody else does", async () => {
  const { get, post, told } = await desk();
  assert.deepEqual(await (await get("/api/crossings", "operator")).json(), { crossings: [info] });
  const offered = await post("/api/crossings", '{"program":"baker","to":"haven/gate","forSeconds":90}', "operator");
  assert.deepEqual([offered.status, await offered.json()], [201, info]);
  await post("/api/crossings", '{"program":"baker","to":"haven"}', "operator");
  const decided = await post(`/api/crossings/${attempt}`, '{"decision":"take-back"}', "operator");
  assert.deepEqual([decided.status, await decided.json()], [200, info]);
  const expected = [
    ["baker", "haven/gate", 90_000],
    ["baker", "haven", limits.crossingMsUsual],
    [attempt, "take-back"],
  ];
  assert.deepEqual(told, expected);
  for (const [token, status] of [
    [undefined, 401],
    ["ada", 403],
  ] as const) {
    assert.equal((await get("/api/crossings", token)).status, status);
    assert.equal((await get("/api/pairings", token)).status, status);
    assert.equal((await post("/api/crossings", '{"program":"baker","to":"haven"}', token)).status, status);
    assert.equal((await post(`/api/crossings/${attempt}`, '{"decision":"let-go"}', token)).status, status);
    assert.equal((await post("/api/pairings", JSON.stringify({ line: havenLine }), token)).status, status);
  }
  assert.deepEqual(told, expected, "nothing more was asked for");
});

test("V110 what is no request is refused by name, and what the present state forbids is a conflict", async () => {
  const { app, post, told } = await desk();
  for (const [path, body, status, field] of [
    ["/api/crossings", "{}", 400, "body.program"],
    ["/api/crossings", '{"program":"baker","to":""}', 400, "body.to"],
    ["/api/crossings", '{"program":"baker","to":"haven","forSeconds":0}', 400, "body.forSeconds"],
    ["/api/crossings", '{"program":"baker","to":"haven","forSeconds":90000}', 413, "body.forSeconds"],
    ["/api/crossings", '{"program":"baker","to":"haven","force":true}', 400, "body"],
    [`/api/crossings/${attempt}`, '{"decision":"keep"}', 400, "body.decision"],
  ] as const) {
    const answer = await post(path, body, "operator");
    assert.deepEqual(await refusal(answer), [status, status === 413 ? "limit" : "malformed", field], body);
  }
  assert.equal((await post("/api/crossings/other", '{"decision":"admit"}', "operator")).status, 405);
  assert.equal((await app.request("/api/pairings", { method: "DELETE" })).headers.get("allow"), "GET, HEAD, POST");
  assert.deepEqual(told, []);
  const refusing = await desk({
    offer: () => Promise.reject(new ElsewhereError("forbidden", "it is in a hidden room", { field: "program" })),
  });
  const refused = await refusing.post("/api/crossings", '{"program":"baker","to":"haven"}', "operator");
  assert.deepEqual(await refusal(refused), [409, "forbidden", "program"]);
});

test("V111 an operator pairs hosts over HTTP, and sees this host's own line", async () => {
  const { get, post, remove, pairings } = await desk();
  const listed = async () => (await get("/api/pairings", "operator")).json();
  assert.deepEqual(await listed(), { line: `elsewhere://harbour.example:7070#${"S".repeat(43)}`, pairings: [] });
  const request = { line: havenLine, name: "haven", admits: "always", spawns: Array.from({ length: 32 }, (_, i) => `programs/${i}.ts`) };
  const answer = await post("/api/pairings", JSON.stringify(request), "operator");
  const pairing = (await answer.json()) as PairingInfo;
  assert.deepEqual([answer.status, pairing.host, pairing.name, pairing.spawns], [200, haven, "haven", request.spawns]);
  assert.deepEqual(await listed(), { line: pairings.line, pairings: [pairing] });
  const second = JSON.stringify({ line: `elsewhere://other.example#${"O".repeat(43)}`, name: "haven" });
  assert.deepEqual(await refusal(await post("/api/pairings", second, "operator")), [409, "taken", "name"]);
  assert.deepEqual(await refusal(await post("/api/pairings", '{"line":"haven"}', "operator")), [400, "malformed", "line"]);
  assert.deepEqual(await refusal(await post("/api/pairings", '{"line":"x","admits":"maybe"}', "operator")), [
    400,
    "malformed",
    "body.admits",
  ]);
  assert.equal((await remove(haven, "ada")).status, 403);
  assert.equal((await remove(haven)).status, 204);
  assert.deepEqual(await refusal(await remove(haven)), [404, "unknown", "host"]);
  assert.deepEqual(pairings.list(), []);
});

test("V111 a host stays paired while it is needed", async () => {
  let needed: ElsewhereError | null = new ElsewhereError("taken", "Baker is between here and haven", { field: "host" });
  const { pairings, remove } = await desk({ needs: (host) => (host === haven ? needed : null) });
  await pairings.pair({ line: havenLine });
  assert.deepEqual(await refusal(await remove(haven)), [409, "taken", "host"]);
  assert.equal(pairings.isPaired(haven), true);
  needed = null;
  assert.equal((await remove(haven)).status, 204);
});
