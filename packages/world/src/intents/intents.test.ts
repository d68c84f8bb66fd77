import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { asciiMap } from "../testing/ascii-map.ts";
import { luggageOf, Stage } from "../testing/stage.ts";

const plain = (width: number, height = 1): string => Array.from({ length: height }, () => ".".repeat(width)).join("\n");
/** Bodies 1, 2, 3… at these columns of a long lane. */
const lane = (...columns: number[]): Stage => {
  const stage = new Stage(asciiMap(`${plain(60)}rr`, { places: { r: { name: "room", room: true } } }));
  columns.forEach((x, i) => stage.enter(i + 1, x, 0));
  return stage;
};
const heard = (stage: Stage, id: number): boolean => stage.kinds(id).includes("heard");

test("W19 what is said is heard within hearing, in the same room, by everybody else", () => {
  const stage = lane(10, 18, 19, 2);
  stage.do(1, { kind: "say", text: "Good morning" });
  assert.deepEqual(
    [1, 2, 3, 4].map((id) => heard(stage, id)),
    [false, true, false, true],
  );
  assert.deepEqual(stage.percepts(2)[0], { kind: "heard", from: { id: 1, name: "person 1" }, how: "say", text: "Good morning" });
  assert.equal(stage.percepts(1).at(-1)?.kind, "reply");
  const threshold = lane(59, 60, 58);
  threshold.do(1, { kind: "say", text: "psst" });
  assert.deepEqual(
    [2, 3].map((id) => heard(threshold, id)),
    [false, true],
  );
});

test("W20 a whisper is heard by one, from within 2 tiles", () => {
  const stage = lane(10, 12, 11, 13);
  assert.equal(stage.try(1, { kind: "whisper", to: 2, text: "the key is under the mat" }), "ok");
  assert.deepEqual(
    [1, 2, 3].map((id) => heard(stage, id)),
    [false, true, false],
  );
  assert.equal(stage.try(1, { kind: "whisper", to: 4, text: "you too" }), "out_of_reach");
  assert.equal(stage.try(1, { kind: "whisper", to: 99, text: "anybody" }), "unknown");
});

test("W20 who steps aside in the tick of the whisper hears it", () => {
  const stage = lane(10, 12);
  stage.ask(1, { kind: "whisper", to: 2, text: "wait" });
  stage.do(2, { kind: "walk", to: "@20,0" });
  assert.equal(stage.at(2)[0], 13);
  assert.equal(heard(stage, 2), true);
});

test("W21 a shout is heard within 32 tiles in the same room", () => {
  const stage = lane(10, 42, 43, 60);
  stage.do(1, { kind: "shout", text: "Fire!" });
  assert.deepEqual(
    [2, 3, 4].map((id) => heard(stage, id)),
    [true, false, false],
  );
});

test("W22 nobody speaks on a silent tile", () => {
  const stage = new Stage(asciiMap("..q..", { silent: "q" }));
  stage.enter(1, 2, 0);
  stage.enter(2, 3, 0);
  for (const intent of [
    { kind: "say", text: "a" },
    { kind: "shout", text: "a" },
    { kind: "whisper", to: 2, text: "a" },
  ] as const) {
    assert.equal(stage.try(1, intent), "silent");
    assert.equal(heard(stage, 2), false);
  }
});

test("W23 an emote is perceived by everybody else in sight", () => {
  const stage = lane(10, 26, 27);
  assert.equal(stage.try(1, { kind: "emote", text: "waves" }), "ok");
  assert.deepEqual(stage.percepts(2), [{ kind: "emoted", from: { id: 1, name: "person 1" }, text: "waves" }]);
  assert.deepEqual([stage.kinds(1), stage.kinds(3)], [["reply"], []]);
});

test("W24 a verb of the world's own reaches all in sight, or one alone", () => {
  const stage = lane(10, 11, 12);
  stage.do(1, { kind: "do", verb: "juggle", data: { balls: 3 } });
  const did = { kind: "did", from: { id: 1, name: "person 1" }, verb: "juggle", data: { balls: 3 }, to: null };
  assert.deepEqual([stage.percepts(2), stage.percepts(3), stage.kinds(1)], [[did], [did], ["reply"]]);
  stage.do(1, { kind: "do", verb: "wink", to: 3 });
  assert.deepEqual([stage.kinds(2), stage.kinds(3)], [[], ["did"]]);
  assert.equal(stage.try(1, { kind: "do", verb: "wink", to: 42 }), "unknown");
});

test("W25 a change of what a body shows is told to all in sight and to itself, no change to nobody", () => {
  const stage = lane(10, 11, 40);
  stage.do(1, { kind: "show", traits: { hat: "red" } });
  const [changed] = stage.percepts(2);
  assert.equal(changed?.kind === "changed" && changed.body.traits["hat"], "red");
  assert.deepEqual([stage.kinds(1), stage.kinds(3)], [["changed", "reply"], []]);
  stage.do(1, { kind: "show", traits: { hat: "red" } });
  assert.deepEqual([stage.kinds(1), stage.kinds(2)], [["reply"], []]);
  const late = stage.enter(4, 12, 0);
  const seen = stage.percepts(late).find((percept) => percept.kind === "appeared" && percept.body.id === 1);
  assert.equal(seen?.kind === "appeared" && seen.body.traits["hat"], "red");
});

test("W26 facing is a move and no change", () => {
  const stage = lane(10, 11);
  stage.do(1, { kind: "face", direction: "west" });
  assert.equal(stage.told.has(2), false);
  assert.equal(stage.body(1).facing, "west");
  assert.deepEqual(
    stage.last.touched.map(({ id, facing }) => [id, facing]),
    [[1, 2]],
  );
  stage.do(1, { kind: "face", direction: "west" });
  assert.equal(stage.last.touched.length, 0);
});

test("W27 a look is answered with what is in sight when the tick ends", () => {
  const legend = { places: { p: { name: "pier", description: "Wet planks." } }, doors: { D: { name: "gate" } } };
  const stage = new Stage(asciiMap("ppp..D..", { ...legend, worldExits: { e: "ferry" } }));
  stage.enter(1, 0, 0);
  stage.enter(2, 3, 0, { description: "Smells of fish." });
  stage.ask(2, { kind: "walk", to: "@4,0" });
  const reply = stage.do(1, { kind: "look" }).find((percept) => percept.kind === "reply");
  assert.ok(reply?.kind === "reply" && reply.ok);
  const look = reply.data as Record<string, unknown>;
  assert.deepEqual(
    {
      place: look["place"],
      description: look["description"],
      map: look["map"],
      x: look["x"],
      doors: look["doors"],
      places: look["places"],
    },
    {
      place: "pier",
      description: "Wet planks.",
      map: "square",
      x: 0.5,
      doors: [{ name: "gate", open: false, x: 5, y: 0 }],
      places: ["pier", "ferry"],
    },
  );
  assert.deepEqual(
    (look["bodies"] as { id: number; x: number }[]).map(({ id, x }) => [id, x]),
    [[2, 4.5]],
  );
  const at = stage.do(1, { kind: "look", at: 2 }).find((percept) => percept.kind === "reply");
  assert.equal(at?.kind === "reply" && at.ok && (at.data as Record<string, unknown>)["description"], "Smells of fish.");
  assert.equal(stage.try(1, { kind: "look", at: 3 }), "unknown");
});

test("W27 who is gone before the tick ends looks in vain", () => {
  const stage = new Stage(asciiMap(".x", { exits: { x: { map: "inn" } } }), [asciiMap("..", { name: "inn" })]);
  stage.enter(1, 0, 0);
  stage.ask(1, { kind: "walk", to: "@1,0" });
  assert.equal(stage.try(1, { kind: "look" }), "interrupted");
  assert.equal(stage.state.bodyCount, 0);
});

/** Body 1 at 10, a lamp (11) at 11, a rock (12) at 12 that stays where it is, body 2 at 11. */
function market(): Stage {
  const stage = lane(10, 11);
  stage.enter(11, 11, 0, { kind: "thing", name: "lamp", speed: 0 });
  stage.enter(12, 12, 0, { kind: "thing", name: "rock", speed: 0, portable: false });
  return stage;
}

test("W28 a thing within reach is taken off the map and carried", () => {
  const stage = market();
  assert.equal(stage.try(1, { kind: "take", thing: 11 }), "ok");
  assert.equal(stage.state.body(11), null);
  assert.deepEqual(stage.kinds(2), ["vanished", "changed", "moved_thing"]);
  const changed = stage.percepts(2)[1];
  assert.deepEqual(changed?.kind === "changed" && changed.body.carries, ["lamp"]);
  assert.deepEqual(stage.kinds(1), ["vanished", "changed", "moved_thing", "reply"]);
  assert.equal(stage.try(2, { kind: "take", thing: 11 }), "taken");
  assert.equal(stage.try(1, { kind: "take", thing: 12 }), "forbidden");
  assert.equal(stage.try(1, { kind: "take", thing: 2 }), "forbidden");
  assert.equal(stage.try(1, { kind: "take", thing: 77 }), "unknown");
  stage.enter(3, 15, 0);
  assert.equal(stage.try(3, { kind: "take", thing: 12 }), "out_of_reach");
});

test("W28 of two who take a thing in one tick the first has it", () => {
  const stage = market();
  const second = stage.ask(2, { kind: "take", thing: 11 });
  const first = stage.ask(1, { kind: "take", thing: 11 });
  stage.step();
  assert.deepEqual([stage.answer(2, second), stage.answer(1, first)], ["ok", "taken"]);
});

test("W29 a thing that is dropped stands on its carrier's tile, as it was", () => {
  const stage = market();
  stage.do(1, { kind: "take", thing: 11 });
  stage.do(1, { kind: "walk", to: "@9,0" });
  assert.equal(stage.try(1, { kind: "drop", thing: 11 }), "ok");
  assert.deepEqual(stage.at(11), [9, 0]);
  assert.deepEqual([stage.body(11).name, stage.body(11).kind, stage.body(1).carried.length], ["lamp", "thing", 0]);
  assert.deepEqual(stage.kinds(2), ["appeared", "changed", "moved_thing"]);
  assert.equal(stage.try(1, { kind: "drop", thing: 11 }), "unknown");
});

test("W30 a thing is given to somebody awake within reach", () => {
  const stage = market();
  stage.enter(3, 14, 0);
  stage.do(1, { kind: "take", thing: 11 });
  assert.equal(stage.try(1, { kind: "give", thing: 11, to: 3 }), "out_of_reach");
  assert.equal(stage.try(1, { kind: "give", thing: 12, to: 2 }), "unknown");
  assert.equal(stage.try(1, { kind: "give", thing: 11, to: 12 }), "forbidden");
  assert.equal(stage.try(1, { kind: "give", thing: 11, to: 2 }), "ok");
  assert.deepEqual([stage.body(1).carried.length, stage.body(2).carried[0]?.id], [0, 11]);
  const given = stage.percepts(2).find((percept) => percept.kind === "moved_thing");
  assert.deepEqual(given, {
    kind: "moved_thing",
    how: "give",
    from: { id: 1, name: "person 1" },
    thing: { id: 11, name: "lamp" },
    to: { id: 2, name: "person 2" },
  });
  assert.equal(stage.try(2, { kind: "give", thing: 11, to: 2 }), "ok");
  assert.deepEqual(
    stage.body(2).carried.map(({ id }) => id),
    [11],
  );
});

test("W31 nobody carries more than the limit", () => {
  const carried = Array.from({ length: limits.carriedThingsMax }, (_, i) => luggageOf(100 + i, { kind: "thing", speed: 0 }));
  const stage = market();
  stage.enter(3, 10, 0, { carried });
  assert.equal(stage.try(3, { kind: "take", thing: 11 }), "limit");
  stage.do(1, { kind: "take", thing: 11 });
  assert.equal(stage.try(1, { kind: "give", thing: 11, to: 3 }), "limit");
  assert.equal(stage.body(1).carried.length, 1);
});

test("W32 using a body within reach is perceived by that body alone", () => {
  const stage = lane(10, 12, 11, 13);
  assert.equal(stage.try(1, { kind: "use", target: 2 }), "ok");
  assert.deepEqual(stage.percepts(2), [{ kind: "used", from: { id: 1, name: "person 1" } }]);
  assert.deepEqual(stage.kinds(3), []);
  assert.equal(stage.try(1, { kind: "use", target: 4 }), "out_of_reach");
  assert.equal(stage.try(1, { kind: "use", target: 5 }), "unknown");
});

test("W79 starting a program is no body's own right: whoever asks the world for it is refused", () => {
  const stage = lane(1);
  assert.equal(stage.try(1, { kind: "spawn", code: "programs/chick.ts", name: "Chick" }), "forbidden");
});
