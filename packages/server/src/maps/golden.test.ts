import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { interpretMap, type MapReport, readTiledMap, report, type WorldMap } from "@elsewhere/world";
import { filesBelow } from "./disk.ts";
import { checkMap, loadMaps } from "./load.ts";
import { readProfile } from "./profile.ts";

/** Maps by others, which are not part of this repository. */
const root = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const skipWithout = (path: string): string | false => (existsSync(`${root}/${path}`) ? false : `../shared/data/${path} is not there`);
const files = filesBelow(root, { realpath, stat, readFile });

interface Golden {
  readonly size: readonly [number, number];
  readonly colliding: number;
  readonly reachable: number;
  readonly silent: number;
  readonly exits: readonly string[];
}

const goldens: Readonly<Record<string, Golden>> = {
  "tiled/workadventure-starter-kit/office.tmj": {
    size: [31, 21],
    colliding: 285,
    reachable: 366,
    silent: 28,
    exits: ["conference#from-office"],
  },
  "tiled/workadventure-starter-kit/conference.tmj": {
    size: [24, 14],
    colliding: 128,
    reachable: 207,
    silent: 0,
    exits: ["office#from-conference"],
  },
  "tiled/fossgis-2021/fossgis-update.json": {
    size: [50, 50],
    colliding: 922,
    reachable: 1135,
    silent: 194,
    exits: ["square#start-from-fossgis-update"],
  },
  "tiled/fossgis-2021/square.json": {
    size: [99, 99],
    colliding: 1198,
    reachable: 4141,
    silent: 5,
    exits: ["fossgis-update#start-from-square"],
  },
  "tiled/workadventure-doors/doors.json": { size: [10, 10], colliding: 20, reachable: 50, silent: 0, exits: [] },
  "tiled/workadventure-doors/doors_with_code.json": { size: [10, 10], colliding: 20, reachable: 50, silent: 0, exits: [] },
};

function assertGolden(told: MapReport, golden: Golden): void {
  const { size, exits, ...counts } = golden;
  assert.deepEqual([told.width, told.height], size);
  assert.deepEqual({ colliding: told.colliding, reachable: told.reachable, silent: told.silent }, counts);
  assert.deepEqual(
    told.exits.map(({ map, entry }) => `${map}#${entry}`),
    exits,
  );
  assert.ok(told.exits.every(({ reachable }) => reachable));
}

for (const [path, golden] of Object.entries(goldens)) {
  test(`M35 ${path} has the counts known of it`, { skip: skipWithout(path) }, async () =>
    assertGolden(await checkMap(files, path), golden),
  );
}

test("M22 WorkAdventure's own door opens the wall it closes", { skip: skipWithout("tiled/workadventure-doors/doors.json") }, async () => {
  const reading = interpretMap(await readTiledMap(files, "tiled/workadventure-doors/doors.json"), {
    name: "doors",
    profile: null,
    mapNamed: () => null,
    imageOf: () => null,
  });
  const told = report({ ...reading, world: { ...reading.world, doors: reading.world.doors.map((door) => ({ ...door, open: true })) } });
  assert.deepEqual([told.colliding, told.reachable], [18, 82]);
});

test("M36 the office and the conference hall lead to each other", { skip: skipWithout("tiled/workadventure-starter-kit") }, async () => {
  const loaded = await loadMaps(files, "tiled/workadventure-starter-kit/office.tmj");
  assert.deepEqual(
    loaded.maps.map(({ name, exits }) => [name, exits.map(({ map, entry }) => [map, entry])]),
    [
      ["office", [["conference", "from-office"]]],
      ["conference", [["office", "from-conference"]]],
    ],
  );
  assert.equal(loaded.drawings.get("office")?.title, "Office");
});

test("M35 every map of a parser's corpus loads", { skip: skipWithout("tiled/rs-tiled") }, async () => {
  const corpus = readdirSync(`${root}/tiled/rs-tiled`, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmx"));
  assert.ok(corpus.length >= 25);
  for (const name of corpus) {
    const told = await checkMap(files, `tiled/rs-tiled/${name}`);
    assert.ok(told.reachable > 0, name);
  }
});

test("M35 a map without an entry and without our properties loads", { skip: skipWithout("tiled/ai-town/tilemap.json") }, async () => {
  const told = await checkMap(files, "tiled/ai-town/tilemap.json");
  assert.deepEqual([told.width, told.height, told.entries.length], [40, 40, 1]);
  assert.match(told.notes.join("\n"), /no entry/);
});

const smallville = async (): Promise<WorldMap> => {
  const profile = await readProfile(filesBelow(repository, { realpath, stat, readFile }), "worlds/smallville/profile.json");
  assert.ok(profile);
  const told = await checkMap(files, "smallville/map/the_ville_jan7.json", profile);
  assert.deepEqual([told.width, told.height, told.colliding, told.reachable], [140, 100, 2064, 4158]);
  assert.deepEqual([told.rooms.length, told.places.length, told.entries.length], [63, 82, 41]);
  const { maps } = await loadMaps(files, "smallville/map/the_ville_jan7.json", profile);
  return maps[0]!;
};

test("M32 Smallville's layers have their meaning from its profile", { skip: skipWithout("smallville/map") }, async () => {
  const world = await smallville();
  const roomAt = (x: number, y: number): string | undefined => world.rooms[world.roomOf[y * 140 + x]! - 1]?.name;
  assert.match(roomAt(73, 14) ?? "", /^Isabella Rodriguez's apartment:/);
  assert.ok(world.places.some(({ name, room }) => name === "Hobbs Cafe" && !room));
  const csv = readFileSync(`${root}/smallville/map/matrix/maze/collision_maze.csv`, "utf8").split(",");
  assert.deepEqual(
    [...world.blocked],
    csv.map((cell) => (Number(cell) === 0 ? 0 : 1)),
  );
});

test("M32 all of Smallville's people start where they can walk", { skip: skipWithout("smallville/base-25agents") }, async () => {
  const world = await smallville();
  const starts = Object.values(
    JSON.parse(readFileSync(`${root}/smallville/base-25agents/environment_0.json`, "utf8")) as Record<string, { x: number; y: number }>,
  );
  assert.equal(starts.length, 25);
  for (const { x, y } of starts) assert.equal(world.blocked[y * 140 + x], 0);
});
