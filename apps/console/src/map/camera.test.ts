import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clampCamera, easeTo, panBy, toScreen, toTile, visibleBox, zoomAt } from "./camera.ts";

const view = { width: 1000, height: 700 };
const map = { width: 140, height: 100 };
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const cameras = fc.record({ x: number(-50, 200), y: number(-50, 200), zoom: number(0.1, 500) });
const points = fc.record({ x: number(0, 1000), y: number(0, 700) });
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("K13 screen and map agree on where things are", () => {
  fc.assert(
    fc.property(cameras, points, (camera, point) => {
      const back = toScreen(camera, view, toTile(camera, view, point));
      near(back.x, point.x);
      near(back.y, point.y);
    }),
  );
});

test("K13 the map never leaves the view", () => {
  fc.assert(
    fc.property(cameras, (camera) => {
      const box = visibleBox(clampCamera(camera, view, map), view);
      assert.ok(box.x < map.width && box.y < map.height && box.x + box.width > 0 && box.y + box.height > 0);
      assert.ok(box.x > -4 || box.width > map.width);
    }),
  );
});

test("K13 zooming keeps the tile under the pointer, where the map's edge allows it", () => {
  const camera = { x: 70, y: 50, zoom: 32 };
  const at = { x: 620, y: 310 };
  const before = toTile(camera, view, at);
  const after = toTile(zoomAt(camera, view, map, at, 1.5), view, at);
  near(after.x, before.x);
  near(after.y, before.y);
});

test("K13 a small map stands in the middle, whatever one drags", () => {
  const small = { width: 6, height: 5 };
  const camera = panBy({ x: 0, y: 0, zoom: 32 }, view, small, 900, -900);
  assert.deepEqual({ x: camera.x, y: camera.y }, { x: 3, y: 2.5 });
});

test("K13 the view follows in the same time at any frame rate, and comes to rest", () => {
  const target = { x: 10, y: 0 };
  const run = (frameMs: number): number => {
    let camera = { x: 0, y: 0, zoom: 32 };
    for (let time = 0; time < 240; time += frameMs) camera = { ...easeTo(camera, target, frameMs) };
    return camera.x;
  };
  near(run(8), run(24));
  let camera = { x: 0, y: 0, zoom: 32 };
  for (let frame = 0; frame < 200; frame += 1) camera = { ...easeTo(camera, target, 16) };
  assert.equal(camera.x, 10);
});
