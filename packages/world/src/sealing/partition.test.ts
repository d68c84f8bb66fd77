import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { readEvents } from "../codec.ts";
import { openRoom } from "../hiding.ts";
import type { WorldMap } from "../map.ts";
import { applyRecord } from "../replay.ts";
import { MapState } from "../state.ts";
import { step } from "../step.ts";
import { asciiMap } from "../testing/ascii-map.ts";
import { countLooks } from "../testing/looks.ts";
import { luggageOf, Stage } from "../testing/stage.ts";
import { joinRecords } from "./join.ts";
import { Partition, type Parts } from "./partition.ts";

const secret = "lantern";
const holds = ["inn/cellar"];

/** A hall, and behind a panel a cellar with a chest that the map puts there, and another hidden room. */
const innOf = (): WorldMap =>
  asciiMap(
    `
    f...Phhh##
    f...#hhh#c
    `,
    {
      name: "inn",
      places: { Ph: { name: "cellar", room: true, secret }, c: { name: "closet", room: true, secret: "moth" } },
      doors: { P: { name: "panel" } },
      worldExits: { f: "ferry" },
      things: [
        { name: "chest", tile: 7, description: "", traits: {}, portable: true },
        { name: "mat", tile: 2, description: "", traits: {}, portable: true },
      ],
    },
  );

/** A stage whose map is taken apart after every step. */
class Apart {
  readonly stage: Stage;
  readonly partition: Partition;
  parts: Parts = { open: null, sealed: new Map() };

  constructor(map: WorldMap = innOf(), redact: (text: string) => string = (text) => text) {
    this.stage = new Stage(map);
    this.partition = new Partition(this.stage.state, redact);
  }

  step(): Parts {
    this.stage.step();
    return (this.parts = this.partition.split(this.stage.last.delta));
  }

  enter(id: number, x: number, y: number, change: Parameters<typeof luggageOf>[1] = {}): void {
    this.stage.post({ kind: "enter", luggage: luggageOf(id, change), at: { tile: this.stage.tile(x, y) } });
    this.step();
  }
}

const kindsIn = (map: WorldMap, record: Uint8Array | null | undefined): string[] =>
  record ? readEvents(map, record).map(({ kind }) => kind) : [];

test("Z1 a tick in which nothing happens in a part has no record of it, and every hidden room has a keyframe", () => {
  const apart = new Apart();
  const { map } = apart.stage;
  assert.deepEqual(apart.step(), { open: null, sealed: new Map() });
  apart.enter(1, 5, 0, { holds });
  assert.equal(apart.parts.open, null);
  assert.deepEqual([...apart.parts.sealed.keys()], [1]);
  apart.enter(2, 1, 0);
  assert.deepEqual([apart.parts.open !== null, apart.parts.sealed.size], [true, 0]);
  assert.deepEqual([...apart.partition.keyframe().sealed.keys()], [1, 2]);
  assert.equal(MapState.fromKeyframe(map, apart.partition.keyframe().sealed.get(2)!).bodyCount, 0);
});

test("Z6 who is out of sight is told by name, with what they carry, but for what the map itself keeps there", () => {
  const apart = new Apart();
  const { partition, stage } = apart;
  apart.enter(7, 7, 0, { kind: "thing", who: "thing:inn:0" });
  assert.deepEqual([partition.unseen(), partition.changed, partition.roomOf("thing:inn:0")], [[], false, 1]);
  const purse = luggageOf(8, { kind: "thing", carried: [luggageOf(9, { kind: "thing" })] });
  apart.enter(1, 3, 1, { holds, carried: [purse] });
  assert.deepEqual([partition.unseen(), partition.changed, partition.roomOf("person:1")], [[], false, 0]);
  stage.ask(1, { kind: "use", target: "panel" });
  stage.ask(1, { kind: "walk", to: "@5,0" });
  let changes = 0;
  for (let tick = 0; tick < 8; tick++) {
    apart.step();
    if (!partition.changed) continue;
    changes++;
    assert.deepEqual(partition.unseen(), ["person:1", "thing:8", "thing:9"]);
    for (const who of partition.unseen()) assert.equal(partition.roomOf(who), 1);
  }
  assert.equal(changes, 1);
  assert.deepEqual(new Partition(stage.state, String).unseen(), partition.unseen());
  stage.ask(1, { kind: "walk", to: "@1,0" });
  do apart.step();
  while (!partition.changed);
  assert.deepEqual([partition.unseen(), partition.roomOf("thing:9")], [[], 1], "who has just left was there before");
  apart.step();
  assert.equal(partition.roomOf("thing:9"), 0);
});

test("Z6 things that go from hand to hand, and those who rest away in a room, stay out of sight", () => {
  const apart = new Apart();
  const { partition, stage } = apart;
  apart.enter(7, 7, 0, { kind: "thing", who: "thing:inn:1" });
  apart.enter(1, 6, 0, { holds });
  apart.enter(2, 6, 1, { holds });
  stage.ask(1, { kind: "take", thing: 7 });
  apart.step();
  assert.deepEqual([partition.unseen(), partition.changed], [["person:1", "person:2", "thing:inn:1"], false]);
  stage.ask(1, { kind: "give", thing: 7, to: 2 });
  apart.step();
  assert.deepEqual([partition.unseen().length, partition.changed], [3, false]);
  stage.post({ kind: "remove", body: 2 });
  apart.step();
  assert.deepEqual([partition.unseen(), partition.changed], [["person:1", "thing:inn:1"], true]);
});

test("Z7 words in the open are recorded as they may lie open, and inside as they are", () => {
  const apart = new Apart(innOf(), (text) => text.replaceAll(secret, "…"));
  const { stage, partition } = apart;
  apart.enter(1, 1, 0, { traits: {} });
  apart.enter(2, 6, 0, { holds });
  for (const body of [1, 2]) {
    stage.ask(body, { kind: "say", text: `the word is ${secret}` });
    stage.ask(body, { kind: "emote", text: `writes ${secret}` });
    stage.ask(body, { kind: "do", verb: "show", data: { of: [1, `${secret}!`, null], [secret]: true } });
    stage.ask(body, { kind: "use", target: `no ${secret}` });
  }
  const { open, sealed } = apart.step();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  assert.ok(!text(open!).includes(secret));
  assert.equal(text(sealed.get(1)!).split(secret).length - 1, 5);
  const told = readEvents(stage.map, open!).flatMap((event) => ("text" in event ? [event.text] : "data" in event ? [event.data] : []));
  assert.deepEqual(told, ["the word is …", "writes …", { of: [1, "…!", null], "…": true }]);
  assert.ok(!text(partition.keyframe().open).includes("person:2"));
});

test("Z2 a door of a room is told in the room alone, and one outside that is moved from inside moves by itself", () => {
  const map = asciiMap("..Dhh\n###P#\n.....", {
    places: { hP: { name: "den", room: true, secret } },
    doors: { D: { name: "gate" }, P: { name: "panel" } },
  });
  const apart = new Apart(map);
  apart.enter(1, 3, 0, { holds: ["square/den"] });
  const { stage, partition } = apart;
  stage.ask(1, { kind: "use", target: "gate" });
  stage.ask(1, { kind: "use", target: "panel" });
  const { open, sealed } = apart.step();
  assert.deepEqual(readEvents(map, open!), [{ kind: "door", door: 0, name: "gate", open: true, cause: null }]);
  assert.deepEqual(kindsIn(map, sealed.get(1)), ["reply", "door", "reply"]);
  const { open: keyframe, sealed: rooms } = partition.keyframe();
  assert.deepEqual(MapState.fromKeyframe(map, keyframe).doors.entries(), [
    ["gate", true],
    ["", false],
  ]);
  assert.deepEqual(MapState.fromKeyframe(map, rooms.get(1)!).doors.entries(), [
    ["", false],
    ["panel", true],
  ]);
});

test("Z3 who leaves the world and comes back into a room in one tick has not walked there", () => {
  const apart = new Apart();
  const { stage } = apart;
  const { map } = stage;
  apart.enter(1, 0, 0, { holds });
  const before = stage.state.keyframe();
  stage.ask(1, { kind: "leave" });
  stage.post({ kind: "enter", luggage: luggageOf(1), at: { tile: stage.tile(6, 0) } });
  const { open, sealed } = apart.step();
  assert.deepEqual([kindsIn(map, open), kindsIn(map, sealed.get(1))], [["left"], ["reply", "entered"]]);
  const [whole, joined] = [MapState.fromKeyframe(map, before), MapState.fromKeyframe(map, before)];
  const first = applyRecord(map, whole, stage.last.record!);
  const second = applyRecord(map, joined, joinRecords(map, joined, [open!, sealed.get(1)!]));
  assert.deepEqual(second.touched, first.touched);
  assert.deepEqual([joined.bodyTable.motion.has(0), whole.bodyTable.motion.has(0)], [false, false]);
  assert.deepEqual(joined.keyframe(), whole.keyframe());
});

test("Z3 what are no parts of one tick is corrupt", () => {
  const apart = new Apart();
  const { map, state } = apart.stage;
  apart.enter(1, 1, 0);
  const one = apart.parts.open!;
  apart.enter(2, 6, 0, { holds });
  const other = apart.parts.sealed.get(1)!;
  for (const parts of [[], [one, other], [one.subarray(0, 9)]])
    assert.throws(() => joinRecords(map, state, parts), { code: "corrupt" }, String(parts.length));
});

test("Z4 a part is joined into its slots, or the next free ones where others are there by now", () => {
  const apart = new Apart();
  const { map } = apart.stage;
  apart.enter(1, 1, 0);
  apart.enter(2, 6, 0, { holds });
  apart.enter(3, 7, 0, { holds });
  const { open, sealed } = apart.partition.keyframe();
  const state = MapState.fromKeyframe(map, open);
  step(map, state, [{ kind: "enter", luggage: luggageOf(4), at: { tile: 3 } }], apart.stage.atlas);
  state.join(MapState.fromKeyframe(map, sealed.get(1)!));
  const slots = [1, 2, 3, 4].map((id) => state.bodyTable.slotOf(id));
  assert.deepEqual(slots, [0, 3, 2, 1]);
  state.join(MapState.fromKeyframe(map, sealed.get(1)!));
  assert.equal(state.bodyCount, 4, "who is here is here once");
});

test("Z4 who was brought back finds a full map and rests away from it, and wrongs nobody who is there", () => {
  const apart = new Apart();
  const { map, atlas } = apart.stage;
  apart.enter(1, 6, 0, { holds });
  apart.stage.ask(1, { kind: "walk", to: "@7,0" });
  apart.step();
  const part = apart.partition.keyframe().sealed.get(1)!;
  const state = MapState.fresh(map);
  const crowd = Array.from({ length: limits.bodiesPerMapMax }, (_, i) => luggageOf(i + 2));
  step(
    map,
    state,
    crowd.map((luggage) => ({ kind: "enter", luggage, at: { tile: 2 } })),
    atlas,
  );
  const { delta } = step(map, state, [{ kind: "unseal", part }], atlas);
  assert.deepEqual([state.bodyOf("person:1"), state.away.get("person:1")?.tile, delta?.events], [null, 7, []]);
  assert.deepEqual(state.awayOf("person:1")?.holds, holds);
});

test("Z8 a split asks after those whom the tick changed, however many stand around them", () => {
  const looksAmong = (crowd: number): number => {
    const side = 40;
    const rows = Array.from({ length: side }, (_, y) => (y < side / 2 ? "." : "h").repeat(side));
    const map = asciiMap(rows.join("\n"), { places: { h: { name: "cellar", room: true, secret } } });
    const apart = new Apart(map);
    const { stage } = apart;
    for (let id = 10; id < 10 + crowd; id++)
      stage.post({ kind: "enter", luggage: luggageOf(id, { holds: ["square/cellar"] }), at: { tile: id } });
    for (let id = 2000; id < 2000 + crowd; id++)
      stage.post({ kind: "enter", luggage: luggageOf(id, { holds: ["square/cellar"] }), at: { tile: id - 1000 } });
    apart.step();
    assert.equal(apart.partition.unseen().length, crowd);
    for (const body of [10, 11, 2000, 2001]) stage.ask(body, { kind: "walk", to: body < 2000 ? "@39,0" : "@39,39" });
    apart.step();
    const { delta } = stage.step();
    const looks = countLooks(stage.state.bodyTable);
    const { open, sealed } = apart.partition.split(delta);
    assert.ok(open !== null && sealed.size === 1);
    return looks();
  };
  const [few, many] = [looksAmong(4), looksAmong(500)];
  assert.ok(few > 0 && many <= few, `${few} looks among few, ${many} among many`);
});

test("Z5 a closed room is found by no secret and drawn into no list, until it is opened", () => {
  const map = innOf();
  map.rooms[0]!.secret = "";
  map.closed.add(1);
  const stage = new Stage(map);
  stage.enter(1, 3, 0, { holds });
  assert.deepEqual([...stage.state.bodyTable.keysOf(0)], []);
  for (const to of ["cellar", `cellar~${secret}`, "@5,0"]) assert.notEqual(stage.try(1, { kind: "walk", to }), null, to);
  assert.equal(stage.try(1, { kind: "use", target: "panel" }), "unknown");
  openRoom(map, 1, secret);
  assert.deepEqual([[...stage.state.bodyTable.keysOf(0)], map.closed.size, map.places[0]!.secret], [[1], 0, secret]);
  assert.equal(stage.try(1, { kind: "use", target: "panel" }), "ok");
  stage.enter(2, 0, 0);
  stage.ask(2, { kind: "walk", to: `cellar~${secret}` });
  stage.step();
  assert.deepEqual(stage.body(2).holds, holds);
});

test("Z2 who comes into a room and is gone again in one tick was never in the open", () => {
  const apart = new Apart();
  const { partition, stage } = apart;
  stage.post({ kind: "enter", luggage: luggageOf(1, { holds }), at: { tile: 6 } });
  stage.ask(1, { kind: "say", text: "hello" });
  stage.post({ kind: "remove", body: 1 });
  const { open, sealed } = apart.step();
  assert.deepEqual([open, kindsIn(stage.map, sealed.get(1))], [null, ["entered", "heard", "reply", "left"]]);
  assert.deepEqual([partition.roomOf("person:1"), partition.unseen(), partition.changed], [1, [], false]);
  apart.step();
  assert.equal(partition.roomOf("person:1"), 0);
});

test("Z5 in a closed room nothing happens: no door of it moves, and no thing is put into it", () => {
  const map = asciiMap(".s#hh\n..Phh", {
    places: { hP: { name: "den", room: true, secret } },
    doors: { P: { name: "panel", open: true, steps: { s: { autoClose: true } } } },
  });
  map.closed.add(1);
  const apart = new Apart(map);
  const { stage } = apart;
  const sealed: number[] = [];
  apart.enter(1, 1, 0, { holds: ["square/den"] });
  apart.enter(7, 3, 0, { kind: "thing" });
  assert.deepEqual([stage.state.bodyOf("thing:7"), stage.last.events.map(({ kind }) => kind)], [null, ["refused"]]);
  stage.ask(1, { kind: "walk", to: "@0,1" });
  for (let tick = 0; tick < 6; tick++) sealed.push(apart.step().sealed.size);
  assert.deepEqual([stage.at(1), Math.max(...sealed), stage.state.doors.isOpen(0)], [[0, 1], 0, true]);
  openRoom(map, 1, secret);
  stage.ask(1, { kind: "walk", to: "@1,0" });
  for (let tick = 0; tick < 4; tick++) apart.step();
  stage.ask(1, { kind: "walk", to: "@0,1" });
  for (let tick = 0; tick < 4; tick++) apart.step();
  assert.equal(stage.state.doors.isOpen(0), false, "an open room's door closes behind whoever leaves its step");
});
