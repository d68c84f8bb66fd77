import assert from "node:assert/strict";
import { test } from "node:test";
import { protocolVersion } from "@elsewhere/protocol";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { randomFrom } from "./support/random.ts";

const framesMax = 100_000;
/** Whoever is refused is made up for by newcomers, who come in together: each coming takes two ticks of everybody. */
const peersMin = 15;
const newcomers = 5;

const intents: readonly object[] = [
  { kind: "walk", to: "yard/west" },
  { kind: "walk", to: "@12,9" },
  { kind: "walk", to: { body: 3 } },
  { kind: "follow", body: 2 },
  { kind: "stop" },
  { kind: "face", direction: "north" },
  { kind: "say", text: "hello" },
  { kind: "whisper", text: "psst", to: 1 },
  { kind: "shout", text: "hey" },
  { kind: "emote", text: "waves" },
  { kind: "look" },
  { kind: "look", at: 1 },
  { kind: "use", target: "door", code: "1234" },
  { kind: "take", thing: 4 },
  { kind: "drop", thing: 4 },
  { kind: "give", thing: 4, to: 1 },
  { kind: "show", traits: { hat: "red" } },
  { kind: "do", verb: "dance", data: { steps: [1, 2, 3] } },
  { kind: "leave" },
];

const strange: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53,
  0.5,
  "",
  "yard@-1,99999",
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "x".repeat(600),
  [],
  [[[[]]]],
  {},
  { __proto__: 1 },
  { body: -1 },
  "yard@999,999",
  "nowhere/at all",
  "../../etc",
  "@1,1@2,2",
];

test("a hundred thousand frames, true, bent and broken, never reach beyond their own connection", { timeout: 300_000 }, async (t) => {
  const host = await TestHost.open(openMemory());
  const random = randomFrom(20_301);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const good = await host.enter("constant");
  const peers: Peer[] = [];
  let refused = 0;
  for (let sent = 0; sent < framesMax; sent++) {
    if (peers.length <= peersMin || random() < 0.0002) {
      for (let i = 0; i < newcomers; i++) peers.push(newcomer(host, sent + i, random()));
      await host.tick(2);
    }
    const peer = pick(peers);
    peer.sendText(frameText(random, pick));
    if (random() < 0.0005) peer.lose();
    if (!peer.open) {
      refused++;
      peers.splice(peers.indexOf(peer), 1);
    }
    if (sent % 250 === 249) {
      await host.tick();
      for (const each of peers) each.frames.length = 0;
      good.frames.splice(0, Math.max(0, good.frames.length - 100));
    }
  }
  await host.tick(5);
  assert.deepEqual(host.failures, []);
  assert.equal(host.host.view.health().status, "ok");
  const n = good.act({ kind: "say", text: "I am still here" });
  await host.tick(3);
  assert.equal(good.reply(n)?.ok, true, "whoever did nothing wrong is served as ever");
  assert.ok(refused > 100 && refused < framesMax / 2, `${refused} connections were refused`);
  t.diagnostic(`${framesMax} frames; ${refused} connections refused or lost`);
});

function newcomer(host: TestHost, i: number, chance: number): Peer {
  const peer = host.connect(chance < 0.9);
  peer.send({
    type: "hello",
    version: chance < 0.95 ? protocolVersion : protocolVersion + 1,
    // Few are new guests: each leaves a body behind for a while, which everybody goes on seeing.
    ...(chance < 0.8 ? { token: `person:fuzz-${i % 40}` } : { name: `Fuzz ${i}` }),
  });
  return peer;
}

function frameText(random: () => number, pick: <T>(list: readonly T[]) => T): string {
  const n = Math.floor(random() * 5_000);
  const intent: Record<string, unknown> = { ...pick(intents) };
  const chance = random();
  if (chance < 0.35) return JSON.stringify({ type: "intent", n, intent });
  if (chance < 0.75) {
    intent[pick([...Object.keys(intent), "kind", "extra"])] = pick(strange);
    return JSON.stringify({ type: "intent", n, intent });
  }
  if (chance < 0.85)
    return JSON.stringify({ type: pick(["resync", "resync", "resync", "intent"]), ...(chance < 0.78 ? { n: pick(strange) } : {}) });
  if (chance < 0.97) return JSON.stringify({ type: "intent", n, intent: pick(strange) });
  const text = JSON.stringify({ type: "intent", n, intent });
  const at = Math.floor(random() * text.length);
  return random() < 0.5 ? text.slice(0, at) : text.slice(0, at) + String.fromCharCode(random() * 0xffff) + text.slice(at + 1);
}
