import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { checkIntent, ElsewhereError, limits, parseClientFrame } from "@elsewhere/protocol";
import fc from "fast-check";
import { WebSocket } from "ws";
import { FakeDoor, FakeTime, listenLocally } from "../testing/fakes.ts";
import { createWebSocketGateway } from "./gateway.ts";

const framesCount = 20_000;
const perConnection = limits.framesPerSecondMax * 2 - 10;

const sound = [
  { type: "hello", version: 2, token: "x.y.z", name: "Ada", entry: "harbour/quay" },
  { type: "intent", n: 1, intent: { kind: "say", text: "good morning" } },
  { type: "intent", n: 2, intent: { kind: "walk", to: "harbour@3,4" } },
  { type: "intent", n: 3, intent: { kind: "do", verb: "ring", data: { loud: [true, null, 1.5] }, to: 7 } },
  { type: "intent", n: 4, intent: { kind: "show", traits: { hat: "red" } } },
  { type: "resync" },
].map((frame) => JSON.stringify(frame));

/** A sound frame with bytes cut out, doubled or overwritten, or a value of any kind where none was meant. */
const mutated = fc
  .record({ text: fc.constantFrom(...sound), at: fc.nat(90), cut: fc.nat(8), put: fc.string({ unit: "binary", maxLength: 8 }) })
  .map(({ text, at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut));
const misplaced = fc.record({ text: fc.constantFrom(...sound), value: fc.jsonValue(), key: fc.nat(8) }).map(({ text, value, key }) => {
  const frame = JSON.parse(text) as Record<string, unknown>;
  const target = (key % 2 === 0 && (frame["intent"] as Record<string, unknown>)) || frame;
  const keys = Object.keys(target);
  target[keys[key % keys.length]!] = value;
  return JSON.stringify(frame);
});
const nested = fc
  .integer({ min: 1, max: 5000 })
  .map((depth) => `{"type":"intent","n":1,"intent":{"kind":"show","traits":${"[".repeat(depth)}`);
const anyText = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 4, arbitrary: misplaced },
  { weight: 2, arbitrary: fc.json() },
  { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: nested },
);

/** What a session does with a frame; throws only what is no named error. */
function take(text: string): "taken" | "refused" {
  try {
    const frame = parseClientFrame(text);
    if (frame.type === "intent") checkIntent(frame.intent);
    return "taken";
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    assert.match(error.message, /^[\P{Cc}]{1,500}$/u);
    assert.ok(error.detail.field);
    return "refused";
  }
}

test("G12 no frame whatever gets more out of the gateway than a named error", async (context) => {
  const door = new FakeDoor();
  const broken = Promise.withResolvers<void>();
  const counts = { taken: 0, refused: 0 };
  door.onReceived = (text) => {
    counts[take(text)] += 1;
  };
  const gateway = createWebSocketGateway({ door, time: new FakeTime(), onFault: broken.reject });
  const server = createServer();
  gateway.attach(server);
  const address = await listenLocally(server);
  context.after(async () => {
    await gateway.close();
    server.close();
  });
  const frames = fc.sample(anyText, { seed: 2024, numRuns: framesCount });
  let sent = 0;
  while (sent < frames.length) {
    const socket = new WebSocket(`ws://${address}/ws`);
    await once(socket, "open");
    const batch = frames.slice(sent, sent + perConnection);
    sent += batch.length;
    for (const frame of batch) socket.send(frame);
    await Promise.race([door.expect(() => counts.taken + counts.refused === sent), broken.promise]);
    socket.close();
    await once(socket, "close");
  }
  assert.equal(counts.taken + counts.refused, framesCount);
  assert.ok(counts.taken > 500 && counts.refused > 10_000, JSON.stringify(counts));
});
