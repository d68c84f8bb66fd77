import assert from "node:assert/strict";
import { test } from "node:test";
import { area, drawn, group, layer, object, objects, townOf } from "./fixtures/towns.ts";

const free = layer("ground", ["xxxx", "xxxx", "xxxx"]);

test("M13 a tile blocks where any visible layer has one that collides, and hidden ones do not", async () => {
  const { world } = await townOf({
    layers: [
      layer("walls", ["#...", "....", "...."]),
      layer("over it", ["x...", ".#..", "...."]),
      layer("hidden", ["....", "....", "####"], {}, { visible: false }),
      group("gone", [layer("inside", ["####", "....", "...."])], { visible: false }),
    ],
  });
  assert.deepEqual(drawn(world.blocked, 4), ["#...", ".#..", "...."]);
});

test("M5 a flipped tile blocks like the tile it is", async () => {
  const { world } = await townOf({
    layers: [{ ...free, data: [2, 0x80000002, 0x40000002, 0x20000002, 0x10000002, 0xf0000002, 0xf0000001, 0, 0, 0, 0, 0] }],
  });
  assert.deepEqual(drawn(world.blocked, 4), ["####", "##..", "...."]);
});

test("M13 tile objects block what they cover unless they or their layer are hidden or they say otherwise", async () => {
  // A tile object hangs from its bottom left.
  const crate = (x: number, y: number, properties = {}, fields = {}) => object("crate", "", [x, y + 1], properties, { gid: 2, ...fields });
  const { world } = await townOf({
    layers: [
      free,
      objects("furniture", crate(0, 0), object("wardrobe", "", [2, 2, 2, 2], {}, { gid: 2 }), crate(0, 1, {}, { visible: false })),
      objects(
        "more",
        crate(1, 1, { collides: false }),
        crate(1, 2, { collides: true }, { gid: 1 }),
        object("plant", "", [3, 3], {}, { gid: 1 }),
      ),
      { ...objects("away", crate(0, 2)), visible: false },
    ],
  });
  assert.deepEqual(drawn(world.blocked, 4), ["#.##", "..##", ".#.."]);
});

test("M13 the tileset's alignment says from where tile objects hang", async () => {
  const tileset = {
    firstgid: 1,
    name: "s",
    tilewidth: 10,
    tileheight: 10,
    objectalignment: "center",
    tiles: [{ id: 0, properties: [{ name: "collides", type: "bool", value: true }] }],
  };
  const { world } = await townOf({
    layers: [{ ...free, data: Array(12).fill(0) }, objects("o", { name: "table", gid: 1, x: 20, y: 15, width: 20, height: 10 })],
    fields: { tilesets: [tileset] },
  });
  assert.deepEqual(drawn(world.blocked, 4), ["....", ".##.", "...."]);
});

test("M13 a layer or an area that collides as a whole blocks all its tiles", async () => {
  const { world } = await townOf({
    layers: [
      free,
      layer("water", ["xx..", "....", "...."], { collides: true }),
      objects("o", area("pit", [3, 1, 1, 2], { collides: true })),
    ],
  });
  assert.deepEqual(drawn(world.blocked, 4), ["##..", "...#", "...#"]);
});

test("M3 layers and objects of a moved group block where they are seen", async () => {
  const moved = { offsetx: 10, offsety: 10 };
  const { world } = await townOf({
    layers: [free, group("g", [layer("w", ["#...", "....", "...#"]), objects("o", object("c", "", [1, 1], {}, { gid: 2 }))], moved)],
  });
  assert.deepEqual(drawn(world.blocked, 4), ["....", ".##.", "...."]);
});
