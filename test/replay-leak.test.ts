/** What of a world's past is shown to whom, over a whole host. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { HostFrame } from "@elsewhere/protocol";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { anything, cellarWord, Chance, ghosts, loadHaunted, secret } from "./support/haunted.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { until } from "./support/until.ts";
import { scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

const ticks = 240;
/** Before every record. */
const longAgo = -1e15;

/** All that a connection is shown of the whole past, as fast as it is asked for. */
async function replayed(host: TestHost, hello: object): Promise<Peer> {
  const peer = host.connect();
  const standing = (): (HostFrame & { type: "replaying" }) | undefined => peer.last("replaying");
  peer.send({ version: 2, type: "hello", ...hello });
  await until(() => standing() !== undefined || !peer.open, "a replay to begin");
  for (let asked = 2; peer.open; asked++) {
    const { now, to } = standing()!;
    if (now >= to) break;
    peer.send({ type: "replay", step: 10 });
    await until(() => peer.of("replaying").length >= asked || !peer.open, "the next ticks");
  }
  return peer;
}

/** What a frame says but for its number, which counts what its own connection was sent. */
const said = (frames: readonly HostFrame[]): readonly object[] =>
  frames.filter(({ type }) => type === "view" || type === "tick").map((frame) => ({ ...frame, seq: 0 }));

const saidInBytes = (frames: readonly Uint8Array[]): readonly string[] =>
  frames.map((frame) => Buffer.from(frame.map((byte, i) => (i === 1 ? 0 : byte))).toString("hex"));

/** People who go everywhere: into the cellar, from map to map, out and in, over lines that are lost and taken over. */
async function live(host: TestHost, seed: number, frames: "json" | "binary"): Promise<ReadonlyMap<string, readonly Peer[]>> {
  const chance = new Chance(seed);
  const peers = new Map<string, Peer[]>(["ada", "ben", "cyn"].map((name) => [name, []]));
  const dial = (name: string): void => {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token: `person:${name}`, frames });
    peers.get(name)!.push(peer);
  };
  await host.tick(3);
  for (let tick = 0; tick < ticks; tick++) {
    for (const [name, lines] of peers) {
      const line = lines.at(-1);
      const mood = chance.below(100);
      if (line === undefined || !line.open || mood === 0) dial(name);
      else if (mood === 1) line.lose();
      else if (mood < 12) line.act(anything(chance, [0, 20], name));
      else if (mood < 15) line.act({ kind: "walk", to: `square/cellar~${secret}` });
      else if (mood < 17) line.act({ kind: "walk", to: chance.of(["square/cellar", "hall", "garden/start"]) });
      else if (mood < 19) line.act({ kind: "walk", to: "@1,1" });
      else if (mood < 20) line.act({ kind: "walk", to: "ferry" });
      else if (mood < 21) line.act({ kind: "leave" });
      else if (mood < 23) line.act({ kind: "walk", to: "@6,1" });
    }
    await host.tick();
  }
  return peers;
}

const closing = (context: TestContext, host: TestHost): void => context.after(() => host.host.close());

for (const frames of ["json", "binary"] as const) {
  test(`X22 D63 a person is shown of their past what their ${frames} frames showed, no more and no less, tick by tick`, async (context) => {
    let compared = 0;
    let words = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const host = await TestHost.open(openMemory(), { loaded: loadHaunted(), crowd: ghosts(seed) });
      closing(context, host);
      const peers = await live(host, seed, frames);
      for (const [name, lines] of peers) {
        const again = await replayed(host, { token: `person:${name}`, frames, replay: { at: longAgo } });
        const [was, is] =
          frames === "json"
            ? [said(lines.flatMap((line) => line.frames)), said(again.frames)]
            : [saidInBytes(lines.flatMap((line) => line.bytes)), saidInBytes(again.bytes)];
        const at = was.findIndex((frame, i) => JSON.stringify(frame) !== JSON.stringify(is[i]));
        assert.deepEqual(is[at], was[at], `seed ${seed}, ${name}, frame ${at}`);
        assert.equal(is.length, was.length, `seed ${seed}, ${name}`);
        compared += is.length;
        words += JSON.stringify(is).split(frames === "json" ? cellarWord : Buffer.from(cellarWord).toString("hex")).length - 1;
      }
    }
    assert.ok(compared > 1_000, `only ${compared} frames were compared`);
    assert.ok(words > 10, `only ${words} words of those in the cellar were perceived`);
  });
}

test("X22 an operator is shown of a program's past what observing it showed, and that it was out of sight, no more", async (context) => {
  const chance = new Chance(5);
  const carl = scriptedProgram("carl", "Carl", "square/start");
  let n = 0;
  const script = (): readonly { n: number; intent: ReturnType<typeof anything> }[] =>
    n > 20 ? [] : [{ n: ++n, intent: n === 21 ? { kind: "walk", to: `cellar~${secret}` } : anything(chance, [0, 19], "carl") }];
  const wakes = { carl: ({ now }: { now: number }) => ({ intents: script(), wakeAt: now + 30_000 }) };
  const host = await TestHost.open(openMemory(), { loaded: loadHaunted([carl]), crowd: ghosts(9), pool: scriptedPool(wakes) });
  closing(context, host);
  await host.tick(3);
  const observer = host.connect();
  observer.send({ type: "hello", version: 2, token: "operator", observe: "carl" });
  await host.tick(ticks);
  assert.equal(observer.last("bye")?.reason, "withdrawn", "it went into the cellar");
  const again = await replayed(host, { token: "operator", replay: { as: "program:carl", at: longAgo } });
  const was = said(observer.frames) as readonly (HostFrame & { tick: number })[];
  const is = (said(again.frames) as readonly (HostFrame & { tick: number })[]).filter(({ tick }) => tick >= was[0]!.tick);
  assert.ok(was.length > 30);
  // The observer came in the middle of it, and was shown a whole view.
  const after = (list: typeof was): typeof was => list.filter(({ tick }) => tick > was[0]!.tick);
  assert.deepEqual(after(is).slice(0, after(was).length), after(was));
  const standings = again.of("replaying").map(({ gone }) => gone);
  assert.ok(standings.includes("hidden") && standings.includes(null));
  assert.ok(!JSON.stringify(again.frames).includes(cellarWord) && !JSON.stringify(again.frames).includes("cellar"));
});

test("X22 S9 whoever looks through a program's eyes is not told its answers on its way to another map either, live or later", async (context) => {
  const carl = scriptedProgram("carl", "Carl", "square/start");
  let n = 0;
  // It asks for something in every tick, that of its leaving too.
  const asks = ({ now }: { now: number }) => ({
    intents: [{ n: ++n, intent: n === 1 ? ({ kind: "walk", to: "@1,1" } as const) : ({ kind: "face", direction: "north" } as const) }],
    wakeAt: now + 6_000,
  });
  const host = await TestHost.open(openMemory(), { loaded: loadHaunted([carl]), pool: scriptedPool({ carl: asks }) });
  closing(context, host);
  const observer = host.connect();
  observer.send({ type: "hello", version: 2, token: "operator", observe: "carl" });
  await host.tick(60);
  assert.deepEqual(
    observer.of("view").map(({ map }) => map),
    ["square", "garden"],
  );
  const again = await replayed(host, { token: "operator", replay: { as: "program:carl", at: longAgo } });
  for (const peer of [observer, again]) assert.deepEqual([...new Set(peer.percepts().map(({ kind }) => kind))].toSorted(), ["arrived"]);
  assert.deepEqual(said(again.frames).slice(-10), said(observer.frames).slice(-10));
});

test("X22 two worlds that differ only in what a person may not know give that person the same past, to the byte", async (context) => {
  let bytes = 0;
  for (let seed = 1; seed <= 2; seed++) {
    const told: string[] = [];
    for (const crowd of [ghosts(seed), ghosts(100 + seed), undefined]) {
      const host = await TestHost.open(openMemory(), { loaded: loadHaunted(), ...(crowd && { crowd }) });
      closing(context, host);
      const chance = new Chance(seed);
      const people = [await host.enter("ada"), await host.enter("ben")];
      for (let tick = 0; tick < ticks; tick++) {
        for (const peer of people) if (chance.below(4) === 0) peer.act(anything(chance, [0, 13], "open"));
        await host.tick();
      }
      const text: string[] = [];
      for (const frames of ["json", "binary"]) {
        const again = await replayed(host, { token: "person:ada", frames, replay: { at: longAgo } });
        again.send({ type: "replay", next: { kind: "heard", back: true } });
        await until(() => again.last("replaying")!.found !== null, "what was last heard");
        text.push(JSON.stringify(again.frames), ...again.bytes.map((frame) => Buffer.from(frame).toString("hex")));
      }
      told.push(text.join("\n"));
    }
    assert.equal(told[1], told[0]);
    assert.equal(told[2], told[0]);
    bytes += told[0]!.length;
  }
  assert.ok(bytes > 100_000, `only ${bytes} bytes were compared`);
});

test("X23 a person cannot see another's past, and the operator none of what was in a hidden room, by no way there is", async (context) => {
  const host = await TestHost.open(openMemory(), { loaded: loadHaunted(), crowd: ghosts(3) });
  closing(context, host);
  await host.enter("ada");
  await host.tick(ticks);
  for (const replay of [{ as: "person:ben" }, { map: "square" }, { as: "person:ada" }]) {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token: "person:ada", replay });
    await until(() => !peer.open, "a refusal");
    assert.deepEqual([peer.last("bye")?.error?.code, peer.frames.length], ["forbidden", 1]);
  }
  const own = host.connect();
  own.send({ type: "hello", version: 2, token: "person:ada", replay: {} });
  await until(() => own.last("replaying") !== undefined, "a replay");
  own.send({ type: "replay", as: "person:ghost-1001" });
  assert.equal(own.last("error")?.error.code, "forbidden");
  own.send({ type: "intent", n: 1, intent: { kind: "look" } });
  assert.deepEqual([own.last("error")?.error.code, own.last("error")?.n], ["forbidden", 1]);
  const all = await replayed(host, { token: "operator", replay: { map: "square", at: longAgo } });
  const seen = JSON.stringify(all.frames);
  assert.ok(seen.includes('"ada"'), "whoever is not hidden is shown");
  const ghost = "person:ghost-1000";
  const behind = await replayed(host, { token: "operator", replay: { as: ghost, at: longAgo } });
  for (const kind of ["heard", "emoted", "did", "entered", "left", "appeared"]) {
    for (const peer of [all, behind]) {
      const before = peer.of("replaying").length;
      peer.send({ type: "replay", next: { kind, back: true } });
      await until(() => peer.of("replaying").length > before, kind);
    }
  }
  for (const peer of [all, behind]) {
    const text = JSON.stringify(peer.frames);
    assert.ok(!text.includes(cellarWord) && !text.includes("cellar"), text.slice(0, 2_000));
  }
});

test("X23 two worlds that differ only in a hidden room are the same to the operator, to the byte, however they ask", async (context) => {
  const told: string[] = [];
  for (const crowd of [ghosts(1, ["cellar"]), ghosts(2, ["cellar"]), undefined]) {
    const host = await TestHost.open(openMemory(), { loaded: loadHaunted(), ...(crowd && { crowd }) });
    closing(context, host);
    const chance = new Chance(1);
    const people = [await host.enter("ada"), await host.enter("ben")];
    for (let tick = 0; tick < ticks; tick++) {
      for (const peer of people) if (chance.below(4) === 0) peer.act(anything(chance, [0, 13], "open"));
      await host.tick();
    }
    const all = await replayed(host, { token: "operator", replay: { map: "square", at: longAgo } });
    for (const kind of ["heard", "emoted", "did", "door", "entered", "left"]) {
      for (const back of [true, true, false]) {
        const answers = all.of("replaying").length;
        all.send({ type: "replay", next: { kind, back } });
        await until(() => all.of("replaying").length > answers, kind);
      }
    }
    const { past } = host.host.view;
    const counts = [await past.timeline(), await past.density(null, null, null, 40), await past.search(null, "e", null, 100)];
    told.push(JSON.stringify([all.frames, counts]));
  }
  assert.ok(told[0]!.length > 20_000 && told[0]!.includes("open 1"));
  assert.equal(told[1], told[0]);
  assert.equal(told[2], told[0]);
});
