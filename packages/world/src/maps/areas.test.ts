import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorldMap } from "../map.ts";
import { limits } from "@elsewhere/protocol";
import { area, drawn, group, layer, object, objects, side, tilesDrawn, townOf } from "./fixtures/towns.ts";

const free = layer("ground", ["xxxxx", "xxxxx", "xxxxx", "xxxxx"]);

const place = (world: WorldMap, name: string): string[] => {
  const found = world.places.find((candidate) => candidate.name === name);
  assert.ok(found, `there is a place ${name} among ${world.places.map((candidate) => candidate.name).join()}`);
  return tilesDrawn(found.tiles, world.width, world.height);
};

test("M14 an area covers the tiles whose centre it holds, and at least the tile of its own centre", async () => {
  const pixels = (x: number, y: number, width: number, height: number, more = {}) => area("", [0, 0], {}, { x, y, width, height, ...more });
  const { world } = await townOf({
    layers: [
      free,
      objects(
        "o",
        { ...pixels(5, 5, 10, 10), name: "from centre to centre" },
        { ...pixels(6, 6, 10, 10), name: "just past" },
        { ...pixels(21, 21, 3, 3), name: "small" },
        { ...pixels(33, 12, 0, 0, { point: true }), name: "point" },
        { ...pixels(20, 0, 20, 10, { rotation: 90 }), name: "turned" },
        { ...pixels(0, 0, 50, 40, { ellipse: true }), name: "round" },
        { ...pixels(0, 10, 50, 20, { capsule: true }), name: "capsule" },
        {
          ...pixels(10, 0, 0, 0, {
            polygon: [
              { x: 0, y: 0 },
              { x: 40, y: 0 },
              { x: 0, y: 40 },
            ],
          }),
          name: "triangle",
        },
      ),
    ],
  });
  assert.deepEqual(place(world, "from centre to centre"), ["#....", ".....", ".....", "....."]);
  assert.deepEqual(place(world, "just past"), [".....", ".#...", ".....", "....."]);
  assert.deepEqual(place(world, "small"), [".....", ".....", "..#..", "....."]);
  assert.deepEqual(place(world, "point"), [".....", "...#.", ".....", "....."]);
  assert.deepEqual(place(world, "turned"), [".#...", ".#...", ".....", "....."]);
  assert.deepEqual(place(world, "round"), [".###.", "#####", "#####", ".###."]);
  assert.deepEqual(place(world, "capsule"), [".....", "#####", "#####", "....."]);
  assert.deepEqual(place(world, "triangle"), [".###.", ".##..", ".#...", "....."]);
});

test("M14 an area off the map is noted, and shapes that would take for ever are refused", async () => {
  const { world, notes } = await townOf({ layers: [free, objects("o", area("far", [90, 90]))] });
  assert.deepEqual(world.places, []);
  assert.match(notes.join("\n"), /cover no tile.*far/);
  const points = Array.from({ length: 9000 }, (_, i) => ({ x: i % 2 === 0 ? 0 : 500, y: i % 400 }));
  const thousand = Array.from({ length: 60 }, (_, i) => area(`p${i}`, [0, 0], {}, { polygon: points }));
  await assert.rejects(townOf({ layers: [free, objects("o", ...thousand)] }), {
    code: "limit",
    detail: { field: "maps/town.tmj", limit: limits.mapShapeTilesMax },
  });
});

test("M17 areas and zones are places, the smaller of two later, and other classes are not", async () => {
  const { world } = await townOf({
    layers: [
      free,
      objects(
        "o",
        area("corner", [0, 0]),
        object("square", "zone", [0, 0, 3, 3]),
        object("Plaza", "Area", [0, 0, 2, 2]),
        object("tree", "plant", [0, 0]),
        area("", [1, 1]),
      ),
    ],
  });
  assert.deepEqual(
    world.places.map(({ name }) => name),
    ["square", "Plaza", "corner"],
  );
});

test("M6 areas are known by the class that Tiled 1.9 writes", async () => {
  const { world } = await townOf({ layers: [free, objects("o", { ...area("here", [0, 0]), type: undefined, class: "area" })] });
  assert.deepEqual(place(world, "here"), ["#....", ".....", ".....", "....."]);
});

test("M18 area properties on a tile layer mean its tiles that are not empty", async () => {
  const { world } = await townOf({
    layers: [
      free,
      group("zones", [layer("hush", [".xx..", ".....", ".....", "....."], { Silent: true })]),
      layer("stage", ["xxx..", ".....", ".....", "....."], { "world:room": true, "world:description": "Boards." }),
      layer("decor", ["xxxxx", ".....", ".....", "....."], { depth: 3 }),
    ],
  });
  assert.deepEqual(drawn(world.silent, 5)[0], ".##..");
  assert.deepEqual(place(world, "hush")[0], ".##..");
  assert.deepEqual(
    world.rooms.map(({ name, description }) => [name, description]),
    [["stage", "Boards."]],
  );
  assert.equal(world.places.length, 2);
});

test("M21 silent areas are where nobody can speak, and silent=false is not", async () => {
  const { world } = await townOf({
    layers: [free, objects("o", area("library", [0, 1, 2, 2], { silent: true }), area("bar", [3, 0], { silent: false }))],
  });
  assert.deepEqual(drawn(world.silent, 5), [".....", "##...", "##...", "....."]);
});

test("M26 rooms stop perception, and a tile in several is in the most specific", async () => {
  const room = { "world:room": true };
  const { world } = await townOf({
    layers: [free, objects("o", area("cell", [1, 1], room), area("prison", [0, 0, 3, 3], room), area("yard", [0, 0, 5, 4]))],
  });
  assert.deepEqual(
    world.rooms.map(({ name }) => name),
    ["prison", "cell"],
  );
  assert.deepEqual([...world.roomOf.subarray(0, 10)], [1, 1, 1, 0, 0, 1, 2, 1, 0, 0]);
  assert.equal(world.places.length, 3);
});

test("M29 names fit coordinates and no two places share one", async () => {
  const long = "x".repeat(limits.nameCharsMax + 5);
  const { world, notes } = await townOf({
    layers: [
      free,
      objects("o", area("a/b@c", [0, 0, 4, 1]), area("desk", [0, 1, 3, 1]), area(" desk\n", [0, 2, 2, 1]), area(long, [0, 3])),
    ],
  });
  assert.deepEqual(
    world.places.map(({ name }) => name),
    ["a-b-c", "desk", "desk 2", "x".repeat(limits.nameCharsMax)],
  );
  assert.match(notes.join("\n"), /"a\/b@c" is called "a-b-c"/);
});

test("M30 what a place says beyond our words is kept with it", async () => {
  const { world, notes } = await townOf({ layers: [free, objects("o", area("cinema", [0, 0], { jitsiRoom: "c", silent: true }))] });
  assert.deepEqual(world.places[0]?.properties, { jitsiRoom: "c" });
  assert.match(notes.join("\n"), /"jitsiRoom" of areas.*cinema/);
  assert.equal(side, 10);
});
