/** What of hidden rooms is shown of a world's past, and to whom, over a whole host. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type HostFrame, limits } from "@elsewhere/protocol";
import type { HostOptions } from "../packages/server/src/host.ts";
import type { ToWorker, WorkerData } from "../packages/server/src/replay/messages.ts";
import { Replays } from "../packages/server/src/replay/replays.ts";
import type { ThreadEvents } from "../packages/server/src/replay/thread.ts";
import { sealedPastOf } from "../packages/server/src/sealing/past.ts";
import { placeKey } from "../packages/server/src/sealing/place-key.ts";
import { prepareSealing } from "../packages/server/src/sealing/sealing.ts";
import { readTail } from "../packages/server/src/sealing/tail.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { ClockHistory, clocksIn } from "../packages/server/src/ticks/clock.ts";
import type { LoadedWorld } from "../packages/server/src/worlds/load.ts";
import { anything, cellarWord, Chance, ghosts, loadHaunted, secret } from "./support/haunted.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { ManualTime } from "./support/manual-time.ts";
import { until } from "./support/until.ts";

type Standing = HostFrame & { readonly type: "replaying" };

const longAgo = -1e15;
const cellar = `square/cellar~${secret}`;
const { recipient } = await placeKey("square", "cellar", secret);

/** The haunted world; `knows`: whether its map tells the secret of the cellar, or the public half of its key alone. */
function load(knows: "secret" | "recipient"): LoadedWorld {
  const loaded = loadHaunted();
  const maps = loaded.maps.map((map) => {
    const rooms = map.rooms.map((room) =>
      room.secret === undefined ? { ...room } : { ...room, ...(knows === "secret" ? { secret } : { secret: "", recipient }) },
    );
    const places = map.places.map((place) => rooms.find(({ name }) => name === place.name) ?? place);
    return { ...map, rooms, places, closed: new Set<number>() };
  });
  return { ...loaded, maps };
}

const start = (storage: Storage, knows: "secret" | "recipient", changes: Partial<HostOptions> = {}): Promise<TestHost> =>
  TestHost.open(storage, { loaded: load(knows), ...changes });

const closing = (context: TestContext, { host }: TestHost): void => context.after(() => host.close());

/** A storage that one host after another has. */
function handedOn(): Storage {
  return new Proxy(openMemory(), {
    get: (target, key): unknown => {
      const value: unknown = Reflect.get(target, key, target);
      return key === "close" ? async () => {} : typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Somebody who goes into the cellar and lives there. */
async function liveInside(host: TestHost, peer: Peer, ticks: number, seed: number): Promise<void> {
  const chance = new Chance(seed);
  peer.act({ kind: "walk", to: cellar });
  for (let tick = 0; tick < ticks; tick++) {
    if (tick > 60 && chance.below(3) === 0) peer.act(anything(chance, [21, 26], "inside", [3, 7]));
    await host.tick();
  }
}

class Watcher {
  readonly peer: Peer;

  private constructor(peer: Peer) {
    this.peer = peer;
  }

  static async of(host: TestHost, token: string, replay: object): Promise<Watcher> {
    const watcher = new Watcher(host.connect());
    await watcher.#answered(() => watcher.peer.send({ type: "hello", version: 2, token, replay }));
    return watcher;
  }

  ask(order: object): Promise<Standing> {
    return this.#answered(() => this.peer.send({ type: "replay", ...order }));
  }

  async #answered(ask: () => void): Promise<Standing> {
    const said = this.peer.of("replaying").length;
    ask();
    await until(() => this.peer.of("replaying").length > said || !this.peer.open, "an answer");
    assert.ok(this.peer.open, JSON.stringify(this.peer.last("bye")));
    return this.peer.last("replaying")!;
  }
}

/** Views and ticks of the whole record, ten ticks at a time. */
async function replayed(host: TestHost, token: string, replay: object): Promise<{ readonly peer: Peer; readonly gone: readonly Gone[] }> {
  const watcher = await Watcher.of(host, token, { at: longAgo, ...replay });
  const gone: Gone[] = [];
  for (let standing = watcher.peer.last("replaying")!; standing.now < standing.to;) {
    standing = await watcher.ask({ step: 10 });
    if (gone.at(-1) !== standing.gone) gone.push(standing.gone);
  }
  return { peer: watcher.peer, gone };
}

type Gone = Standing["gone"];

const said = (peer: Peer): readonly object[] =>
  peer.frames.filter(({ type }) => type === "view" || type === "tick").map((frame) => ({ ...frame, seq: 0 }));

test("Z70 who was in a hidden room is shown there what they were sent, from blocks and from the tail, after a restart as well", async (context) => {
  for (const [knows, placeKeys] of [
    ["secret", []],
    ["recipient", [cellar]],
  ] as const) {
    const storage = handedOn();
    const was: object[] = [];
    let host: TestHost | null = null;
    for (const run of [1, 2]) {
      host = await start(storage, knows, { placeKeys, crowd: ghosts(run, ["cellar"]) });
      const ada = host.connect();
      ada.send({ type: "hello", version: 2, token: "person:ada" });
      await host.tick(2);
      await liveInside(host, ada, 200, run);
      ada.lose();
      await host.tick(2);
      was.push(...said(ada));
      if (run === 1) await host.host.close();
      else closing(context, host);
    }
    const is = said((await replayed(host!, "person:ada", {})).peer);
    assert.deepEqual(is, was);
    assert.ok(JSON.stringify(is).split(cellarWord).length > 20);
  }
});

test("Z70 what happens in a hidden room is shown as it happens to who was there, by the past that goes along", async (context) => {
  const host = await start(openMemory(), "secret", { crowd: ghosts(8, ["cellar"]) });
  closing(context, host);
  const ada = await host.enter("ada");
  await liveInside(host, ada, 100, 8);
  const watcher = await Watcher.of(host, "person:ada", {});
  const first = watcher.peer.last("replaying")!.tick;
  for (let tick = first + 1; tick < first + 60; tick++) {
    ada.act({ kind: "say", text: `word ${tick}` });
    await host.tick();
    await until(() => host.host.view.health().tick >= tick, "the tick to be stored");
    assert.equal((await watcher.ask({ step: 1 })).tick, tick);
  }
  const after = (peer: Peer): object[] => said(peer).filter((frame) => "tick" in frame && (frame.tick as number) > first);
  const was = after(ada).slice(0, after(watcher.peer).length);
  assert.deepEqual(after(watcher.peer), was);
  assert.ok(was.length > 50 && JSON.stringify(was).includes(cellarWord));
});

test("Z72 Z78 while a room was closed who is in it is out of sight, and before and after they are there, wherever one comes from", async (context) => {
  const storage = handedOn();
  const spans: { readonly open: boolean; readonly first: number; readonly last: number }[] = [];
  let host: TestHost | null = null;
  for (const placeKeys of [[cellar], [], [cellar]]) {
    host = await start(storage, "recipient", { placeKeys });
    const first = host.host.view.health().tick;
    const open = placeKeys.length > 0;
    if (spans.length === 0) await liveInside(host, await host.enter("ada"), 120, 3);
    else await host.tick(40);
    spans.push({ open, first, last: host.host.view.health().tick });
    // The one who is inside stays there when the host ends.
    await host.host.close();
  }
  host = await start(storage, "recipient", { placeKeys: [cellar] });
  closing(context, host);
  await host.tick(2);
  const [all, eyes, own, blind] = [
    await Watcher.of(host, "operator", { map: "square", places: [cellar] }),
    await Watcher.of(host, "operator", { as: "person:ada", places: [cellar] }),
    await Watcher.of(host, "person:ada", {}),
    await Watcher.of(host, "operator", { map: "square" }),
  ];
  const sees = async (watcher: Watcher, now: number): Promise<boolean> => {
    await watcher.ask({ at: now });
    return watcher.peer.last("view")!.bodies.some(({ name }) => name === "ada");
  };
  const { clock } = await clockOf(storage);
  const chance = new Chance(1);
  const ticks = spans.flatMap(({ open, first, last }) => {
    const begin = first === 0 ? 100 : first + 3;
    return [begin, last - 2, begin + chance.below(last - begin - 2)].map((tick) => ({ tick, open }));
  });
  for (const { tick, open } of [...ticks, ...ticks.toReversed()]) {
    const now = clock.at(tick);
    assert.equal(await sees(all, now), open, `tick ${tick}`);
    assert.equal(await sees(blind, now), false, `tick ${tick}`);
    // With her connection she is unplugged in the later ones.
    const gone = open ? (tick < spans[1]!.first ? null : "away") : "hidden";
    for (const watcher of [eyes, own]) assert.equal((await watcher.ask({ at: now })).gone, gone, `tick ${tick}`);
  }
  // Played over both borders, and back.
  await all.ask({ at: clock.at(spans[0]!.last - 5) });
  const shown: boolean[] = [];
  const bodies = new Set<string>();
  note(bodies, all.peer.last("view")!);
  let frames = all.peer.frames.length;
  for (let tick = spans[0]!.last - 5; tick < spans[2]!.last - 5; tick++) {
    await all.ask({ step: 1 });
    for (const frame of all.peer.frames.slice(frames)) note(bodies, frame);
    frames = all.peer.frames.length;
    if (shown.at(-1) !== bodies.has("ada")) shown.push(bodies.has("ada"));
  }
  assert.deepEqual(shown, [true, false, true]);
});

test("Z72 a room that is opened while its world runs shows its past from then on, to who watches already too", async (context) => {
  const storage = handedOn();
  const before = await start(storage, "recipient", { placeKeys: [cellar] });
  await liveInside(before, await before.enter("ada"), 120, 5);
  const then = before.host.view.health().tick - 5;
  await before.host.close();
  const host = await start(storage, "recipient");
  closing(context, host);
  await host.tick(60);
  const { clock } = await clockOf(storage);
  const own = await Watcher.of(host, "person:ada", { at: clock.at(then) });
  assert.deepEqual([own.peer.last("replaying")!.gone, own.peer.last("view")], ["hidden", undefined]);
  const closedAt = host.host.view.health().tick;
  const opening = host.host.openPlace(cellar);
  for (let i = 0; i < 500 && !host.said.some((line) => line.includes("has been opened")); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await host.tick();
  }
  assert.equal((await opening).opened, true);
  await host.tick(20);
  const all = await Watcher.of(host, "operator", { map: "square", places: [cellar] });
  const seen = async (tick: number): Promise<boolean> => {
    await all.ask({ at: clock.at(tick) });
    return all.peer.last("view")!.bodies.some(({ name }) => name === "ada");
  };
  assert.deepEqual([await seen(then), await seen(closedAt), await seen(host.host.view.health().tick - 2)], [true, false, true]);
  assert.equal((await own.ask({ at: clock.at(then) })).gone, null);
  // On into the time when it was open again.
  await all.ask({ at: clock.at(closedAt - 2) });
  const bodies = new Set<string>();
  note(bodies, all.peer.last("view")!);
  const frames = all.peer.frames.length;
  while ((await all.ask({ step: 1 })).now < all.peer.last("replaying")!.to);
  assert.ok(!bodies.has("ada"));
  for (const frame of all.peer.frames.slice(frames)) note(bodies, frame);
  assert.ok(bodies.has("ada"));
});

function note(bodies: Set<string>, frame: HostFrame): void {
  if (frame.type === "view") {
    bodies.clear();
    for (const { name } of frame.bodies) bodies.add(name);
  }
  if (frame.type !== "tick") return;
  for (const percept of frame.percepts) {
    if (percept.kind === "appeared") bodies.add(percept.body.name);
    if (percept.kind === "vanished") bodies.delete(percept.body.name);
  }
}

async function clockOf(storage: Storage): Promise<{ readonly clock: ClockHistory }> {
  return { clock: new ClockHistory(clocksIn(await storage.setting("clocks"))) };
}

test("Z73 with its coordinates an operator sees a hidden room, on the map and through others' eyes, and finds what happened there", async (context) => {
  const host = await start(openMemory(), "secret", { crowd: ghosts(4, ["cellar"]) });
  closing(context, host);
  await host.tick(200);
  const ghost = "person:ghost-1000";
  for (const replay of [{ map: "square" }, { as: ghost }]) {
    const [knowing, blind] = [await replayed(host, "operator", { ...replay, places: [cellar] }), await replayed(host, "operator", replay)];
    assert.ok(JSON.stringify(said(knowing.peer)).split(cellarWord).length > 20, JSON.stringify(replay));
    assert.ok(!JSON.stringify(blind.peer.frames).includes(cellarWord));
    const other = await replayed(host, "operator", { map: "garden", places: [cellar] });
    assert.ok(!JSON.stringify(other.peer.frames).includes(cellarWord));
    if ("as" in replay) assert.ok(blind.gone.includes("hidden") && !knowing.gone.includes("hidden"));
  }
  // Through a ghost's eyes the operator is shown what it perceived, but for what is between it and the world.
  for (const kind of ["heard", "emoted", "did"]) {
    const spoken: number[] = [];
    for (const back of [false, true]) {
      const watcher = await Watcher.of(host, "operator", { map: "square", places: [cellar], at: back ? 1e15 : longAgo });
      const found: number[] = [];
      for (
        let standing = await watcher.ask({ next: { kind, back } });
        standing.found;
        standing = await watcher.ask({ next: { kind, back } })
      ) {
        found.push(standing.tick);
        assert.ok(
          watcher.peer.of("tick").some(({ tick, percepts }) => tick === standing.tick && percepts.some((one) => one.kind === kind)),
        );
      }
      assert.ok(found.length > 10, `${kind} ${found.length}`);
      if (back) assert.deepEqual(found.toReversed(), spoken);
      else spoken.push(...found);
    }
    const blind = await Watcher.of(host, "operator", { map: "square", at: longAgo });
    assert.equal((await blind.ask({ next: { kind } })).found, false);
  }
});

test("Z74 coordinates that open nothing are refused in the same words whatever is wrong with them, and a person gives none", async (context) => {
  const host = await start(openMemory(), "secret");
  closing(context, host);
  await host.enter("ada");
  const refusal = async (token: string, places: unknown): Promise<{ readonly code: string; readonly message: string }> => {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token, replay: { ...(token === "operator" && { map: "square" }), places } });
    await until(() => !peer.open, "a refusal");
    return peer.last("bye")!.error!;
  };
  const words = new Set<string>();
  for (const wrong of ["square/cellar~", "square/cellar~lanter", "square/attic~lantern", "moon/cellar~lantern", "garden/cellar~lantern"]) {
    const { code, message } = await refusal("operator", [cellar, wrong]);
    assert.equal(code, "unknown");
    words.add(message.replace(wrong.slice(0, wrong.indexOf("~")), "PLACE"));
  }
  assert.deepEqual([...words], ['there is no such place: "PLACE", with that secret']);
  for (const wrong of ["square/cellar", "cellar~lantern", "@3,4", "", "hall~"])
    assert.equal((await refusal("operator", [wrong])).code, "unknown");
  const tooMany = await refusal(
    "operator",
    Array.from({ length: limits.replayPlacesMax + 1 }, () => cellar),
  );
  assert.equal(tooMany.code, "limit");
  for (const places of [[cellar], []]) assert.equal((await refusal("person:ada", places)).code, "forbidden");
  const closed = await start(openMemory(), "recipient");
  closing(context, closed);
  const peer = closed.connect();
  peer.send({ type: "hello", version: 2, token: "operator", replay: { map: "square", places: [cellar] } });
  await until(() => !peer.open, "a refusal");
  assert.equal(peer.last("bye")!.error!.code, "unknown", "a closed room is opened first");
});

test("Z75 the thread of replays is handed no coordinates and no keys, and nothing of a closed room", async () => {
  const storage = handedOn();
  const host = await start(storage, "secret", { crowd: ghosts(6, ["cellar"]) });
  await host.tick(200);
  const endTick = host.host.view.health().tick;
  await host.host.close();
  for (const open of [true, false]) {
    const loaded = load(open ? "secret" : "recipient");
    const sealing = await prepareSealing(loaded, storage, []);
    const sealed = sealedPastOf({
      source: storage,
      places: sealing.places,
      tailOf: (stream) => readTail((key) => storage.setting(key), stream, sealing.keys),
    });
    const handed: (ToWorker | WorkerData)[] = [];
    let events: ThreadEvents | null = null;
    const replays = new Replays({
      maps: loaded.maps,
      source: storage,
      sealed,
      ...(await clockOf(storage)),
      time: new ManualTime(),
      tickMs: 100,
      endTick: () => endTick,
      startThread: (data, listener) => {
        handed.push(data);
        events = listener;
        return { post: (message) => void handed.push(message), close: async () => {} };
      },
    });
    const screen = { sluggish: false, welcome() {}, show() {}, complain() {}, failed() {} };
    const places = open ? [cellar] : [];
    replays.open({ by: "operator", look: { map: "square" }, at: null, frames: "json", places }, screen);
    await until(() => handed.length >= 2, "a task");
    for (const [request, what] of (["stretch", { parts: "keyframe" }] as const).entries()) {
      events!.received({ kind: "load", request, what, map: "square", tick: 150 });
      await until(() => handed.length >= 3 + request, "what was asked for");
    }
    assert.equal(asText(handed).includes(cellarWord), open);
    assert.ok(asText(handed).includes("square") && !asText(handed).includes(secret) && !asText(handed).includes("AGE-SECRET-KEY"));
    await replays.close();
  }
});

/** All that is in a value, bytes as the text they are. */
function asText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (value instanceof Map || value instanceof Set) return asText([...value]);
  if (Array.isArray(value)) return value.map(asText).join("\n");
  if (typeof value === "object" && value !== null) return asText(Object.entries(value));
  return String(value);
}
