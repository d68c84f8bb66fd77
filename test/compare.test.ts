/** Records of one world, told apart as a person would have them told. */
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { enter } from "@elsewhere/client";
import { compareRecords, type RecordComparison } from "../packages/server/src/record/compare/compare.ts";
import type { Verification } from "../packages/server/src/record/verify.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import type { CommitBatch } from "../packages/server/src/storage/contract.ts";
import { asciiMap } from "../packages/world/src/testing/ascii-map.ts";
import { luggageOf, Stage } from "../packages/world/src/testing/stage.ts";
import { runElsewhere, startServer } from "./support/server.ts";
import { yardFolder } from "./support/yard.ts";

const root = await mkdtemp(join(tmpdir(), "elsewhere-compare-"));
after(() => rm(root, { recursive: true, force: true }));
let dirs = 0;

const town = asciiMap(
  `#########
   #...D.vv#
   #...#.vv#
   #.....vv#
   #########`,
  {
    name: "town",
    places: { v: { name: "vault", room: true, secret: "the lamp is out" } },
    doors: { D: { name: "gate", steps: { D: {} } } },
  },
);
const clock = { key: "clocks", value: JSON.stringify([{ tick: 0, now: Date.UTC(2030, 0, 1), worldMsPerTick: 1_000 }]) };

/** What happens in a tick; most happens in all worlds of a test. */
type Happening = (stage: Stage) => void;
const say =
  (text: string): Happening =>
  (stage) =>
    void stage.ask(1, { kind: "say", text });
const walk =
  (body: number, to: string): Happening =>
  (stage) =>
    void stage.ask(body, { kind: "walk", to });

interface Making {
  readonly ticks?: number;
  readonly from?: number;
  readonly keyframesEvery?: number;
  /** At which tick all that is old is recoded. */
  readonly recodedAt?: number;
  readonly world?: string;
}

/** Lives for some ticks with Ada (1) in the open and Bo (2) in the vault, and keeps the record. */
async function lived(happenings: Readonly<Record<number, Happening>>, making: Making = {}): Promise<string> {
  const { ticks = 40, from = 0, keyframesEvery = 8, recodedAt, world = "Town" } = making;
  const dir = join(root, `${++dirs}`);
  const storage = await openSqlite(dir);
  const stage = new Stage(town);
  // Commits take effect in the order of their calls: the last one is durable when all are.
  let kept = Promise.resolve();
  const keyframe = (): CommitBatch => ({ keyframes: [{ map: "town", tick: stage.state.tick, bytes: stage.state.keyframe() }] });
  stage.post({ kind: "enter", luggage: luggageOf(1, { name: "Ada" }), at: { tile: stage.tile(1, 1) } });
  stage.post({ kind: "enter", luggage: luggageOf(2, { name: "Bo", holds: ["town/vault"] }), at: { tile: stage.tile(6, 1) } });
  if (from === 0) kept = storage.commit({ ...keyframe(), settings: [clock, { key: "world", value: world }] });
  while (stage.state.tick < ticks) {
    happenings[stage.state.tick + 1]?.(stage);
    const { record } = stage.step();
    const { tick } = stage.state;
    if (tick < from) continue;
    if (tick === from) kept = storage.commit({ ...keyframe(), settings: [clock, { key: "world", value: world }] });
    else if (record !== null) kept = storage.commit({ records: [{ map: "town", tick, bytes: record }] });
    if (tick > from && tick % keyframesEvery === 0) kept = storage.commit(keyframe());
    if (tick === recodedAt) await kept.then(() => storage.recode());
  }
  await kept;
  await storage.close();
  return dir;
}

function compare(one: string, other: string, maps = [town]): RecordComparison {
  const [first, second] = [openRecordReader(one), openRecordReader(other)];
  try {
    return compareRecords(first, second, maps);
  } finally {
    first.close();
    second.close();
  }
}

const common = { 5: say("good morning"), 10: walk(1, "@3,3"), 20: say("good evening"), 25: walk(2, "@7,3") };

test("R90 records whose heads are equal are equal, however they are kept", async () => {
  const one = await lived(common);
  assert.deepEqual(compare(one, await lived(common)), {
    equal: true,
    sealed: false,
    maps: [{ map: "town", equal: true, tick: null, now: null, lines: [] }],
  });
  // With equal heads nothing of the entries is read: this one has lost them.
  const emptied = join(root, `${++dirs}`);
  await cp(one, emptied, { recursive: true });
  const db = new DatabaseSync(join(emptied, "elsewhere.db"));
  db.exec("DELETE FROM entries");
  db.close();
  assert.equal(compare(one, emptied).equal, true);
  const recoded = await openSqlite(one);
  await recoded.recode();
  await recoded.close();
  assert.equal(compare(one, await lived({ ...common, 39: say("good night") })).maps[0]!.tick, 39, "old entries are read from blocks");
});

test("R90 where keyframes lie is no difference, and from which of them is read none either", async () => {
  assert.equal(compare(await lived(common), await lived(common, { keyframesEvery: 5 })).equal, true);
  for (const keyframesEvery of [3, 7, 8, 11]) {
    const { tick, lines } = compare(await lived(common), await lived({ ...common, 24: say("what a day") }, { keyframesEvery })).maps[0]!;
    assert.deepEqual([tick, lines[1]], [24, 'only in the second: Ada says "what a day"'], `keyframes every ${keyframesEvery} ticks`);
  }
});

test("R91 R92 the first tick that differs is told with its world time: who stands otherwise, and what happened in one alone", async () => {
  const one = await lived(common);
  const other = await lived({ ...common, 10: walk(1, "@1,3") });
  const { equal, maps } = compare(one, other);
  const now = Date.UTC(2030, 0, 1) + 10_000;
  const { tick, lines, ...map } = maps[0]!;
  assert.deepEqual([equal, map, tick], [false, { map: "town", equal: false, now }, 10]);
  assert.equal(lines[0], "what happens differs:");
  assert.deepEqual(lines.slice(1), ["Ada differs: where it walks"]);
  const elsewhere =
    (x: number): Happening =>
    (stage) =>
      stage.post({ kind: "enter", luggage: luggageOf(4), at: { tile: stage.tile(x, 2) } });
  const standing = compare(await lived({ ...common, 30: elsewhere(1) }), await lived({ ...common, 30: elsewhere(3) })).maps[0]!;
  assert.match(standing.lines.join("\n"), /^person 4 differs: at town@1,2 in the first and town@3,2 in the second$/m);
  const traits = compare(
    one,
    await lived({ ...common, 10: (stage) => void stage.ask(1, { kind: "show", traits: { hat: "red", cold: true } }) }),
  );
  assert.match(traits.maps[0]!.lines.join("\n"), /Ada differs: .*traits \(hat, cold\)/);
  const alone = compare(one, await lived({ ...common, 15: say("who is there?\n\u001b[31m") }));
  assert.deepEqual(
    [alone.maps[0]!.tick, alone.maps[0]!.lines.slice(0, 2)],
    [15, ["only in the second something happens:", 'only in the second: Ada says "who is there? [31m"']],
  );
  const gone = compare(await lived({ ...common, 12: (stage) => stage.post({ kind: "remove", body: 1 }) }), one);
  assert.match(gone.maps[0]!.lines.join("\n"), /only in the first: Ada goes \(removed\)\nAda is there only in the second, at town@/);
});

test("R92 at most ten lines are told of a map", async () => {
  const crowd: Happening = (stage) => {
    for (let id = 10; id < 30; id++) stage.post({ kind: "enter", luggage: luggageOf(id), at: { tile: stage.tile(1, 2) } });
  };
  const { lines } = compare(await lived(common), await lived({ ...common, 30: crowd })).maps[0]!;
  assert.deepEqual([lines.length, lines.at(-1)], [10, "and 32 more"]);
});

test("R93 what only one of them has is told as such", async () => {
  const one = await lived(common);
  const linesOf = (found: RecordComparison): readonly string[] =>
    found.maps.flatMap(({ map, lines }) => lines.map((line) => `${map}: ${line}`));
  const longer = await lived({ ...common, 44: say("still here") }, { ticks: 45 });
  assert.deepEqual(linesOf(compare(one, longer)), ["town: the first ends before tick 44, and the other goes on"]);
  assert.deepEqual(linesOf(compare(longer, one)), ["town: the second ends before tick 44, and the other goes on"]);
  const later = await lived(common, { from: 13 });
  assert.deepEqual(linesOf(compare(one, later)), ["town: the first begins at tick 0, the second at tick 13"]);
  assert.deepEqual(linesOf(compare(later, await lived({ ...common, 22: say("oh") }))), [
    "town: the first begins at tick 13, the second at tick 0",
    "town: only in the second something happens:",
    'town: only in the second: Ada says "oh"',
    "town: only in the second: Ada is answered",
    "town: Ada differs: its last intent",
  ]);
  const otherwise = linesOf(compare(await lived({ ...common, 10: walk(1, "@1,3") }), later));
  assert.deepEqual(otherwise.slice(0, 2), [
    "town: the first begins at tick 0, the second at tick 13",
    "town: it does not begin where the other was then:",
  ]);
  assert.match(otherwise[2]!, /town: Ada differs: at town@1,/);
  const two = await openSqlite(later);
  await two.commit({ keyframes: [{ map: "inn", tick: 1, bytes: new Uint8Array(3) }] });
  await two.close();
  assert.deepEqual(linesOf(compare(one, later))[0], "inn: only the second has this map");
  assert.throws(() => compare(one, dirOfOther), { code: "malformed" });
});
const dirOfOther = await lived(common, { world: "Village" });

test("R93 ticks that are no longer kept are vouched for by the chain, or told as unknown", async () => {
  const whole = await lived(common, { ticks: 60 });
  const thinned = async (happenings: Readonly<Record<number, Happening>>, making: Making = {}): Promise<string> => {
    const dir = await lived(happenings, { ticks: 60, recodedAt: 30, ...making });
    const storage = await openSqlite(dir);
    await storage.retain([{ map: "town", ticks: 20, keep: "nothing" }]);
    await storage.recode();
    await storage.close();
    return dir;
  };
  assert.equal(compare(whole, await thinned(common)).equal, true);
  const later = compare(whole, await thinned({ ...common, 55: say("good night") })).maps[0]!;
  assert.deepEqual([later.tick, later.lines[1]], [55, 'only in the second: Ada says "good night"']);
  const unknown = compare(whole, await thinned(common, { keyframesEvery: 5 })).maps[0]!;
  assert.equal(unknown.equal, false);
  assert.match(unknown.lines.join("\n"), /^of the ticks 0 to \d+ not all is kept/);
});

test("R94 of what is inside a hidden place nothing is told but that something is", async () => {
  const one = await lived(common);
  const spoken: Happening = (stage) => void stage.ask(2, { kind: "say", text: "the gold is mine" });
  for (const [at, happening] of [
    [12, spoken],
    [13, walk(2, "@6,3")],
    [14, (stage: Stage) => void stage.ask(2, { kind: "show", traits: { gold: 3 } })],
    [15, (stage: Stage) => stage.post({ kind: "remove", body: 2 })],
    [
      16,
      (stage: Stage) =>
        stage.post({ kind: "enter", luggage: luggageOf(3, { name: "Cyn", holds: ["town/vault"] }), at: { tile: stage.tile(6, 2) } }),
    ],
  ] as const) {
    const { tick, lines } = compare(one, await lived({ ...common, [at]: happening })).maps[0]!;
    assert.match(lines[0]!, /^(only in the second something happens|what happens differs):$/);
    assert.deepEqual([tick, lines.slice(1)], [at, ["something inside a hidden place"]], String(happening));
  }
  // Whoever comes out is told of once outside, and not before.
  const out = compare(one, await lived({ ...common, 12: walk(2, "@5,1"), 13: say("hello?") })).maps[0]!;
  assert.doesNotMatch(JSON.stringify(out), /Bo|vault|lamp/);
});

test("R95 without the map, or with another, tick and kind are told and no words", async () => {
  const [one, other] = [await lived(common), await lived({ ...common, 15: say("hello") })];
  const line = ["only in the second something happens"];
  assert.deepEqual([compare(one, other, []).maps[0]!.tick, compare(one, other, []).maps[0]!.lines], [15, line]);
  const larger = asciiMap("##########\n#........#\n##########", { name: "town" });
  assert.deepEqual(compare(one, other, [larger]).maps[0]!.lines, line);
});

/** Lets somebody come into a world that is kept there and say something. */
async function greeted(dir: string, name: string): Promise<void> {
  const server = await startServer(["--port", "0", "--world", yardFolder, "--data", dir, "--tick-ms", "20"]);
  try {
    const guest = await enter({ url: server.url, name });
    await guest.me.say("good morning");
    guest.close();
  } finally {
    assert.equal(await server.stop(), 0);
  }
}

test("R90 R91 R95 record compare tells a person and a program, and ends with 0 or 1", { timeout: 120_000 }, async () => {
  const data = join(root, "yard");
  await greeted(data, "Ada");
  const again = join(root, "yard-again");
  await cp(data, again, { recursive: true });
  const equal = await runElsewhere(["record", "compare", data, again, "--world", yardFolder]);
  assert.deepEqual([equal.code, equal.out, equal.errors], [0, "yard: equal\n", ""]);
  await greeted(again, "Bea");
  const longer = await runElsewhere(["record", "compare", data, again, "--world", yardFolder]);
  assert.equal(longer.code, 1);
  assert.match(longer.out, /^yard: different from tick \d+ \(\d{4}-.*Z\) on\n {2}the first ends before tick \d+, and the other goes on\n$/);
  assert.equal(longer.errors, "elsewhere: the records differ\n");
  const json = await runElsewhere(["record", "compare", again, data, "--json"]);
  assert.equal(json.code, 1);
  assert.deepEqual((JSON.parse(json.out) as RecordComparison).maps[0]!.lines.length, 1);
  assert.match(json.errors, /with --world it is told in words/, "the harbour is not this world");
  const missing = await runElsewhere(["record", "compare", data, join(root, "none")]);
  assert.deepEqual([missing.code, missing.out], [1, ""]);
  const wrong = await runElsewhere(["record", "compare", data, again, "--world", "worlds/harbour"]);
  assert.match(wrong.errors, /the records are of the world "/);
});

test("Z63 Z66 sealed streams are no maps: two records are equal without them, and whoever compares or verifies is told of them", async () => {
  const stream = "~0123456789abcdef0123";
  const withStream = async (bytes: number): Promise<string> => {
    const dir = await lived(common);
    const storage = await openSqlite(dir);
    await storage.commit({ keyframes: [{ map: stream, tick: 30, bytes: new Uint8Array(bytes).fill(bytes) }] });
    await storage.close();
    return dir;
  };
  const [plain, one, other] = [await lived(common), await withStream(1_100), await withStream(1_200)];
  for (const [first, second] of [
    [one, other],
    [plain, one],
    [one, plain],
  ] as const) {
    const { equal, sealed, maps } = compare(first, second);
    assert.deepEqual([equal, sealed, maps.map(({ map }) => map)], [true, true, ["town"]]);
  }
  // Before there is any block, what is sealed is in settings alone.
  const young = await lived(common);
  const storage = await openSqlite(young);
  await storage.commit({ settings: [{ key: "seals", value: "[]" }] });
  await storage.close();
  assert.equal(compare(plain, young).sealed, true);
  const compared = await runElsewhere(["record", "compare", one, other]);
  const told = "town: equal\nwhat happened in hidden rooms is sealed, and not compared\n";
  assert.deepEqual([compared.code, compared.out, compared.errors], [0, told, ""]);
  const verified = await runElsewhere(["record", "verify", other]);
  assert.match(verified.out, /^town: .*\n1 sealed stream, 1 block, 2 KB: verified unopened\n/);
  const json = JSON.parse((await runElsewhere(["record", "verify", other, "--json"])).out) as Verification;
  assert.deepEqual(
    [json.ok, json.maps.map(({ map }) => map), json.sealed.map(({ head, ...each }) => [each, head.length])],
    [true, ["town"], [[{ stream, blocks: 1, bytes: 1_200 }, 64]]],
  );
});
