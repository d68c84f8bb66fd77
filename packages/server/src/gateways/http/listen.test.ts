import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Hono } from "hono";
import { FakeTime, fakeView } from "../testing/fakes.ts";
import { createHttpGateway } from "./gateway.ts";
import { listen } from "./listen.ts";

const options = { host: "127.0.0.1", onFault: assert.fail };

test("G26 a port that cannot be had is one line that says what to do", async () => {
  const first = await listen(new Hono(), { ...options, port: 0 });
  await assert.rejects(listen(new Hono(), { ...options, port: first.port }), {
    code: "taken",
    message: `port ${first.port} is in use: choose another with --port`,
    detail: { field: "port" },
  });
  await first.close();
  const second = await listen(new Hono(), { ...options, port: first.port });
  await second.close();
  for (const port of [-1, 65_536, 1.5, Number.NaN]) await assert.rejects(listen(new Hono(), { ...options, port }), { code: "malformed" });
  await assert.rejects(listen(new Hono(), { ...options, host: "203.0.113.1", port: 0 }), { code: "unknown", detail: { field: "host" } });
});

test("G26 closing ends every connection, also one that never asked for anything", async () => {
  const listening = await listen(new Hono(), { ...options, port: 0 });
  const idle = connect(listening.port, "127.0.0.1");
  await once(idle, "connect");
  const ended = once(idle, "close");
  await listening.close();
  await ended;
});

test("G13 a real request is answered, whatever upgrade it offers", async () => {
  const app = createHttpGateway({
    view: fakeView(),
    tokens: { verify: () => Promise.reject(new Error("unused")) },
    invite: () => Promise.reject(new Error("unused")),
    openPlace: () => Promise.reject(new Error("unused")),
    fingerprint: "unused",
    copy: () => Promise.reject(new Error("unused")),
    consoleDir: null,
    readFile: async () => null,
    time: new FakeTime(),
    onFault: assert.fail,
  });
  const listening = await listen(app, { ...options, port: 0 });
  listening.server.on("upgrade", (_request, socket) => socket.destroy());
  assert.match(listening.url, /^http:\/\/localhost:\d+$/);
  const answer = await fetch(`http://127.0.0.1:${listening.port}/healthz`);
  assert.deepEqual(await answer.json(), fakeView().health());
  const socket = connect(listening.port, "127.0.0.1");
  socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n");
  const [head] = await once(socket, "data");
  assert.match(String(head), /^HTTP\/1\.1 200 /);
  socket.destroy();
  await listening.close();
});
