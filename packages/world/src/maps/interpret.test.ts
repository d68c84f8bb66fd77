import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { fromBase64 } from "../bytes.ts";
import { area, drawn, layer, object, objects, tilesDrawn, type Town, townOf } from "./fixtures/towns.ts";
import type { Profile } from "./profile.ts";
import { report } from "./report.ts";

const free = layer("ground", ["xxxx", "xxxx", "xxxx"]);

test("M28 things carry their description, their traits and whether they can be carried", async () => {
  const { world, drawing } = await townOf({
    layers: [
      free,
      objects(
        "o",
        object("key", "Thing", [1, 1], { "world:description": "Small and brass.", weight: 2, owner: "ada" }),
        object("statue", "", [2, 2], { "world:thing": true, "world:portable": false }, { gid: 2 }),
        object("", "thing", [3, 3], {}, { gid: 1 }),
        object("lost", "thing", [40, 40]),
      ),
    ],
  });
  assert.deepEqual(world.things, [
    { name: "key", tile: 5, description: "Small and brass.", traits: { weight: 2, owner: "ada" }, portable: true },
    { name: "statue", tile: 6, description: "", traits: {}, portable: false },
    { name: "thing", tile: 11, description: "", traits: {}, portable: true },
  ]);
  assert.deepEqual(drawn(world.blocked, 4), ["....", "....", "...."], "a thing that can be taken is no wall");
  assert.equal(drawing.layers.length, 1, "nor is it part of the picture");
});

test("M28 traits larger than a body may show are refused", async () => {
  const heavy = object("tome", "thing", [0, 0], { text: "x".repeat(limits.traitsBytesMax) });
  await assert.rejects(townOf({ layers: [free, objects("o", heavy)] }), {
    code: "limit",
    detail: { field: "maps/town.tmj", limit: limits.traitsBytesMax },
  });
});

test("M29 doors and things do not share a name with another of their kind", async () => {
  const { world } = await townOf({
    layers: [
      free,
      objects(
        "o",
        object("cup", "thing", [0, 0]),
        object("cup", "thing", [1, 0]),
        object("d", "variable", [0, 0], { door: true }),
        object("d", "variable", [0, 0], { door: true }),
      ),
    ],
  });
  assert.deepEqual(
    [world.things.map(({ name }) => name), world.doors.map(({ name }) => name)],
    [
      ["cup", "cup 2"],
      ["d", "d 2"],
    ],
  );
});

test("M30 what is not understood is listed, by kind, and a script never run", async () => {
  const { notes, world } = await townOf({
    layers: [
      layer("ground", ["x7xx", "xxxx", "xxx9"], { glow: 1 }),
      objects(
        "o",
        object("bush", "plant", [0, 0]),
        area("a", [0, 0], { "world:rooom": true }),
        object("k", "thing", [0, 0], { "world:wieght": 1 }),
        object("", "", [0, 0], {}, { text: { text: "hi" } }),
      ),
      { type: "imagelayer", name: "sky", image: "sky.png" },
      { type: "group", name: "g", layers: [], properties: [{ name: "lit", type: "bool", value: true }] },
    ],
    properties: { script: "main.js", mapImage: "a.png", "world:gravity": 9 },
    fields: {
      orientation: "isometric",
      tilesets: [{ firstgid: 1, name: "s", tilewidth: 10, tileheight: 10, tilecount: 8, properties: [{ name: "x", value: "y" }] }],
    },
  });
  const all = notes.join("\n");
  for (const note of [
    /script is kept and never run/,
    /"mapImage" of maps/,
    /no property "world:gravity" of maps/,
    /"glow" of areas and layers.*ground/,
    /class "plant" have no meaning here \(1\): "bush"/,
  ])
    assert.match(all, note);
  for (const note of [
    /no property "world:rooom" of areas/,
    /no property "world:wieght" of things/,
    /texts are not drawn/,
    /image layers are not drawn.*sky/,
    /"lit" of groups/,
    /"x" of tilesets/,
    /1 of "ground"/,
    /isometric/,
  ])
    assert.match(all, note);
  assert.equal(world.properties["script"], "main.js");
});

test("M30 notes are gathered and limited", async () => {
  const many = Array.from({ length: 500 }, (_, i) => area(`a${i}`, [0, 0], { [`p${i}`]: 1, zoom: 1 }));
  const { notes } = await townOf({ layers: [free, objects("o", ...many)] });
  assert.equal(notes.length, limits.mapNotesMax);
  assert.match(notes.join("\n"), /"zoom" of areas and layers \(500\): .*a0.* and others/);
  assert.match(notes.at(-1)!, /further notes/);
});

test("M31 name, description and copyrights are kept and shown", async () => {
  const properties = { MapName: "Town", mapDescription: "A town.", mapCopyright: "CC0", tilesetCopyright: "T", other: 3 };
  const { drawing, world } = await townOf({ layers: [free], properties });
  assert.deepEqual([drawing.title, drawing.description, drawing.copyright], ["Town", "A town.", ["CC0", "T"]]);
  assert.deepEqual(world.properties, properties);
});

const profile = (layers: Profile["layers"], more: Partial<Profile> = {}): Profile => ({ layers, entries: [], properties: {}, ...more });

const plain: Town["layers"] = [
  free,
  layer("Walls", ["xx..", "....", "...."], {}, { visible: false }),
  layer("Regions", ["..33", "..44", "..5."]),
  layer("Doors ", ["....", "x...", "...."]),
];

test("M32 a profile gives layers their meaning and regions their names", async () => {
  const { world, drawing, notes } = await townOf({
    layers: plain,
    profile: profile(
      {
        Walls: { as: "collides", drawn: false },
        Regions: { as: "room", drawn: false, regions: { 3: "Kitchen", 4: "Hall", 8: "Attic" } },
        Doors: { as: "exit", name: "way out", drawn: true },
        Roof: { as: "nothing", drawn: false },
      },
      {
        entries: [
          { name: "start", x: 3, y: 2 },
          { name: "far", x: 30, y: 2 },
        ],
        properties: { mapName: "House", "world:sight": 5 },
      },
    ),
  });
  assert.deepEqual(drawn(world.blocked, 4), ["##..", "....", "...."]);
  assert.deepEqual(
    world.rooms.map(({ name, tiles }) => [name, tilesDrawn(tiles, 4, 3)]),
    [
      ["Kitchen", ["..##", "....", "...."]],
      ["Hall", ["....", "..##", "...."]],
    ],
  );
  assert.deepEqual(
    world.worldExits.map(({ name, tiles }) => [name, [...tiles]]),
    [["way out", [4]]],
  );
  assert.deepEqual(
    world.entries.map(({ name, tiles }) => [name, [...tiles]]),
    [["start", [11]]],
  );
  assert.deepEqual([drawing.title, world.sightTiles], ["House", 5]);
  for (const note of [
    /no name for the 1 tiles of the region 5/,
    /no tile is of the region 8, "Attic"/,
    /a layer "Roof", which the map does not have/,
    /30,2 is not on the map/,
  ])
    assert.match(notes.join("\n"), note);
  assert.deepEqual(
    drawing.layers.map(({ name, visible }) => [name, visible]),
    [
      ["ground", true],
      ["Walls", false],
      ["Regions", false],
      ["Doors ", true],
    ],
  );
});

test("M32 a profile's layers can be silent, entries and places, and the map's own properties win over its", async () => {
  const { world } = await townOf({
    layers: plain,
    properties: { mapName: "Mine" },
    profile: profile(
      {
        Walls: { as: "silent", drawn: false },
        Regions: { as: "entry", drawn: false, regions: { 5: "b", 3: "a" } },
        "Doors ": { as: "place", description: "A sill.", drawn: false },
      },
      { properties: { mapName: "House" } },
    ),
  });
  assert.deepEqual(drawn(world.silent, 4)[0], "##..");
  assert.deepEqual(
    world.entries.map(({ name }) => name),
    ["a", "b"],
  );
  assert.deepEqual(
    world.places.map(({ name, description }) => [name, description]),
    [["Doors", "A sill."]],
  );
  assert.equal(world.properties["mapName"], "Mine");
});

test("M33 what comes after floorLayer is above the bodies, and doors' layers bear their door", async () => {
  const { drawing } = await townOf({
    layers: [
      layer("ground", ["xxxx", "xxxx", "xxxx"], {}, { opacity: 0.5 }),
      objects(
        "floorLayer",
        object("gate", "variable", [0, 0], { door: true, openLayer: "ajar", closeLayer: "shut" }),
        object("lamp", "", [1, 1], {}, { gid: 0x80000001 }),
        object("cup", "", [1, 1], {}, { gid: 3 }),
      ),
      layer("shut", ["#...", "....", "...."]),
      layer("ajar", ["....", "....", "...."], {}, { visible: false }),
    ],
  });
  assert.deepEqual(
    drawing.layers.map(({ name, above, door, opacity }) => [name, above, door?.shownWhen ?? null, opacity]),
    [
      ["ground", false, null, 0.5],
      ["floorLayer", false, null, 1],
      ["floorLayer", false, null, 1],
      ["shut", true, "closed", 1],
      ["ajar", true, "open", 1],
    ],
  );
  const gids = drawing.layers.map((drawnLayer) => [...new Uint32Array(fromBase64(drawnLayer.gids)!.buffer)]);
  assert.deepEqual(gids[0], Array(12).fill(1));
  assert.deepEqual([gids[1]?.[1], gids[2]?.[1]], [0x80000001, 3], "tile objects on one tile lie on sheets of their own");
  assert.deepEqual([...fromBase64(drawing.blocked)!], Array(12).fill(0));
});

test("M34 a report has its fields and no others, and counts with doors as the map has them", async () => {
  const town = (open: boolean): Town => ({
    layers: [
      layer("ground", ["xxxx", "####", "xx#x"]),
      layer("shut", ["..#.", "....", "...."]),
      layer("start", ["x...", "....", "...."]),
      objects(
        "o",
        object("gate", "variable", [0, 0], { door: true, closeLayer: "shut", default: open }),
        area("end", [3, 0], { exitUrl: "#start", silent: true, "world:room": true }),
        area("ferry", [0, 2], { "world:exit": true }),
      ),
    ],
  });
  const closed = report(await townOf(town(false)));
  assert.deepEqual(
    Object.keys(closed),
    "width height tile colliding reachable silent places rooms hidden entries exits doors notes".split(" "),
  );
  assert.deepEqual(
    [closed.width, closed.height, closed.tile, closed.colliding, closed.reachable, closed.silent],
    [4, 3, { width: 10, height: 10 }, 6, 2, 1],
  );
  assert.deepEqual(closed.places, [
    { name: "end", tiles: 1 },
    { name: "ferry", tiles: 1 },
  ]);
  assert.deepEqual([closed.rooms, closed.entries], [[{ name: "end", tiles: 1 }], [{ name: "start", tiles: 1 }]]);
  const exit = { name: "end", map: "town", entry: "start" };
  const ferry = { name: "ferry", map: null, entry: null, reachable: false };
  assert.deepEqual(closed.exits, [{ ...exit, reachable: false }, ferry]);
  const open = report(await townOf(town(true)));
  assert.deepEqual([open.colliding, open.reachable, open.exits], [5, 4, [{ ...exit, reachable: true }, ferry]]);
});
