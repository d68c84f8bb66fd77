import assert from "node:assert/strict";
import { test } from "node:test";
import { asciiMap } from "./testing/ascii-map.ts";
import { luggageOf, Stage } from "./testing/stage.ts";

const harbour = asciiMap(
  `
  ee.......f
  ...#.....q
`,
  { entries: { e: "gate", q: "quay" }, worldExits: { f: "ferry" } },
);
const refusals = (stage: Stage): readonly string[] =>
  stage.last.events.flatMap((event) => (event.kind === "refused" ? [event.error.code] : []));

test("W33 a body comes in at an entry, an exit, a tile, or the default entry", () => {
  const stage = new Stage(harbour);
  const places = [{ place: "quay" }, { place: "ferry" }, { tile: stage.tile(4, 1) }, null, null];
  places.forEach((at, i) => stage.post({ kind: "enter", luggage: luggageOf(i + 1), at }));
  stage.step();
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((id) => stage.at(id)),
    [
      [9, 1],
      [9, 0],
      [4, 1],
      [0, 0],
      [1, 0],
    ],
  );
  assert.equal(stage.state.bodyOf("person:3"), 3);
});

test("W33 an unknown entry or a taken id is refused, and a blocked tile gives the nearest free one", () => {
  const stage = new Stage(harbour);
  stage.post({ kind: "enter", luggage: luggageOf(1), at: { place: "attic" } });
  stage.post({ kind: "enter", luggage: luggageOf(2), at: { tile: 10_000 } });
  stage.step();
  assert.deepEqual(refusals(stage), ["unknown", "unknown"]);
  stage.enter(3, 3, 1);
  assert.deepEqual(stage.at(3), [3, 0]);
  stage.post({ kind: "enter", luggage: luggageOf(3, { who: "person:other" }), at: null });
  stage.step();
  assert.deepEqual(refusals(stage), ["taken"]);
  assert.equal(stage.state.bodyCount, 1);
  stage.enter(4, 3, 1, { kind: "thing" });
  assert.deepEqual(stage.at(4), [3, 1], "a thing stands where the map says");
});

test("W33 who is present already is not brought in twice, but woken and taken over", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 5, 0);
  stage.post({ kind: "detach", body: 1, epoch: 1 });
  stage.step();
  stage.post({ kind: "enter", luggage: luggageOf(2, { who: "person:1", epoch: 4 }), at: null });
  stage.step();
  assert.equal(stage.state.bodyCount, 1);
  assert.deepEqual([stage.at(1), stage.body(1).posture, stage.body(1).epoch], [[5, 0], "awake", 4]);
});

test("W34 a body leaves on a world exit with all it carries and comes back with it", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 5, 0);
  stage.enter(2, 6, 0);
  stage.enter(9, 5, 0, { kind: "thing", name: "lamp", speed: 0 });
  stage.do(1, { kind: "take", thing: 9 });
  assert.equal(stage.try(1, { kind: "leave" }), "out_of_reach");
  stage.do(1, { kind: "walk", to: "ferry" });
  stage.steps(4);
  assert.equal(stage.try(1, { kind: "leave" }), "ok");
  assert.equal(stage.state.bodyOf("person:1"), null);
  assert.deepEqual(
    stage.state.awayOf("person:1")?.carried.map(({ name }) => name),
    ["lamp"],
  );
  assert.deepEqual(stage.kinds(2), ["vanished"]);
  stage.post({ kind: "enter", luggage: luggageOf(50, { who: "person:1", epoch: 7 }), at: null });
  stage.step();
  assert.deepEqual([stage.at(1), stage.body(1).carried[0]?.id, stage.body(1).epoch], [[9, 0], 9, 7]);
  assert.equal(stage.body(1).lastN, 4);
  assert.equal(stage.state.awayOf("person:1"), null);
  assert.equal(stage.state.body(50), null);
  assert.ok(stage.last.events.some((event) => event.kind === "entered" && event.how === "returned"));
});

test("W35 an unplugged body stops, sleeps, stays, and nobody can take hold of it", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 4, 0, { speed: 8 });
  stage.enter(2, 4, 0);
  stage.enter(9, 5, 0, { kind: "thing", speed: 0 });
  stage.do(2, { kind: "take", thing: 9 });
  const n = stage.ask(1, { kind: "walk", to: "@8,0" });
  stage.step();
  stage.post({ kind: "detach", body: 1, epoch: 1 });
  stage.step();
  assert.deepEqual(stage.kinds(2), ["changed"]);
  assert.deepEqual([stage.body(1).posture, stage.answer(1, n), stage.body(1).walking], ["asleep", "interrupted", null]);
  const { x } = stage.body(1);
  for (const intent of [
    { kind: "use", target: 1 },
    { kind: "take", thing: 1 },
    { kind: "give", thing: 9, to: 1 },
    { kind: "whisper", to: 1, text: "awake?" },
  ] as const) {
    assert.equal(stage.try(2, intent), "forbidden", intent.kind);
  }
  assert.equal(stage.body(1).x, x);
  stage.ask(1, { kind: "say", text: "I dream" });
  stage.step();
  assert.deepEqual(refusals(stage), ["away"]);
  assert.equal(stage.body(1).lastN, n, "what a sleeper's connection sends can be sent again");
});

test("W35 the end of an older connection does not put a body to sleep", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 4, 0);
  stage.post({ kind: "attach", body: 1, epoch: 2 });
  stage.post({ kind: "detach", body: 1, epoch: 1 });
  stage.step();
  assert.equal(stage.body(1).posture, "awake");
});

test("W36 who sleeps too long is withdrawn to the nearest world exit", () => {
  const stage = new Stage(harbour, [], { asleepTicksMax: 5 });
  stage.enter(1, 4, 0);
  stage.enter(2, 5, 0);
  stage.post({ kind: "detach", body: 1, epoch: 1 });
  stage.steps(5);
  assert.equal(stage.body(1).posture, "asleep");
  stage.step();
  assert.equal(stage.state.body(1), null);
  assert.deepEqual(stage.kinds(2), ["vanished"]);
  assert.ok(stage.last.events.some((event) => event.kind === "left" && event.how === "withdrawn"));
  assert.equal(stage.state.awayOf("person:1")?.id, 1);
  stage.post({ kind: "enter", luggage: luggageOf(1, { epoch: 2 }), at: null });
  stage.step();
  assert.deepEqual(stage.at(1), [9, 0]);
});

test("W36 without a world exit it is the default entry", () => {
  const stage = new Stage(asciiMap("..e..", { entries: { e: "start" } }), [], { asleepTicksMax: 1 });
  stage.enter(1, 4, 0);
  stage.post({ kind: "detach", body: 1, epoch: 1 });
  stage.steps(2);
  stage.post({ kind: "enter", luggage: luggageOf(1), at: null });
  stage.step();
  assert.deepEqual(stage.at(1), [2, 0]);
});

test("W37 a newer connection fences older ones, whose intents change nothing", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 4, 0);
  stage.post({ kind: "attach", body: 1, epoch: 3 });
  stage.step();
  stage.ask(1, { kind: "say", text: "still me?" }, 2);
  stage.post({ kind: "attach", body: 1, epoch: 2 });
  stage.post({ kind: "attach", body: 5, epoch: 2 });
  stage.step();
  assert.deepEqual(refusals(stage), ["fenced", "fenced", "away"]);
  assert.equal(stage.last.record, null);
  assert.deepEqual([stage.body(1).epoch, stage.body(1).lastN], [3, 0]);
});

test("W38 an intent sent again is taken once", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 4, 0);
  stage.enter(2, 5, 0);
  for (let i = 0; i < 3; i++) stage.post({ kind: "intent", body: 1, epoch: 1, n: 7, intent: { kind: "say", text: "once" } });
  stage.post({ kind: "intent", body: 1, epoch: 1, n: 6, intent: { kind: "say", text: "late" } });
  stage.step();
  assert.deepEqual([stage.kinds(2), stage.kinds(1)], [["heard"], ["reply"]]);
  stage.post({ kind: "intent", body: 1, epoch: 1, n: 7, intent: { kind: "say", text: "once" } });
  stage.step();
  assert.equal(stage.last.record, null);
});

test("W39 who leaves by an exit has the answer though it is watched no more", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 9, 0);
  const n = stage.ask(1, { kind: "leave" });
  stage.step();
  assert.deepEqual(stage.percepts(1), [{ kind: "reply", n, ok: true, data: null }]);
  stage.enter(2, 9, 0);
  const m = stage.ask(2, { kind: "say", text: "bye" });
  stage.step();
  stage.observers.unwatch(2);
  assert.equal(stage.answer(2, m), "ok");
  stage.do(2, { kind: "say", text: "nobody tells me" });
  assert.deepEqual(stage.kinds(2), ["reply"]);
  stage.do(2, { kind: "say", text: "not even that" });
  assert.deepEqual(stage.kinds(2), []);
});

test("W40 a body that is removed leaves what it carried where it stood", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 5, 0, { carried: [luggageOf(9, { kind: "thing", name: "lamp", speed: 0 })] });
  stage.enter(2, 6, 0);
  const n = stage.ask(1, { kind: "walk", to: "@8,0" });
  stage.post({ kind: "remove", body: 1 });
  stage.step();
  assert.deepEqual(
    [stage.kinds(2), stage.at(9)],
    [
      ["vanished", "appeared", "moved_thing"],
      [5, 0],
    ],
  );
  assert.equal(stage.answer(1, n), "interrupted");
  assert.equal(stage.state.awayOf("person:1"), null);
  stage.enter(3, 9, 0);
  stage.do(3, { kind: "leave" });
  stage.post({ kind: "remove", body: 3 });
  stage.step();
  assert.equal(stage.state.awayOf("person:3"), null, "who is away can be removed, too");
});

test("W115 a body that is halted stays where it is and is answered that its walk was interrupted", () => {
  const stage = new Stage(harbour);
  stage.enter(1, 2, 0);
  const n = stage.ask(1, { kind: "walk", to: "@8,0" });
  stage.steps(3);
  const where = stage.at(1);
  stage.post({ kind: "halt", body: 1 });
  stage.post({ kind: "halt", body: 99 });
  stage.steps(5);
  assert.deepEqual([stage.at(1), stage.answer(1, n)], [where, "interrupted"]);
  assert.ok(where[0] > 2 && where[0] < 8);
});

test("W41 a body that arrives twice has arrived once and goes on with its walk", () => {
  const stage = new Stage(harbour);
  const luggage = luggageOf(1, { lastN: 4, errand: { n: 4, to: "square@4,0" } });
  stage.post({ kind: "arrive", luggage, entry: "quay" });
  stage.post({ kind: "arrive", luggage, entry: "gate" });
  stage.steps(2);
  stage.post({ kind: "arrive", luggage, entry: "gate" });
  stage.steps(8);
  assert.deepEqual([stage.state.bodyCount, stage.at(1), stage.answer(1, 4)], [1, [4, 0], "ok"]);
  assert.equal(stage.everything(1).filter((percept) => percept.kind === "arrived").length, 1);
  stage.post({ kind: "arrive", luggage: luggageOf(2, { errand: { n: 9, to: "nowhere" } }), entry: "no such entry" });
  stage.step();
  assert.deepEqual([stage.at(2), stage.answer(2, 9)], [[0, 0], "unknown"]);
});
