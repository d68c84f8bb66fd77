import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { area, group, layer, objects, type Town, townOf } from "./fixtures/towns.ts";

const free = layer("ground", ["xxxx", "xxxx", "xxxx"]);
const entriesOf = async (town: Town) => (await townOf(town)).world.entries.map(({ name, tiles }) => [name, [...tiles]]);

test("M15 entries come by name, start first and blocked tiles left out", async () => {
  const entries = await entriesOf({
    layers: [
      free,
      layer("walls", ["#...", "....", "...."]),
      layer("west gate", ["....", "x...", "...."], { STARTLAYER: true }),
      group("entries", [layer("start", ["xx..", "....", "...."], {}, { visible: false })]),
      objects("o", area("east", [3, 1], { start: true }), area("east", [3, 2], { start: true }), area("plain", [2, 2], { start: false })),
    ],
  });
  assert.deepEqual(entries, [
    ["start", [1]],
    ["west gate", [4]],
    ["east", [7, 11]],
  ]);
});

test("M15 an entry of which every tile is blocked is left out and noted", async () => {
  const { world, notes } = await townOf({
    layers: [
      free,
      layer("walls", ["#...", "....", "...."]),
      objects("o", area("in", [0, 0], { start: true }), area("on", [1, 0], { start: true })),
    ],
  });
  assert.deepEqual(
    world.entries.map(({ name }) => name),
    ["on"],
  );
  assert.match(notes.join("\n"), /every tile is blocked.*in/);
});

test("M16 without an entry bodies come in at the free tile nearest the centre", async () => {
  assert.deepEqual(await entriesOf({ layers: [layer("g", ["xxx", "xxx", "xxx"])] }), [["start", [4]]]);
  assert.deepEqual(await entriesOf({ layers: [layer("g", ["xxx", "###", "x#x"])] }), [["start", [1]]]);
  assert.deepEqual(await entriesOf({ layers: [layer("g", ["####", "####", "###x"])] }), [["start", [11]]]);
});

test("M16 a map without a free tile is refused", async () => {
  await assert.rejects(townOf({ layers: [layer("g", ["##", "##"])] }), { code: "malformed", detail: { field: "maps/town.tmj" } });
});

test("M27 sight and hearing are set within their limits, and exits out of the world are marked", async () => {
  const { world } = await townOf({
    layers: [
      free,
      layer("walls", ["#...", "....", "...."]),
      objects("o", area("quay", [0, 0, 2, 1], { "world:exit": true, "world:description": "The ferry leaves here." })),
    ],
    properties: { "world:sight": 9, "WORLD:HEARING": 3 },
  });
  assert.deepEqual([world.sightTiles, world.hearingTiles], [9, 3]);
  assert.deepEqual(
    world.worldExits.map(({ name, tiles }) => [name, [...tiles]]),
    [["quay", [1]]],
  );
  assert.equal(world.places[0]?.description, "The ferry leaves here.");
  const plain = await townOf({ layers: [free] });
  assert.deepEqual([plain.world.sightTiles, plain.world.hearingTiles], [limits.sightTiles, limits.hearingTiles]);
});

test("M27 a radius that is none or over its limit is refused by name", async () => {
  const sight = (value: string | number) => townOf({ layers: [free], properties: { "world:sight": value } });
  await assert.rejects(sight(limits.sightTilesMax + 1), { code: "limit", detail: { field: "maps/town.tmj", limit: limits.sightTilesMax } });
  for (const value of ["far", 0, -3, 1.5]) await assert.rejects(sight(value), { code: "malformed", message: /world:sight/ });
});
