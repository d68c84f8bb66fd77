import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrawnLayer, MapDrawing } from "@elsewhere/world";
import { TileMap, turned } from "./tiles.ts";

const base64 = (gids: readonly number[]): string => Buffer.from(new Uint32Array(gids).buffer).toString("base64");
const layer = (name: string, gids: readonly number[], more: Partial<DrawnLayer> = {}): DrawnLayer => ({
  name,
  opacity: 1,
  visible: true,
  above: false,
  door: null,
  gids: base64(gids),
  ...more,
});

/** Three tiles in a row: grass, a door and a lamp; the first blocks and shows nothing that would. */
function street(more: Partial<MapDrawing> = {}): TileMap {
  const classes = { "0": "grass", "1": "door", "2": "lamp" };
  const tileset = { firstGid: 5, tileCount: 3, columns: 3, tile: { width: 16, height: 16 }, margin: 0, spacing: 0, image: null, classes };
  const door = { name: "gate", shownWhen: "closed" } as const;
  return new TileMap({
    name: "street",
    title: "",
    description: "",
    copyright: [],
    width: 3,
    height: 1,
    tile: { width: 16, height: 16 },
    backgroundColor: null,
    layers: [
      layer("ground", [5, 0, 5]),
      layer("gate", [0, 6, 0], { door, visible: false }),
      layer("lights", [0, 0, 7]),
      layer("notes", [9, 9, 9], { visible: false }),
    ],
    tilesets: [tileset],
    blocked: Buffer.from([1, 0, 0]).toString("base64"),
    places: [],
    entries: [],
    exits: [],
    worldExits: [],
    ...more,
  });
}

test("K15 a tile's own class says what it is, then its layer's name", () => {
  const map = street();
  assert.equal(map.materialAt(map.layers[0]!, 0), "grass");
  assert.equal(map.materialAt(map.layers[0]!, 1), null);
  assert.deepEqual(map.lamps, [{ x: 2, y: 0 }]);
  const plain = street({ tilesets: [], layers: [layer("Walls", [1, 0, 0])] });
  assert.equal(plain.materialAt(plain.layers[0]!, 0), "wall");
});

test("K15 hidden layers are not drawn, a door's layers are whatever they say", () => {
  assert.deepEqual(
    street().layers.map(({ drawn }) => drawn.name),
    ["ground", "gate", "lights"],
  );
});

test("K15 what blocks and shows nothing that would is drawn as wall", () => {
  assert.equal(street().bareWall(0, 0), true);
  assert.equal(street().bareWall(2, 0), false);
  assert.equal(street({ layers: [layer("trees", [7, 0, 0])] }).bareWall(0, 0), false);
});

test("K17 a closed door blocks a key's way, an open one does not", () => {
  const map = street();
  assert.equal(map.doorAt(1, 0), "gate");
  assert.equal(
    map.blocked(1, 0, () => false),
    true,
  );
  assert.equal(
    map.blocked(1, 0, () => true),
    false,
  );
  assert.equal(
    map.blocked(-1, 0, () => true),
    true,
  );
  assert.equal(
    map.blocked(0, 0, () => true),
    true,
  );
});

test("K15 turned tiles keep their id", () => {
  assert.deepEqual(turned(0xa000_0007), { gid: 7, horizontal: true, vertical: false, diagonal: true });
  assert.equal(street({ tilesets: [] }).tilesetOf(7), null);
});
