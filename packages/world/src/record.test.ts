import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Luggage } from "./inputs.ts";
import { applyRecord } from "./replay.ts";
import { MapState } from "./state.ts";
import { step } from "./step.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { putTogether, takeApart } from "./testing/records.ts";
import { luggageOf, Stage } from "./testing/stage.ts";

const pier = asciiMap("f.........f", { worldExits: { f: "ferry" }, doors: { D: { name: "gate" } } });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parse = (raw: Uint8Array): Record<string, unknown> => JSON.parse(text(raw)) as Record<string, unknown>;
interface Keyframe {
  readonly bodies: [slot: number, row: Record<string, unknown>][];
}
const refusal = (code: string) => (error: unknown) => error instanceof ElsewhereError && error.code === code;

test("W49 records from the very first tick on give the state, ticks without one included", () => {
  const stage = new Stage(pier);
  stage.enter(2, 0, 0);
  stage.enter(1, 10, 0);
  stage.ask(2, { kind: "leave" });
  stage.do(1, { kind: "leave" });
  stage.steps(3);
  stage.enter(3, 4, 0);
  stage.do(3, { kind: "show", traits: { hat: "blue" } });
  stage.steps(5);
  const replica = MapState.fresh(pier);
  for (const record of stage.records) applyRecord(pier, replica, record.bytes);
  assert.notEqual(replica.tick, stage.state.tick);
  replica.advanceTo(stage.state.tick);
  assert.equal(text(replica.keyframe()), text(stage.state.keyframe()));
  assert.throws(() => replica.advanceTo(1), refusal("corrupt"));
});

test("W50 a tick in which nothing changed has no record", () => {
  const stage = new Stage(pier);
  stage.step();
  stage.enter(1, 5, 0);
  stage.steps(3);
  stage.ask(1, { kind: "say", text: "late" }, 0);
  stage.step();
  assert.deepEqual(
    stage.records.map(({ tick }) => tick),
    [2],
  );
  assert.equal(stage.state.tick, 6);
  assert.deepEqual(
    stage.last.events.map(({ kind }) => kind),
    ["refused"],
  );
});

test("W51 a keyframe of another version, map or size is unsupported, a damaged one corrupt", () => {
  const stage = new Stage(pier);
  stage.enter(1, 0, 0, { speed: 4 });
  stage.do(1, { kind: "walk", to: "@8,0" });
  const good = stage.state.keyframe();
  const revive = (change: (keyframe: Keyframe) => void) => () => {
    const keyframe = parse(good) as unknown as Keyframe;
    change(keyframe);
    return MapState.fromKeyframe(pier, bytes(keyframe));
  };
  assert.equal(text(revive(() => {})().keyframe()), text(good));
  assert.throws(
    revive((keyframe) => Object.assign(keyframe, { version: 1 })),
    refusal("unsupported"),
  );
  assert.throws(
    revive((keyframe) => Object.assign(keyframe, { map: "attic" })),
    refusal("unsupported"),
  );
  assert.throws(
    revive((keyframe) => Object.assign(keyframe, { width: 12 })),
    refusal("unsupported"),
  );
  assert.throws(
    revive((keyframe) => Object.assign(keyframe, { more: 1 })),
    refusal("corrupt"),
  );
  const row = (keyframe: Keyframe): Record<string, unknown> => keyframe.bodies[0]![1];
  assert.throws(
    revive((keyframe) => Object.assign(row(keyframe), { at: 99 })),
    refusal("corrupt"),
  );
  assert.throws(
    revive((keyframe) => Object.assign(row(keyframe), { x: 11 * 16 })),
    refusal("corrupt"),
  );
  assert.throws(
    revive((keyframe) => Object.assign(row(keyframe)["activity"] as object, { path: "wwwwwwww" })),
    refusal("corrupt"),
  );
  assert.throws(
    revive((keyframe) => keyframe.bodies.push([1, row(keyframe)])),
    refusal("corrupt"),
  );
  assert.throws(() => MapState.fromKeyframe(pier, good.subarray(0, good.length - 1)), refusal("corrupt"));
});

test("W51 a record that does not follow the state is corrupt and leaves it as it was", () => {
  const stage = new Stage(pier);
  stage.enter(1, 4, 0);
  const [birth] = stage.records;
  stage.do(1, { kind: "walk", to: "@6,0" });
  const walk = stage.records[1]!;
  const before = text(stage.state.keyframe());
  const told = (record: Uint8Array): Record<string, unknown> => takeApart(record).told;
  const refuses = (change: Record<string, unknown>, record = birth!.bytes, moved?: readonly number[]): void => {
    const spoilt = putTogether({ told: { ...told(record), tick: 100, ...change }, moved: moved ?? takeApart(record).moved });
    assert.throws(() => applyRecord(pier, stage.state, spoilt), refusal("corrupt"));
    assert.equal(text(stage.state.keyframe()), before);
  };
  refuses({ tick: 1 });
  refuses({});
  refuses({ born: [[1, (told(birth!.bytes)["born"] as unknown[][])[0]![1]]] });
  const [[, row]] = told(birth!.bytes)["born"] as [[number, Record<string, unknown>]];
  refuses({ born: [[1, { ...row, id: 2 }]] });
  refuses({ born: [[1, { ...row, cold: { ...(row["cold"] as object), who: "person:2" } }]] });
  refuses({ born: [], gone: [3] });
  refuses({ acted: [[7, null]] }, walk.bytes);
  refuses({ doors: [[4, true]] }, walk.bytes);
  refuses({ numbered: [9, 1, 1, -1] }, walk.bytes);
});

test("W111 moves that fit no body, lead off the map or beyond a path are corrupt and leave the state as it was", () => {
  const stage = new Stage(pier);
  stage.enter(1, 4, 0);
  stage.enter(2, 0, 0);
  const walk = (stage.do(1, { kind: "walk", to: "@6,0" }), takeApart(stage.records.at(-1)!.bytes));
  const before = text(stage.state.keyframe());
  const apply = (moved: readonly number[], change: Record<string, unknown> = {}): void => {
    const told = { ...walk.told, acted: [], events: [], tick: 100, ...change };
    const state = MapState.fromKeyframe(pier, stage.state.keyframe());
    try {
      applyRecord(pier, state, putTogether({ told, moved }));
    } catch (error) {
      assert.equal(text(state.keyframe()), before);
      throw error;
    }
  };
  // The first one a step of 6 sixteenths to the east and 2 steps along its path; the second turns north.
  apply([3, 6 * 8 + 2, 2, 1, 0]);
  apply([]);
  const broken = [
    [1],
    [1, 0x80],
    [2],
    [0, 6 * 8 + 2],
    [9, 6 * 8 + 2],
    [1, 9],
    [1, 0x80, 0x80, 1],
    [1, 3, 0x80, 0x80, 1, 0],
    [2, 3],
    [1, 6 * 8 + 2, 1, 6 * 8 + 2, 1, 0],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0],
  ];
  for (const moved of broken) assert.throws(() => apply(moved), refusal("corrupt"), String(moved));
  assert.throws(() => apply([1, 6 * 8 + 2], { gone: [0] }), refusal("corrupt"));
  assert.throws(() => apply([2, 2], { acted: [[0, null]] }), refusal("corrupt"));
});

test("W51 records of the version before are unsupported, and those cut short corrupt", () => {
  const stage = new Stage(pier);
  stage.enter(1, 4, 0);
  const [birth] = stage.records;
  const refuses = (record: Uint8Array, code: string): void =>
    assert.throws(() => applyRecord(pier, MapState.fresh(pier), record), refusal(code));
  refuses(bytes({ version: 1, ...takeApart(birth!.bytes).told }), "unsupported");
  refuses(birth!.bytes.with(0, 3), "unsupported");
  for (const end of [0, 1, 4, 5, 9, birth!.bytes.length - 1]) refuses(birth!.bytes.subarray(0, end), "corrupt");
});

test("W52 the order of an input's fields makes no difference to what is stored", () => {
  const shuffled = (luggage: Luggage): Luggage => Object.fromEntries(Object.entries(luggage).toReversed()) as unknown as Luggage;
  const lamp = luggageOf(9, { kind: "thing" });
  const [one, two] = [MapState.fresh(pier), MapState.fresh(pier)];
  const { atlas } = new Stage(pier);
  step(pier, one, [{ kind: "enter", luggage: luggageOf(1, { carried: [lamp] }), at: null }], atlas);
  step(pier, two, [{ kind: "enter", luggage: shuffled(luggageOf(1, { carried: [shuffled(lamp)] })), at: null }], atlas);
  assert.equal(text(one.keyframe()), text(two.keyframe()));
});

test("W52 who waits for a path when the state is restored waits no longer and no shorter", () => {
  const side = 300;
  const field = asciiMap(
    Array.from({ length: side }, (_, y) => (y === side - 2 ? `${"#".repeat(side - 2)}..` : ".".repeat(side))).join("\n"),
  );
  const stage = new Stage(field);
  for (const id of [1, 2, 3, 4, 5, 6]) stage.enter(id, 0, side - 3);
  const start = stage.state.keyframe();
  const from = stage.state.tick;
  for (const id of [5, 4, 6, 1, 3, 2]) stage.ask(id, { kind: "walk", to: `@0,${side - 1}` });
  stage.step();
  const waiting = [...stage.state.bodies()].filter(({ x }) => x === 8);
  assert.ok(waiting.length >= 3, "somebody has to wait for this test to tell anything");
  const restored = MapState.fromKeyframe(field, stage.state.keyframe());
  const replayed = MapState.fromKeyframe(field, start);
  for (const record of stage.records) if (record.tick > from) applyRecord(field, replayed, record.bytes);
  for (let i = 0; i < 6; i++) {
    stage.step();
    for (const other of [restored, replayed]) {
      step(field, other, [], stage.atlas);
      assert.equal(text(other.keyframe()), text(stage.state.keyframe()));
    }
  }
  assert.ok([...stage.state.bodies()].every(({ x }) => x !== 8));
});

test("W112 who walks on takes two or three bytes of a tick's record, and who stands none", () => {
  const stage = new Stage(asciiMap(Array.from({ length: 50 }, () => ".".repeat(100)).join("\n")));
  const walkers = 100;
  for (let id = 1; id <= 2 * walkers; id++) {
    stage.post({ kind: "enter", luggage: luggageOf(id, { speed: 6 }), at: { tile: stage.tile(id % 10, Math.floor(id / 10)) } });
  }
  stage.step();
  for (let id = 2; id <= 2 * walkers; id += 2) stage.ask(id, { kind: "walk", to: `@${90 + (id % 10)},${Math.floor(id / 10)}` });
  stage.step();
  for (let tick = 0; tick < 100; tick++) {
    const { touched, record } = stage.step();
    assert.equal(touched.length, walkers);
    const { moved } = takeApart(record!);
    assert.ok(moved.length >= 2 * walkers && moved.length <= 3 * walkers, `${moved.length} bytes`);
  }
});
