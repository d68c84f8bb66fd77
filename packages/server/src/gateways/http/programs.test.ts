import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits, type ProgramCommand } from "@elsewhere/protocol";
import type { ProgramsQuery } from "../contract.ts";
import { bakerDetail } from "../testing/fakes.ts";
import { serve } from "../testing/serve.ts";

const fieldOf = async (answer: Response): Promise<string> => ((await answer.json()) as { field: string }).field;

test("G60 programs are told by pages, in the order and with the part of a name that is asked for", async () => {
  const asked: ProgramsQuery[] = [];
  const { get } = serve({
    async programs(query) {
      asked.push(query);
      return { total: 0, offset: query.offset, programs: [] };
    },
  });
  const page = await get("/api/programs?order=heapBytes&offset=200&limit=50&search=%20Ba%C3%A9", "operator");
  assert.deepEqual(await page.json(), { total: 0, offset: 200, programs: [] });
  await get("/api/programs", "operator");
  assert.deepEqual(asked, [
    { order: "heapBytes", offset: 200, itemsMax: 50, search: "Baé" },
    { order: "name", offset: 0, itemsMax: 100, search: "" },
  ]);
});

test("G60 a page that is too large, and what is no page, is refused by name before the host is asked", async () => {
  const { get, faults } = serve({
    programs: () => Promise.reject(new Error("asked")),
  });
  for (const [query, status, field] of [
    [`limit=${limits.programsPageItemsMax + 1}`, 413, "query.limit"],
    ["limit=0", 400, "query.limit"],
    ["limit=ten", 400, "query.limit"],
    ["limit=1e2", 400, "query.limit"],
    ["offset=-1", 400, "query.offset"],
    [`offset=${limits.programsMax + 1}`, 413, "query.offset"],
    [`offset=${"9".repeat(400)}`, 400, "query.offset"],
    ["order=status", 400, "query.order"],
    ["order=__proto__", 400, "query.order"],
    [`search=${"a".repeat(limits.programsSearchCharsMax + 1)}`, 413, "query.search"],
  ] as const) {
    const refused = await get(`/api/programs?${query}`, "operator");
    assert.deepEqual([refused.status, await fieldOf(refused)], [status, field], query);
  }
  assert.deepEqual(faults, []);
});

test("G61 one program is told with its quota, images and log, and one that is not there is answered with 404", async () => {
  const { get } = serve();
  assert.deepEqual(await (await get("/api/programs/baker", "operator")).json(), bakerDetail);
  const none = await get("/api/programs/gh%2Fost", "operator");
  assert.deepEqual([none.status, await none.json()], [404, { code: "unknown", message: 'there is no program "gh/ost"', field: "program" }]);
});

test("G62 a command of the operator is answered with 204 once the host is done with it", async () => {
  const told: [string, ProgramCommand][] = [];
  let done = (): void => {};
  const { post } = serve({
    command(program, command) {
      told.push([program, command]);
      return command.kind === "end" ? new Promise((resolve) => (done = resolve)) : Promise.resolve();
    },
  });
  const commands: readonly ProgramCommand[] = [
    { kind: "suspend" },
    { kind: "resume" },
    { kind: "upgrade" },
    { kind: "rewind", hash: "0f".repeat(32) },
  ];
  for (const command of commands) {
    const answer = await post("/api/programs/baker", JSON.stringify(command), "operator");
    assert.deepEqual([answer.status, await answer.text()], [204, ""]);
  }
  let answered = false;
  const ending = post("/api/programs/baker", '{"kind":"end"}', "operator").then((answer) => {
    answered = true;
    return answer;
  });
  // Whatever would answer without waiting for the host has had its turn by now.
  await new Promise(setImmediate);
  assert.equal(answered, false, "answered before it was durable");
  done();
  assert.equal((await ending).status, 204);
  assert.deepEqual(
    told,
    [...commands, { kind: "end" }].map((command) => ["baker", command]),
  );
});

test("G62 what is no command, or not the operator's, is refused by name and never reaches the host", async () => {
  const { app, post, faults } = serve({ command: () => Promise.reject(new Error("reached")) });
  assert.equal((await post("/api/programs/baker", '{"kind":"end"}')).status, 401);
  assert.equal((await post("/api/programs/baker", '{"kind":"end"}', "ada")).status, 403);
  for (const [body, status, field] of [
    ["", 400, "body"],
    ["null", 400, "body"],
    ['{"kind":"explode"}', 404, "body.kind"],
    ['{"kind":"end","force":true}', 400, "body"],
    ['{"kind":"rewind"}', 400, "body.hash"],
    [`{"kind":"rewind","hash":"${"A".repeat(64)}"}`, 400, "body.hash"],
    [`{"kind":"end"}${" ".repeat(limits.httpBodyBytesMax)}`, 413, "body"],
  ] as const) {
    const refused = await post("/api/programs/baker", body, "operator");
    assert.deepEqual([refused.status, await fieldOf(refused)], [status, field], body);
  }
  assert.deepEqual(faults, []);
  const put = await app.request("/api/programs/baker", { method: "PUT" });
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, HEAD, POST"]);
});

test("G63 a command that does not fit the program's state is a conflict, and one for what is not there is not found", async () => {
  const refusing = (error: ElsewhereError) => {
    const { post } = serve({
      async command() {
        throw error;
      },
    });
    return post("/api/programs/baker", '{"kind":"resume"}', "operator");
  };
  const conflict = await refusing(new ElsewhereError("forbidden", "only a suspended program can be resumed", { field: "program" }));
  assert.equal(conflict.status, 409);
  assert.deepEqual(await conflict.json(), { code: "forbidden", message: "only a suspended program can be resumed", field: "program" });
  assert.equal((await refusing(new ElsewhereError("unknown", "there is no such image", { field: "hash" }))).status, 404);
  assert.equal((await refusing(new ElsewhereError("storage", "the disk is full"))).status, 503);
});

test("G64 live and parked programs, the bytes of their images and workers lost are among the figures", async () => {
  const lines = (await (await serve().get("/metrics", "operator")).text()).split("\n");
  for (const line of [
    "elsewhere_programs_live 8",
    "elsewhere_programs_parked 20",
    "elsewhere_parked_bytes 64000",
    "elsewhere_workers_lost_total 2",
  ]) {
    assert.ok(lines.includes(line), line);
  }
});
