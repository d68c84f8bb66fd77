import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Intent } from "@elsewhere/protocol";
import type { Bundle } from "../packages/server/src/programs/author/bundle.ts";
import type { WorkerPool } from "../packages/server/src/programs/pool/pool.ts";
import type { LoadedProgram, LoadedWorld } from "../packages/server/src/worlds/load.ts";
import { openTestPool } from "./support/pool.ts";
import { reached } from "./support/reached.ts";
import { type Day, gift, greeting, live, loadHarbour, meet, readText, stranger, touch } from "./support/harbour.ts";

let world: LoadedWorld;
let pool: WorkerPool;
let day: Day;

before(async () => {
  world = await loadHarbour();
  pool = await openTestPool();
  day = await live(world, 13);
});
after(() => pool.close());

/** One program of each kind, by its code. */
const kinds = (): LoadedProgram[] => [...new Map(world.programs.map((program) => [program.code, program])).values()];
const called = (id: string): LoadedProgram => world.programs.find((program) => program.id === id)!;
const silent = new Set(["programs/lamp.ts", "programs/bell.ts", "programs/cat.ts"]);
const words = (intents: readonly Intent[]): string[] =>
  intents.flatMap((intent) => (intent.kind === "say" || intent.kind === "whisper" ? [intent.text] : []));
const codeOf = ({ code }: LoadedProgram): Bundle => world.bundles.get(code)!;
const said = async (id: string, text: string): Promise<string> =>
  words(await meet(pool, called(id), codeOf(called(id)), greeting(text))).join(" ");
const firstName = (name: string): string => name.replace(/^(Old|Widow|The) /, "").split(/[ ,]/)[0]!;

test("H1 the maps load without a note and every exit leads to an entry", () => {
  assert.deepEqual(world.notes, []);
  const entries = new Map(world.maps.map((map) => [map.name, map.entries.map(({ name }) => name)]));
  const exits = world.maps.flatMap((map) => map.exits);
  assert.ok(exits.length >= 26);
  for (const { map, entry } of exits) assert.ok(entries.get(map)?.includes(entry ?? ""), `${map}#${entry}`);
  assert.deepEqual(world.maps.flatMap((map) => map.worldExits.map(({ name }) => name)).toSorted(), ["ferry", "town gate"]);
  for (const map of world.maps)
    for (const name of ["mapName", "mapDescription", "mapCopyright", "tilesetCopyright"])
      assert.ok(map.properties[name], `${map.name}: ${name}`);
});

test("H2 every place can be walked to when all doors stand open", () => {
  for (const map of world.maps) {
    const seen = reached(map);
    for (const { name, tiles } of [...map.places, ...map.worldExits])
      assert.ok(
        [...tiles].some((tile) => seen.has(tile)),
        `${map.name}/${name}`,
      );
    for (const { name, tile } of map.things) assert.ok(seen.has(tile), `${name} on ${map.name}`);
  }
});

test("H3 each of the three codes is told to who asks for it as its keeper likes, and only then", async () => {
  const locked = world.maps.flatMap(({ doors }) =>
    doors.flatMap(({ name, steps }) => steps.flatMap(({ code }) => (code === null || code === "heron" ? [] : [[name, code] as const]))),
  );
  const codes = Object.fromEntries(locked);
  assert.deepEqual(Object.keys(codes).toSorted(), ["archive door", "cellar door", "garden gate"]);
  assert.doesNotMatch(await said("locksmith", "Ines, the code of the garden!"), new RegExp(codes["garden gate"]!));
  assert.match(await said("locksmith", "Ines, the code of the garden, please"), new RegExp(codes["garden gate"]!));
  assert.doesNotMatch(await said("innkeeper", "Rosalind, open the cellar"), new RegExp(codes["cellar door"]!));
  assert.match(await said("innkeeper", "Rosalind, would you tell me the code of the cellar, please?"), new RegExp(codes["cellar door"]!));
  assert.doesNotMatch(await said("librarian", "Agnes, the code of the archive, please"), new RegExp(codes["archive door"]!));
  assert.match(await said("librarian", "Agnes, remember that I came by the northern road"), new RegExp(codes["archive door"]!));
});

test("H11 who gives the keeper the old bottle is whispered the coordinates of the hidden room, and who does not is not", async () => {
  const rooms = world.maps.flatMap((map) =>
    map.rooms.flatMap(({ name, secret }) => (secret === undefined ? [] : [`${map.name}/${name}~${secret}`])),
  );
  assert.equal(rooms.length, 1);
  assert.ok(world.maps.some(({ things }) => things.some(({ name, portable }) => name === "old bottle" && portable)));
  const given = async (name: string): Promise<string> =>
    words(await meet(pool, called("keeper"), codeOf(called("keeper")), gift(name))).join(" ");
  assert.ok((await given("old bottle")).endsWith(rooms[0]!));
  assert.equal(await given("pewter mug"), "");
  assert.match(await said("keeper", "Wen, is there a secret up here?"), /bottle/);
});

test("H4 at least 30 programs of at least 8 kinds, each with an id and a name of its own", () => {
  assert.ok(world.programs.length >= 30, `${world.programs.length} programs`);
  assert.ok(kinds().length >= 8, `${kinds().length} kinds`);
  const names = world.programs.map(({ name }) => name.toLowerCase());
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(world.programs.map(({ id }) => id)).size, world.programs.length);
});

test("H5 every place a program names is on one of the maps", async () => {
  const places = new Map(
    world.maps.map((map) => [map.name, new Set([...map.places, ...map.entries, ...map.worldExits].map(({ name }) => name))]),
  );
  const named = [
    JSON.stringify(world.programs.map(({ memory }) => memory)),
    ...(await Promise.all(kinds().map(({ code }) => readText(code)))),
  ];
  let count = 0;
  for (const [, map, place] of named.join("\n").matchAll(/"(\w+)\/([^"$`]+)"/g)) {
    if (!places.has(map!)) continue;
    count++;
    assert.ok(places.get(map!)!.has(place!), `${map}/${place}`);
  }
  assert.ok(count > 50, `only ${count} places are named`);
});

test("H6 every program runs without a fault, a line in its log or an unknown place", () => {
  assert.deepEqual(day.complaints, []);
  assert.equal(new Set(day.deeds.map(({ program }) => program)).size, world.programs.length);
});

test("H7 every program that can speak answers a person who greets it", async () => {
  for (const program of kinds()) {
    if (silent.has(program.code)) continue;
    const text = `Hello ${firstName(program.name)}, how are you?`;
    const answers = words(await meet(pool, program, codeOf(program), greeting(text)));
    assert.ok(answers.length > 0, `${program.id} says nothing to "${text}"`);
  }
  for (const id of ["lamp-1", "bell", "cat"]) {
    const done = await meet(pool, called(id), codeOf(called(id)), touch);
    assert.ok(
      done.some(({ kind }) => ["show", "shout", "emote"].includes(kind)),
      `${id} does nothing when touched`,
    );
  }
});

test("H8 no program answers the words of a program", async () => {
  for (const program of kinds()) {
    const text = `Hello ${firstName(program.name)}, bread, ferry, code, news, please?`;
    const answers = words(await meet(pool, program, codeOf(program), greeting(text, stranger)));
    assert.deepEqual(answers, [], program.id);
  }
});

test("H9 by the first evening the crier calls a rumour that came through three mouths, in words not his own", async () => {
  const calls = day.deeds.flatMap(({ program, intent }) =>
    program === "crier" && intent.kind === "shout" && intent.text.startsWith("They say: ") ? [intent.text] : [],
  );
  const through = calls.map((text) => text.split(" So say ")[1]?.split(/, | and /).length ?? 0);
  assert.ok(Math.max(...through) >= 3, calls.join("\n"));
  const own = await readText("programs/crier.ts");
  for (const text of calls) assert.ok(!own.includes(text.slice(10, 30)), text);
  assert.ok(new Set(day.deeds.flatMap(({ intent }) => (intent.kind === "do" ? [intent.verb] : []))).size >= 10);
});

test("H10 a program takes less than one turn a real second", () => {
  const realSeconds = 13 * 60;
  assert.ok(day.turns / world.programs.length / realSeconds < 1, `${day.turns} turns`);
});
