/** How much of the world one connection may take, and what it is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { twoFields } from "./support/fields.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { oneByOne, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

test("S10 of two guests who come in under one name in the same tick one gets it", async () => {
  const host = await TestHost.open(openMemory());
  const names = ["Zoe", " zoe", "ＺＯＥ", "Ann"];
  const guests = names.map((name) => {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, name });
    return peer;
  });
  await host.tick(3);
  assert.deepEqual(
    guests.map((peer) => peer.last("welcome")?.name ?? peer.last("bye")?.error?.code),
    ["Zoe", "taken", "taken", "Ann"],
  );
});

test("S13 a paused world takes so many intents of a connection and no more", async () => {
  let full = false;
  const refuse = (): Error | null => (full ? new ElsewhereError("storage", "no room on the disk") : null);
  const host = await TestHost.open(openMemory({ refuse }));
  const ada = await host.enter("ada");
  const bob = await host.enter("bob");
  full = true;
  bob.act({ kind: "say", text: "it will not be long" });
  await host.tick(10);
  const asked = limits.unansweredIntentsMax + 50;
  for (let i = 0; i < asked; i++) ada.act({ kind: "face", direction: "east" });
  const refused = ada.of("error");
  assert.equal(refused.length, 50);
  assert.deepEqual([refused[0]!.error.code, refused[0]!.n], ["limit", limits.unansweredIntentsMax + 1]);
  full = false;
  await host.time.pass(limits.storageRetryMs);
  await host.tick(5);
  assert.equal(ada.reply(limits.unansweredIntentsMax)?.ok, true);
  const n = ada.act({ kind: "look" });
  await host.tick(2);
  assert.equal(ada.reply(n)?.ok, true, "and then it takes more");
});

test("S14 who sends nonsense and does not read what it is told is let go", async () => {
  const host = await TestHost.open(openMemory());
  const ada = await host.enter("ada");
  ada.bufferedBytes = limits.sendBufferBytesMax + 1;
  ada.act({ kind: "fly" });
  assert.equal(ada.open, false);
  assert.equal(ada.last("bye")?.error?.field, "session");
});

test("S15 nobody waits for ever to see through the eyes of a program that has left", async () => {
  const pool = scriptedPool({ baker: oneByOne({ kind: "walk", to: "@0,0" }, { kind: "leave" }) });
  const loaded = twoFields({ programs: [scriptedProgram("baker", "The baker", "east/start")] });
  const host = await TestHost.open(openMemory(), { loaded, pool });
  const observe = async (): Promise<Peer> => {
    const operator = host.connect();
    operator.send({ type: "hello", version: 2, token: "operator", observe: "baker" });
    await host.tick(2);
    return operator;
  };
  const early = await observe();
  assert.equal(early.last("welcome")?.observing, true);
  await host.tick(40);
  assert.equal(early.last("bye")?.reason, "withdrawn");
  const late = await observe();
  assert.deepEqual([late.last("bye")?.reason, late.last("bye")?.error?.code], ["withdrawn", "away"]);
});

test("S10 a guest cannot take a program's name, not even while it is away", async () => {
  const pool = scriptedPool({ baker: oneByOne({ kind: "walk", to: "@0,0" }, { kind: "leave" }) });
  const loaded = twoFields({ programs: [scriptedProgram("baker", "The baker", "east/start")] });
  const host = await TestHost.open(openMemory(), { loaded, pool });
  for (const ticks of [0, 40]) {
    await host.tick(ticks);
    const imitator = host.connect();
    imitator.send({ type: "hello", version: 2, name: "the Baker" });
    await host.tick(2);
    assert.equal(imitator.last("bye")?.error?.code, "taken");
  }
});

test("S16 the pace of the world is told as it is", async () => {
  for (const [pace, tickMs, speed] of [
    [1, 100, 1],
    [10, 10, 10],
    [Infinity, 0.1, 1_000],
  ] as const) {
    const host = await TestHost.open(openMemory(), { pace });
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token: "person:ada" });
    for (let i = 0; i < 20 && peer.frames.length === 0; i++) await host.time.pass(100);
    const welcome = peer.last("welcome")!;
    const world = host.host.view.world();
    assert.deepEqual([welcome.tickMs, welcome.speed], [tickMs, speed]);
    assert.deepEqual([world.tickMs, world.speed], [tickMs, speed]);
    await host.host.close();
  }
});

test("S17 an entry that is none is refused by its field", async () => {
  const host = await TestHost.open(openMemory(), { loaded: twoFields() });
  for (const entry of ["nowhere/start", "east/nowhere", "east@1,1", ""]) {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token: "person:ada", entry });
    await host.tick(3);
    assert.deepEqual([peer.last("bye")?.error?.code, peer.last("bye")?.error?.field], ["unknown", "hello.entry"], entry);
  }
});
