import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { TestHost } from "./support/host.ts";

test("S1 the first frame must be hello, and what is no frame is refused by name", async () => {
  const host = await TestHost.open(openMemory());
  for (const [text, field] of [
    ['{"type":"resync"}', "frame.type"],
    ["nonsense", "frame"],
    ['{"type":"dance"}', "frame.type"],
  ] as const) {
    const peer = host.connect();
    peer.sendText(text);
    assert.equal(peer.last("bye")?.reason, "refused");
    assert.equal(peer.last("bye")?.error?.field, field, text);
    assert.equal(peer.open, false);
  }
});

test("S1 whoever says nothing is let go", async () => {
  const host = await TestHost.open(openMemory());
  const peer = host.connect();
  await host.time.pass(limits.helloMsMax);
  assert.equal(peer.last("bye")?.error?.code, "limit");
});

test("S3 a newer connection fences the older one", async () => {
  const host = await TestHost.open(openMemory());
  const older = await host.enter("ada");
  const newer = await host.enter("ada");
  assert.equal(older.last("bye")?.reason, "fenced");
  const [first, second] = [older.last("welcome")!, newer.last("welcome")!];
  assert.equal(second.body, first.body);
  assert.ok(second.epoch > first.epoch);
  await host.tick(3);
  assert.equal(newer.open, true, "the older one's end does not put the body to sleep");
  const watcher = await host.enter("bob");
  assert.equal(watcher.last("view")!.bodies.find(({ name }) => name === "ada")?.posture, "awake");
});

test("S2 S4 who comes back finds the same body, also across a restart, with a greater epoch", async () => {
  const storage = openMemory();
  const before = await TestHost.open(storage);
  const ada = await before.enter("ada");
  const n = ada.act({ kind: "walk", to: "@20,5" });
  await before.tick(2);
  ada.lose();
  await before.tick(2);
  const bob = await before.enter("bob");
  const asleep = bob.last("view")!.bodies.find(({ name }) => name === "ada")!;
  assert.equal(asleep.posture, "asleep");
  assert.equal(ada.reply(n), undefined, "the walk had not ended");

  // A host that is killed says nothing to its storage; another one is opened over it.
  const after = await TestHost.open(storage);
  await after.tick(2);
  const again = await after.enter("ada");
  const [first, second] = [ada.last("welcome")!, again.last("welcome")!];
  assert.equal(second.body, first.body);
  assert.ok(second.epoch > first.epoch);
  assert.equal(second.lastN, n);
  const self = again.last("view")!.bodies.find(({ id }) => id === second.body)!;
  assert.deepEqual([self.x, self.y, self.posture], [asleep.x, asleep.y, "awake"]);
  await after.tick(2);
  const witness = await after.enter("eve");
  const others = witness.last("view")!.bodies.filter(({ name }) => name === "bob");
  assert.equal(others[0]?.posture, "asleep", "whoever was connected when the host ended is unplugged");
});

test("S5 an invalid intent is answered with its field and changes nothing", async () => {
  const host = await TestHost.open(openMemory());
  const ada = await host.enter("ada");
  for (const [intent, code, field] of [
    [{ kind: "fly" }, "unknown", "intent.kind"],
    [{ kind: "say", text: "x".repeat(limits.textCharsMax + 1) }, "limit", "intent.text"],
    [{ kind: "walk", to: "a@b@c" }, "malformed", "intent.to"],
    [{ kind: "show", traits: { much: "x".repeat(2000) } }, "limit", "intent.traits"],
  ] as const) {
    const n = ada.act(intent);
    await host.tick(2);
    const reply = ada.reply(n);
    const error = reply?.ok === false ? reply.error : ada.of("error").find((frame) => frame.n === n)?.error;
    assert.deepEqual([error?.code, error?.field], [code, field], JSON.stringify(intent).slice(0, 60));
  }
  assert.equal(ada.open, true);
});

test("S6 a slow reader gets one view and the replies it was owed", async () => {
  const host = await TestHost.open(openMemory());
  const slow = await host.enter("slow");
  const fast = await host.enter("fast");
  slow.bufferedBytes = limits.sendBufferBytesMax + 1;
  const n = slow.act({ kind: "say", text: "anybody?" });
  fast.act({ kind: "walk", to: "@6,12" });
  const before = slow.frames.length;
  await host.tick(20);
  assert.equal(slow.frames.length, before, "nothing is queued for who does not read");
  slow.bufferedBytes = 0;
  await host.tick(2);
  const [view, ...rest] = slow.frames.slice(before);
  assert.equal(view?.type, "view");
  const seen = (view as { bodies: readonly { name: string; x: number }[] }).bodies.find(({ name }) => name === "fast");
  assert.equal(seen?.x, fast.last("view") && 6.5, "the view shows the present");
  assert.equal(slow.reply(n)?.ok, true);
  assert.ok(rest.length <= 3);
});

test("S7 a memory holds what was said and done, in order, no sensations and not who came and went", async () => {
  const host = await TestHost.open(openMemory());
  const ada = await host.enter("ada");
  const bob = await host.enter("bob");
  bob.act({ kind: "say", text: "good morning" });
  bob.act({ kind: "emote", text: "waves" });
  bob.act({ kind: "say", text: "and good night" });
  await host.tick(3);
  assert.ok(
    ada.percepts().some(({ kind }) => kind === "emoted"),
    "the sensation was perceived",
  );
  const memory = (await host.host.view.memory("person:ada", 0)).map(({ json }) => JSON.parse(json) as { kind: string; text?: string });
  assert.deepEqual(
    memory.filter(({ kind }) => kind === "heard").map(({ text }) => text),
    ["good morning", "and good night"],
  );
  assert.deepEqual(new Set(memory.map(({ kind }) => kind)), new Set(["arrived", "heard"]));
});

test("S8 S10 guests enter from loopback only and under a name of their own", async () => {
  const host = await TestHost.open(openMemory());
  const far = host.connect(false);
  far.send({ type: "hello", version: 2, name: "Zoe" });
  await host.tick(2);
  assert.equal(far.last("bye")?.error?.code, "forbidden");
  const near = host.connect();
  near.send({ type: "hello", version: 2, name: "Zoe" });
  await host.tick(2);
  assert.equal(near.last("welcome")?.token, "person:guest-Zoe");
  const imitator = host.connect();
  imitator.send({ type: "hello", version: 2, name: "  zOE " });
  await host.tick(2);
  assert.equal(imitator.last("bye")?.error?.code, "taken");
});

test("S9 only an operator may look through a program's eyes", async () => {
  const host = await TestHost.open(openMemory());
  const peer = host.connect();
  peer.send({ type: "hello", version: 2, token: "person:ada", observe: "baker" });
  await host.tick();
  assert.equal(peer.last("bye")?.error?.code, "forbidden");
  const operator = host.connect();
  operator.send({ type: "hello", version: 2, token: "operator", observe: "baker" });
  await host.tick();
  assert.equal(operator.last("bye")?.error?.code, "unknown", "there is no such program here");
});

test("D6 a world that closed after idle ticks opens again at the very tick it closed at", async () => {
  const storage = openMemory();
  const close = storage.close.bind(storage);
  storage.close = async () => {};
  const before = await TestHost.open(storage);
  const ada = await before.enter("ada");
  ada.lose();
  await before.tick(15);
  const closing = before.host.close();
  await before.time.pass(2_000);
  await closing;
  const after = await TestHost.open(storage);
  await after.tick();
  assert.deepEqual(after.failures, []);
  const back = await after.enter("ada");
  assert.equal(back.last("welcome")?.body, ada.last("welcome")?.body);
  assert.ok(back.last("view")!.tick > 15);
  await close();
});

test("D3 D8 a full disk holds everything back, and lets it go when there is room", async () => {
  let full = false;
  const refuse = (): Error | null => (full ? new ElsewhereError("storage", "no room on the disk") : null);
  const host = await TestHost.open(openMemory({ refuse }));
  const ada = await host.enter("ada");
  full = true;
  const n = ada.act({ kind: "say", text: "is anybody there?" });
  await host.tick(20);
  assert.equal(ada.reply(n), undefined, "nothing is acknowledged that is not durable");
  assert.match(ada.last("paused")?.reason ?? "", /no room/);
  assert.equal(host.host.view.health().status, "paused");
  const { tick } = host.host.view.health();
  full = false;
  await host.time.pass(limits.storageRetryMs);
  await host.tick(5);
  assert.equal(ada.last("paused")?.reason, null);
  assert.equal(ada.reply(n)?.ok, true);
  assert.equal(host.host.view.health().status, "ok");
  assert.ok(host.host.view.health().tick > tick);
});
