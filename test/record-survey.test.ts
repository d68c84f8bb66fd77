/** What is told of a world's record without playing it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordSearch } from "@elsewhere/protocol";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { anything, cellarWord, Chance, ghosts, loadHaunted } from "./support/haunted.ts";
import { TestHost } from "./support/host.ts";

const startMs = loadHaunted().clockStartMs;
const msPerTick = 6_000;

/** A world with people who talk in the open and others in the cellar; and what each said and was told, by tick. */
async function livedThrough(ticks: number, storage: Storage = openMemory()) {
  const host = await TestHost.open(storage, { loaded: loadHaunted(), crowd: ghosts(2) });
  const chance = new Chance(11);
  const people = new Map([
    ["ada", await host.enter("ada")],
    ["ben", await host.enter("ben")],
  ]);
  for (let i = 0; i < ticks; i++) {
    for (const [name, peer] of people) if (chance.below(5) === 0) peer.act(anything(chance, [3, 8], name, [3, 7]));
    await host.tick();
  }
  await host.tick(2);
  return { host, people };
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

test("D72 the ends of a record and the beginnings of its days are told", async (context) => {
  const { host } = await livedThrough(10);
  context.after(() => host.host.close());
  const { past } = host.host.view;
  const { tick } = host.host.view.health();
  const day = 24 * 60 * 60_000;
  assert.deepEqual(await past.timeline(), { fromTick: 0, toTick: tick, from: startMs, to: startMs + tick * msPerTick, days: [] });
  const later = await TestHost.open(openMemory(), { loaded: { ...loadHaunted(), clockStartMs: day - 5 * msPerTick } });
  context.after(() => later.host.close());
  await later.tick(10);
  assert.deepEqual((await later.host.view.past.timeline()).days, [{ tick: 5, now: day }]);
});

test("D73 X23 what happened is counted exactly, once, and of hidden rooms and others' lives nothing is", async (context) => {
  let read = 0;
  const storage = openMemory();
  const counting = new Proxy(storage, {
    get: (target, key): unknown => {
      const value: unknown = Reflect.get(target, key, target);
      if (key === "stretch") read++;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { host, people } = await livedThrough(1_300, counting);
  context.after(() => host.host.close());
  const { past } = host.host.view;
  const whole = await past.density(null, null, null, 50);
  assert.equal(whole.more, false);
  const texts = (await everySaid((before) => past.search(null, "a", before, 100))).concat();
  assert.ok(texts.length > 0);
  // Of the halves the one goes on where the other ends.
  const middle = startMs + 650 * msPerTick;
  const halves = [await past.density(null, whole.from, middle - 1, 7), await past.density(null, middle, whole.to, 9)];
  for (const kind of ["speech", "doings", "comings"] as const) {
    assert.equal(sum(halves[0]![kind]) + sum(halves[1]![kind]), sum(whole[kind]), kind);
    assert.ok(sum(whole[kind]) > 0, kind);
  }
  const before = read;
  await past.density(null, null, null, 500);
  assert.ok(read - before <= 2 * 2, "only the last stretch of each map was read again");
  const own = await past.density("person:ada", null, null, 50);
  const heard = people
    .get("ada")!
    .percepts()
    .filter(({ kind }) => kind === "heard").length;
  assert.deepEqual([sum(own.speech), own.more], [heard, false]);
  assert.deepEqual(await past.density("person:ada", null, null, 50), own, "asked again it is the same");
  assert.equal(sum((await past.density("person:nobody", null, null, 50)).speech), 0);
});

async function everySaid(search: (before: number | null) => Promise<RecordSearch>): Promise<RecordSearch["found"][number][]> {
  const all: RecordSearch["found"][number][] = [];
  for (let before: number | null = null; ;) {
    const page: RecordSearch = await search(before);
    all.push(...page.found);
    if (page.before === null) return all;
    assert.ok(before === null || page.before < before);
    before = page.before;
  }
}

test("D74 X23 words are found newest first and page by page, by whoever may know them", async (context) => {
  const { host, people } = await livedThrough(700);
  context.after(() => host.host.close());
  const { past } = host.host.view;
  const all = await everySaid((before) => past.search(null, "BEN", before, 5));
  const heardByAda = people
    .get("ada")!
    .of("tick")
    .flatMap(({ tick, percepts }) =>
      percepts.flatMap((one) => (one.kind === "heard" && one.text.includes("ben") ? [`${tick} ${one.text}`] : [])),
    );
  const lines = all.map(({ tick, text }) => `${tick} ${text}`);
  assert.ok(heardByAda.length > 3);
  for (const line of heardByAda) assert.ok(lines.includes(line), line);
  assert.equal(new Set(lines).size, lines.length);
  assert.deepEqual(
    lines,
    [...all].sort((a, b) => b.tick - a.tick).map(({ tick, text }) => `${tick} ${text}`),
  );
  for (const { now, tick, map, name } of all) assert.deepEqual([now, map, name], [startMs + tick * msPerTick, "square", "ben"]);
  const own = await everySaid((before) => past.search("person:ada", "ben", before, 3));
  assert.deepEqual(
    own.map(({ tick, text }) => `${tick} ${text}`),
    heardByAda.toReversed(),
  );
  assert.deepEqual(await everySaid((before) => past.search("person:ben", "ben", before, 3)), [], "nobody hears oneself");
  for (const who of [null, "person:ada"]) assert.deepEqual(await everySaid((before) => past.search(who, cellarWord, before, 20)), []);
});

test("D75 a count that takes too long says so, and is done when it is asked for again and again", async (context) => {
  const storage = openMemory();
  const held: { host?: TestHost } = {};
  // Reading takes so long that there is time for one stretch at a time.
  const slow = new Proxy(storage, {
    get: (target, key): unknown => {
      const value: unknown = Reflect.get(target, key, target);
      if (key === "stretch") void held.host?.time.pass(1_500);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { host } = await livedThrough(1_500, slow);
  held.host = host;
  context.after(() => host.host.close());
  const { past } = host.host.view;
  const counts = [];
  for (let asked = 0; asked < 20; asked++) {
    counts.push(await past.density(null, startMs, startMs + 1_400 * msPerTick, 10));
    if (!counts.at(-1)!.more) break;
  }
  assert.ok(counts.length > 1 && counts[0]!.more && !counts.at(-1)!.more, `${counts.length} times`);
  assert.ok(sum(counts[0]!.speech) < sum(counts.at(-1)!.speech));
});
