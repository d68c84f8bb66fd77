import assert from "node:assert/strict";
import { test } from "node:test";
import { filesOf } from "./fixtures/files.ts";
import { flatten } from "./flatten.ts";
import type { TiledMap, TiledObject } from "./model.ts";
import { gidOf } from "./model.ts";
import { isTrue, property, textOf } from "./properties.ts";
import { readTiledMap } from "./read.ts";

const tmx = (inside: string, attributes = ""): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE map SYSTEM "http://mapeditor.org/dtd/1.0/map.dtd">
<map version="1.10" orientation="orthogonal" width="2" height="1" tilewidth="10" tileheight="10" ${attributes}>${inside}</map>`;

const readTmx = (inside: string, others: Readonly<Record<string, string>> = {}): Promise<TiledMap> =>
  readTiledMap(filesOf({ "maps/town.tmx": tmx(inside), ...others }), "maps/town.tmx");

const objectsOf = (map: TiledMap): readonly TiledObject[] => map.layers.flatMap((layer) => (layer.kind === "objects" ? layer.objects : []));

test("M3 visibility, opacity and offset of groups reach the layers within", async () => {
  const map = await readTmx(`
    <group name="house" visible="0" opacity="0.5" offsetx="10">
      <group name="inside" opacity="0.5" offsety="-4">
        <layer name="floor" width="2" height="1" offsetx="2"><data encoding="csv">1,2</data></layer>
        <imagelayer name="sky"><image source="sky.png"/></imagelayer>
      </group>
    </group>
    <layer name="roof" width="2" height="1"><data encoding="csv">0,0</data></layer>`);
  assert.deepEqual(
    flatten(map).map(({ layer, ...rest }) => ({ ...rest, kind: layer.kind })),
    [
      { path: "house/inside/floor", visible: false, opacity: 0.25, offsetX: 12, offsetY: -4, kind: "tiles" },
      { path: "house/inside/sky", visible: false, opacity: 0.25, offsetX: 10, offsetY: -4, kind: "image" },
      { path: "roof", visible: true, opacity: 1, offsetX: 0, offsetY: 0, kind: "tiles" },
    ],
  );
});

const tsx = (name: string): string =>
  `<tileset name="${name}" tilewidth="10" tileheight="10" tilecount="4" columns="2"><image source="../art/${name}.png" width="20" height="20"/>
   <tile id="3" type="wall"><properties><property name="Collides" type="bool" value="true"/></properties></tile></tileset>`;

test("M4 tilesets and templates are found from the file that names them, and the object's own word wins", async () => {
  const map = await readTmx(
    `<tileset firstgid="1" source="../sets/walls.tsx"/>
     <objectgroup name="things">
       <object id="1" template="../parts/chest.tx" x="5" y="6"><properties><property name="full" type="bool" value="false"/></properties></object>
       <object id="2" template="../parts/chest.tj" name="mine" x="1" y="2" width="9"/>
     </objectgroup>`,
    {
      "sets/walls.tsx": tsx("walls"),
      "sets/chests.tsj": JSON.stringify({ name: "chests", tilewidth: 10, tileheight: 10, tilecount: 6, columns: 3, image: "chests.png" }),
      "parts/chest.tx": `<template><tileset firstgid="1" source="../sets/chests.tsj"/><object name="chest" class="box" gid="2147483650" width="10" height="10">
        <properties><property name="full" type="bool" value="true"/><property name="wood" value="oak"/></properties></object></template>`,
      "parts/chest.tj": JSON.stringify({
        type: "template",
        tileset: { firstgid: 1, source: "../sets/walls.tsx" },
        object: { name: "crate", gid: 4, width: 10, height: 20, visible: false },
      }),
    },
  );
  assert.deepEqual(
    map.tilesets.map(({ name, firstGid, image }) => [name, firstGid, image]),
    [
      ["walls", 1, "art/walls.png"],
      ["chests", 5, "sets/chests.png"],
    ],
  );
  const [chest, crate] = objectsOf(map);
  assert.deepEqual([chest?.name, chest?.class, chest?.x, chest?.width, chest?.shape], ["chest", "box", 5, 10, "tile"]);
  assert.equal(chest?.gid, 0x80000000 + 6, "the second tile of a tileset that begins at 5, still flipped");
  assert.deepEqual(
    [...chest.properties],
    [
      ["full", false],
      ["wood", "oak"],
    ],
  );
  assert.deepEqual([crate?.name, crate?.width, crate?.height, crate?.gid, crate?.visible], ["mine", 9, 20, 4, false]);
});

test("M5 flip bits are kept and do not change the tile", async () => {
  const map = await readTmx(`<layer name="a" width="2" height="1"><data encoding="csv">4026531847,7</data></layer>`);
  const layer = map.layers[0];
  assert.ok(layer?.kind === "tiles");
  assert.deepEqual([...layer.cells], [0xf0000007, 7]);
  assert.deepEqual([...layer.cells].map(gidOf), [7, 7]);
});

test("M6 the class of objects and tiles is their type or their class", async () => {
  const json = JSON.stringify({
    width: 1,
    height: 1,
    tilewidth: 8,
    tileheight: 8,
    tilesets: [
      {
        firstgid: 1,
        name: "s",
        tilewidth: 8,
        tileheight: 8,
        tiles: [
          { id: 0, type: "old" },
          { id: 1, class: "new" },
        ],
      },
    ],
    layers: [
      {
        type: "objectgroup",
        name: "o",
        objects: [
          { id: 1, x: 0, y: 0, type: "area" },
          { id: "Alex", x: 0, y: 0, class: "zone" },
        ],
      },
    ],
  });
  const map = await readTiledMap(filesOf({ "a.json": json }), "a.json");
  assert.deepEqual(
    objectsOf(map).map((object) => [object.id, object.class]),
    [
      [1, "area"],
      ["Alex", "zone"],
    ],
  );
  assert.deepEqual(
    [...map.tilesets[0]!.tiles.values()].map((tile) => tile.class),
    ["old", "new"],
  );
});

test("M1 tilesets and properties of the oldest JSON are read", async () => {
  const json = JSON.stringify({
    width: 1,
    height: 1,
    tilewidth: 8,
    tileheight: 8,
    properties: { mapName: "Old" },
    tilesets: [
      { firstgid: 1, name: "s", tilewidth: 8, tileheight: 8, tiles: { 4: { type: "door" } }, tileproperties: { 4: { collides: "true" } } },
    ],
    layers: [{ type: "tilelayer", name: "a", width: 1, height: 1, data: [5] }],
  });
  const map = await readTiledMap(filesOf({ "a.json": json }), "a.json");
  const tile = map.tilesets[0]?.tiles.get(4);
  assert.equal(tile?.class, "door");
  assert.ok(isTrue(tile.properties, "collides"));
  assert.equal(textOf(map.properties, "mapName"), "Old");
});

test("M10 images may be missing, and one outside the root is noted and left out", async () => {
  const map = await readTmx(`<tileset firstgid="1" name="s" tilewidth="8" tileheight="8"><image source="../../../etc/passwd"/></tileset>
    <tileset firstgid="9" name="t" tilewidth="8" tileheight="8"><image source="nowhere.png"/></tileset>`);
  assert.deepEqual(
    map.tilesets.map(({ image }) => image),
    [null, "maps/nowhere.png"],
  );
  assert.match(map.notes.join(), /etc\/passwd.* outside the folder/);
});

test("M11 classes, lists and texts over several lines are read whole, names without regard to case", async () => {
  const map = await readTmx(`<properties>
    <property name="OpenLayer">doors/left
doors/right</property>
    <property name="look" type="class" propertytype="Look"><properties>
      <property name="hue" type="float" value="0.5"/>
      <property name="deep" type="class"><properties><property name="on" type="bool" value="true"/></properties></property>
    </properties></property>
    <property name="list" type="list"><item type="int" value="3"/><item type="list"><item type="bool" value="false"/></item><item value="x &lt; y&#10;z"/></property>
  </properties>`);
  assert.equal(property(map.properties, "openlayer"), "doors/left\ndoors/right");
  assert.deepEqual(property(map.properties, "LOOK"), { hue: 0.5, deep: { on: true } });
  assert.deepEqual(property(map.properties, "list"), [3, [false], "x < y\nz"]);
  assert.equal(property(map.properties, "nothing"), undefined);
});

test("M1 every shape of object is told apart", async () => {
  const map = await readTmx(`<objectgroup name="o">
    <object id="1" x="0" y="0" width="4" height="4"/><object id="2" x="0" y="0"><point/></object><object id="3" x="0" y="0"><ellipse/></object>
    <object id="4" x="0" y="0"><capsule/></object><object id="5" x="1" y="1"><polygon points="0,0 8,0 4,-8.5"/></object>
    <object id="6" x="0" y="0"><polyline points="0,0 8,0"/></object><object id="7" x="0" y="0"><text wrap="1">Hello
you</text></object><object id="8" gid="3" x="0" y="0" width="4" height="4" rotation="90"/></objectgroup>`);
  const objects = objectsOf(map);
  assert.deepEqual(
    objects.map(({ shape }) => shape),
    ["rectangle", "point", "ellipse", "capsule", "polygon", "polyline", "text", "tile"],
  );
  assert.deepEqual(objects[4]?.points, [
    { x: 0, y: 0 },
    { x: 8, y: 0 },
    { x: 4, y: -8.5 },
  ]);
  assert.equal(objects[6]?.text, "Hello\nyou");
  assert.equal(objects[7]?.rotation, 90);
});

test("M30 a layer of an unknown type is noted", async () => {
  const json = JSON.stringify({ width: 1, height: 1, tilewidth: 8, tileheight: 8, layers: [{ type: "hologram", name: "h" }] });
  const map = await readTiledMap(filesOf({ "a.json": json }), "a.json");
  assert.deepEqual([map.layers.length, map.notes.length], [0, 1]);
  assert.match(map.notes[0]!, /hologram/);
});
