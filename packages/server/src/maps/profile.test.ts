import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, limits } from "@elsewhere/protocol";
import type { MapFiles } from "@elsewhere/world";
import { inflate } from "./disk.ts";
import { readProfile } from "./profile.ts";

const folder = (files: Readonly<Record<string, string>>): MapFiles => ({
  inflate,
  exists: async (path) => Object.hasOwn(files, path),
  read: async (path) => (Object.hasOwn(files, path) ? new TextEncoder().encode(files[path]) : null),
});

test("M32 a profile names regions itself or from a table of lines", async () => {
  const files = folder({
    "p/town.profile.json": JSON.stringify({
      layers: {
        Arenas: { as: "room", table: { file: "blocks/arenas.csv", firstColumn: 2 }, regions: { 9: "Attic" } },
        Walls: { as: "collides" },
      },
      entries: [{ name: "start", x: 1, y: 2 }],
    }),
    "p/blocks/arenas.csv": "32138, the Ville, Ada's house, bedroom \r\n9, the Ville, shed\r\n\n",
  });
  assert.deepEqual(await readProfile(files, "p/town.profile.json"), {
    layers: {
      Arenas: { as: "room", drawn: false, regions: { 9: "Attic", 32138: "Ada's house:bedroom" } },
      Walls: { as: "collides", drawn: false, regions: undefined },
    },
    entries: [{ name: "start", x: 1, y: 2 }],
    properties: {},
  });
  assert.equal(await readProfile(files, "p/other.profile.json"), null);
});

const layer = (fields: object): string => JSON.stringify({ layers: { L: { as: "room", ...fields } } });

const wrong: readonly (readonly [string, string, ErrorCode, RegExp])[] = [
  ["no JSON", "{", "malformed", /p\.json is not JSON/],
  ["a list", "[]", "malformed", /p\.json/],
  ["an unknown field", '{"layer":{}}', "malformed", /p\.json/],
  ["an unknown meaning", layer({ as: "lava" }), "malformed", /layers\.L\.as/],
  ["a region that is no tile", layer({ regions: { x: "X" } }), "malformed", /layers\.L\.regions/],
  ["a name too long", layer({ name: "x".repeat(limits.nameCharsMax + 1) }), "limit", /layers\.L\.name/],
  ["an entry off all maps", '{"entries":[{"name":"a","x":-1,"y":0}]}', "malformed", /entries\.0\.x/],
  ["a table that is not there", layer({ table: { file: "gone.csv" } }), "unknown", /gone\.csv.*p\.json/],
  ["a table out of the root", layer({ table: { file: "../../etc/passwd" } }), "forbidden", /passwd/],
  ["a table with a line of words", layer({ table: { file: "bad.csv" } }), "malformed", /bad\.csv: line 2/],
];

for (const [what, text, code, says] of wrong) {
  test(`M40 a profile with ${what} is refused with its file and field`, async () => {
    await assert.rejects(readProfile(folder({ "p.json": text, "bad.csv": "1, a\nx, b" }), "p.json"), {
      name: "ElsewhereError",
      code,
      message: says,
    });
  });
}
