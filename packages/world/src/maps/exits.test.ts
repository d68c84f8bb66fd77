import assert from "node:assert/strict";
import { test } from "node:test";
import { filesOf } from "../tiled/fixtures/files.ts";
import { readTiledMap } from "../tiled/read.ts";
import { linkedFiles, targetOf } from "./exits.ts";
import { area, layer, object, objects, townJson, townOf } from "./fixtures/towns.ts";

const free = layer("ground", ["xxxx", "xxxx"]);

test("M19 addresses are relative to the file, with an entry after the #", () => {
  const link = (path: string, entry: string | null) => ({ kind: "map", path, entry });
  assert.deepEqual(targetOf("inn.tmj#door", "maps/town.tmj"), link("maps/inn.tmj", "door"));
  assert.deepEqual(targetOf("../far/inn.json", "maps/town.tmj"), link("far/inn.json", null));
  assert.deepEqual(targetOf("#cellar", "maps/town.tmj"), link("maps/town.tmj", "cellar"));
  assert.deepEqual(targetOf("a%20b.tmx?x=1#caf%C3%A9", "town.tmj"), link("a b.tmx", "café"));
  assert.deepEqual(targetOf("100%.tmj#", "town.tmj"), link("100%.tmj", null));
});

test("M20 bindings and addresses that are no map in the root lead nowhere", () => {
  assert.deepEqual(targetOf("{{{ where }}}", "maps/town.tmj"), { kind: "binding" });
  for (const href of [
    "https://example.org/a.json",
    "//example.org/a.json",
    "/_/global/example.org/a.json",
    "../../a.json",
    "..%2f..%2fa.json",
    "office.wam",
    "page",
  ]) {
    assert.deepEqual(targetOf(href, "maps/town.tmj"), { kind: "outside" }, href);
  }
});

test("M19 exits stand on areas and tile layers, in today's spelling or the older one", async () => {
  const { world, exits } = await townOf({
    layers: [
      free,
      layer("walls", ["#...", "...."]),
      layer("to inn", ["xx..", "...."], { exitUrl: "inn.tmj#door" }),
      objects(
        "o",
        area("to mill", [3, 0], { exitSceneUrl: "../mill.json" }),
        area("down", [3, 1], { EXITURL: "#cellar" }),
        object("sign", "", [0, 1], { exitUrl: "inn.tmj" }),
      ),
    ],
    maps: { "maps/inn.tmj": "inn", "mill.json": "mill" },
  });
  assert.deepEqual(
    world.exits.map((exit) => ({ ...exit, tiles: [...exit.tiles] })),
    [
      { tiles: [1], map: "inn", entry: "door" },
      { tiles: [3], map: "mill", entry: null },
      { tiles: [7], map: "town", entry: "cellar" },
    ],
  );
  assert.deepEqual(
    exits.map(({ name }) => name),
    ["to inn", "to mill", "down"],
  );
});

test("M20 an exit that leads nowhere stays closed and is noted", async () => {
  const { world, notes } = await townOf({
    layers: [
      free,
      layer("walls", ["#...", "...."]),
      objects(
        "o",
        area("bound", [1, 0], { exitUrl: "{{{ x }}}" }),
        area("gone", [2, 0], { exitUrl: "gone.tmj" }),
        area("web", [3, 0], { exitUrl: "https://example.org" }),
        area("walled", [0, 0], { exitUrl: "#start" }),
      ),
    ],
  });
  assert.deepEqual(world.exits, []);
  for (const why of [/binding.*"bound"/, /not there.*"gone"/, /folder that is served.*"web"/, /blocked.*"walled"/])
    assert.match(notes.join("\n"), why);
});

test("M36 the maps that exits lead to are found before anything is understood", async () => {
  const json = townJson({
    layers: [
      free,
      layer("to inn", ["xx..", "...."], { exitUrl: "inn.tmj#door" }),
      objects(
        "o",
        area("again", [0, 0], { exitUrl: "inn.tmj" }),
        area("self", [0, 0], { exitUrl: "#a" }),
        area("out", [0, 0], { exitUrl: "../../x.tmj" }),
      ),
    ],
  });
  assert.deepEqual(linkedFiles(await readTiledMap(filesOf({ "maps/town.tmj": json }), "maps/town.tmj")), ["maps/inn.tmj"]);
});
