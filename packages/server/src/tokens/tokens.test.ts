import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { guestAllowed } from "./guests.ts";
import { loadTokenSecret } from "./secret.ts";
import { createTokens } from "./tokens.ts";

const secret = new Uint8Array(32).fill(7);
const startSeconds = 1_800_000_000;

function tokensAt(seconds: number, more: { secret?: Uint8Array; host?: string } = {}) {
  return createTokens({ secret, host: "harbour-host", nowSeconds: () => seconds, ...more });
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = {
  role: "operator",
  sub: "operator",
  iss: "harbour-host",
  aud: "harbour-host",
  iat: startSeconds,
  exp: startSeconds + 60,
};

/** A token signed with the right secret and whatever header and claims a forger likes. */
function forge(header: object, payload: object, hash = "sha256"): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest("base64url")}`;
}

test("G28 a token speaks for whom it was issued", async () => {
  const tokens = tokensAt(startSeconds);
  assert.deepEqual(await tokens.verify(await tokens.forPerson("person:ada", "Adä", 60)), {
    role: "person",
    who: "person:ada",
    name: "Adä",
  });
  assert.deepEqual(await tokens.verify(await tokens.forOperator(60)), { role: "operator" });
  assert.deepEqual(await tokens.verify(forge({ alg: "HS256", typ: "JWT" }, claims)), { role: "operator" }, "the forger's tools work");
});

test("G28 a token is good until it expires and not a second longer", async () => {
  const token = await tokensAt(startSeconds).forPerson("person:ada", "Ada", 60);
  await tokensAt(startSeconds + 59).verify(token);
  await assert.rejects(tokensAt(startSeconds + 60).verify(token), { code: "forbidden", message: /expired/, detail: { field: "token" } });
});

test("G28 a token of another host, or signed with another secret, is invalid", async () => {
  const token = await tokensAt(startSeconds).forOperator(60);
  const invalid = { code: "forbidden", message: /not valid/, detail: { field: "token" } };
  await assert.rejects(tokensAt(startSeconds, { host: "other-host" }).verify(token), invalid);
  await assert.rejects(tokensAt(startSeconds, { secret: new Uint8Array(32).fill(8) }).verify(token), invalid);
});

test("G29 the algorithm, the type, the claims and the roles are not the bearer's to choose", async () => {
  const tokens = tokensAt(startSeconds);
  const header = { alg: "HS256", typ: "JWT" };
  const unsigned = (alg: string): string => `${encode({ alg, typ: "JWT" })}.${encode(claims)}.`;
  const bad: readonly (readonly [string, string])[] = [
    ["no signature", unsigned("none")],
    ["no signature, other case", unsigned("None")],
    ["right algorithm, signature left out", unsigned("HS256")],
    ["another HMAC", forge({ alg: "HS512", typ: "JWT" }, claims, "sha512")],
    ["another type", forge({ alg: "HS256", typ: "at+jwt" }, claims)],
    ["no type", forge({ alg: "HS256" }, claims)],
    ["no end", forge(header, { ...claims, exp: undefined })],
    ["no issue time", forge(header, { ...claims, iat: undefined })],
    ["no issuer", forge(header, { ...claims, iss: undefined })],
    ["no audience", forge(header, { ...claims, aud: undefined })],
    ["no role", forge(header, { ...claims, role: undefined })],
    ["unknown role", forge(header, { ...claims, role: "warden" })],
    ["person without a name", forge(header, { ...claims, role: "person" })],
    ["person without an identity", forge(header, { ...claims, role: "person", name: "Ada", sub: "" })],
    ["not yet valid", forge(header, { ...claims, nbf: startSeconds + 30 })],
    ["not a token", "x"],
    ["empty", ""],
    ["dots", ".."],
  ];
  for (const [what, token] of bad) await assert.rejects(tokens.verify(token), { name: "ElsewhereError", code: "forbidden" }, what);
  await assert.rejects(tokens.verify("x".repeat(5000)), { code: "limit", detail: { field: "token", limit: 4096 } });
});

test("G29 no single changed character of a token goes unnoticed", async () => {
  const tokens = tokensAt(startSeconds);
  const token = await tokens.forOperator(60);
  // The last character carries two bits that mean nothing in base64url.
  for (let at = 0; at < token.length - 1; at += 1) {
    const other = token[at] === "A" ? "B" : "A";
    await assert.rejects(tokens.verify(token.slice(0, at) + other + token.slice(at + 1)), { code: "forbidden" }, `character ${at}`);
  }
});

test("G30 the secret is durable before it is used, and the same ever after", async () => {
  const settings = new Map<string, string>();
  const storage = {
    setting: async (key: string) => settings.get(key) ?? null,
    commit: async (batch: { settings?: readonly { key: string; value: string }[] }) => {
      for (const { key, value } of batch.settings ?? []) settings.set(key, value);
    },
  };
  let drawn = 0;
  const randomBytes = (count: number): Uint8Array => new Uint8Array(count).fill((drawn += 1));
  const first = await loadTokenSecret(storage, randomBytes);
  assert.deepEqual(first, new Uint8Array(32).fill(1));
  assert.deepEqual(await loadTokenSecret(storage, randomBytes), first);
  assert.equal(drawn, 1);
  settings.set("tokenSecret", "short");
  await assert.rejects(loadTokenSecret(storage, randomBytes), { code: "corrupt" });
  const full = { setting: async () => null, commit: () => Promise.reject(new ElsewhereError("storage", "the disk is full")) };
  await assert.rejects(loadTokenSecret(full, randomBytes), { code: "storage" });
});

test("G31 guests are let in by the host's policy", () => {
  const table = (["loopback", "all", "none"] as const).map((policy) => [true, false].map((loopback) => guestAllowed({ loopback, policy })));
  assert.deepEqual(table, [
    [true, false],
    [true, true],
    [false, false],
  ]);
});
