import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { hash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { FakeTime } from "../gateways/testing/fakes.ts";
import { carryCommand } from "../cli/carry.ts";
import { openMemory } from "../storage/memory/memory.ts";
import { code } from "../storage/testing/rows.ts";
import { loadHostKey } from "../tokens/host-key.ts";
import { createCarrier } from "./carrier.ts";
import { signDeposit } from "./carrier-deposit.ts";
import { payloadPath } from "./network.ts";

const keyOf = (seed: number) => loadHostKey(openMemory(), (count) => new Uint8Array(count).fill(seed));
const [harbour, haven, stranger] = await Promise.all([keyOf(1), keyOf(2), keyOf(3)]);
const attempt = "a".repeat(22);
const payload = new Uint8Array(randomBytes(1_000));
const hashOf = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

interface Request {
  readonly path: string;
  readonly init: RequestInit;
}

/** A deposit as a host makes it; `more` is what a forger changes of it after it was signed. */
function depositing(
  bytes: Uint8Array<ArrayBuffer>,
  {
    of = attempt,
    by = harbour,
    forMs = 60_000,
    headers = {},
  }: Partial<{ of: string; by: typeof harbour; forMs: number; headers: object }> = {},
): Request {
  const signed = signDeposit(by, { attempt: of, hash: hashOf(bytes), forMs });
  const all = { "content-length": String(bytes.length), ...signed, ...headers };
  return { path: `${payloadPath(of)}?forMs=${forMs}`, init: { method: "PUT", body: bytes, headers: all } };
}

function carrying(payloadBytesMax = 10_000) {
  const time = new FakeTime();
  const hosts = new Set([harbour.fingerprint, haven.fingerprint]);
  const app = createCarrier({ hosts, payloadBytesMax, time, onFault: assert.fail });
  return {
    app,
    time,
    put: async ({ path, init }: Request): Promise<number> => (await app.request(path, init)).status,
    get: async (of = attempt): Promise<Uint8Array | number> => {
      const response = await app.request(payloadPath(of));
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : response.status;
    },
  };
}

test("V39 a carrier has a payload until its deadline, and no longer", async () => {
  const { put, get, time } = carrying();
  assert.equal(await get(), 404);
  assert.equal(await put(depositing(payload)), 204);
  assert.deepEqual(await get(), payload);
  time.pass(30_000);
  assert.equal(await put(depositing(payload)), 204, "said again by a source that has not heard of it");
  time.pass(29_999);
  assert.deepEqual(await get(), payload);
  time.pass(1);
  assert.equal(await get(), 404, "what was said again in between did not put the deadline off");
  assert.equal(time.timersLeft, 0);
  assert.equal(await put(depositing(payload)), 204, "and it can be deposited again");
  assert.deepEqual(await get(), payload);
});

test("V39 nothing makes way in a full carrier, and its room is free again after the deadline", async () => {
  const { put, get, time } = carrying(2_500);
  const named = (letter: string): string => letter.repeat(22);
  assert.equal(await put(depositing(payload, { of: named("a") })), 204);
  assert.equal(await put(depositing(payload, { of: named("b"), forMs: 120_000 })), 204);
  assert.equal(await put(depositing(payload, { of: named("c") })), 413);
  assert.equal(await put(depositing(payload.slice(0, 500), { of: named("d") })), 204, "to the last byte");
  assert.deepEqual([await get(named("a")), await get(named("b")), await get(named("c"))], [payload, payload, 404]);
  time.pass(60_000);
  assert.equal(await put(depositing(payload, { of: named("c") })), 204);
  assert.deepEqual([await get(named("a")), await get(named("c"))], [404, payload]);
});

test("V40 a carrier takes only what a host it carries for has signed, and reads nothing else", async () => {
  const { put, get, app, time } = carrying();
  const good = depositing(payload);
  const other = new Uint8Array(randomBytes(1_000));
  const signedBy = (host: typeof harbour): Record<string, string> => signDeposit(host, { attempt, hash: hashOf(payload), forMs: 60_000 });
  const unread = new ReadableStream<Uint8Array>({ pull: () => assert.fail("it is read") }, { highWaterMark: 0 });
  const refused = async (status: number, { path, init }: Request): Promise<void> => {
    // A request that is refused before its body is read is refused for what comes before it.
    const response = await app.request(path, { ...init, body: unread, duplex: "half" } as RequestInit);
    assert.equal(response.status, status, path);
  };
  await refused(403, depositing(payload, { by: stranger }));
  await refused(403, depositing(payload, { headers: { "elsewhere-from": haven.publicKey } }));
  await refused(403, depositing(payload, { headers: { "elsewhere-from": stranger.publicKey } }));
  await refused(403, depositing(payload, { headers: { "elsewhere-hash": hashOf(other) } }));
  await refused(403, { ...good, path: `${payloadPath(attempt)}?forMs=60001` });
  await refused(403, { ...good, path: `${payloadPath("b".repeat(22))}?forMs=60000` });
  for (const forMs of ["", "0", "-1", "1.5", "1e4", "060000", String(limits.crossingMsMax + 1)]) {
    await refused(400, { ...good, path: `${payloadPath(attempt)}?forMs=${forMs}` });
  }
  for (const name of ["elsewhere-from", "elsewhere-hash", "elsewhere-signature"]) {
    await refused(400, depositing(payload, { headers: { [name]: "" } }));
    await refused(400, depositing(payload, { headers: { [name]: "A".repeat(10_000) } }));
  }
  for (const name of ["short", "a".repeat(23), "%2e%2e%2f%2e%2e", `${"a".repeat(21)}%00`, "__proto__"]) {
    await refused(400, { ...good, path: `${payloadPath(name)}?forMs=60000` });
  }
  await refused(413, depositing(payload, { headers: { "content-length": String(limits.crossingPayloadBytesMax + 1) } }));
  await refused(413, depositing(payload, { headers: { "content-length": "0" } }));
  const { "content-length": _, ...unsized } = good.init.headers as Record<string, string>;
  await refused(413, { ...good, init: { ...good.init, headers: unsized } });

  // What was announced and signed, but other bytes come.
  for (const bytes of [other, payload.slice(0, 999), new Uint8Array(5_000)]) {
    assert.equal(
      await put({ ...good, init: { ...good.init, body: bytes, headers: { ...signedBy(harbour), "content-length": "1000" } } }),
      400,
    );
    assert.equal(await get(), 404);
  }
  assert.equal(time.timersLeft, 0);
  assert.equal(await put(good), 204);
  assert.equal(await put(depositing(other)), 409, "a payload that is there stays as it is");
  assert.equal(await put(depositing(payload, { by: haven })), 409);
  assert.deepEqual(await get(), payload);
  for (const [path, method, status] of [
    [payloadPath(attempt), "POST", 405],
    [payloadPath(attempt), "DELETE", 405],
    ["/api/crossings/messages", "POST", 405],
    [`${payloadPath("")}../../healthz`, "GET", 404],
    ["/api/crossings/payloads", "GET", 404],
    ["/", "GET", 404],
  ] as const) {
    assert.equal((await app.request(path, { method })).status, status, `${method} ${path}`);
  }
});

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

async function start(flags: readonly string[]): Promise<{ url: string; address: string; end(signal: NodeJS.Signals): Promise<unknown> }> {
  const child = spawn(process.execPath, ["--conditions=source", main, "carry", "--json", ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const line = await Promise.race([
    once(child.stdout.setEncoding("utf8"), "data").then(([text]) => text as string),
    ended.then(() => Promise.reject(new Error(errors.join("")))),
  ]);
  const { ready, port, address, pid } = JSON.parse(line) as { ready: boolean; port: number; address: string; pid: number };
  assert.deepEqual([ready, pid], [true, child.pid]);
  const end = async (signal: NodeJS.Signals): Promise<unknown> => {
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    assert.equal(errors.join(""), "", "it says nothing of what it carries");
    return code;
  };
  return { url: `http://127.0.0.1:${port}`, address, end };
}

test("V41 a carrier is a process of its own that is lost without loss", { timeout: 60_000 }, async () => {
  const flags = ["--port", "0", "--for", harbour.fingerprint, haven.fingerprint, "--payload-bytes", String(limits.crossingPayloadBytesMax)];
  const first = await start(flags);
  assert.match(first.address, /^elsewhere:\/\/localhost:\d+$/);
  const large = new Uint8Array(randomBytes(limits.crossingPayloadBytesMax));
  const { path, init } = depositing(large);
  const putAt = async (url: string): Promise<number> => (await fetch(url + path, init)).status;
  assert.equal(await putAt(first.url), 204);
  const got = await fetch(first.url + payloadPath(attempt));
  assert.deepEqual(new Uint8Array(await got.arrayBuffer()), large);
  const more = depositing(payload, { of: "b".repeat(22) });
  assert.equal((await fetch(first.url + more.path, more.init)).status, 413, "it is full");
  await first.end("SIGKILL");

  const second = await start(flags);
  assert.equal((await fetch(second.url + payloadPath(attempt))).status, 404, "it starts with nothing");
  assert.equal(await putAt(second.url), 204);
  assert.equal((await fetch(second.url + payloadPath(attempt))).status, 200);
  assert.equal(await second.end("SIGTERM"), 0);
});

test("V41 a carrier that is told of no host says so", async () => {
  const options = { port: 0, host: "127.0.0.1", for: ["harbour"], payloadBytes: 1, json: true };
  const never = (): never => assert.fail();
  const time = { monotonicMs: never, after: never, soon: never };
  await assert.rejects(carryCommand(options, { pid: 1, time, print: never, say: never, onStop: never }), code("malformed"));
});
