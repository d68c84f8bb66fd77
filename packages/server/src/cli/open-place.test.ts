import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { openPlaceCommand } from "./open-place.ts";

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const coordinates = "harbour/vault~lantern";

/** Runs the command before a host that answers so; `typed` is what standard input holds. */
async function open(
  options: Partial<Parameters<typeof openPlaceCommand>[0]>,
  answer: { readonly status: number; readonly json: unknown } | null,
  typed: string | null = null,
) {
  const asked: Asked[] = [];
  const printed: string[] = [];
  const said: string[] = [];
  const questions: string[] = [];
  const run = openPlaceCommand(
    { coordinates, url: "http://localhost:7070", token: null, json: false, ...options },
    {
      print: (line) => printed.push(line),
      say: (line) => said.push(line),
      askUnseen: async (question) => {
        questions.push(question);
        return typed;
      },
      fetch: async (url, headers, body) => {
        asked.push({ url, headers, body: JSON.parse(body ?? "null") });
        if (answer === null) throw new TypeError("fetch failed");
        return Response.json(answer.json, { status: answer.status });
      },
    },
  );
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown as ElsewhereError,
  );
  return { asked, printed, said, questions, error };
}

const opened = { status: 200, json: { map: "harbour", place: "vault", opened: true } };
const wasOpen = { status: 200, json: { map: "harbour", place: "vault", opened: false } };

test("T17 a closed place is opened on a running host, and what came of it is one line without the secret", async () => {
  const once = await open({}, opened);
  assert.equal(once.error, null);
  assert.deepEqual(once.asked, [{ url: "http://localhost:7070/api/places/open", headers: {}, body: { coordinates } }]);
  assert.match(once.printed.join("\n"), /^harbour\/vault is open: .*\.$/);
  assert.deepEqual((await open({}, wasOpen)).printed, ["harbour/vault was open already."]);
  assert.deepEqual((await open({ json: true }, wasOpen)).printed, ['{"map":"harbour","place":"vault","opened":false}']);
  assert.deepEqual([once.said, once.questions], [[], []]);
  assert.doesNotMatch(once.printed.join(), /lantern/);
});

test("T17 coordinates that are left out are asked for, and may come from a file", async () => {
  const asked = await open({ coordinates: null }, opened, ` ${coordinates} \r`);
  assert.deepEqual([asked.error, asked.asked[0]?.body], [null, { coordinates }]);
  assert.deepEqual(asked.questions, ["Coordinates, MAP/PLACE~SECRET: "]);
  const none = await open({ coordinates: null }, opened, null);
  assert.deepEqual([none.error?.code, none.asked], ["malformed", []]);
});

test("T17 who asks is told by a token, or by the one that the host's address bears", async () => {
  const bearing = async (options: Parameters<typeof open>[0]) => (await open(options, opened)).asked[0];
  assert.deepEqual((await bearing({ token: "ada" }))?.headers, { authorization: "Bearer ada" });
  const operating = await bearing({ url: "http://localhost:7070/#operator=op" });
  assert.deepEqual(operating, {
    url: "http://localhost:7070/api/places/open",
    headers: { authorization: "Bearer op" },
    body: { coordinates },
  });
  assert.deepEqual((await bearing({ url: "https://harbour.example/#token=bo" }))?.headers, { authorization: "Bearer bo" });
});

test("T17 what does not open is one line that says what to do, and never the secret", async () => {
  const refused = (status: number, code: string, message: string) => ({ status, json: { code, message } });
  const cases: readonly (readonly [Parameters<typeof open>[0], Parameters<typeof open>[1], string, RegExp])[] = [
    [{}, null, "unreachable", /^nothing answers at http:\/\/localhost:7070: is the server running\?$/],
    [{ url: "localhost:7070" }, opened, "malformed", /^--url wants the address of a host, as http/],
    [{ url: "harbour" }, opened, "malformed", /^--url wants/],
    [{ coordinates: "lantern" }, opened, "malformed", /^these are no coordinates of a hidden place: write MAP\/PLACE~SECRET$/],
    [{}, refused(401, "forbidden", "no token"), "forbidden", /wants to know who asks: give --token/],
    [{ token: "old" }, refused(401, "forbidden", "token has expired"), "unknown", /opened nothing: token has expired$/],
    [{}, refused(404, "unknown", "there is no such place"), "unknown", /opened nothing: there is no such place$/],
    [{}, refused(429, "limit", "too many try at once: try again soon"), "unknown", /opened nothing: too many try at once/],
    [{}, { status: 404, json: "nothing" }, "unknown", /it answered with 404: is it a host of Elsewhere\?$/],
    [{}, { status: 200, json: { hello: 1 } }, "unknown", /it answered with 200/],
  ];
  for (const [options, answer, code, message] of cases) {
    const { error, printed, said } = await open(options, answer);
    assert.ok(error instanceof ElsewhereError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.doesNotMatch([error.message, ...printed, ...said].join("\n"), /lantern/);
  }
});

test("T17 a secret that others could read on its way is said to be so", async () => {
  assert.match((await open({ url: "http://harbour.example" }, opened)).said.join(), /^note: the secret goes over the network/);
  for (const url of ["https://harbour.example", "http://127.0.0.1:7070", "http://[::1]:7070", "http://localhost"]) {
    assert.deepEqual((await open({ url }, opened)).said, [], url);
  }
  assert.equal((await open({ url: "http://localhost.evil.example" }, opened)).said.length, 1);
});
