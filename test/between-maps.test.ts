/** What may happen to a session in the very tick in which its body goes from one map to another, or out of the world. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { twoFields } from "./support/fields.ts";
import { type Peer, TestHost } from "./support/host.ts";

const open = (storage: Storage = openMemory()): Promise<TestHost> => TestHost.open(storage, { loaded: twoFields() });

/** Ticks that Ada's walk from the field she came in on takes until she is between the two: it is the same in every run. */
async function ticksToTheEdge(): Promise<number> {
  const storage = openMemory();
  const host = await open(storage);
  const ada = await host.enter("ada");
  ada.act({ kind: "walk", to: "west/start" });
  for (let ticks = 1; ticks < 200; ticks++) {
    await host.tick();
    if ((await storage.setting("transit"))?.includes("person:ada")) return ticks;
  }
  return assert.fail("she never got there");
}

const edge = await ticksToTheEdge();

/** Ada on her way to the other field, `before` ticks before the one that takes her off her own. */
async function adaBefore(before: number, storage?: Storage): Promise<{ host: TestHost; ada: Peer }> {
  const host = await open(storage);
  const ada = await host.enter("ada");
  ada.act({ kind: "walk", to: "west/start" });
  await host.tick(edge - before);
  return { host, ada };
}

const hello = (peer: Peer, name: string): void => peer.send({ type: "hello", version: 2, token: `person:${name}` });

test("S11 whatever is asked while one goes from map to map is answered", async () => {
  for (const before of [0, 1, 2]) {
    const { host, ada } = await adaBefore(before);
    const n = ada.act({ kind: "say", text: "on my way" });
    await host.tick(6);
    assert.deepEqual(ada.reply(n)?.ok, true, `asked ${before} ticks before`);
    assert.equal(ada.reply(1)?.ok, true, "the walk itself is answered");
    assert.equal(ada.last("view")?.map, "west");
  }
});

test("S4 whose line is lost between two maps falls asleep on the one it reaches", async () => {
  for (const before of [0, 1]) {
    const { host, ada } = await adaBefore(before);
    ada.lose();
    await host.tick(4);
    const bob = await host.enter("bob");
    const map = before === 0 ? "west" : "east";
    if (map === "west") {
      bob.act({ kind: "walk", to: "west/start" });
      await host.tick(edge + 6);
    }
    assert.equal(bob.last("view")?.map, map);
    assert.equal(bob.last("view")?.bodies.find(({ name }) => name === "ada")?.posture, "asleep");
  }
});

test("S4 who was between two maps when the host was killed is asleep on the other after it starts again", async () => {
  const storage = openMemory();
  await adaBefore(0, storage);
  const after = await open(storage);
  await after.tick(3);
  const bob = await after.enter("bob");
  bob.act({ kind: "walk", to: "west/start" });
  await after.tick(edge + 6);
  const ada = bob.last("view")!.bodies.find(({ name }) => name === "ada");
  assert.deepEqual([bob.last("view")!.map, ada?.posture], ["west", "asleep"]);
});

test("S3 a newer connection takes a body over in the very tick in which it changes maps", async () => {
  for (const before of [0, 1, 2]) {
    const { host, ada } = await adaBefore(before);
    const newer = host.connect();
    hello(newer, "ada");
    await host.tick(6);
    assert.equal(ada.last("bye")?.reason, "fenced", `${before} ticks before`);
    assert.equal(newer.last("bye"), undefined);
    assert.equal(newer.last("welcome")?.body, ada.last("welcome")?.body);
    assert.equal(newer.last("view")?.map, "west");
    newer.send({ type: "intent", n: 2, intent: { kind: "look" } });
    await host.tick(2);
    assert.equal(newer.reply(2)?.ok, true);
  }
});

test("S4 a newer connection that is lost while its body is between two maps leaves the body asleep", async () => {
  const { host, ada } = await adaBefore(2);
  const newer = host.connect();
  hello(newer, "ada");
  // The hello is checked in the first tick, and takes the body over in the second.
  await host.tick(2);
  assert.equal(newer.last("welcome"), undefined);
  newer.lose();
  await host.tick(4);
  assert.equal(ada.last("bye")?.reason, "fenced");
  const again = await host.enter("ada");
  assert.equal(again.last("view")?.map, "west");
  assert.ok(again.last("welcome")!.epoch >= 3);
});

test("S12 who leaves through one connection and comes in by another in the same tick is let in", async () => {
  const host = await open();
  const ada = await host.enter("ada");
  ada.act({ kind: "walk", to: "@0,0" });
  await host.tick(40);
  const said = ada.act({ kind: "say", text: "farewell" });
  const left = ada.act({ kind: "leave" });
  const newer = host.connect();
  hello(newer, "ada");
  await host.tick(4);
  assert.equal(ada.last("bye")?.reason, "left");
  assert.deepEqual([ada.reply(said)?.ok, ada.reply(left)?.ok], [true, true], "who leaves is still told how its last acts ended");
  assert.equal(newer.last("bye"), undefined);
  const { body, epoch } = newer.last("welcome")!;
  assert.equal(body, ada.last("welcome")!.body);
  assert.ok(epoch > ada.last("welcome")!.epoch);
});
