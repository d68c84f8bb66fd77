import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteWriter } from "@elsewhere/protocol";
import fc from "fast-check";
import { Atlas } from "../atlas.ts";
import { readEvents } from "../codec.ts";
import { isHidden } from "../hiding.ts";
import type { Input } from "../inputs.ts";
import type { WorldMap } from "../map.ts";
import { type Happened, Observers } from "../observers.ts";
import { applyRecord, recoverRecord } from "../replay.ts";
import { Sights } from "../sights/sights.ts";
import type { Viewer } from "../sights/viewer.ts";
import { MapState } from "../state.ts";
import { step, type StepResult } from "../step.ts";
import { comingIn, crowdedMap, Days, Dice } from "../testing/crowded-world.ts";
import { Driver } from "../testing/drive.ts";
import { type Deed, holdersDays, randomMap } from "../testing/random-world.ts";
import { joinRecords } from "./join.ts";
import { type Keyframes, Partition, type Parts } from "./partition.ts";

const options = { asleepTicksMax: 8 };
const runs = { numRuns: 300, seed: 20261128 };
const hiding = randomMap.filter((map) => map.hiddenAt !== null);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const same = (words: string): string => words;

interface Tick {
  readonly state: MapState;
  readonly inputs: readonly Input[];
  readonly result: StepResult;
  readonly parts: Parts;
  /** Ids of those who were in the hidden room before the tick. */
  readonly insideBefore: ReadonlySet<number>;
}

const insideOf = (state: MapState): ReadonlySet<number> =>
  new Set([...state.bodies()].filter(({ tile }) => isHidden(state.map, tile)).map(({ id }) => id));

/** Lives through random days, each tick taken apart. */
class Life {
  readonly state: MapState;
  readonly partition: Partition;
  readonly start: Keyframes;
  readonly #driver: Driver;
  readonly #days: readonly (readonly Deed[])[];

  constructor(map: WorldMap, days: readonly (readonly Deed[])[], redact = same) {
    this.state = MapState.fresh(map, options);
    this.partition = new Partition(this.state, redact);
    this.start = this.partition.keyframe();
    this.#driver = new Driver(map);
    this.#days = days;
  }

  *ticks(change: (input: Input, all: readonly Input[], inside: ReadonlySet<number>) => Input = (input) => input): Iterable<Tick> {
    for (const deeds of this.#days) {
      const insideBefore = insideOf(this.state);
      const inputs = this.#driver.inputs(deeds);
      const changed = inputs.map((input) => change(input, inputs, insideBefore));
      const result = this.#driver.step(this.state, changed);
      const parts = this.partition.split(result.delta);
      yield { state: this.state, inputs: changed, result, parts, insideBefore };
    }
  }
}

const partsOf = ({ open, sealed }: Parts): Uint8Array[] => [...(open === null ? [] : [open]), ...sealed.values()];

test("Z1 each part is a record by itself on its own keyframe, and all parts together are the map", () => {
  let told = 0;
  fc.assert(
    fc.property(hiding, holdersDays, (map, days) => {
      const life = new Life(map, days);
      const open = MapState.fromKeyframe(map, life.start.open);
      const rooms = new Map([...life.start.sealed].map(([room, keyframe]) => [room, MapState.fromKeyframe(map, keyframe)]));
      assert.deepEqual(
        [...rooms.keys()],
        [...new Set(map.hiddenAt)].filter((room) => room !== 0),
      );
      for (const { state, parts } of life.ticks()) {
        if (parts.open !== null) recoverRecord(map, open, parts.open);
        for (const [room, record] of parts.sealed) recoverRecord(map, rooms.get(room)!, record);
        for (const part of [open, ...rooms.values()]) part.advanceTo(state.tick);
        told += parts.sealed.size;
        const keyframes = life.partition.keyframe();
        assert.equal(text(open.keyframe()), text(keyframes.open));
        const whole = MapState.fromKeyframe(map, keyframes.open);
        for (const [room, part] of rooms) {
          assert.equal(text(part.keyframe()), text(keyframes.sealed.get(room)!));
          whole.join(part);
        }
        assert.equal(text(whole.keyframe()), text(state.keyframe()));
      }
    }),
    runs,
  );
  assert.ok(told > 1_000, `only ${told} times did anything happen inside`);
});

test("Z2 what may lie open holds neither name nor id nor word of whoever is inside", () => {
  let hushed = 0;
  const murmur = (input: Input, _: readonly Input[], inside: ReadonlySet<number>): Input =>
    input.kind === "intent" && inside.has(input.body) && "text" in input.intent
      ? { ...input, intent: { ...input.intent, text: "murmur" } }
      : input;
  fc.assert(
    fc.property(hiding, holdersDays, (map, days) => {
      const life = new Life(map, days);
      for (const { state, result, parts, insideBefore } of life.ticks(murmur)) {
        const inside = insideOf(state);
        const keyframe = text(life.partition.keyframe().open);
        const record = parts.open === null ? "" : text(parts.open);
        // Who left and came back in the open within the tick was there.
        const passed = result.events.some((event) => (event.kind === "entered" || event.kind === "left") && !isHidden(map, event.tile));
        for (const id of inside) {
          const { who, name } = state.body(id)!;
          for (const word of [`"${who}"`, `"${name}"`, `"id":${id},`]) {
            assert.ok(!keyframe.includes(word), word);
            if (insideBefore.has(id) && !passed) assert.ok(!record.includes(word), `${word} in ${record}`);
          }
          if (insideBefore.has(id) && !passed) assert.ok(!record.includes(`"body":${id},`), `body ${id} in ${record}`);
        }
        const murmured = result.events.filter((event) => "text" in event && event.text === "murmur");
        if (murmured.some((event) => "scope" in event && !isHidden(map, event.scope.tile))) continue;
        hushed += murmured.length;
        assert.ok(!record.includes("murmur"), record);
      }
    }),
    runs,
  );
  assert.ok(hushed > 50, `only ${hushed} times was anything said inside`);
});

test("Z2 worlds that differ only in what is said and done inside are the same in the open, to the byte", () => {
  let differences = 0;
  fc.assert(
    fc.property(hiding, holdersDays, (map, days) => {
      const otherwise = (input: Input, all: readonly Input[], inside: ReadonlySet<number>): Input => {
        if (input.kind !== "intent" || !inside.has(input.body)) return input;
        // Who goes out and comes in again within a tick may say it elsewhere.
        if (all.some((other) => other !== input && other.kind !== "intent")) return input;
        if (!["say", "shout", "whisper", "emote", "do", "look"].includes(input.intent.kind)) return input;
        return { ...input, intent: { kind: "emote", text: "otherwise" } };
      };
      const [one, other] = [new Life(map, days), new Life(map, days)];
      const others = other.ticks(otherwise)[Symbol.iterator]();
      for (const { parts } of one.ticks()) {
        const { parts: second } = others.next().value as Tick;
        assert.equal(parts.open && text(parts.open), second.open && text(second.open));
        const sealed = ({ sealed: all }: Parts): string => JSON.stringify([...all.values()].map(text));
        if (sealed(parts) !== sealed(second)) differences++;
        assert.equal(text(one.partition.keyframe().open), text(other.partition.keyframe().open));
      }
    }),
    runs,
  );
  assert.ok(differences > 100, `only ${differences} times did they differ`);
});

/** All that is told and shown of a map to those who came in. */
class Audience {
  readonly state: MapState;
  readonly #observers: Observers;
  readonly #sights: Sights;
  readonly #viewers = new Map<number, Viewer>();

  constructor(map: WorldMap, keyframe: Uint8Array) {
    this.state = MapState.fromKeyframe(map, keyframe);
    this.#observers = new Observers(this.state);
    this.#sights = new Sights(this.state);
  }

  follow(happened: Happened): unknown {
    for (const event of happened.events) {
      if (event.kind !== "entered" || this.state.bodyTable.slotOf(event.body) === -1) continue;
      this.#observers.watch(event.body);
      if (!this.#viewers.has(event.body)) this.#viewers.set(event.body, this.#sights.viewer(event.body));
    }
    this.#sights.follow(happened);
    const frames = [...this.#viewers]
      .toSorted(([a], [b]) => a - b)
      .map(([id, viewer]) => {
        if (this.state.bodyTable.slotOf(id) === -1) return [id, null];
        const out = new ByteWriter(64);
        viewer.write(out, false);
        return [id, [...out.since(0)]];
      });
    return { observations: [...this.#observers.observe(happened)], frames };
  }
}

test("Z3 the record joined from the parts of a tick brings the state where it was, and tells everybody the same", () => {
  let crossings = 0;
  fc.assert(
    fc.property(hiding, holdersDays, (map, days) => {
      const life = new Life(map, days);
      const whole = life.state.keyframe();
      const [first, second] = [new Audience(map, whole), new Audience(map, whole)];
      for (const { state, result, parts, insideBefore } of life.ticks()) {
        if (result.record === null) continue;
        const all = partsOf(parts);
        assert.ok(all.length > 0);
        const joined = joinRecords(map, second.state, all);
        const told = first.follow(applyRecord(map, first.state, result.record));
        assert.deepEqual(second.follow(applyRecord(map, second.state, joined)), told);
        assert.equal(text(second.state.keyframe()), text(first.state.keyframe()));
        assert.equal(second.state.tick, state.tick);
        // A door in the open that is moved from inside is all that is told otherwise, and nobody hears by whom.
        const events = (record: Uint8Array): unknown =>
          readEvents(map, record)
            .map((event) => (event.kind === "door" ? { ...event, cause: null } : event))
            .map((event) => JSON.stringify(event))
            .toSorted();
        assert.deepEqual(events(joined), events(result.record));
        for (const id of insideOf(state)) if (!insideBefore.has(id)) crossings++;
      }
    }),
    runs,
  );
  assert.ok(crossings > 500, `only ${crossings} times did anybody go in`);
});

test("Z3 a crowd between rooms side by side is told and shown the same by joined records, and its parts are the map", () => {
  let between = 0;
  for (let seed = 1; seed <= 24; seed++) {
    const dice = new Dice(seed);
    const map = crowdedMap(dice);
    if (map.hiddenAt === null) continue;
    const atlas = new Atlas([map]);
    const state = MapState.fresh(map, options);
    const partition = new Partition(state, same);
    const { open, sealed: rooms } = partition.keyframe();
    const parts = new Map([...rooms].map(([room, keyframe]) => [room, MapState.fromKeyframe(map, keyframe)]));
    parts.set(0, MapState.fromKeyframe(map, open));
    const [first, second] = [new Audience(map, state.keyframe()), new Audience(map, state.keyframe())];
    const days = new Days(map, 40, dice);
    for (let tick = 0; tick < 40; tick++) {
      const { delta, record } = step(map, state, tick === 0 ? comingIn(map, 40, dice) : days.next(), atlas);
      const split = partition.split(delta);
      const told = first.follow(applyRecord(map, first.state, record!));
      const joined = joinRecords(map, second.state, partsOf(split));
      assert.deepEqual(second.follow(applyRecord(map, second.state, joined)), told);
      if (split.open !== null) recoverRecord(map, parts.get(0)!, split.open);
      for (const [room, sealed] of split.sealed) recoverRecord(map, parts.get(room)!, sealed);
      if (split.sealed.size > 1) between++;
      const whole = MapState.fromKeyframe(map, partition.keyframe().open);
      for (const [room, part] of parts) {
        part.advanceTo(state.tick);
        if (room !== 0) whole.join(part);
      }
      for (const other of [first.state, second.state, whole]) assert.equal(text(other.keyframe()), text(state.keyframe()));
    }
  }
  assert.ok(between > 50, `only ${between} times did anything happen in two rooms`);
});
