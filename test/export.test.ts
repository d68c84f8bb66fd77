/** Tables made of a record, read as those who get them will read them. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { type MapDrawing, overseen, type WorldMap } from "@elsewhere/world";
import { exportRecord } from "../packages/server/src/export/export.ts";
import { openBlock } from "../packages/server/src/record/block.ts";
import { recordedWorld } from "../packages/server/src/export/recorded.ts";
import type { StretchInfo } from "../packages/server/src/record/past.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import type { Participant } from "../packages/server/src/ticks/ticker.ts";
import type { World } from "../packages/server/src/ticks/world.ts";
import type { LoadedWorld } from "../packages/server/src/worlds/load.ts";
import { replayMap } from "./support/film.ts";
import { anything, cellarWord, Chance, loadHaunted, secret } from "./support/haunted.ts";
import { recorded } from "./support/recorded-world.ts";
import { runElsewhere } from "./support/server.ts";
import { loadYard, yardFolder } from "./support/yard.ts";
import { luggageOf } from "../packages/world/src/testing/stage.ts";

const folder = await mkdtemp(join(tmpdir(), "elsewhere-export-"));
after(() => rm(folder, { recursive: true, force: true }));
const yard = join(folder, "yard");
const yardMap = join(yardFolder, "maps/yard.tmj");
const words = ['a "quoted", comma', "two\nlines", "ünïcødé 🐟", "=1+1"];
let loaded: LoadedWorld;
let map: WorldMap;

/** Two who walk about in the yard, and say what is hard to write down. */
before(async () => {
  loaded = await loadYard();
  map = loaded.maps[0]!;
  await recorded(yard, { loaded }, async (host) => {
    const ada = await host.enter("ada");
    const ben = await host.enter("ben");
    for (let i = 0; i < 60; i++) {
      if (i % 15 === 0) ada.act({ kind: "say", text: words[i / 15] });
      if (i % 20 === 0) ada.act({ kind: "walk", to: `@${2 + (i % 3)},2` });
      if (i === 0) ben.act({ kind: "whisper", to: ada.last("welcome")!.body, text: "psst" });
      if (i === 5) ben.act({ kind: "walk", to: "out" });
      if (i === 50) ben.act({ kind: "leave" });
      await host.tick();
    }
  });
});

type Row = Readonly<Record<string, string | number | null>>;

/** Its rows, with long whole numbers as numbers and times as ISO texts. */
async function parquet(path: string): Promise<readonly Row[]> {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  const plain = (value: unknown): string | number | null =>
    typeof value === "bigint" ? Number(value) : value instanceof Date ? value.toISOString() : (value as string | number | null);
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])));
}

/** Reads RFC 4180 in the strictest way. */
function csv(path: string): readonly (readonly (string | null)[])[] {
  const text = readFileSync(path, "utf8");
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: (string | null)[][] = [[]];
  while (field.lastIndex < text.length) {
    const [, quoted, plain, end] = field.exec(text) ?? assert.fail(`no field at ${field.lastIndex} of ${path}`);
    rows.at(-1)!.push(quoted === undefined ? plain! || null : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
  }
  assert.deepEqual(rows.pop(), []);
  return rows;
}

const exported = async (...flags: string[]): Promise<string> => {
  const { code, out, errors } = await runElsewhere(["record", "export", yard, "--world", yardMap, ...flags]);
  assert.equal(code, 0, errors);
  return out;
};

async function complaint(...flags: string[]): Promise<string> {
  const { code, out, errors } = await runElsewhere(["record", "export", yard, "--world", yardMap, ...flags]);
  assert.deepEqual([code, out, errors.trimEnd().split("\n").length], [1, "", 1], errors);
  return errors.trimEnd();
}

test("R131 positions have a row for each body when it comes, whenever it changes and where it was seen last", async () => {
  const path = join(folder, "positions.parquet");
  await exported("--positions", path);
  const rows = await parquet(path);
  assert.deepEqual(Object.keys(rows[0]!), ["time", "tick", "map", "body", "name", "kind", "x", "y", "facing", "posture"]);
  const present = new Map<number, Row>();
  let at = 0;
  for (const { tick, state } of replayMap(yard, map)) {
    for (; at < rows.length && Number(rows[at]!["tick"]) <= tick; at++) {
      const row = rows[at]!;
      assert.equal(row["time"], new Date(loaded.clockStartMs + Number(row["tick"]) * 100).toISOString());
      if (row["posture"] === "gone") assert.ok(present.delete(Number(row["body"])));
      else present.set(Number(row["body"]), row);
    }
    const expected = overseen(state).bodies.map(({ id, name, kind, x, y, facing, posture }) => ({ id, name, kind, x, y, facing, posture }));
    const found = [...present.values()].map(({ body: id, name, kind, x, y, facing, posture }) => ({
      id,
      name,
      kind,
      x,
      y,
      facing,
      posture,
    }));
    assert.deepEqual(
      found.toSorted((a, b) => Number(a.id) - Number(b.id)),
      expected,
      `tick ${tick}`,
    );
  }
  assert.equal(at, rows.length);
  assert.ok(rows.some(({ posture }) => posture === "gone") && rows.some(({ x }) => Number(x) % 1 !== 0.5));
});

test("R132 with --every there is a row of each body at each of these moments, as they stood then", async () => {
  const path = join(folder, "every.parquet");
  await exported("--positions", path, "--every", "130ms", "--from", "#10", "--to-time", "#52");
  const rows = await parquet(path);
  const startMs = loaded.clockStartMs + 10 * 100;
  const moments = Array.from({ length: Math.floor((42 * 100) / 130) + 1 }, (_, i) => startMs + i * 130);
  assert.deepEqual([...new Set(rows.map(({ time }) => Date.parse(String(time))))], moments);
  const states = new Map<number, readonly object[]>();
  for (const { tick, state } of replayMap(yard, map)) {
    states.set(
      tick,
      overseen(state).bodies.map(({ id, x, y, facing }) => ({ body: id, x, y, facing })),
    );
  }
  const sights = new Set<string>();
  for (const moment of moments) {
    const tick = Math.floor((moment - loaded.clockStartMs) / 100);
    const then = rows.filter(({ time }) => Date.parse(String(time)) === moment);
    assert.ok(then.every((row) => row["tick"] === tick));
    const told = states.get(Math.max(...[...states.keys()].filter((each) => each <= tick)))!;
    assert.deepEqual(
      then.map(({ body, x, y, facing }) => ({ body, x, y, facing })),
      told,
      `at tick ${tick}`,
    );
    sights.add(JSON.stringify(told));
  }
  assert.ok(sights.size > 10);
});

test("R133 speech has who said what how to whom and where, and is read from either form as it was said", async () => {
  const paths = { parquet: join(folder, "speech.parquet"), csv: join(folder, "speech.csv") };
  await exported("--speech", paths.parquet);
  await exported("--speech", paths.csv);
  const rows = await parquet(paths.parquet);
  assert.deepEqual(
    rows.filter(({ how }) => how === "say").map(({ name, text }) => [name, text]),
    words.map((text) => ["ada", text]),
  );
  const whisper = rows.find(({ how }) => how === "whisper")!;
  assert.deepEqual([whisper["name"], whisper["text"], whisper["to_name"]], ["ben", "psst", "ada"]);
  const [head, ...lines] = csv(paths.csv);
  assert.deepEqual(head, Object.keys(rows[0]!));
  assert.deepEqual(
    lines,
    rows.map((row) => Object.values(row).map((value) => (value === null ? null : String(value)))),
  );
});

test("R134 a long table is written in groups of rows, and tells the record it was made of", async () => {
  const record = openRecordReader(yard);
  const path = join(folder, "groups.parquet");
  try {
    const made = await recordedWorld(record, loaded, { map: null, from: null, to: null });
    // A row of each body every hundredth of a millisecond: more rows than a group holds.
    const options = { positions: path, speech: null, film: null, everyMs: 0.1, replace: false, progress: () => undefined };
    const [written] = await exportRecord(made, options);
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    assert.ok(metadata.row_groups.length > 1);
    assert.ok(metadata.row_groups.every(({ num_rows: rows }) => rows <= 50_000n));
    assert.equal(Number(metadata.num_rows), written!.rows);
    assert.equal((await parquet(path)).length, written!.rows);
    const told = Object.fromEntries(metadata.key_value_metadata!.map(({ key, value }) => [key, value]));
    assert.equal(told[`elsewhere.head.${map.name}`], made.heads.get(map.name));
    assert.equal(told["elsewhere.world"], loaded.name);
  } finally {
    record.close();
  }
});

test("R135 a file that is there stays as it is without --force, and one that was not finished is not there", async () => {
  const path = join(folder, "kept.csv");
  writeFileSync(path, "mine");
  assert.match(await complaint("--speech", path), /kept\.csv is there already: .*--force/);
  assert.equal(readFileSync(path, "utf8"), "mine");
  await exported("--speech", path, "--force");
  assert.notEqual(readFileSync(path, "utf8"), "mine");

  const record = openRecordReader(yard);
  try {
    const made = await recordedWorld(record, loaded, { map: null, from: null, to: null });
    const [positions, speech] = [join(folder, "broken.csv"), path];
    const options = { positions, speech, film: null, everyMs: null, replace: true };
    const whole = readFileSync(path, "utf8");
    const stop = (_: string, tick: number): undefined => {
      if (tick > 30) throw new Error("the disk is gone");
    };
    await assert.rejects(exportRecord(made, { ...options, progress: stop }), /the disk is gone/);
    assert.deepEqual([existsSync(positions), readFileSync(path, "utf8")], [false, whole]);
  } finally {
    record.close();
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes(".part-")),
    [],
  );
});

test("R136 what cannot be exported is told in one line that says what to do", async () => {
  const csvFile = join(folder, "a.csv");
  assert.match(await complaint(), /say what to write: --positions/);
  assert.match(await complaint("--positions", join(folder, "a.xlsx")), /must end with \.parquet or \.csv/);
  assert.match(await complaint("--positions", csvFile, "--every", "soon"), /"soon" is no while/);
  const { code, errors } = await runElsewhere(["record", "export", yard, "--speech", csvFile]);
  assert.deepEqual([code, /is of the world ".*", not of "Harbour"/.test(errors)], [1, true], errors);
  assert.equal(existsSync(csvFile), false);
  const record = openRecordReader(yard);
  const all = { map: null, from: null, to: null };
  const wanting = async (changes: Partial<Parameters<typeof recordedWorld>[2]>): Promise<unknown> =>
    await recordedWorld(record, loaded, { ...all, ...changes });
  const at = (tick: number) => ({ kind: "tick", tick }) as const;
  await assert.rejects(wanting({ map: "cave" }), /there is no map "cave" in that record: it has yard/);
  await assert.rejects(wanting({ from: at(50), to: at(20) }), /--from must not be later/);
  await assert.rejects(wanting({ from: at(5_000) }), /is after the record: it goes from tick/);
  record.close();
});

test("R143 what is not kept of a past is said", async () => {
  const record = openRecordReader(yard);
  const notes = async (stretches: readonly StretchInfo[], from: number): Promise<readonly string[]> => {
    const thinned = { ...record, stretches: async () => stretches };
    const wanted = { map: null, from: { kind: "tick", tick: from }, to: null } as const;
    return (await recordedWorld(thinned, loaded, wanted)).notes;
  };
  const all = { fromTick: 40, lastTick: 62, kept: "all" } as const;
  const speech = { fromTick: 20, lastTick: 39, kept: "speech" } as const;
  assert.deepEqual(await notes([{ ...all, fromTick: 0 }], 0), []);
  assert.deepEqual(await notes([speech, all], 20), ["of map yard only what was said is kept up to tick 39: nobody is seen to move there"]);
  assert.deepEqual(await notes([speech, all], 45), []);
  record.close();
});

/** Some in the hidden cellar, by a seed of their own, and nobody anywhere else. */
function hiders(seed: number): (world: World) => Participant {
  return (world) => {
    const chance = new Chance(seed);
    const numbers: number[] = [];
    const before = (tick: number): object => {
      if (numbers.length < 6 && tick > 2 && chance.below(3) === 0) {
        const id = 2_000 + numbers.length;
        const luggage = luggageOf(id, { who: `person:hider-${id}`, name: `${cellarWord} ${id}`, speed: 6, holds: ["square/cellar"] });
        world.post("square", { kind: "enter", luggage, at: { tile: 4 * 48 + 21 + chance.below(5) } });
        numbers.push(0);
      }
      numbers.forEach((_, i) => {
        if (chance.below(3) > 0) return;
        world.post("square", {
          kind: "intent",
          body: 2_000 + i,
          epoch: 1,
          n: ++numbers[i]!,
          intent: anything(chance, [21, 26], cellarWord, [3, 7]),
        });
      });
      return {};
    };
    return { before, after: () => ({ batch: {}, publish: () => {} }), settled: async () => {} };
  };
}

const drawing: MapDrawing = {
  name: "square",
  title: "Square",
  description: "",
  copyright: [],
  width: 48,
  height: 12,
  tile: { width: 32, height: 32 },
  backgroundColor: null,
  layers: [{ name: "ground", opacity: 1, visible: true, above: false, door: null, gids: Buffer.from([1, 0, 0, 0x80]).toString("base64") }],
  tilesets: [
    {
      firstGid: 1,
      tileCount: 2,
      columns: 2,
      tile: { width: 32, height: 32 },
      margin: 0,
      spacing: 0,
      image: "/api/maps/square/images/0",
      classes: { 0: "stone", 1: "strongbox" },
    },
  ],
  blocked: "",
  places: [],
  entries: [],
  exits: [],
  worldExits: [],
};

/** All that the blocks of a film hold, as text. */
function spokenIn(page: string): string {
  const blocks = [...page.matchAll(/data-film="block">([^<]*)</g)].map(([, text]) => openBlock(Buffer.from(text!, "base64")));
  const steps = blocks.flatMap((block) => [...block.play()].map(({ told }) => told));
  return JSON.stringify([blocks.map((block) => block.openingState()!.toJson()), steps]);
}

test("R137 worlds that differ only in what is in a hidden room give the same tables and films, to the byte", async () => {
  const tables: string[][] = [];
  const films: string[] = [];
  for (const seed of [1, 2, null]) {
    const dir = join(folder, `haunted-${seed}`);
    const world = loadHaunted();
    await recorded(dir, { loaded: world, ...(seed !== null && { crowd: hiders(seed) }) }, async (host) => {
      const chance = new Chance(5);
      const people = [await host.enter("ada"), await host.enter("ben")];
      for (let tick = 0; tick < 240; tick++) {
        // One goes in meanwhile, where nothing they do can be seen, and comes out again.
        if (tick === 80) people[0]!.act({ kind: "walk", to: `square/cellar~${secret}` });
        if (tick === 180) people[0]!.act({ kind: "say", text: `${cellarWord} for all` });
        if (tick === 190) people[0]!.act({ kind: "walk", to: "@15,6" });
        const free = tick < 80 ? people : people.slice(1);
        for (const peer of free) if (chance.below(4) === 0) peer.act(anything(chance, [0, 13], "open"));
        await host.tick();
      }
    });
    const record = openRecordReader(dir);
    const whole = await recordedWorld(record, world, { map: null, from: null, to: null });
    const [positions, speech, path] = ["positions.csv", "speech.csv", "film.html"].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    const film = { path, map: world.maps[0]!, drawing, player: { script: "0", style: "" }, dayMinutes: world.dayMinutes };
    await exportRecord(whole, { positions, speech, film, everyMs: null, replace: false, progress: () => undefined });
    record.close();
    // Where the record's chain ended follows from all that is in it.
    const page = readFileSync(path, "utf8").replace(whole.heads.get("square")!, "");
    tables.push([positions, speech].map((file) => readFileSync(file, "utf8")).concat(page));
    films.push(page);
  }
  assert.deepEqual(tables[1], tables[0]);
  assert.deepEqual(tables[2], tables[0]);
  const text = tables[0]!.join("") + spokenIn(films[0]!);
  assert.ok(text.includes("ada") && text.includes("open ") && text.includes("gone"));
  // Of tiles that are drawn nowhere a film tells nothing, and of pictures neither.
  const [, packed] = /data-film="drawing">([^<]*)</.exec(films[0]!)!;
  const drawn = zstdDecompressSync(Buffer.from(packed!, "base64")).toString();
  assert.ok(drawn.includes('"0":"stone"') && !drawn.includes("strongbox") && !drawn.includes("/api/"), drawn);
  for (const word of [cellarWord, "cellar", secret]) assert.ok(!text.includes(word), word);
});
