import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { asciiMap } from "./testing/ascii-map.ts";
import { Stage } from "./testing/stage.ts";

const bend = asciiMap(`
  ..........
  .########.
  ..........
`);

test("W1 a body moves its speed in sixteenths a tick along the lines between centres, and is answered on arrival", () => {
  const stage = new Stage(bend);
  stage.enter(1, 0, 0, { speed: 6 });
  const n = stage.ask(1, { kind: "walk", to: "@2,0" });
  const positions: number[] = [];
  while (stage.answer(1, n) === null) {
    stage.step();
    positions.push(stage.body(1).x);
    assert.equal(stage.body(1).y, 8);
  }
  assert.deepEqual(positions, [14, 20, 26, 32, 38, 40]);
  assert.equal(stage.body(1).facing, "east");
  assert.equal(stage.answer(1, n), "ok");
});

test("W1 distance left over at a corner is walked on the other side of it", () => {
  const stage = new Stage(asciiMap("..\n#."));
  stage.enter(1, 0, 0, { speed: 24 });
  stage.ask(1, { kind: "walk", to: "@1,1" });
  stage.step();
  const { x, y } = stage.body(1);
  assert.deepEqual([x, y], [24, 16]);
});

test("W3 a walk takes a shortest way around what blocks", () => {
  const stage = new Stage(bend);
  stage.enter(1, 1, 0);
  const n = stage.ask(1, { kind: "walk", to: "@1,2" });
  let ticks = 0;
  for (; stage.answer(1, n) === null; ticks++) stage.step();
  assert.equal(ticks, 4);
  assert.deepEqual(stage.at(1), [1, 2]);
});

test("W4 blocked and walled-off tiles are unreachable, what does not exist is unknown", () => {
  const stage = new Stage(asciiMap("..#.\n..##", { places: { p: { name: "nowhere" } } }));
  stage.enter(1, 0, 0);
  assert.equal(stage.try(1, { kind: "walk", to: "@2,0" }), "unreachable");
  assert.equal(stage.try(1, { kind: "walk", to: "@3,0" }), "unreachable");
  assert.equal(stage.try(1, { kind: "walk", to: "@9,9" }), "unknown");
  assert.equal(stage.try(1, { kind: "walk", to: "cellar" }), "unknown");
  assert.equal(stage.try(1, { kind: "walk", to: "attic/cellar" }), "unknown");
  assert.equal(stage.try(1, { kind: "walk", to: "nowhere" }), "unreachable");
  assert.equal(stage.try(1, { kind: "walk", to: "a/b/c" }), "malformed");
  assert.equal(stage.try(1, { kind: "walk", to: { body: 77 } }), "unknown");
});

test("W4 what has no speed does not walk", () => {
  const stage = new Stage(bend);
  stage.enter(1, 0, 0, { speed: 0 });
  stage.enter(2, 1, 0);
  assert.equal(stage.try(1, { kind: "walk", to: "@2,0" }), "unreachable");
  assert.equal(stage.try(1, { kind: "follow", body: 2 }), "unreachable");
});

test("W5 a walk to a place ends on its nearest free tile, and on a taken one if all are taken", () => {
  const stage = new Stage(asciiMap("....mm", { places: { m: { name: "market" } } }));
  for (const id of [1, 2, 3]) {
    stage.enter(id, 0, 0);
    stage.ask(id, { kind: "walk", to: "market" });
    stage.steps(8);
  }
  assert.deepEqual(
    [stage.at(1), stage.at(2), stage.at(3)],
    [
      [4, 0],
      [5, 0],
      [4, 0],
    ],
  );
  stage.do(2, { kind: "walk", to: "square/market" });
  assert.deepEqual(stage.at(2), [5, 0]);
});

test("W5 who is in the place already stays where it is", () => {
  const stage = new Stage(asciiMap("..mm", { places: { m: { name: "market" } } }));
  stage.enter(1, 2, 0);
  assert.equal(stage.try(1, { kind: "walk", to: "market" }), "ok");
  assert.deepEqual(stage.at(1), [2, 0]);
});

test("W6 a walk to a body ends one step off, and follows it when it moves", () => {
  const stage = new Stage(asciiMap(".".repeat(30), { sightTiles: 30 }));
  stage.enter(1, 0, 0);
  stage.enter(2, 8, 0, { speed: 8 });
  stage.ask(2, { kind: "walk", to: "@14,0" });
  const n = stage.ask(1, { kind: "walk", to: { body: 2 } });
  for (let i = 0; i < 40 && stage.answer(1, n) === null; i++) stage.step();
  assert.equal(stage.answer(1, n), "ok");
  assert.deepEqual(
    [stage.at(1), stage.at(2)],
    [
      [13, 0],
      [14, 0],
    ],
  );
});

test("W6 a stall behind a counter is walked up to", () => {
  const stage = new Stage(asciiMap("......\n..###.\n..###.\n..###."));
  stage.enter(1, 0, 0);
  stage.enter(2, 3, 2, { kind: "thing", speed: 0 });
  const n = stage.ask(1, { kind: "walk", to: { body: 2 } });
  stage.steps(10);
  assert.equal(stage.answer(1, n), "ok");
});

test("W6 a walk to a body that goes out of sight is unreachable", () => {
  const stage = new Stage(asciiMap(".....rrr", { places: { r: { name: "room", room: true } } }));
  stage.enter(1, 0, 0, { speed: 4 });
  stage.enter(2, 4, 0);
  stage.ask(2, { kind: "walk", to: "@7,0" });
  const n = stage.ask(1, { kind: "walk", to: { body: 2 } });
  stage.steps(30);
  assert.equal(stage.answer(1, n), "unreachable");
  assert.equal(stage.body(1).walking, null);
});

test("W8 a walk leads around an exit, but onto it when it is the goal, and off the map in that tick", () => {
  const lane = asciiMap("...\n.x.\n...", { exits: { x: { map: "inn", entry: "door" } } });
  const inn = asciiMap("e..", { name: "inn", entries: { e: "door" } });
  const stage = new Stage(lane, [inn]);
  stage.enter(1, 0, 1);
  stage.enter(2, 0, 0);
  const n = stage.ask(1, { kind: "walk", to: "@2,1" });
  stage.steps(4);
  assert.equal(stage.answer(1, n), "ok");
  const through = stage.ask(1, { kind: "walk", to: "@1,1" });
  stage.step();
  assert.equal(stage.state.body(1), null);
  assert.deepEqual(stage.kinds(2), ["vanished"]);
  const [transfer] = stage.last.transfers;
  assert.deepEqual([transfer?.map, transfer?.entry, transfer?.luggage.errand], ["inn", "door", { n: through, to: "" }]);
  assert.ok(stage.last.events.some((event) => event.kind === "left" && event.how === "transferred" && event.cause?.n === through));

  const far = new Stage(inn, [lane]);
  far.post({ kind: "arrive", luggage: transfer!.luggage, entry: transfer!.entry });
  far.step();
  assert.deepEqual(far.at(1), [0, 0]);
  assert.equal(far.answer(1, through), "ok");
  assert.deepEqual(far.percepts(1)[0], { kind: "arrived", map: "inn", x: 0.5, y: 0.5 });
});

test("W8 who comes in on an exit walks off it, over other tiles of it if need be", () => {
  const stage = new Stage(asciiMap("xxx.", { exits: { x: { map: "inn" } } }), [asciiMap("..", { name: "inn" })]);
  stage.enter(1, 0, 0);
  const n = stage.ask(1, { kind: "walk", to: "@3,0" });
  stage.steps(4);
  assert.equal(stage.answer(1, n), "ok");
});

test("W7 a walk to another map leads through the maps between and is answered there", () => {
  const maps = [
    asciiMap("a..b", { name: "one", exits: { b: { map: "two", entry: "west" } } }),
    asciiMap("w..e", { name: "two", entries: { w: "west" }, exits: { e: { map: "three" } } }),
    asciiMap("s..p", { name: "three", places: { p: { name: "well" } } }),
  ];
  const stages = maps.map(
    (map) =>
      new Stage(
        map,
        maps.filter((other) => other !== map),
      ),
  );
  stages[0]!.enter(1, 0, 0);
  const n = stages[0]!.ask(1, { kind: "walk", to: "three/well" });
  const seen: string[] = [];
  for (let i = 0; i < 20; i++) {
    const on = stages.findIndex((stage) => stage.state.body(1) !== null);
    const [transfer] = stages[on]!.step().transfers;
    if (!transfer) continue;
    seen.push(transfer.map);
    const next = stages.find((stage) => stage.map.name === transfer.map)!;
    next.post({ kind: "arrive", luggage: transfer.luggage, entry: transfer.entry });
    next.step();
  }
  assert.deepEqual(seen, ["two", "three"]);
  assert.deepEqual(stages[2]!.at(1), [3, 0]);
  assert.deepEqual(
    stages.map((stage) => stage.answer(1, n)),
    [null, null, "ok"],
  );
});

test("W7 a map that no exit leads to is unreachable", () => {
  const stage = new Stage(bend, [asciiMap("..", { name: "island" })]);
  stage.enter(1, 0, 0);
  assert.equal(stage.try(1, { kind: "walk", to: "island@1,0" }), "unreachable");
  assert.equal(stage.try(1, { kind: "walk", to: "island/cave" }), "unknown");
});

for (const intent of [{ kind: "walk", to: "@0,0" }, { kind: "stop" }, { kind: "follow", body: 2 }] as const) {
  test(`W9 ${intent.kind} interrupts the walk under way`, () => {
    const stage = new Stage(bend);
    stage.enter(2, 0, 0);
    stage.enter(1, 1, 0);
    const n = stage.ask(1, { kind: "walk", to: "@9,0" });
    stage.steps(2);
    assert.equal(stage.answer(1, n), null);
    stage.do(1, intent);
    assert.equal(stage.answer(1, n), "interrupted");
    stage.steps(10);
    assert.notDeepEqual(stage.at(1), [9, 0]);
  });
}

test("W9 who stops between two tiles goes on from there, straight ahead or back over the centre", () => {
  const stage = new Stage(asciiMap("...\n...\n..."));
  stage.enter(1, 0, 0, { speed: 4 });
  stage.ask(1, { kind: "walk", to: "@2,0" });
  stage.step();
  stage.do(1, { kind: "stop" });
  assert.deepEqual([stage.body(1).x, stage.body(1).y], [12, 8]);
  stage.do(1, { kind: "walk", to: "@0,2" });
  assert.deepEqual([stage.body(1).x, stage.body(1).y], [8, 8]);
  stage.do(1, { kind: "walk", to: "@0,2" });
  assert.deepEqual([stage.body(1).x, stage.body(1).y], [8, 12]);
  stage.do(1, { kind: "walk", to: "@2,0" });
  assert.deepEqual([stage.body(1).x, stage.body(1).y], [8, 8]);
  stage.do(1, { kind: "walk", to: "@2,0" });
  stage.do(1, { kind: "walk", to: "@1,0" });
  assert.deepEqual([stage.body(1).x, stage.body(1).y], [16, 8]);
});

test("W10 who asks for a path when the tick's budget is spent waits for its turn", () => {
  const side = 300;
  const open = asciiMap(
    Array.from({ length: side }, (_, y) => (y === side - 2 ? `${"#".repeat(side - 2)}..` : ".".repeat(side))).join("\n"),
  );
  const stage = new Stage(open);
  const ids = [1, 2, 3, 4];
  for (const id of ids) stage.enter(id, 0, side - 3);
  for (const id of ids) stage.ask(id, { kind: "walk", to: `@0,${side - 1}` });
  const ticks: number[] = [];
  for (let tick = 1; ticks.length < ids.length && tick < 20; tick++) {
    stage.step();
    for (const id of ids) if (ticks[id - 1] === undefined && stage.body(id).x !== 8) ticks[id - 1] = tick;
  }
  assert.ok(side * side > limits.pathExpansionsPerTickMax);
  assert.equal(ticks[0], 1);
  assert.ok(ticks[3]! > 1, "the budget of one tick was enough for all");
  assert.deepEqual(
    ticks,
    ticks.toSorted((a, b) => a - b),
  );
});

test("W11 who follows is answered at once and keeps within a step, until the other is out of sight", () => {
  const stage = new Stage(asciiMap(`${".".repeat(30)}rr`, { places: { r: { name: "room", room: true } } }));
  stage.enter(1, 0, 0);
  stage.enter(2, 3, 0, { speed: 8 });
  assert.equal(stage.try(1, { kind: "follow", body: 2 }), "ok");
  stage.ask(2, { kind: "walk", to: "@20,0" });
  stage.steps(60);
  assert.deepEqual(
    [stage.at(1), stage.at(2)],
    [
      [19, 0],
      [20, 0],
    ],
  );
  stage.ask(2, { kind: "walk", to: "@31,0" });
  stage.steps(60);
  assert.deepEqual(stage.at(2), [31, 0]);
  assert.ok(stage.at(1)[0] < 30);
  assert.equal(stage.state.bodyTable.activity[stage.state.bodyTable.slotOf(1)], null);
  assert.equal(stage.try(1, { kind: "follow", body: 1 }), "unreachable");
  assert.equal(stage.try(1, { kind: "follow", body: 2 }), "unknown");
});

test("W11 who follows plans at most every few ticks", () => {
  const stage = new Stage(asciiMap(".".repeat(40)));
  stage.enter(1, 0, 0);
  stage.enter(2, 3, 0);
  stage.do(1, { kind: "follow", body: 2 });
  stage.ask(2, { kind: "walk", to: "@39,0" });
  const planned = new Set<number>();
  for (let i = 0; i < 40; i++) {
    stage.step();
    planned.add(stage.state.bodyTable.activity[stage.state.bodyTable.slotOf(1)]!.plannedTick);
  }
  const gaps = [...planned].slice(1).map((tick, i) => tick - [...planned][i]!);
  assert.ok(gaps.length > 2);
  assert.ok(gaps.every((gap) => gap >= limits.ticksBetweenReplansMin));
});
