import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { sealMessages } from "../../crossings/envelope.ts";
import type { Message } from "../../crossings/messages.ts";
import { messagesPath, payloadPath } from "../../crossings/network.ts";
import { openMemory } from "../../storage/memory/memory.ts";
import { loadHostKey } from "../../tokens/host-key.ts";
import { serve } from "../testing/serve.ts";

const keyOf = (seed: number) => loadHostKey(openMemory(), (count) => new Uint8Array(count).fill(seed));
const [harbour, haven, stranger] = await Promise.all([keyOf(1), keyOf(2), keyOf(3)]);
const attempt = "a".repeat(22);
const message: Message = { kind: "alive", life: `${"f".repeat(43)}/baker`, epoch: 3, attempt };
const json = JSON.stringify(message);

function serveHaven() {
  const received: { readonly from: string; readonly message: Message }[] = [];
  const served = serve(
    {},
    {
      crossing: {
        self: haven.fingerprint,
        isPaired: (host) => host === harbour.fingerprint,
        receive: (from, said) => void received.push({ from, message: said }),
        payload: async (name) => (name === attempt ? Uint8Array.of(1, 2, 3) : null),
      },
    },
  );
  return { ...served, received };
}

test("V36 what a paired host says is heard, and what anybody else says is not", async () => {
  const { post, received, faults } = serveHaven();
  const said = await post(messagesPath, sealMessages(harbour, haven.fingerprint, [json, json]));
  assert.deepEqual([said.status, await said.text()], [204, ""]);
  assert.deepEqual(received.splice(0), [
    { from: harbour.fingerprint, message },
    { from: harbour.fingerprint, message },
  ]);
  for (const [body, status] of [
    [sealMessages(stranger, haven.fingerprint, [json]), 403],
    [sealMessages(harbour, stranger.fingerprint, [json]), 403],
    ["[]", 400],
    ["", 400],
    ["{}", 400],
  ] as const) {
    assert.equal((await post(messagesPath, body)).status, status, body);
  }
  assert.deepEqual(received, []);
  const newer = await post(messagesPath, sealMessages(harbour, haven.fingerprint, ['{"kind":"sing"}', json]));
  assert.deepEqual([newer.status, received.length], [404, 1], "one that is not understood does not silence the others");
  assert.deepEqual(faults, []);
});

test("V36 how large a request may be, and how many, is bounded before it is read", async () => {
  const { post, app, received } = serveHaven();
  const tooLarge = String(limits.crossingBodyBytesMax + 1);
  assert.equal((await post(messagesPath, "x", undefined, { "content-length": tooLarge })).status, 413);
  const endless = new ReadableStream({ pull: (out) => out.enqueue(new Uint8Array(1_024)) });
  const unsized = await app.request(messagesPath, { method: "POST", body: endless, duplex: "half" } as RequestInit);
  assert.equal(unsized.status, 413, "a body that does not say its length is not read");

  // The first of two large ones goes on only once the second has been answered.
  let goOn = (): void => {};
  const stalled = new Promise<void>((resolve) => (goOn = resolve));
  const body = sealMessages(
    harbour,
    haven.fingerprint,
    Array.from({ length: 250 }, () => JSON.stringify({ ...message, life: `${harbour.fingerprint}/${"x".repeat(240)}` })),
  );
  const slow = new ReadableStream({
    async start(out) {
      await stalled;
      out.enqueue(new TextEncoder().encode(body));
      out.close();
    },
  });
  const headers = { "content-length": String(body.length) };
  const first = app.request(messagesPath, { method: "POST", body: slow, duplex: "half", headers } as RequestInit);
  const second = await post(messagesPath, body);
  assert.deepEqual([second.status, second.headers.get("retry-after")], [429, "1"]);
  assert.equal((await post(messagesPath, sealMessages(harbour, haven.fingerprint, [json]))).status, 204, "small ones need not wait");
  goOn();
  assert.equal((await first).status, 204);
  assert.equal((await post(messagesPath, body)).status, 204);
  assert.equal(received.length, 501);
});

test("V36 a payload is given to who knows its name, and nothing else is", async () => {
  const { app, get } = serveHaven();
  const payload = await get(payloadPath(attempt));
  assert.deepEqual(
    [payload.status, payload.headers.get("content-type"), payload.headers.get("cache-control")],
    [200, "application/octet-stream", "no-store"],
  );
  assert.deepEqual(new Uint8Array(await payload.arrayBuffer()), Uint8Array.of(1, 2, 3));
  for (const none of ["b".repeat(22), "", "..", "%2e%2e%2f", `${attempt}/..`, "__proto__"])
    assert.equal((await get(payloadPath(none))).status, 404, none);
  for (const [path, method] of [
    [messagesPath, "GET"],
    [payloadPath(attempt), "PUT"],
    [payloadPath(attempt), "POST"],
  ] as const) {
    assert.equal((await app.request(path, { method })).status, 405, `${method} ${path}`);
  }
  const without = serve();
  assert.equal((await without.post(messagesPath, "")).status, 404, "a host where nothing crosses has none of it");
  assert.equal((await without.get(payloadPath(attempt))).status, 404);
});
