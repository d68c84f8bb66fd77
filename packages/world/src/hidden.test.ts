import assert from "node:assert/strict";
import { test } from "node:test";
import type { Look } from "@elsewhere/protocol";
import { veil } from "./hiding.ts";
import { applyRecord } from "./replay.ts";
import { MapState } from "./state.ts";
import { asciiMap, type Legend } from "./testing/ascii-map.ts";
import { luggageOf, Stage } from "./testing/stage.ts";

const secret = "lantern";

/** A hall, and behind a panel in its wall a cellar with whatever one could look for in it. */
const legend: Legend = {
  name: "inn",
  places: { Phken: { name: "cellar", room: true, secret }, k: { name: "barrels" } },
  doors: { P: { name: "panel", steps: { s: { autoOpen: true, autoClose: true } } } },
  entries: { a: "start", e: "hatch" },
  exits: { n: { map: "cave" } },
};
const inn = asciiMap(
  `
  a...#hhk
  ...sPhhe
  ....#hnn
  `,
  legend,
);
const cave = asciiMap("...x", { name: "cave", exits: { x: { map: "inn", entry: "hatch" } } });
const town = asciiMap("t..x", { name: "town", exits: { x: { map: "inn", entry: "start" } } });

const legendOfHouse: Legend = { name: "house", places: { h: { name: "cellar", room: true, secret } }, entries: { a: "start" } };
const farLegend: Legend = { name: "far", entries: { t: "start" }, exits: { x: { map: "house", entry: "start" } } };

const stageOf = (): Stage => new Stage(inn, [cave, town]);

function errorOf(stage: Stage, body: number, to: string): { readonly code: string; readonly message: string } | null {
  const n = stage.ask(body, { kind: "walk", to });
  stage.step();
  const reply = stage.everything(body).find((percept) => percept.kind === "reply" && percept.n === n);
  return reply?.kind === "reply" && !reply.ok ? reply.error : null;
}

function look(stage: Stage, body: number): Look {
  const reply = stage.do(body, { kind: "look" }).find((percept) => percept.kind === "reply");
  assert.ok(reply?.kind === "reply" && reply.ok);
  return reply.data as unknown as Look;
}

test("W92 who gives the secret holds the room at once, is told so once, and walks in", () => {
  const stage = stageOf();
  stage.enter(1, 0, 0);
  const n = stage.ask(1, { kind: "walk", to: `cellar~${secret}` });
  stage.step();
  assert.deepEqual(
    stage.percepts(1).filter(({ kind }) => kind === "found"),
    [{ kind: "found", place: "inn/cellar" }],
  );
  assert.deepEqual(stage.body(1).holds, ["inn/cellar"]);
  stage.steps(10);
  assert.equal(stage.answer(1, n), "ok");
  assert.equal(look(stage, 1).place, "cellar");
  stage.ask(1, { kind: "walk", to: `inn/cellar~${secret}` });
  stage.steps(2);
  assert.ok(!stage.percepts(1).some(({ kind }) => kind === "found"), "what one holds one does not find again");
});

test("W92 a secret opens a room of another map from afar, and goes with its holder over every border and home", () => {
  const stage = new Stage(town, [inn, cave]);
  stage.enter(1, 0, 0);
  stage.ask(1, { kind: "walk", to: `inn/cellar~${secret}` });
  while (stage.step().transfers.length === 0) assert.ok(stage.state.tick < 10);
  const { luggage } = stage.last.transfers[0]!;
  assert.deepEqual(luggage.holds, ["inn/cellar"]);
  assert.deepEqual(luggage.errand, { n: 1, to: "inn/cellar" });
  const there = stageOf();
  there.post({ kind: "arrive", luggage, entry: "start" });
  there.steps(8);
  assert.equal(there.answer(1, 1), "ok");
  assert.equal(look(there, 1).place, "cellar");
});

test("W92 what one holds is kept by keyframes, by records, and while one is away", () => {
  const map = asciiMap("f#h\n...", {
    places: { h: { name: "den", room: true, secret } },
    worldExits: { f: "ferry" },
    entries: { f: "start" },
  });
  const stage = new Stage(map);
  stage.enter(1, 0, 1);
  const before = MapState.fromKeyframe(map, stage.state.keyframe());
  const known = stage.records.length;
  stage.ask(1, { kind: "walk", to: `den~${secret}` });
  stage.step();
  for (const { bytes } of stage.records.slice(known)) applyRecord(map, before, bytes);
  assert.deepEqual(before.keyframe(), stage.state.keyframe());
  assert.deepEqual(before.body(1)!.holds, ["square/den"]);
  assert.deepEqual(MapState.fromKeyframe(map, stage.state.keyframe()).body(1)!.holds, ["square/den"]);
  stage.ask(1, { kind: "walk", to: "ferry" });
  stage.steps(8);
  assert.equal(stage.try(1, { kind: "leave" }), "ok");
  assert.deepEqual(stage.state.awayOf("person:1")!.holds, ["square/den"]);
  stage.enter(1, 0, 1, { holds: [] });
  assert.deepEqual(stage.body(1).holds, ["square/den"]);
});

test("Z46 an alias is recorded of who holds a hidden room, finds it and walks there; who finds it is told its name", () => {
  const [house, den, far] = [
    asciiMap("a...#hh\n...shhh\n....#hh", legendOfHouse),
    asciiMap("...x", { name: "den" }),
    asciiMap("t.x", farLegend),
  ];
  veil([house, den, far], [{ map: house, room: 1, alias: "k7" }]);
  for (const to of ["cellar", "house/cellar"]) {
    const stage = new Stage(house, [den, far]);
    stage.enter(1, 0, 0);
    const found = stage.ask(1, { kind: "walk", to: `${to}~${secret}` });
    stage.step();
    assert.deepEqual(
      stage.percepts(1).filter(({ kind }) => kind === "found"),
      [{ kind: "found", place: "house/cellar" }],
    );
    stage.steps(12);
    assert.equal(stage.answer(1, found), "ok");
    assert.equal(look(stage, 1).place, "cellar");
    for (const again of ["start", to]) {
      const n = stage.ask(1, { kind: "walk", to: again });
      stage.steps(12);
      assert.equal(stage.answer(1, n), "ok", "by its name alone, once it is held");
    }
    const recorded = [...stage.records.map(({ bytes }) => bytes), stage.state.keyframe()]
      .map((bytes) => Buffer.from(bytes).toString("latin1"))
      .join();
    assert.ok(recorded.includes("house/k7") && !recorded.includes("cellar") && !recorded.includes(secret));
  }
  // On its way from another map the errand has the alias too, and leads there.
  const away = new Stage(far, [house, den]);
  away.enter(1, 0, 0);
  away.ask(1, { kind: "walk", to: `house/cellar~${secret}` });
  while (away.step().transfers.length === 0) assert.ok(away.state.tick < 10);
  const { luggage } = away.last.transfers[0]!;
  assert.deepEqual([luggage.holds, luggage.errand], [["house/k7"], { n: 1, to: "house/k7" }]);
  const there = new Stage(house, [den, far]);
  there.post({ kind: "arrive", luggage, entry: "start" });
  there.steps(12);
  assert.equal(there.answer(1, 1), "ok");
  // What was recorded before there were aliases still holds.
  const old = new Stage(house, [den, far]);
  old.enter(2, 0, 0, { holds: ["house/cellar"] });
  const n = old.ask(2, { kind: "walk", to: "cellar" });
  old.steps(12);
  assert.equal(old.answer(2, n), "ok");
});

test("W93 a wrong secret is answered as a place that does not exist, here and on other maps, and repeated to nobody", () => {
  const stage = stageOf();
  stage.enter(1, 0, 0);
  const named = (to: string): unknown => {
    const error = errorOf(stage, 1, to);
    return error && { ...error, message: error.message.replace(/(cellar|attic|hall)/, "NAME") };
  };
  for (const prefix of ["", "inn/"]) {
    assert.deepEqual(named(`${prefix}cellar~lanterns`), named(`${prefix}attic`));
    assert.deepEqual(named(`${prefix}cellar`), named(`${prefix}attic`));
    assert.deepEqual(named(`${prefix}attic~${secret}`), named(`${prefix}attic`));
    assert.equal(errorOf(stage, 1, `${prefix}start~${secret}`)?.code, "unknown");
  }
  const far = new Stage(town, [inn, cave]);
  far.enter(1, 0, 0);
  assert.deepEqual(errorOf(far, 1, "inn/cellar~lanterns"), errorOf(far, 1, "inn/attic"));
  assert.deepEqual(errorOf(far, 1, "inn/cellar"), errorOf(far, 1, "inn/attic"));
  assert.deepEqual(errorOf(far, 1, "inn@5,0"), errorOf(far, 1, "inn@4,0"), "a hidden tile of another map is as good as a wall");
  assert.deepEqual(stage.body(1).holds, []);
});

test("W93 a secret is in no state, record, event or percept", () => {
  const stage = new Stage(town, [inn, cave]);
  const home = stageOf();
  for (const [one, to] of [
    [stage, `inn/cellar~${secret}`],
    [home, `cellar~${secret}`],
    [home, `cellar~${secret}s`],
    [home, `a/b/~${secret}`],
  ] as const) {
    if (one.state.bodyOf("person:1") === null) one.enter(1, 0, 0);
    one.ask(1, { kind: "walk", to });
    one.step();
    const told = JSON.stringify([one.last.events, one.last.transfers, [...one.told], [...one.state.bodies()]]);
    const kept = Buffer.concat([one.state.keyframe(), ...one.records.map(({ bytes }) => bytes)]).toString("latin1");
    assert.ok(!told.includes(secret) && !kept.includes(secret), to);
  }
});

test("W94 places, entries, exits and doors in a hidden room are known to whoever holds it and to nobody else", () => {
  const stage = stageOf();
  stage.enter(1, 2, 1);
  stage.enter(2, 2, 1, { holds: ["inn/cellar"] });
  assert.deepEqual(look(stage, 1).places, []);
  assert.deepEqual(look(stage, 1).doors, []);
  assert.deepEqual(look(stage, 2).places, ["cellar", "barrels"]);
  assert.deepEqual(
    look(stage, 2).doors.map(({ name }) => name),
    ["panel"],
  );
  for (const to of ["barrels", "hatch", "inn/barrels"]) {
    assert.equal(errorOf(stage, 1, to)?.code, "unknown", to);
    assert.equal(errorOf(stage, 2, to), null, to);
    stage.try(2, { kind: "stop" });
  }
  assert.equal(errorOf(stage, 1, "cave@0,0")?.message, "no exit leads from inn to cave");
  assert.equal(stage.try(1, { kind: "use", target: "panel" }), "unknown");
  assert.equal(stage.try(2, { kind: "use", target: "panel" }), "ok");
});

test("W94 who steps where a hidden door would open by itself opens nothing, unless it knows the room", () => {
  const stage = stageOf();
  stage.enter(1, 2, 1);
  stage.enter(2, 0, 2, { holds: ["inn/cellar"] });
  stage.ask(1, { kind: "walk", to: "@3,1" });
  stage.steps(2);
  assert.deepEqual(stage.at(1), [3, 1]);
  assert.ok(!stage.state.doors.isOpen(0));
  stage.ask(2, { kind: "walk", to: "@3,1" });
  stage.steps(6);
  assert.ok(stage.state.doors.isOpen(0));
  assert.ok(stage.everything(2).some(({ kind }) => kind === "door"));
  assert.ok(!stage.everything(1).some(({ kind }) => kind === "door"), "of the panel the first is told nothing");
});

test("W94 whoever finds a room is told in the same tick of the doors it now knows", () => {
  const stage = stageOf();
  stage.enter(1, 2, 1, { speed: 1 });
  stage.ask(1, { kind: "walk", to: `cellar~${secret}` });
  stage.step();
  assert.deepEqual(
    stage.percepts(1).filter(({ kind }) => kind === "door" || kind === "found"),
    [
      { kind: "door", name: "panel", open: false, x: 4, y: 1 },
      { kind: "found", place: "inn/cellar" },
    ],
  );
});

test("W90 whoever comes in or arrives is put into no hidden room it does not hold, and a holder is", () => {
  const stage = stageOf();
  const at = { tile: stage.tile(5, 0) };
  stage.post({ kind: "enter", luggage: luggageOf(1), at });
  stage.post({ kind: "enter", luggage: luggageOf(2, { holds: ["inn/cellar"] }), at });
  stage.post({ kind: "enter", luggage: luggageOf(3), at: { place: "hatch" } });
  stage.post({ kind: "enter", luggage: luggageOf(4, { holds: ["inn/cellar"] }), at: { place: "hatch" } });
  stage.post({ kind: "arrive", luggage: luggageOf(5), entry: "hatch" });
  stage.post({ kind: "enter", luggage: luggageOf(6, { kind: "thing", speed: 0 }), at });
  stage.step();
  assert.deepEqual(stage.at(1), [3, 0]);
  assert.deepEqual(stage.at(2), [5, 0]);
  assert.equal(stage.state.body(3), null);
  assert.deepEqual(stage.at(4), [7, 1]);
  assert.deepEqual(stage.at(5), [0, 0]);
  assert.deepEqual(stage.at(6), [5, 0]);
});

test("W95 who was left in a hidden room that it does not hold walks out of it, and not in again", () => {
  const before = asciiMap("..hh", { places: { h: { name: "den", room: true } } });
  const stage = new Stage(before);
  stage.enter(1, 3, 0);
  const after = asciiMap("..hh", { places: { h: { name: "den", room: true, secret } } });
  const later = new Stage(after);
  Object.assign(later, { state: MapState.fromKeyframe(after, stage.state.keyframe()) });
  later.ask(1, { kind: "walk", to: "@0,0" });
  later.steps(5);
  assert.deepEqual(later.at(1), [0, 0]);
  later.ask(1, { kind: "walk", to: "@3,0" });
  later.steps(5);
  assert.deepEqual(later.at(1), [0, 0]);
});

test("W95 who steps out of such a room on its way through it comes in no more", () => {
  const before = asciiMap("hh.hh", { places: { h: { name: "den", room: true } } });
  const stage = new Stage(before);
  stage.enter(1, 0, 0);
  const after = asciiMap("hh.hh", { places: { h: { name: "den", room: true, secret } } });
  const later = new Stage(after);
  Object.assign(later, { state: MapState.fromKeyframe(after, stage.state.keyframe()) });
  later.ask(1, { kind: "walk", to: "@4,0" });
  later.steps(8);
  assert.deepEqual([later.at(1), later.body(1).walking], [[2, 0], null]);
});

test("W96 who goes into a hidden room vanishes for those outside, who walk no further than its wall", () => {
  const stage = stageOf();
  stage.enter(1, 0, 0, { speed: 8 });
  stage.enter(2, 1, 1, { holds: ["inn/cellar"], speed: 8 });
  stage.ask(1, { kind: "follow", body: 2 });
  stage.ask(2, { kind: "walk", to: "barrels" });
  stage.steps(30);
  assert.deepEqual(stage.at(2), [7, 0]);
  assert.deepEqual(
    stage.everything(1).filter(({ kind }) => kind === "vanished"),
    [{ kind: "vanished", body: { id: 2, name: "person 2" } }],
  );
  assert.ok(stage.at(1)[0] <= 3, "the follower has stayed outside");
});
