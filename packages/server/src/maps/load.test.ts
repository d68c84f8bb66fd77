import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import type { MapFiles } from "@elsewhere/world";
import { checkMap, loadMaps } from "./load.ts";
import { inflate } from "./disk.ts";

/** A folder that exists in a test only. */
function folder(files: Readonly<Record<string, object | string>>): MapFiles {
  const has = (path: string): boolean => Object.hasOwn(files, path);
  return {
    inflate,
    exists: async (path) => has(path),
    read: async (path) => {
      if (!has(path)) return null;
      const file = files[path]!;
      return new TextEncoder().encode(typeof file === "string" ? file : JSON.stringify(file));
    },
  };
}

const plain = { firstgid: 1, name: "s", tilewidth: 8, tileheight: 8, tilecount: 9 };

/** Three tiles in a row, with the exits that are named: from the first tile to the address. */
function row(exits: readonly string[], entries: readonly string[] = [], tilesets: readonly object[] = [plain]) {
  const area = (name: string, tile: number, properties: object[]) => ({
    id: 1,
    name,
    type: "area",
    x: tile * 8,
    y: 0,
    width: 8,
    height: 8,
    properties,
  });
  return {
    width: 3,
    height: 1,
    tilewidth: 8,
    tileheight: 8,
    tilesets,
    layers: [
      { type: "tilelayer", name: "start", width: 3, height: 1, data: [0, 1, 0] },
      {
        type: "objectgroup",
        name: "o",
        objects: [
          ...exits.map((href) => area(`to ${href}`, 0, [{ name: "exitUrl", type: "string", value: href }])),
          ...entries.map((name) => area(name, 2, [{ name: "start", type: "bool", value: true }])),
        ],
      },
    ],
  };
}

const exitsOf = (maps: Awaited<ReturnType<typeof loadMaps>>["maps"]) =>
  maps.map(({ name, exits }) => [name, exits.map(({ map, entry }) => `${map}#${entry}`)]);

test("M36 loading follows exits to every map, there and back, and calls maps by their files", async () => {
  const files = folder({
    "town/square.tmj": row(["inn.tmj#door", "../wood/path.json", "#start"]),
    "town/inn.tmj": row(["square.tmj"], ["door"]),
    "wood/path.json": row(["inn.tmj"]),
    "wood/inn.tmj": row(["../town/inn.tmj#door"]),
    "wood/alone.tmj": row([]),
  });
  const { maps, drawings, notes } = await loadMaps(files, "town/square.tmj");
  assert.deepEqual(exitsOf(maps), [
    ["square", ["inn#door", "path#null", "square#start"]],
    ["inn", ["square#null"]],
    ["path", ["wood-inn#null"]],
    ["wood-inn", ["inn#door"]],
  ]);
  assert.deepEqual([...drawings.keys()], ["square", "inn", "path", "wood-inn"]);
  assert.deepEqual(drawings.get("square")?.exits.map(({ map, x, width }) => [map, x, width])[0], ["inn", 0, 1]);
  assert.deepEqual(
    notes.filter((note) => !note.includes("is called")),
    [],
  );
});

test("M36 several maps may be asked for, in their order, and maps of one folder and name stay apart", async () => {
  const files = folder({ "b.tmj": row([]), "a.tmj": row(["b.tmj", "a.json"]), "a.json": row([]) });
  const { maps } = await loadMaps(files, ["b.tmj", "a.tmj"]);
  assert.deepEqual(
    maps.map(({ name }) => name),
    ["b", "a", "a.json"],
  );
});

test("M20 a linked map that is not there leaves its exit closed; one that is broken is refused", async () => {
  const missing = await loadMaps(folder({ "a.tmj": row(["gone.tmj#x"]) }), "a.tmj");
  assert.deepEqual(exitsOf(missing.maps), [["a", []]]);
  assert.match(missing.notes.join("\n"), /gone\.tmj: there is no such map/);
  await assert.rejects(loadMaps(folder({ "a.tmj": row(["b.tmj"]), "b.tmj": "{" }), "a.tmj"), {
    code: "malformed",
    detail: { field: "b.tmj" },
  });
  await assert.rejects(loadMaps(folder({}), "a.tmj"), { code: "unknown", detail: { field: "a.tmj" } });
});

test("M36 maps that lead on without end are refused at the limit", async () => {
  const endless: MapFiles = {
    inflate,
    exists: async () => true,
    read: async (path) =>
      path.endsWith(".profile.json") ? null : new TextEncoder().encode(JSON.stringify(row([`${Number.parseInt(path, 10) + 1}.tmj`]))),
  };
  await assert.rejects(loadMaps(endless, "1.tmj"), {
    code: "limit",
    detail: { field: `${limits.worldMapsMax + 1}.tmj`, limit: limits.worldMapsMax },
  });
});

test("M37 an exit to an entry that is not there leads to the default one", async () => {
  const { maps, notes } = await loadMaps(folder({ "a.tmj": row(["b.tmj#attic"]), "b.tmj": row([]) }), "a.tmj");
  assert.deepEqual(exitsOf(maps), [
    ["a", ["b#null"]],
    ["b", []],
  ]);
  assert.match(notes.join("\n"), /b has no entry "attic"/);
});

test("M41 only images that are there have an address, counted by map", async () => {
  const tileset = (firstgid: number, image: string) => ({ firstgid, name: image, tilewidth: 8, tileheight: 8, image });
  const files = folder({
    "m/a b.tmj": row([], [], [tileset(1, "gone.png"), tileset(9, "../art/t.png"), tileset(17, "u.png")]),
    "art/t.png": "x",
    "m/u.png": "x",
  });
  const { drawings, images } = await loadMaps(files, "m/a b.tmj");
  assert.deepEqual(images.get("a b"), ["art/t.png", "m/u.png"]);
  assert.deepEqual(
    drawings.get("a b")?.tilesets.map(({ image }) => image),
    [null, "/api/maps/a%20b/images/0", "/api/maps/a%20b/images/1"],
  );
});

test("M34 a check names links without following them, and says which are not there", async () => {
  const told = await checkMap(folder({ "a.tmj": row(["b.tmj#in", "c.tmj"]), "c.tmj": "not a map" }), "a.tmj");
  assert.deepEqual(
    told.exits.map(({ name, map, entry, reachable }) => [name, map, entry, reachable]),
    [
      ["to b.tmj#in", "b", "in", true],
      ["to c.tmj", "c", null, true],
    ],
  );
  assert.deepEqual(told.notes, ["the map b.tmj, to which an exit leads, is not there"]);
});

test("M32 a profile beside a map is its own, and one that is given is the first map's", async () => {
  const silent = { layers: { start: { as: "silent" } } };
  const files = folder({ "a.tmj": row(["b.tmj"]), "a.profile.json": silent, "b.tmj": row([]), "b.profile.json": silent });
  const beside = await loadMaps(files, "a.tmj");
  assert.deepEqual(
    beside.maps.map((map) => [...map.silent]),
    [
      [0, 1, 0],
      [0, 1, 0],
    ],
  );
  const given = await loadMaps(files, "a.tmj", { layers: {}, entries: [], properties: {} });
  assert.deepEqual(
    given.maps.map((map) => [...map.silent]),
    [
      [0, 0, 0],
      [0, 1, 0],
    ],
  );
  assert.deepEqual((await checkMap(files, "a.tmj")).silent, 1);
});
