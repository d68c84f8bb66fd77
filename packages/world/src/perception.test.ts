import assert from "node:assert/strict";
import { test } from "node:test";
import { Observers } from "./observers.ts";
import { perceives, present } from "./perception.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { Stage } from "./testing/stage.ts";

const house = asciiMap(`${".".repeat(40)}\n${".".repeat(38)}rr`, { places: { r: { name: "room", room: true } }, sightTiles: 16 });
const sees = (stage: Stage, a: number, b: number): boolean => perceives(stage.map, stage.state, a, b);

test("W42 in sight is who is near enough, in the same room and on a layer one sees", () => {
  const stage = new Stage(house);
  stage.enter(1, 10, 0);
  stage.enter(2, 26, 1);
  stage.enter(3, 27, 0);
  stage.enter(4, 11, 0, { layerOn: 2 });
  stage.enter(5, 12, 0, { layerOn: 6, layerSees: 3 });
  stage.enter(6, 37, 1);
  stage.enter(7, 38, 1);
  assert.deepEqual(
    [2, 3, 4, 5, 1, 99].map((id) => sees(stage, 1, id)),
    [true, false, false, false, true, false],
  );
  assert.deepEqual(
    [1, 4].map((id) => sees(stage, 5, id)),
    [true, true],
  );
  assert.deepEqual([sees(stage, 6, 7), sees(stage, 7, 6)], [false, false]);
  assert.deepEqual(
    present(stage.map, stage.state, 1).bodies.map(({ id }) => id),
    [1, 2],
  );
  assert.deepEqual(present(stage.map, stage.state, 99), { bodies: [], doors: [] });
});

test("W43 crossing a threshold makes the old surroundings vanish and the new appear in one tick", () => {
  const stage = new Stage(house);
  stage.enter(1, 37, 1);
  stage.enter(2, 36, 0);
  stage.enter(3, 39, 1);
  stage.do(1, { kind: "walk", to: "@38,1" });
  assert.deepEqual(stage.kinds(1), ["vanished", "appeared", "reply"]);
  assert.deepEqual([stage.kinds(2), stage.kinds(3)], [["vanished"], ["appeared"]]);
});

test("W44 a step is no percept", () => {
  const stage = new Stage(house);
  stage.enter(1, 5, 0);
  stage.enter(2, 7, 0);
  stage.ask(2, { kind: "walk", to: "@9,0" });
  stage.step();
  assert.deepEqual([stage.at(2), stage.told.size], [[8, 0], 0]);
  stage.step();
  assert.deepEqual([stage.kinds(1), stage.kinds(2)], [[], ["reply"]]);
});

test("W44 who walks out of sight vanishes, and appears again where it comes back", () => {
  const stage = new Stage(house);
  stage.enter(1, 5, 0);
  stage.enter(2, 21, 0);
  stage.do(2, { kind: "walk", to: "@22,0" });
  assert.deepEqual(stage.percepts(1), [{ kind: "vanished", body: { id: 2, name: "person 2" } }]);
  stage.do(2, { kind: "walk", to: "@21,0" });
  assert.deepEqual(stage.kinds(1), ["appeared"]);
});

test("W45 percepts of one tick come in order", () => {
  const stage = new Stage(asciiMap(`${".".repeat(18)}D.`, { doors: { D: { name: "gate", steps: { D: {} } } } }));
  stage.enter(1, 1, 0);
  stage.enter(2, 15, 0);
  stage.enter(3, 2, 0);
  stage.ask(1, { kind: "walk", to: "@2,0" });
  stage.steps(1);
  stage.ask(3, { kind: "say", text: "hello" });
  stage.ask(3, { kind: "show", traits: { hat: 1 } });
  stage.post({ kind: "remove", body: 2 });
  stage.ask(1, { kind: "face", direction: "north" });
  stage.enter(4, 6, 0);
  assert.deepEqual(stage.kinds(1), ["vanished", "appeared", "changed", "heard", "reply"]);
  assert.deepEqual(stage.kinds(4), ["arrived", "appeared", "appeared", "door", "heard"]);
});

test("W46 who sleeps perceives nothing, and who wakes perceives all around it as appeared", () => {
  const stage = new Stage(house);
  stage.enter(1, 5, 0);
  stage.enter(2, 6, 0);
  stage.post({ kind: "detach", body: 1, epoch: 1 });
  stage.step();
  assert.deepEqual([stage.kinds(1), sees(stage, 1, 2), sees(stage, 1, 1), sees(stage, 2, 1)], [[], false, false, true]);
  assert.deepEqual(present(stage.map, stage.state, 1).bodies, []);
  stage.do(2, { kind: "say", text: "anybody home?" });
  assert.deepEqual(stage.kinds(1), []);
  stage.enter(3, 7, 0);
  assert.deepEqual(stage.kinds(1), []);
  stage.post({ kind: "attach", body: 1, epoch: 2 });
  stage.step();
  assert.deepEqual(stage.kinds(1), ["appeared", "appeared", "changed"]);
  assert.deepEqual(stage.kinds(2), ["changed"]);
});

test("W47 a door is told when it comes into sight and when it moves in sight", () => {
  const stage = new Stage(asciiMap(".".repeat(10) + "D" + ".".repeat(9), { sightTiles: 6, doors: { D: { name: "gate", open: true } } }));
  stage.enter(1, 3, 0);
  stage.enter(2, 9, 0);
  assert.deepEqual(present(stage.map, stage.state, 1).doors, []);
  stage.do(2, { kind: "use", target: "gate" });
  assert.deepEqual([stage.kinds(1), stage.kinds(2)], [[], ["door", "reply"]]);
  stage.do(1, { kind: "walk", to: "@4,0" });
  assert.deepEqual(stage.percepts(1)[0], { kind: "door", name: "gate", open: false, x: 10, y: 0 });
  stage.do(2, { kind: "use", target: "gate" });
  assert.deepEqual(stage.percepts(1), [{ kind: "door", name: "gate", open: true, x: 10, y: 0 }]);
  assert.deepEqual(present(stage.map, stage.state, 1).doors, [{ name: "gate", open: true, x: 10, y: 0 }]);
});

test("W48 watching again, as after a restart, tells nothing that was told before", () => {
  const stage = new Stage(house);
  stage.enter(1, 5, 0);
  stage.enter(2, 20, 0);
  stage.enter(3, 6, 0);
  const again = new Observers(stage.state);
  for (const id of [1, 2, 3]) again.watch(id);
  for (const to of ["@30,0", "@20,0"]) {
    stage.ask(2, { kind: "walk", to });
    for (let i = 0; i < 12; i++) {
      stage.step();
      assert.deepEqual(again.observe(stage.last), stage.told);
    }
  }
});
