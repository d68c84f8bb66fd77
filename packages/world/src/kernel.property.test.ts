import assert from "node:assert/strict";
import { test } from "node:test";
import { type DoorSeen, ElsewhereError, type JsonObject, type Percept, type PerceptKind, type Seen } from "@elsewhere/protocol";
import fc from "fast-check";
import type { Observation } from "./deliveries.ts";
import type { Wants } from "./ears.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import { Observers } from "./observers.ts";
import { perceives, present } from "./perception.ts";
import { applyRecord, recoverRecord } from "./replay.ts";
import { type BodyView, MapState } from "./state.ts";
import type { StepResult } from "./step.ts";
import { Driver } from "./testing/drive.ts";
import { putTogether, takeApart } from "./testing/records.ts";
import { type Deed, randomDays, randomMap } from "./testing/random-world.ts";

const options = { asleepTicksMax: 8 };
const runs = { numRuns: 150, seed: 20261122 };

/** Runs a random history, calling `check` after every tick. */
function live(
  map: WorldMap,
  days: readonly (readonly Deed[])[],
  check: (state: MapState, result: StepResult, day: number) => void,
): MapState {
  const driver = new Driver(map);
  const state = MapState.fresh(map, options);
  days.forEach((deeds, day) => check(state, driver.step(state, driver.inputs(deeds)), day));
  return state;
}

test("W2 no walk and no door brings a body onto a tile that blocks", () => {
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      live(map, days, (state) => {
        for (const { kind, tile, id } of state.bodies()) {
          if (kind === "thing") continue;
          const doors = map.doors.filter((door, i) => (state.doors.isOpen(i) ? door.blockedOpen : door.blockedClosed).includes(tile));
          assert.ok(!map.blocked[tile] && doors.length === 0, `body ${id} stands on blocked tile ${tile}`);
        }
      });
    }),
    runs,
  );
});

/** Somebody came in to look through whose eyes is of interest: things, which are carried off the map and back, see nothing. */
const isPerson = (event: WorldEvent): event is Extract<WorldEvent, { kind: "entered" }> =>
  event.kind === "entered" && event.who.startsWith("person:");

const onWhat = ({ layerAt }: WorldMap, { tile, layerOn }: BodyView): number => layerAt?.[tile] || layerOn;

/** The rule of sight, written a second time and as plainly as can be. */
function oracle(map: WorldMap, a: BodyView, b: BodyView): boolean {
  if (a.posture === "asleep") return false;
  if (a.id === b.id) return true;
  const dx = Math.abs(Math.floor(a.x / 16) - Math.floor(b.x / 16));
  const dy = Math.abs(Math.floor(a.y / 16) - Math.floor(b.y / 16));
  return dx <= map.sightTiles && dy <= map.sightTiles && map.roomOf[a.tile] === map.roomOf[b.tile] && (a.layerSees & onWhat(map, b)) !== 0;
}

test("W42 sight agrees with asking about every pair", () => {
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      live(map, days, (state) => {
        const all = [...state.bodies()];
        for (const a of all) {
          const expected = all.filter((b) => oracle(map, a, b)).map(({ id }) => id);
          assert.deepEqual(
            all.filter((b) => perceives(map, state, a.id, b.id)).map(({ id }) => id),
            expected,
          );
          assert.deepEqual(
            present(map, state, a.id).bodies.map(({ id }) => id),
            expected.toSorted((x, y) => x - y),
          );
        }
      });
    }),
    runs,
  );
});

/** What a program knows that has been told nothing but percepts: who is in sight and how they look, but for where they have gone. */
class Model {
  readonly id: number;
  readonly bodies = new Map<number, Seen>();
  readonly doors = new Map<string, boolean>();

  constructor(id: number) {
    this.id = id;
  }

  take(percept: Percept, self: () => Seen): void {
    if (percept.kind === "arrived") {
      this.bodies.clear();
      this.bodies.set(this.id, self());
    } else if (percept.kind === "appeared") {
      assert.ok(!this.bodies.has(percept.body.id) && percept.body.id !== this.id, "who appears was not there before");
      this.bodies.set(percept.body.id, percept.body);
    } else if (percept.kind === "vanished") {
      assert.ok(this.bodies.delete(percept.body.id), "who vanishes was there before");
    } else if (percept.kind === "changed") {
      assert.ok(this.bodies.has(percept.body.id) || percept.body.id === this.id, "who changes is in sight");
      this.bodies.set(percept.body.id, percept.body);
    } else if (percept.kind === "door") this.doors.set(percept.name, percept.open);
  }

  agreesWith(view: { bodies: readonly Seen[]; doors: readonly DoorSeen[] }): void {
    const unmoved = (seen: Seen): Seen => ({ ...seen, x: 0, y: 0, facing: "north" });
    assert.deepEqual(
      [...this.bodies.values()].map(unmoved).toSorted((a, b) => a.id - b.id),
      view.bodies.map(unmoved),
    );
    for (const { name, open } of view.doors) assert.equal(this.doors.get(name), open, `door ${name}`);
  }
}

test("W44 what is told, applied to what was known, is exactly what is in sight", () => {
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      let observers: Observers | null = null;
      const models = new Map<number, Model>();
      live(map, days, (state, result) => {
        observers ??= new Observers(state);
        for (const event of result.events) {
          if (!isPerson(event)) continue;
          observers.watch(event.body);
          models.set(event.body, new Model(event.body));
        }
        const told = observers.observe(result);
        for (const [id, model] of models) {
          const body = state.body(id);
          if (!body) {
            models.delete(id);
            continue;
          }
          if (body.posture === "asleep") model.bodies.clear();
          const self = (): Seen => present(map, state, id).bodies.find((seen) => seen.id === id)!;
          for (const percept of told.get(id)?.percepts ?? []) model.take(percept, self);
          model.agreesWith(present(map, state, id));
        }
      });
    }),
    runs,
  );
});

/** What each person of a random world listens to; of some it changes in the middle of its days. */
function wantsOf(id: number, day: number): Wants {
  const sets: readonly (readonly PerceptKind[])[] = [
    [],
    ["heard", "did"],
    ["appeared"],
    ["changed"],
    ["vanished", "door"],
    ["arrived", "used"],
  ];
  return id === 1 ? null : new Set(sets[(id + (day > 30 ? 1 : 0)) % sets.length]);
}

test("W80 who listens to some kinds is told just those of what it would be told otherwise, and every reply", () => {
  let left = 0;
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      let [all, some]: (Observers | null)[] = [null, null];
      live(map, days, (state, result, day) => {
        all ??= new Observers(state);
        some ??= new Observers(state);
        if (day === 31) for (const { id } of state.bodies()) some.listen(id, wantsOf(id, day));
        for (const event of result.events) {
          if (!isPerson(event)) continue;
          all.watch(event.body);
          some.watch(event.body, wantsOf(event.body, day));
        }
        const expected = new Map<number, Observation>();
        for (const [id, { percepts }] of all.observe(result)) {
          const wants = wantsOf(id, day);
          const kept = percepts.filter(({ kind }) => wants === null || kind === "reply" || wants.has(kind));
          if (kept.length > 0) expected.set(id, { percepts: kept });
          left += percepts.length - kept.length;
        }
        assert.deepEqual(some.observe(result), expected);
      });
    }),
    runs,
  );
  assert.ok(left > 1_000, `only ${left} percepts were left out`);
});

test("W19 what is said reaches those whom asking about everybody finds", () => {
  let checked = 0;
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      let observers: Observers | null = null;
      live(map, days, (state, result) => {
        observers ??= new Observers(state);
        for (const event of result.events) if (isPerson(event)) observers.watch(event.body);
        const told = observers.observe(result);
        for (const { id, kind, tile, posture, layerSees } of state.bodies()) {
          if (kind !== "person") continue;
          const expected = result.events.flatMap((event) => {
            if (event.kind !== "heard" || event.from.id === id || (event.to !== null && event.to !== id)) return [];
            const dx = Math.abs((tile % map.width) - (event.scope.tile % map.width));
            const dy = Math.abs(Math.floor(tile / map.width) - Math.floor(event.scope.tile / map.width));
            const near = Math.max(dx, dy) <= { say: map.hearingTiles, shout: 32, whisper: map.sightTiles }[event.how];
            const same = map.roomOf[tile] === map.roomOf[event.scope.tile] && (layerSees & event.scope.layers) !== 0;
            return near && same && posture === "awake" ? [`${event.from.id} ${event.how} ${event.text}`] : [];
          });
          const heard = (told.get(id)?.percepts ?? []).flatMap((one) =>
            one.kind === "heard" ? [`${one.from.id} ${one.how} ${one.text}`] : [],
          );
          assert.deepEqual(heard, expected);
          checked += expected.length;
        }
      });
    }),
    runs,
  );
  assert.ok(checked > 100, "too little was said to tell");
});

test("W39 every intent that is taken is answered once, or a walk still under way", () => {
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      const driver = new Driver(map);
      const state = MapState.fresh(map, options);
      const open = new Set<string>();
      let last: StepResult | null = null;
      const abroad: string[] = [];
      for (const deeds of days) {
        const inputs = driver.inputs(deeds);
        last = driver.step(state, inputs);
        const refused = new Set(last.events.flatMap((event) => (event.kind === "refused" ? [`${event.body}:${event.n}`] : [])));
        for (const input of inputs) {
          if (input.kind === "intent" && !refused.has(`${input.body}:${input.n}`)) open.add(`${input.body}:${input.n}`);
        }
        for (const event of last.events) {
          if (event.kind === "reply")
            assert.ok(open.delete(`${event.body}:${event.n}`), `${event.body}:${event.n} is answered twice or was never asked`);
        }
        for (const { luggage, map: to } of last.transfers)
          if (to !== map.name && luggage.errand) abroad.push(`${luggage.id}:${luggage.errand.n}`);
      }
      const walking = [...state.bodies()].flatMap(({ id, walking: walk }) => (walk ? [`${id}:${walk.n}`] : []));
      const between = last!.transfers.flatMap(({ luggage, map: to }) =>
        to === map.name && luggage.errand ? [`${luggage.id}:${luggage.errand.n}`] : [],
      );
      assert.deepEqual([...open].toSorted(), [...walking, ...between, ...abroad].toSorted());
    }),
    runs,
  );
});

test("W49 records replayed from any keyframe give the same state, events and percepts", () => {
  fc.assert(
    fc.property(randomMap, randomDays, fc.nat(), (map, days, from) => {
      const start = from % days.length;
      let replica: MapState | null = null;
      let unseen: MapState | null = null;
      let [eyes, again]: (Observers | null)[] = [null, null];
      const state = live(map, days, (now, result, day) => {
        eyes ??= new Observers(now);
        for (const event of result.events) if (isPerson(event)) eyes.watch(event.body);
        const told = eyes.observe(result);
        if (replica && again && result.record) {
          const replayed = applyRecord(map, replica, result.record);
          assert.deepEqual(replayed.events, JSON.parse(JSON.stringify(result.events.filter((event) => event.kind !== "refused"))));
          for (const event of replayed.events) if (isPerson(event)) again.watch(event.body);
          assert.deepEqual(again.observe(replayed), told);
          recoverRecord(map, unseen!, result.record);
        } else if (!result.record) assert.equal(told.size, 0, "nothing is told of a tick without a record");
        if (day !== start) return;
        replica = MapState.fromKeyframe(map, now.keyframe());
        unseen = MapState.fromKeyframe(map, JSON.parse(Buffer.from(now.keyframe()).toString()) as JsonObject);
        again = new Observers(replica);
        for (const { id, kind } of replica.bodies()) if (kind === "person") again.watch(id);
      });
      for (const kept of [replica, unseen] as (MapState | null)[]) {
        kept!.advanceTo(state.tick);
        assert.deepEqual(Buffer.from(kept!.keyframe()).toString(), Buffer.from(state.keyframe()).toString());
      }
    }),
    runs,
  );
});

test("W52 a state restored from its keyframe goes on as the one it was taken from, byte for byte", () => {
  fc.assert(
    fc.property(randomMap, randomDays, fc.nat(), (map, days, from) => {
      const start = from % days.length;
      const [first, second] = [new Driver(map), new Driver(map)];
      const state = MapState.fresh(map, options);
      let other = MapState.fresh(map, options);
      days.forEach((deeds, day) => {
        const one = first.step(state, first.inputs(deeds));
        const two = second.step(other, second.inputs(deeds));
        assert.deepEqual(two.record && Buffer.from(two.record).toString(), one.record && Buffer.from(one.record).toString());
        if (day === start) other = MapState.fromKeyframe(map, other.keyframe());
      });
      assert.deepEqual(other.keyframe(), state.keyframe());
    }),
    runs,
  );
});

/** Replaces one value somewhere in a JSON tree. */
function spoil(value: unknown, path: number, poison: unknown): unknown {
  if (typeof value !== "object" || value === null) return poison;
  const keys = Object.keys(value);
  if (keys.length === 0 || path % 7 === 6) return poison;
  const key = keys[path % keys.length]!;
  const copy: Record<string, unknown> = Array.isArray(value) ? (Object.assign([], value) as never) : { ...value };
  copy[key] = spoil(copy[key], Math.floor(path / keys.length), poison);
  return copy;
}

/** Replaces one value of the text of a record, or one byte of its moves. */
function spoilRecord(record: Uint8Array, path: number, bad: unknown): Uint8Array {
  const { told, moved } = takeApart(record);
  if (moved.length === 0 || path % 2 === 0) return putTogether({ told: spoil(told, path >> 1, bad), moved });
  const byte = typeof bad === "number" ? bad & 0xff : path & 0xff;
  return putTogether({ told, moved: moved.with((path >> 1) % moved.length, byte) });
}

const poison = fc.oneof(
  fc.constantFrom(null, -1, 0, 1.5, 1e300, 2 ** 53, "", "nnnn", true, [], {}, [[]], [0, 0], { kind: "door" }),
  fc.nat(200),
  fc.string(),
);
const refusedWell = (error: unknown): boolean => error instanceof ElsewhereError && ["corrupt", "unsupported"].includes(error.code);

test("W51 spoilt keyframes and records are refused and change nothing, or are whole", () => {
  let refused = 0;
  fc.assert(
    fc.property(randomMap, randomDays, fc.array(fc.tuple(fc.nat(), poison), { minLength: 20, maxLength: 20 }), (map, days, spoilings) => {
      const driver = new Driver(map);
      const state = MapState.fresh(map, options);
      const before: Uint8Array[] = [];
      const records: (Uint8Array | null)[] = [];
      for (const deeds of days.slice(0, 20)) {
        before.push(state.keyframe());
        records.push(driver.step(state, driver.inputs(deeds)).record);
      }
      const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
      const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
      spoilings.forEach(([path, bad], i) => {
        try {
          const revived = MapState.fromKeyframe(map, encode(spoil(parse(before[i]!), path, bad)));
          for (let tick = 0; tick < 3; tick++) driver.step(revived, []);
        } catch (error) {
          if (!refusedWell(error)) throw error;
          refused++;
        }
        if (!records[i]) return;
        const held = MapState.fromKeyframe(map, before[i]!);
        try {
          applyRecord(map, held, spoilRecord(records[i], path, bad));
          for (let tick = 0; tick < 3; tick++) driver.step(held, []);
          MapState.fromKeyframe(map, held.keyframe());
        } catch (error) {
          if (!refusedWell(error)) throw error;
          assert.deepEqual(held.keyframe(), before[i]);
          refused++;
        }
      });
    }),
    { ...runs, numRuns: 60 },
  );
  assert.ok(refused > 300, `only ${refused} were refused`);
});

test("W51 bytes that are no keyframe or record are refused", () => {
  fc.assert(
    fc.property(randomMap, fc.uint8Array({ maxLength: 64 }), (map, bytes) => {
      assert.throws(() => MapState.fromKeyframe(map, bytes), refusedWell);
      assert.throws(() => applyRecord(map, MapState.fresh(map), bytes), refusedWell);
    }),
    runs,
  );
});
