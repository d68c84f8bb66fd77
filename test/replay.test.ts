/** The past of a running world, as it is asked for over a connection. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type HostFrame, limits, type Percept, type Seen } from "@elsewhere/protocol";
import { isHidden } from "@elsewhere/world";
import { withoutSecrets } from "../packages/server/src/replay/messages.ts";
import { asciiMap } from "../packages/world/src/testing/ascii-map.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { anything, Chance, ghosts, loadHaunted, secret } from "./support/haunted.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { until } from "./support/until.ts";

type Standing = HostFrame & { readonly type: "replaying" };

const longAgo = -1e15;
const startMs = loadHaunted().clockStartMs;
/** A day takes 24 minutes: in a tick of 100 ms so much of it passes. */
const msPerTick = 6_000;

const open = (storage: Storage = openMemory(), changes: Parameters<typeof TestHost.open>[1] = {}): Promise<TestHost> =>
  TestHost.open(storage, { loaded: loadHaunted(), ...changes });

/** A connection that sees the past. */
class Watcher {
  readonly peer: Peer;

  constructor(host: TestHost, token: string, replay: object, frames = "json") {
    this.peer = host.connect();
    this.peer.send({ type: "hello", version: 2, token, frames, replay });
  }

  /** What it is told next. */
  async answer(said = this.peer.of("replaying").length): Promise<Standing> {
    await until(() => this.peer.of("replaying").length > said || !this.peer.open, "an answer");
    assert.ok(this.peer.open, JSON.stringify(this.peer.last("bye")));
    return this.peer.last("replaying")!;
  }

  async ask(order: object): Promise<Standing> {
    const said = this.peer.of("replaying").length;
    this.peer.send({ type: "replay", ...order });
    return await this.answer(said);
  }
}

const watch = async (host: TestHost, token: string, replay: object): Promise<Watcher> => {
  const watcher = new Watcher(host, token, replay);
  await watcher.answer(0);
  return watcher;
};

const closing = (context: TestContext, host: TestHost): void => context.after(() => host.host.close());
const at = (tick: number): number => startMs + tick * msPerTick;
const ticksOf = ({ peer }: Watcher): number[] =>
  peer.frames.flatMap((frame) => (frame.type === "view" || frame.type === "tick" ? [frame.tick] : []));

test("D61 D62 every moment is shown as it was, over stretches and a restart, up to the newest and no further", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "elsewhere-replay-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const shown = new Map<number, string>();
  let last = 0;
  for (const run of [1, 2]) {
    const storage = await openSqlite(folder);
    const host = await open(storage);
    const chance = new Chance(run);
    const [ada, ben] = [await host.enter("ada"), await host.enter("ben")];
    for (let i = 0; i < 350; i++) {
      if (chance.below(3) === 0) ada.act(anything(chance, [0, 13], "ada"));
      if (chance.below(3) === 0) ben.act(anything(chance, [0, 13], "ben"));
      ben.send({ type: "resync" });
      const views = ben.of("view").length;
      await host.tick();
      await until(() => ben.of("view").length > views, "the tick to be stored");
    }
    for (const { tick, ...view } of ben.of("view")) {
      shown.set(tick, JSON.stringify({ ...view, seq: 0 }));
      last = tick;
    }
    if (run === 2) closing(context, host);
    else await host.host.close();
    if (run === 1) continue;
    // Most of it is then read from blocks, and the newest from entries as they were committed.
    await storage.recode();
    assert.ok((await storage.stretch("square", 100)) !== null && "block" in (await storage.stretch("square", 100))!.stored);
    const watcher = await watch(host, "person:ben", { at: longAgo });
    const newest = watcher.peer.last("replaying")!;
    assert.ok(newest.to >= at(last));
    const chanceTicks = [...shown.keys()].filter(() => chance.below(25) === 0);
    assert.ok(chanceTicks.some((tick) => tick < 300) && chanceTicks.some((tick) => tick > 600));
    for (const tick of [...chanceTicks, ...chanceTicks.toReversed()]) {
      const standing = await watcher.ask({ at: at(tick) });
      const { tick: is, ...view } = watcher.peer.last("view")!;
      assert.deepEqual([standing.tick, is, JSON.stringify({ ...view, seq: 0 })], [tick, tick, shown.get(tick)]);
    }
    // Played from the first keyframe on through everything: the last view is what the last one was.
    await watcher.ask({ at: longAgo });
    for (let tick = 0; tick < last; tick += 500) await watcher.ask({ step: 500 });
    await watcher.ask({ at: 1e15 });
    const end = watcher.peer.last("replaying")!;
    assert.equal(end.now, end.to);
    for (let i = 0; i < 10; i++) await host.tick();
    await until(() => host.host.view.health().tick > end.tick, "another tick to be stored");
    const later = await watcher.ask({ step: 1 });
    assert.deepEqual([later.tick, later.to > end.to], [end.tick + 1, true]);
    const beyond = await watcher.ask({ step: 100_000 });
    assert.equal(beyond.now, beyond.to);
  }
});

test("D60 the time of an old tick is what it was before days became longer", async (context) => {
  const storage = openMemory();
  let host = await open(storage);
  await host.enter("ada");
  await host.tick(50);
  const then = host.host.view.world().now;
  const tick = host.host.view.health().tick;
  host = await open(storage, { loaded: { ...loadHaunted(), dayMinutes: 48 } });
  closing(context, host);
  await host.tick(50);
  const watcher = await watch(host, "operator", { map: "square" });
  assert.equal(watcher.peer.last("replaying")!.now, host.host.view.world().now);
  const before = await watcher.ask({ at: then });
  assert.deepEqual([before.tick, before.now, before.from], [tick, then, startMs]);
  const after = await watcher.ask({ at: then + 10 * 3_000 });
  assert.deepEqual([after.tick, after.now], [tick + 10, then + 10 * 3_000]);
  assert.equal((await watcher.ask({ at: then - 1 })).tick, tick - 1);
});

test("D64 all of a map, frame by frame, adds up to what a whole view shows", async (context) => {
  const host = await open(openMemory(), { crowd: ghosts(4) });
  closing(context, host);
  const chance = new Chance(4);
  const people = [await host.enter("ada"), await host.enter("ben")];
  for (let i = 0; i < 200; i++) {
    for (const peer of people) {
      if (chance.below(5) === 0) peer.act(chance.below(4) > 0 ? anything(chance, [0, 20], "x") : { kind: "walk", to: `cellar~${secret}` });
    }
    await host.tick();
  }
  const played = await watch(host, "operator", { map: "square", at: longAgo });
  const sought = await watch(host, "operator", { map: "square", at: longAgo });
  let kinds = 0;
  const bodies = new Map<number, Seen>();
  let taken = 0;
  for (let tick = 10; tick <= 200; tick += 10) {
    const standing = await played.ask({ step: 10 });
    for (const frame of played.peer.frames.slice(taken)) kinds |= follow(bodies, frame);
    taken = played.peer.frames.length;
    await sought.ask({ at: standing.now });
    const view = sought.peer.last("view")!;
    assert.deepEqual(
      [...bodies.values()].toSorted((a, b) => a.id - b.id),
      view.bodies,
      `tick ${tick}`,
    );
  }
  assert.equal(kinds, 7, "somebody appeared, vanished and looked otherwise");
});

/** Keeps who is in sight, as a client does; returns which kinds of change there were. */
function follow(bodies: Map<number, Seen>, frame: HostFrame): number {
  let kinds = 0;
  if (frame.type === "view") {
    bodies.clear();
    for (const body of frame.bodies) bodies.set(body.id, body);
  }
  if (frame.type !== "tick") return 0;
  const bits: Partial<Record<Percept["kind"], number>> = { appeared: 1, vanished: 2, changed: 4 };
  for (const percept of frame.percepts) {
    kinds |= bits[percept.kind] ?? 0;
    if (percept.kind === "appeared" || percept.kind === "changed") bodies.set(percept.body.id, percept.body);
    if (percept.kind === "vanished") bodies.delete(percept.body.id);
  }
  const facings = ["north", "east", "south", "west"] as const;
  for (const [id, x, y, facing] of frame.moves) bodies.set(id, { ...bodies.get(id)!, x, y, facing: facings[facing]! });
  return kinds;
}

test("D65 why nobody is shown is told: not come yet, unplugged, or gone for a while", async (context) => {
  const host = await open();
  closing(context, host);
  await host.tick(10);
  const ada = await host.enter("ada");
  await host.tick(10);
  ada.lose();
  await host.tick(10);
  await host.enter("ada");
  await host.tick(5);
  const watcher = await watch(host, "person:ada", { at: longAgo });
  const gone: (string | null)[] = [];
  for (let tick = 1; tick < 40; tick++) {
    const frames = watcher.peer.frames.length;
    const standing = await watcher.ask({ step: 1 });
    if (standing.gone !== null) assert.equal(watcher.peer.frames.length, frames + 1);
    if (gone.at(-1) !== standing.gone) gone.push(standing.gone);
  }
  assert.deepEqual(gone, ["before", null, "away", null]);
  const nobody = await watch(host, "person:zoe", {});
  assert.deepEqual([nobody.peer.last("welcome")!.body, nobody.peer.last("view")], [0, undefined]);
});

test("D66 the next and the last time are found where they were, by whoever may know, and that there is none is said", async (context) => {
  const host = await open();
  closing(context, host);
  const [ada, ben] = [await host.enter("ada"), await host.enter("ben")];
  const said: number[] = [];
  for (const text of ["one", "two", "three"]) {
    ben.act({ kind: "say", text });
    await host.tick(1);
    said.push(host.host.view.health().tick);
    await host.tick(7);
  }
  ada.act({ kind: "say", text: "mine" });
  await host.tick(3);
  const found = async (watcher: Watcher, next: object): Promise<[number, boolean | null]> => {
    const { tick, found: is } = await watcher.ask({ next });
    return [tick, is];
  };
  for (const [token, replay, who] of [
    ["person:ada", {}, "Ben"],
    ["operator", { map: "square" }, "person:ben"],
    ["operator", { map: "square" }, "ben"],
    ["operator", { as: "person:ada" }, "person:ben"],
    ["operator", { as: "ADA" }, "BEN"],
  ] as const) {
    const watcher = await watch(host, token, { ...replay, at: longAgo });
    for (const tick of said) assert.deepEqual(await found(watcher, { kind: "heard", who }), [tick, true], `${token} ${who}`);
    const heard = watcher.peer.of("tick").flatMap(({ percepts }) => percepts.filter(({ kind }) => kind === "heard"));
    assert.deepEqual(
      heard.map((percept) => percept.kind === "heard" && percept.text),
      ["one", "two", "three"],
    );
    assert.deepEqual(await found(watcher, { kind: "heard", who }), [said[2], false]);
    for (const tick of [said[1], said[0]]) assert.deepEqual(await found(watcher, { kind: "heard", who, back: true }), [tick, true]);
    assert.deepEqual(await found(watcher, { kind: "heard", who, back: true }), [said[0], false]);
    assert.deepEqual(await found(watcher, { kind: "used" }), [said[0], false]);
  }
  const everything = await watch(host, "operator", { map: "garden" });
  const there = await everything.ask({ next: { kind: "heard", who: "ada", back: true } });
  assert.deepEqual([there.found, there.map, everything.peer.last("view")!.map], [true, "square", "square"]);
  assert.equal((await everything.ask({ as: "Ben" })).as, "person:ben");
  const own = await watch(host, "person:ada", {});
  assert.equal((await own.ask({ next: { kind: "heard", who: "ada", back: true } })).found, false, "nobody hears oneself");
  assert.equal((await own.ask({ next: { kind: "entered", back: true } })).found, true);
});

test("D67 it keeps its pace, a tick at a time at first and whole views when it is fast, and stops at both ends", async (context) => {
  const host = await open();
  closing(context, host);
  const ada = await host.enter("ada");
  for (let i = 0; i < 300; i++) {
    if (i % 20 === 0) ada.act({ kind: "walk", to: `@${(i / 20) % 2 === 0 ? 1 : 12},4` });
    await host.tick();
  }
  const watcher = await watch(host, "person:ada", { at: at(20) });
  /** Lets time pass for the replay; the world goes on with it. */
  const pass = async (times: number): Promise<Standing> => {
    for (let i = 0; i < times; i++) {
      await host.tick();
      for (let rounds = 0; rounds < 20; rounds++) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watcher.peer.last("replaying")!;
  };
  await watcher.ask({ speed: 1 });
  const slow = await pass(15);
  assert.ok(slow.tick >= 29 && slow.tick <= 36, `tick ${slow.tick}`);
  const walked = ticksOf(watcher).slice(-5);
  assert.deepEqual(
    walked,
    walked.map((_, i) => walked[0]! + i),
  );
  assert.equal(watcher.peer.of("view").length, 1, "ticks stand on each other");
  await watcher.ask({ speed: 40 });
  const sent = watcher.peer.of("view").length;
  await pass(5);
  const fast = watcher.peer.of("view").length - sent;
  assert.ok(fast >= 2 && fast <= 6, `${fast} views`);
  await watcher.ask({ speed: 1_000 });
  assert.equal((await pass(3)).speed, 0);
  const end = watcher.peer.last("replaying")!;
  assert.ok(end.tick > 300);
  await watcher.ask({ speed: -1_000 });
  const begin = await pass(4);
  assert.deepEqual([begin.speed, begin.now], [0, begin.from]);
});

test("D68 a slow reader is sent nothing more until it has read, and is then where the replay is", async (context) => {
  const host = await open();
  closing(context, host);
  await host.enter("ada");
  await host.tick(300);
  const watcher = await watch(host, "person:ada", { at: at(20) });
  await watcher.ask({ speed: 10 });
  watcher.peer.bufferedBytes = limits.sendBufferBytesMax + 1;
  const frames = watcher.peer.frames.length;
  await host.tick(10);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await host.tick(5);
  assert.ok(watcher.peer.frames.length <= frames + 2, "but for what was under way");
  watcher.peer.bufferedBytes = 0;
  const before = watcher.peer.of("view").length;
  for (let i = 0; i < 30 && watcher.peer.of("view").length === before; i++) {
    await host.tick();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(watcher.peer.last("view")!.tick >= 20 + 100, `at ${watcher.peer.last("view")!.tick}`);
});

test("D69 a record that cannot be read ends the replay of it, and the world and other replays go on", async (context) => {
  const storage = openMemory();
  let broken = false;
  const stretchOf: Storage["stretch"] = async (map, tick) => {
    const stretch = await storage.stretch(map, tick);
    if (!broken || stretch === null || !("rows" in stretch.stored)) return stretch;
    const { keyframe, records } = stretch.stored.rows;
    const spoilt = records.map((row) => ({ ...row, bytes: row.bytes.map((byte, i) => (i > 8 ? byte ^ 1 : byte)) }));
    return { ...stretch, stored: { rows: { keyframe, records: spoilt } } };
  };
  const spoiling = new Proxy(storage, {
    get: (target, key): unknown => {
      const value: unknown = Reflect.get(target, key, target);
      return key === "stretch" ? stretchOf : typeof value === "function" ? value.bind(target) : value;
    },
  });
  const host = await open(spoiling);
  closing(context, host);
  await host.enter("ada");
  await host.tick(20);
  const sound = await watch(host, "person:ada", {});
  broken = true;
  await host.tick(20);
  const spoilt = new Watcher(host, "person:ada", {});
  await until(() => !spoilt.peer.open, "its end");
  assert.deepEqual([spoilt.peer.last("bye")!.reason, spoilt.peer.last("bye")!.error!.code], ["refused", "corrupt"]);
  broken = false;
  assert.equal((await sound.ask({ step: -3 })).gone, null);
  await host.tick();
  assert.equal(host.host.view.health().status, "ok");
});

test("D69 a map is handed to replays without what leads into its hidden rooms and through its doors", () => {
  const map = asciiMap("..#hh\n..dhh\n..#hh", {
    places: { h: { name: "cellar", room: true, secret: "lantern" } },
    doors: { d: { name: "gate", steps: { ".": { code: "1887" } } } },
  });
  const given = withoutSecrets(map);
  assert.ok(JSON.stringify(map).includes("lantern") && JSON.stringify(map).includes("1887"));
  assert.ok(!JSON.stringify(given).includes("lantern") && !JSON.stringify(given).includes("1887"));
  assert.deepEqual([isHidden(given, 3), isHidden(given, 1), given.rooms[0]!.secret], [true, false, ""]);
});

test("D70 one replay more than may run is refused by name, and there is room again when one ends", async (context) => {
  const host = await open();
  closing(context, host);
  await host.enter("ada");
  const all: Watcher[] = [];
  for (let i = 0; i < limits.replaysMax; i++) all.push(await watch(host, "person:ada", {}));
  const refused = new Watcher(host, "person:ada", {});
  await until(() => !refused.peer.open, "a refusal");
  const { reason, error } = refused.peer.last("bye")!;
  assert.deepEqual([reason, error!.code, error!.limit], ["refused", "limit", limits.replaysMax]);
  all[0]!.peer.lose();
  await watch(host, "person:ada", {});
});

test("D71 what cannot be done is answered by an error and changes nothing", async (context) => {
  const host = await open();
  closing(context, host);
  await host.enter("ada");
  await host.tick(20);
  const watcher = await watch(host, "operator", { map: "square", at: at(10) });
  const errors = (): string[] => watcher.peer.of("error").map(({ error }) => error.code);
  for (const [order, code] of [
    [{ map: "nowhere" }, "unknown"],
    [{ as: "baker" }, "unknown"],
    [{ as: "" }, "malformed"],
    [{ next: { kind: "heard", who: "person:nobody" } }, "unknown"],
  ] as const) {
    const before = errors().length;
    watcher.peer.send({ type: "replay", ...order });
    await until(() => errors().length > before, code);
    assert.equal(errors().at(-1), code);
  }
  assert.equal((await watcher.ask({ step: 1 })).tick, 11);
  const before = watcher.peer.of("view").length;
  watcher.peer.send({ type: "resync" });
  await watcher.answer();
  assert.equal(watcher.peer.of("view").length, before + 1);
  const live = await host.enter("ben");
  live.send({ type: "replay", speed: 1 });
  assert.equal(live.last("error")!.error.code, "forbidden");
  assert.ok(live.open);
});
