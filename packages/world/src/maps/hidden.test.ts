import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { fromBase64 } from "../bytes.ts";
import type { MapDrawing } from "../drawing.ts";
import { drawingTo } from "./concealing.ts";
import { area, layer, object, objects, type Town, tilesDrawn, townOf } from "./fixtures/towns.ts";
import { report } from "./report.ts";

const secret = "under the ivy";
const hidden = { "world:hidden": true, "world:secret": secret };

/** A house of walls (`#`) with a chamber behind a panel, in which lies whatever could give it away. */
const house: Town = {
  properties: { "world:layers": "common, ghosts" },
  layers: [
    layer("ground", ["xxx#4xx", "xxx#4xx", "xxx###x", "xxxxxxx"]),
    layer("furniture of the chamber", ["....5..", ".......", ".......", "......."]),
    layer("panel", ["...#...", ".......", ".......", "......."], {}),
    layer("start", ["x......", ".......", ".......", "......."]),
    objects(
      "o",
      area("house", [0, 0, 7, 4], { "world:room": true, "world:description": "All of it." }),
      area("chamber", [4, 0, 3, 2], { ...hidden, "world:description": "Dust." }),
      area("hearth", [4, 0], { silent: true }),
      area("hearth", [0, 3]),
      area("trapdoor", [6, 0], { startLayer: true }),
      area("hole", [6, 1], { exitUrl: "cave.tmj" }),
      area("chimney", [5, 0], { "world:exit": true }),
      area("sill", [2, 0, 3, 1], { doorVariable: "panel" }),
      object("panel", "variable", [0, 0], { door: true, closeLayer: "panel" }),
      object("ring", "thing", [5, 1]),
      object("ring", "thing", [1, 1], { "world:layer": "ghosts" }),
    ),
  ],
  maps: { "maps/cave.tmj": "cave" },
};

const namesOf = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
const cellsOf = ({ layers, width }: MapDrawing, name: string): string[] => {
  const bytes = new DataView(fromBase64(layers.find((one) => one.name === name)!.gids)!.buffer);
  const cells = Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.getUint32(i * 4, true));
  return Array.from({ length: cells.length / width }, (_, y) => cells.slice(y * width, (y + 1) * width).join(""));
};

test("M42 an area with world:hidden and a world:secret is a hidden room", async () => {
  const { world } = await townOf(house);
  const chamber = world.rooms.find(({ name }) => name === "chamber")!;
  assert.deepEqual([chamber.room, chamber.secret, chamber.description], [true, secret, "Dust."]);
  const numbers = Array.from(world.hiddenAt!, (room) => (room === 0 ? 0 : 1)).join("");
  assert.equal(numbers, "0001111000011100000000000000");
  assert.equal(world.rooms[world.hiddenAt![6]! - 1], chamber);
  assert.deepEqual(chamber.properties, {});
});

test("M42 an area with world:hidden and a world:recipient is a hidden room whose secret is not known", async () => {
  const recipient = `age1${"x0".repeat(29)}`;
  const vault = area("vault", [1, 0], { "world:hidden": true, "world:recipient": ` ${recipient} ` });
  const { world, whole, drawing } = await townOf({ layers: [layer("ground", ["xxx"]), objects("o", vault)] });
  const { name, secret: known, recipient: kept } = world.rooms[0]!;
  assert.deepEqual([name, known, kept, world.closed.size], ["vault", "", recipient, 0]);
  assert.deepEqual([...world.hiddenAt!], [0, 1, 0]);
  assert.ok(!JSON.stringify([whole, drawing, world.properties]).includes(recipient));
});

test("M42 what is half said of a hidden room is refused with its file and name", async () => {
  const refused = async (properties: Record<string, string | boolean | number>, how: RegExp): Promise<void> => {
    const ground = layer("ground", ["xxx"]);
    await assert.rejects(townOf({ layers: [ground, objects("o", area("vault", [1, 0], properties))] }), (error: Error) => {
      assert.match(error.message, how);
      assert.match(error.message, /^maps\/town\.tmj: .*vault/);
      return true;
    });
  };
  await refused({ "world:hidden": true }, /world:secret/);
  await refused({ "world:secret": "hush" }, /world:hidden/);
  await refused({ "world:hidden": "perhaps", "world:secret": "hush" }, /neither true nor false/);
  await refused({ "world:hidden": true, "world:secret": "two\nlines" }, /one line/);
  await refused({ "world:hidden": true, "world:secret": "x".repeat(limits.placeSecretCharsMax + 1) }, /longer than 64/);
  const recipient = `age1${"q".repeat(58)}`;
  await refused({ "world:recipient": recipient }, /world:hidden/);
  await refused({ "world:hidden": true, "world:recipient": recipient, "world:secret": "hush" }, /both/);
  for (const wrong of ["age1", `age1${"b".repeat(58)}`, `${recipient}q`, recipient.toUpperCase()])
    await refused({ "world:hidden": true, "world:recipient": wrong }, /world:recipient .* is not the public half/);
  const stray = townOf({ layers: [layer("ground", ["xxx"]), objects("o", object("vault", "thing", [1, 0], hidden))] });
  await assert.rejects(stray, { code: "malformed", message: /vault.*no area/ });
});

test("M43 a wider area ends at a hidden room, and a door that touches it is part of it", async () => {
  const { world } = await townOf(house);
  const place = (name: string): string[] => tilesDrawn(world.places.find((one) => one.name === name)!.tiles, 7, 4);
  assert.deepEqual(place("house"), ["###....", "####...", "#######", "#######"]);
  assert.deepEqual(place("chamber"), ["...####", "....###", ".......", "......."]);
  assert.deepEqual(place("sill"), ["...##..", ".......", ".......", "......."]);
});

/** All that is told of a map to whoever holds nothing. */
async function publicOf(town: Town): Promise<{ drawing: MapDrawing; text: string }> {
  const reading = await townOf(town);
  return { drawing: reading.drawing, text: JSON.stringify([reading.drawing, report(reading)]) };
}

test("M44 nothing of a hidden room is drawn or reported, and where it is one sees wall", async () => {
  const { drawing, text } = await publicOf(house);
  for (const word of [secret, "chamber", "Dust", "hearth 2", "trapdoor", "hole", "chimney", "panel", "cave", "furniture"]) {
    assert.ok(!text.includes(word), `the drawing or the report tells of "${word}"`);
  }
  assert.deepEqual(namesOf(drawing.places), ["house", "hearth"]);
  assert.deepEqual([namesOf(drawing.entries), drawing.exits, drawing.worldExits], [["start"], [], []]);
  assert.deepEqual(cellsOf(drawing, "ground"), ["1112222", "1112222", "1112221", "1111111"]);
  assert.equal([...fromBase64(drawing.blocked)!].join(""), "0001111000111100011100000000");
  const told = report(await townOf(house));
  assert.deepEqual([told.hidden, told.reachable, told.silent, told.doors, namesOf(told.exits)], [1, 17, 0, [], []]);
});

test("M44 what is drawn for the public is what is drawn of a map that has wall there", async () => {
  const bare: Town = {
    properties: { "world:layers": "common, ghosts" },
    layers: [
      layer("ground", ["xxx####", "xxx####", "xxx###x", "xxxxxxx"]),
      layer("start", ["x......", ".......", ".......", "......."]),
      objects("o", area("house", [0, 0, 7, 4], { "world:room": true, "world:description": "All of it." }), area("hearth", [0, 3])),
    ],
  };
  const [one, other] = [await publicOf(house), await publicOf(bare)];
  const boxed = ({ places, ...rest }: MapDrawing): unknown => ({ ...rest, places: namesOf(places) });
  assert.deepEqual(boxed(one.drawing), boxed(other.drawing));
});

test("M45 a drawing for a holder shows the rooms it holds and no others", async () => {
  const two: Town = { ...house, layers: [...house.layers, objects("more", area("cellar", [0, 1], { ...hidden, "world:secret": "x" }))] };
  const { world, whole, drawing } = await townOf(two);
  assert.deepEqual(drawingTo(whole, world, []), drawing);
  const chamber = drawingTo(whole, world, ["town/chamber"]);
  assert.deepEqual(namesOf(chamber.places), ["house", "chamber", "sill", "hearth 2", "hearth", "trapdoor", "hole", "chimney"]);
  assert.deepEqual(cellsOf(chamber, "ground")[0], "1112411");
  assert.ok(chamber.layers.some(({ door }) => door?.name === "panel"));
  assert.equal(fromBase64(chamber.blocked)![7], 1, "the other hidden room is still wall");
  assert.deepEqual(drawingTo(whole, world, ["town/cellar", "town/chamber"]), whole);
  assert.deepEqual(drawingTo(whole, world, ["elsewhere/chamber"]), drawing);
});

test("M46 what is hidden is named after everything else, and no note tells its name", async () => {
  const { world, notes } = await townOf(house);
  const hearth = (name: string): number => world.places.find((place) => place.name === name)!.tiles[0]!;
  assert.deepEqual([hearth("hearth"), hearth("hearth 2")], [21, 4]);
  assert.deepEqual(
    world.things.map(({ name, tile }) => [name, tile]),
    [
      ["ring 2", 12],
      ["ring", 8],
    ],
  );
  assert.match(notes.join("\n"), /a hidden place is called otherwise/);
  for (const word of ["chamber", "hearth", "trapdoor", secret]) assert.ok(!notes.join("\n").includes(word), word);
});

test("M47 a map whose only entry lies in a hidden room is entered beside it", async () => {
  const { world } = await townOf({
    layers: [layer("ground", ["xxxxx"]), objects("o", area("den", [0, 0, 4, 1], hidden), area("in", [1, 0], { start: true }))],
  });
  assert.deepEqual(
    world.entries.map(({ name, tiles }) => [name, [...tiles]]),
    [
      ["start", [4]],
      ["in", [1]],
    ],
  );
});

test("M48 world:layer puts places and things on a layer, by number or name, the smaller area before the wider", async () => {
  const { world } = await townOf({
    properties: { "world:layers": "common, ghosts,spirits" },
    layers: [
      layer("ground", ["xxxx"]),
      layer("mist", ["...x"], { "world:layer": 5 }),
      objects(
        "o",
        area("loft", [0, 0, 3, 1], { "world:layer": "ghosts" }),
        area("nook", [1, 0], { "world:layer": "2" }),
        object("lamp", "thing", [0, 0], { "world:layer": "spirits" }),
        object("key", "thing", [0, 0]),
      ),
    ],
  });
  assert.deepEqual([...world.layerAt!], [2, 4, 2, 32]);
  assert.deepEqual(
    world.things.map(({ layerOn, traits }) => [layerOn, traits]),
    [
      [4, {}],
      [undefined, {}],
    ],
  );
});

test("M48 a layer that is neither a number nor a name is refused", async () => {
  const ground = layer("ground", ["xxx"]);
  const refuse = async (layers: string, value: string | number, how: RegExp): Promise<void> => {
    const town = { properties: { "world:layers": layers }, layers: [ground, objects("o", area("loft", [0, 0], { "world:layer": value }))] };
    await assert.rejects(townOf(town), { message: how });
  };
  await refuse("", "ghosts", /^maps\/town\.tmj: world:layer of area "loft"/);
  await refuse("common,ghosts", 32, /from 0 to 31/);
  await refuse("common,ghosts", 1.5, /from 0 to 31/);
  await refuse("common,ghosts", -1, /from 0 to 31/);
  await refuse("ghosts", 1, /does not begin with "common"/);
  await refuse("common,ghosts,ghosts", 1, /there twice/);
  await refuse(Array.from({ length: 33 }, (_, i) => (i === 0 ? "common" : `l${i}`)).join(), 1, /more than 32/);
});
