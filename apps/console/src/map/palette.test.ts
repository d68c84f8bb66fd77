import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bodyColours, colourOfName, contrast, materialOf, materials, mixColour } from "./palette.ts";

test("K14 every name has a colour that white letters can be read on", () => {
  fc.assert(fc.property(fc.string(), (name) => contrast(colourOfName(name), 0xffffff) >= 4.5 && colourOfName(name) === colourOfName(name)));
  for (const colour of bodyColours) assert.ok(contrast(colour, 0xffffff) >= 4.5, colour.toString(16));
});

test("K14 names spread over the colours", () => {
  const used = new Set(Array.from({ length: 200 }, (_, index) => colourOfName(`Person ${index}`)));
  assert.equal(used.size, bodyColours.length);
});

test("K14 contrast is WCAG's", () => {
  assert.equal(Math.round(contrast(0x000000, 0xffffff)), 21);
  assert.equal(contrast(0x777777, 0x777777), 1);
  assert.ok(Math.abs(contrast(0x767676, 0xffffff) - 4.54) < 0.01);
});

test("K15 tile classes and layer names tell what a tile is made of", () => {
  const expected = {
    water: "water",
    "Exterior Ground": "grass",
    HouseWalls_2: "wall",
    "garden wall": "wall",
    floor1: "floor",
    Trees: "tree",
    "Interior Furniture L2": "furniture",
    lamp_post: "fence",
    "street lamp": "lamp",
    cobbles: "path",
  };
  for (const [name, material] of Object.entries(expected)) assert.equal(materialOf(name), material, name);
  assert.equal(materialOf("xyzzy"), null);
  assert.equal(materialOf(""), null);
});

test("K15 every material has a lighter and a darker shade of its own", () => {
  for (const [name, { base, light, dark }] of Object.entries(materials)) {
    assert.ok(contrast(light, 0) > contrast(base, 0) && contrast(base, 0) > contrast(dark, 0), name);
  }
});

test("K15 colours mix channel by channel", () => {
  assert.equal(mixColour(0x000000, 0xffffff, 0.5), 0x808080);
  assert.equal(mixColour(0x102030, 0xffffff, 0), 0x102030);
  assert.equal(mixColour(0x102030, 0xa0b0c0, 1), 0xa0b0c0);
});
