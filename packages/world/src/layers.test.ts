import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { present } from "./perception.ts";
import { applyRecord } from "./replay.ts";
import { MapState } from "./state.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { Driver } from "./testing/drive.ts";
import { randomDays, randomMap } from "./testing/random-world.ts";
import { luggageOf, Stage } from "./testing/stage.ts";

const common = 1;
const ghostly = 2;
const seesAll = { layerSees: common | ghostly };
const ghost = { layerOn: ghostly, ...seesAll };

test("W97 who stands in a place with a layer is on that layer alone, and on its own again beside it", () => {
  const stage = new Stage(asciiMap("...ll...", { places: { l: { name: "loft", layer: 1 } } }));
  stage.enter(1, 0, 0);
  stage.enter(2, 1, 0);
  stage.enter(3, 7, 0, seesAll);
  stage.ask(2, { kind: "walk", to: "loft" });
  stage.steps(3);
  const sees = (id: number): number[] => present(stage.map, stage.state, id).bodies.map(({ id: other }) => other);
  assert.deepEqual(
    [sees(1), sees(2), sees(3)],
    [
      [1, 3],
      [1, 2, 3],
      [1, 2, 3],
    ],
  );
  assert.ok(stage.everything(1).some(({ kind }) => kind === "vanished"));
  stage.do(2, { kind: "say", text: "hoo" });
  assert.deepEqual([stage.kinds(1), stage.kinds(3)], [[], ["heard"]]);
  stage.ask(2, { kind: "walk", to: "@5,0" });
  stage.steps(3);
  assert.deepEqual(sees(1), [1, 2, 3]);
});

test("W98 layers are changed by the world's laws alone, and perception with them in the same tick", () => {
  const stage = new Stage(asciiMap("...."));
  stage.enter(1, 0, 0);
  stage.enter(2, 1, 0);
  const start = stage.state.keyframe();
  const known = stage.records.length;
  stage.post({ kind: "layers", body: 2, on: ghostly, sees: common });
  stage.step();
  assert.deepEqual(stage.kinds(1), ["vanished"]);
  assert.deepEqual(stage.kinds(2), []);
  stage.post({ kind: "layers", body: 1, on: common, sees: common | ghostly });
  stage.step();
  assert.deepEqual(stage.kinds(1), ["appeared"]);
  const replayed = MapState.fromKeyframe(stage.map, start);
  const touched = stage.records.slice(known).map(({ bytes }) => applyRecord(stage.map, replayed, bytes).touched.map(({ id }) => id));
  assert.deepEqual(touched, [[2], [1]]);
  assert.deepEqual(replayed.keyframe(), stage.state.keyframe());
  stage.post({ kind: "layers", body: 1, on: common, sees: common | ghostly });
  assert.equal(stage.step().record, null, "the same layers again are no change");
});

test("W98 who is away comes back on the layers it was put on meanwhile", () => {
  const stage = new Stage(asciiMap("f..", { worldExits: { f: "ferry" } }));
  stage.enter(1, 0, 0);
  assert.equal(stage.try(1, { kind: "leave" }), "ok");
  stage.post({ kind: "layers", body: 1, on: ghostly, sees: ghostly });
  stage.step();
  stage.enter(1, 0, 0);
  const { layerOn, layerSees } = stage.body(1);
  assert.deepEqual([layerOn, layerSees], [ghostly, ghostly]);
});

test("W99 which tile somebody comes in on, or walks to, does not depend on whom it cannot see", () => {
  const map = asciiMap("ee..mm", { entries: { e: "start" }, places: { m: { name: "market" } }, sightTiles: 6 });
  const whereabouts = (ghosts: boolean): unknown => {
    const stage = new Stage(map);
    for (const [id, x] of ghosts
      ? ([
          [8, 0],
          [9, 4],
        ] as const)
      : [])
      stage.enter(id, x, 0, ghost);
    stage.post({ kind: "enter", luggage: luggageOf(1), at: null });
    stage.step();
    const start = stage.at(1);
    stage.ask(1, { kind: "walk", to: "market" });
    stage.steps(8);
    return [start, stage.at(1)];
  };
  assert.deepEqual(whereabouts(true), [
    [0, 0],
    [4, 0],
  ]);
  assert.deepEqual(whereabouts(false), whereabouts(true));
});

test("W99 whom one sees one leaves room for", () => {
  const stage = new Stage(asciiMap("ee..mm", { entries: { e: "start" }, places: { m: { name: "market" } }, sightTiles: 6 }));
  stage.enter(8, 0, 0, ghost);
  stage.enter(9, 4, 0, ghost);
  stage.post({ kind: "enter", luggage: luggageOf(1, seesAll), at: null });
  stage.step();
  assert.deepEqual(stage.at(1), [1, 0]);
  stage.ask(1, { kind: "walk", to: "market" });
  stage.steps(8);
  assert.deepEqual(stage.at(1), [5, 0]);
});

test("W100 who finds the tile it walks to taken by somebody it sees takes another one of the place", () => {
  const stage = new Stage(asciiMap("...........m\n...........m", { places: { m: { name: "market" } } }));
  for (const id of [1, 2]) stage.enter(id, 0, 0);
  const asked = [1, 2].map((id) => stage.ask(id, { kind: "walk", to: "market" }));
  stage.steps(30);
  assert.deepEqual([stage.answer(1, asked[0]!), stage.answer(2, asked[1]!)], ["ok", "ok"]);
  assert.deepEqual(
    [stage.at(1), stage.at(2)],
    [
      [11, 0],
      [11, 1],
    ],
  );
});

test("W101 a door moves for those whom others cannot see, and everybody in sight sees it move", () => {
  const stage = new Stage(asciiMap("..sDs.", { doors: { D: { name: "gate", steps: { s: { autoOpen: true, autoClose: true } } } } }));
  stage.enter(1, 0, 0);
  stage.enter(2, 1, 0, ghost);
  stage.ask(2, { kind: "walk", to: "@5,0" });
  stage.steps(8);
  assert.deepEqual(
    stage.everything(1).flatMap((percept) => (percept.kind === "door" ? [percept.open] : [])),
    [false, true, false],
  );
});

test("W99 how many can be seen on a tile is what counting bodies one by one gives, in a replayed world too", () => {
  const runs = { numRuns: 100, seed: 20261128 };
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      const driver = new Driver(map);
      const states = [MapState.fresh(map), MapState.fresh(map)] as const;
      for (const deeds of days) {
        const { record } = driver.step(states[0], driver.inputs(deeds));
        if (record !== null) applyRecord(map, states[1], record);
        for (const state of states) {
          const bodies = [...state.bodies()].map(({ tile, layerOn }) => ({ tile, on: map.layerAt?.[tile] || layerOn }));
          for (const { tile } of bodies) {
            for (const sees of [0, 1, 2, 3]) {
              const counted = bodies.filter((body) => body.tile === tile && (body.on & sees) !== 0).length;
              assert.equal(state.bodyTable.standing.seen(tile, sees), counted);
            }
          }
        }
      }
    }),
    runs,
  );
});
