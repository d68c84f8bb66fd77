import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { filesOf } from "./fixtures/files.ts";
import { sketches } from "./fixtures/sketches.ts";
import { encodings, type Sketch, tileSide, write } from "./fixtures/write.ts";
import type { TiledMap } from "./model.ts";
import { readTiledMap } from "./read.ts";

const file = (format: "json" | "tmx"): string => `map.${format}`;

function readAs(sketch: Sketch, how: (typeof encodings)[number]): Promise<TiledMap> {
  return readTiledMap(filesOf({ [file(how.format)]: write(sketch, how) }), file(how.format));
}

/** All of a map but where its file was and where its corner lay. */
const meaning = (map: TiledMap): TiledMap => ({ ...map, path: "", origin: { x: 0, y: 0 } });

test("M1 a random map reads the same in each of Tiled's 22 encodings, and as what was written", async () => {
  assert.equal(encodings.length, 22);
  await fc.assert(
    fc.asyncProperty(sketches, async (sketch) => {
      const first = await readAs(sketch, encodings[0]!);
      const cells = first.layers.flatMap((layer) => (layer.kind === "tiles" ? [[...layer.cells]] : []));
      assert.deepEqual(
        cells,
        sketch.layers.map((layer) => layer.cells),
      );
      assert.deepEqual(Object.fromEntries(first.properties), sketch.properties);
      for (const how of encodings.slice(1)) assert.deepEqual(meaning(await readAs(sketch, how)), meaning(first), JSON.stringify(how));
    }),
    { numRuns: 40, seed: 7 },
  );
});

test("M2 an infinite map is cut to its chunks and its objects move along", async () => {
  const cells = Array.from({ length: 32 }, (_, i) => i);
  const sketch: Sketch = {
    width: 8,
    height: 4,
    properties: {},
    layers: [{ name: "ground", cells, visible: true, properties: {} }],
    objects: [{ name: "stone", class: "", x: 20, y: 30, width: 1, height: 1, gid: 0, properties: {} }],
    tiles: {},
  };
  const how = encodings.find(({ format, chunk }) => format === "tmx" && chunk !== null)!;
  const map = await readAs(sketch, how);
  assert.deepEqual([map.width, map.height, map.origin], [8, 4, { x: -8, y: 4 }]);
  const [ground, objects] = map.layers;
  assert.deepEqual(ground?.kind === "tiles" && [...ground.cells], cells);
  assert.deepEqual(objects?.kind === "objects" && [objects.objects[0]?.x, objects.objects[0]?.y], [20, 30]);
  assert.match(
    write(sketch, how),
    new RegExp(`x="${20 - 8 * tileSide}" y="${30 + 4 * tileSide}"`),
    "the file itself has the object elsewhere",
  );
});

test("M2 chunks with gaps between leave empty tiles, and an infinite map without chunks has the size the file says", async () => {
  const chunk = (x: number, y: number, gid: number) => ({ x, y, width: 1, height: 1, data: [gid] });
  const base = { width: 5, height: 6, tilewidth: 8, tileheight: 8, infinite: true, tilesets: [] };
  const layer = { type: "tilelayer", name: "a", width: 5, height: 6 };
  const files = filesOf({
    "far.json": JSON.stringify({ ...base, layers: [{ ...layer, chunks: [chunk(-1, -2, 7), chunk(1, 0, 9)] }] }),
    "none.json": JSON.stringify({ ...base, layers: [{ ...layer, chunks: [] }] }),
  });
  const far = await readTiledMap(files, "far.json");
  assert.deepEqual([far.width, far.height], [3, 3]);
  assert.deepEqual(far.layers[0]?.kind === "tiles" && [...far.layers[0].cells], [7, 0, 0, 0, 0, 0, 0, 0, 9]);
  const none = await readTiledMap(files, "none.json");
  assert.deepEqual([none.width, none.height], [5, 6]);
});
