import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { asciiMap, type DoorLegend } from "./testing/ascii-map.ts";
import { Stage } from "./testing/stage.ts";

const corridor = (door: Partial<DoorLegend>, drawing = "..sDt.."): Stage =>
  new Stage(asciiMap(drawing, { doors: { D: { name: "gate", ...door } } }));
const auto: DoorLegend["steps"] = { s: { autoOpen: true, autoClose: true }, t: { autoOpen: true, autoClose: true } };
const isOpen = (stage: Stage): boolean => stage.state.doors.isOpen(0);

test("W12 a closed door collides", () => {
  const stage = corridor({ steps: { s: {}, t: {} } });
  stage.enter(1, 0, 0);
  assert.equal(stage.try(1, { kind: "walk", to: "@6,0" }), "unreachable");
  stage.do(1, { kind: "walk", to: "@2,0" });
  stage.steps(3);
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "ok");
  const n = stage.ask(1, { kind: "walk", to: "@6,0" });
  stage.steps(6);
  assert.equal(stage.answer(1, n), "ok");
});

test("W12 a wall behind a door is still a wall when the door is open", () => {
  const open = asciiMap("..D.\n....", { doors: { D: { name: "gate" } } });
  const stage = new Stage({ ...open, blocked: Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0) });
  stage.enter(1, 1, 0);
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "ok");
  const n = stage.ask(1, { kind: "walk", to: "@3,0" });
  let ticks = 0;
  for (; stage.answer(1, n) === null; ticks++) stage.step();
  assert.equal(ticks, 4);
});

test("W13 a step that opens by itself lets a path through, from both sides", () => {
  const stage = corridor({ steps: auto });
  stage.enter(1, 0, 0);
  const n = stage.ask(1, { kind: "walk", to: "@6,0" });
  stage.steps(8);
  assert.equal(stage.answer(1, n), "ok");
  const back = stage.ask(1, { kind: "walk", to: "@0,0" });
  stage.steps(8);
  assert.equal(stage.answer(1, back), "ok");
});

test("W13 a door whose step lies elsewhere does not open for a path", () => {
  const stage = corridor({ steps: { s: { autoOpen: true } } }, "s.Dt...");
  stage.enter(1, 1, 0);
  assert.equal(stage.try(1, { kind: "walk", to: "@6,0" }), "unreachable");
});

test("W13 who stands on the step of a door that was closed again walks through all the same", () => {
  const stage = corridor({ steps: auto });
  stage.enter(1, 1, 0);
  stage.do(1, { kind: "walk", to: "@2,0" });
  assert.equal(isOpen(stage), true);
  stage.do(1, { kind: "use", target: "gate" });
  assert.equal(isOpen(stage), false);
  const n = stage.ask(1, { kind: "walk", to: "@6,0" });
  stage.steps(5);
  assert.equal(stage.answer(1, n), "ok");
});

test("W14 a door closes by itself when the last body has left it and its steps", () => {
  const stage = corridor({ steps: auto });
  stage.enter(1, 2, 0);
  stage.enter(2, 4, 0);
  assert.equal(isOpen(stage), true);
  stage.ask(1, { kind: "walk", to: "@0,0" });
  stage.steps(3);
  assert.equal(isOpen(stage), true);
  stage.do(2, { kind: "walk", to: "@6,0" });
  assert.equal(isOpen(stage), false);
  stage.do(1, { kind: "walk", to: "@1,0" });
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "ok");
  stage.steps(3);
  assert.equal(isOpen(stage), true, "a door opened from beside its step stays open until somebody has passed");
});

test("W14 a body that vanishes from a step has left it", () => {
  const stage = corridor({ steps: auto });
  stage.enter(1, 2, 0);
  stage.post({ kind: "remove", body: 1 });
  stage.step();
  assert.equal(isOpen(stage), false);
});

test("W15 a door neither closes nor opens onto a body", () => {
  const stage = corridor({ open: true, steps: { s: { autoClose: true } }, blocksOpen: "t" }, "..sD..t");
  stage.enter(1, 3, 0);
  stage.enter(2, 2, 0);
  assert.equal(stage.try(2, { kind: "use", target: "gate" }), "taken");
  assert.equal(isOpen(stage), true);
  stage.do(2, { kind: "walk", to: "@1,0" });
  assert.equal(isOpen(stage), true);
  stage.do(1, { kind: "walk", to: "@4,0" });
  stage.steps(2);
  assert.equal(isOpen(stage), false);
  stage.do(1, { kind: "walk", to: "@6,0" });
  stage.steps(3);
  assert.deepEqual(stage.at(1), [6, 0]);
  assert.equal(stage.try(2, { kind: "use", target: "gate" }), "taken");
});

test("W16 a door that wants a code is locked without it", () => {
  const stage = corridor({ steps: { s: { autoOpen: true, code: "1234" }, t: {} } });
  stage.enter(1, 1, 0);
  stage.do(1, { kind: "walk", to: "@2,0" });
  assert.equal(isOpen(stage), false);
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "locked");
  assert.equal(stage.try(1, { kind: "use", target: "gate", code: "4321" }), "locked");
  assert.equal(stage.try(1, { kind: "walk", to: "@5,0" }), "unreachable");
  assert.equal(stage.try(1, { kind: "use", target: "gate", code: "1234" }), "ok");
  assert.equal(isOpen(stage), true);
  assert.ok(!JSON.stringify(stage.everything(1)).includes("1234"));
});

test("W16 a step on the far side that wants no code lets in nobody who stands beside the door", () => {
  const stage = corridor({ steps: { s: { code: "1234" }, t: { autoOpen: true } } });
  stage.enter(1, 1, 0);
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "locked");
  assert.equal(stage.try(1, { kind: "use", target: "gate", code: "1234" }), "ok");
});

test("W17 a door is used from within reach, by its name", () => {
  const stage = corridor({ steps: { s: {} } }, ".....sDt");
  stage.enter(1, 2, 0);
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "out_of_reach");
  assert.equal(stage.try(1, { kind: "use", target: "hatch" }), "unknown");
  stage.do(1, { kind: "walk", to: "@3,0" });
  assert.equal(stage.try(1, { kind: "use", target: "gate" }), "ok");
});

test("W18 a door that closes in front of a walker sends it another way, or nowhere", () => {
  const legend = { doors: { D: { name: "gate", open: true, steps: { s: {} } } } };
  const stage = new Stage(asciiMap("....sD...\n.#######.\n.........", legend));
  stage.enter(1, 0, 0);
  stage.enter(2, 4, 0);
  const n = stage.ask(1, { kind: "walk", to: "@8,0" });
  stage.steps(3);
  stage.do(2, { kind: "use", target: "gate" });
  for (let i = 0; i < 30 && stage.answer(1, n) === null; i++) stage.step();
  assert.equal(stage.answer(1, n), "ok");
  assert.deepEqual(stage.at(1), [8, 0]);

  const shut = new Stage(asciiMap("....sD...", legend));
  shut.enter(1, 0, 0);
  shut.enter(2, 4, 0);
  const vain = shut.ask(1, { kind: "walk", to: "@8,0" });
  shut.steps(2);
  shut.do(2, { kind: "use", target: "gate" });
  shut.steps(9);
  assert.equal(shut.answer(1, vain), "unreachable");
  assert.equal(shut.at(1)[0], 4);
});

test("W18 who is sent to and fro between doors that close in front of it gives up", () => {
  const stage = new Stage(asciiMap("..D.\n..#.\n..E.", { doors: { D: { name: "north", open: true }, E: { name: "south", open: true } } }));
  stage.enter(1, 1, 1);
  const n = stage.ask(1, { kind: "walk", to: "@3,1" });
  let turns = 0;
  for (; stage.answer(1, n) === null && turns < 100; turns++) {
    stage.step();
    const heads = stage.body(1).y < 24 ? 0 : 1;
    stage.state.doors.set(heads, false);
    stage.state.doors.set(1 - heads, true);
  }
  assert.equal(stage.answer(1, n), "unreachable");
  assert.ok(turns > limits.pathRetriesMax && turns < 50, `${turns} ticks`);
});
