import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteWriter, FrameReader, type Look, type Percept, type Seen, writeTick, writeView } from "@elsewhere/protocol";
import { Atlas } from "./atlas.ts";
import type { WorldEvent } from "./events.ts";
import { Observers } from "./observers.ts";
import { perceives, present } from "./perception.ts";
import { Sights } from "./sights/sights.ts";
import type { Viewer } from "./sights/viewer.ts";
import { type BodyView, MapState } from "./state.ts";
import { step, type StepResult } from "./step.ts";
import { comingIn, crowdedMap, Days, Dice } from "./testing/crowded-world.ts";

const worlds = 1_000;
const people = 14;
const ticks = 16;
const facings = ["north", "east", "south", "west"] as const;

/** Where a body stands and what it is on there, worked out from nothing but the map and what is stored of it. */
interface Standing extends BodyView {
  readonly column: number;
  readonly row: number;
  readonly room: number;
  readonly on: number;
}

/** The rule, written as plainly as can be: asked of every pair in every tick. */
class Oracle {
  readonly all: readonly Standing[];
  readonly #state: MapState;

  constructor(state: MapState) {
    const { map } = state;
    this.#state = state;
    this.all = [...state.bodies()].map((body) => {
      const [column, row] = [Math.floor(body.x / 16), Math.floor(body.y / 16)];
      const tile = row * map.width + column;
      let [room, on] = [0, body.layerOn];
      map.places.forEach((place) => {
        if (place.room && place.tiles.includes(tile)) room = map.rooms.indexOf(place) + 1;
      });
      if (map.layerAt !== null && map.layerAt[tile] !== 0) on = map.layerAt[tile]!;
      return { ...body, column, row, room, on };
    });
  }

  apart(a: Standing, b: Standing): number {
    return Math.max(Math.abs(a.column - b.column), Math.abs(a.row - b.row));
  }

  may(a: Standing, b: Standing): boolean {
    return a.room === b.room && (a.layerSees & b.on) !== 0;
  }

  perceives(a: Standing, b: Standing): boolean {
    if (a.posture === "asleep") return false;
    return a.id === b.id || (this.may(a, b) && this.apart(a, b) <= this.#state.map.sightTiles);
  }

  seenBy(a: Standing): readonly number[] {
    return this.all
      .filter((b) => this.perceives(a, b))
      .map(({ id }) => id)
      .toSorted((x, y) => x - y);
  }

  /** Names of hidden rooms that somebody neither holds nor is in. */
  unknownTo({ room, holds }: Standing): readonly string[] {
    const { rooms } = this.#state.map;
    const hidden = rooms.filter(({ secret, tiles }, i) => secret !== undefined && tiles.length > 0 && room !== i + 1);
    return hidden.map(({ name }) => name).filter((name) => !holds.includes(`square/${name}`));
  }

  /** What of the events reaches somebody: heard, emoted, done. */
  reached(a: Standing, events: readonly WorldEvent[]): readonly string[] {
    const { map } = this.#state;
    return events.flatMap((event) => {
      if ((event.kind !== "heard" && event.kind !== "emoted" && event.kind !== "did") || event.from.id === a.id) return [];
      const radius = event.kind !== "heard" ? map.sightTiles : event.how === "say" ? map.hearingTiles : 32;
      const [column, row] = [event.scope.tile % map.width, Math.floor(event.scope.tile / map.width)];
      const near = Math.max(Math.abs(a.column - column), Math.abs(a.row - row)) <= radius;
      const may = a.room === map.roomOf[event.scope.tile] && (a.layerSees & event.scope.layers) !== 0;
      return a.posture === "awake" && near && may ? [`${event.kind} ${event.from.id} ${wordsOf(event)}`] : [];
    });
  }
}

const wordsOf = (told: { readonly text: string } | { readonly data: unknown }): string => ("text" in told ? told.text : String(told.data));

/** Somebody shown frames, with what they add up to. */
class Eyes {
  readonly bodies = new Map<number, Seen>();
  /** The bytes of the last frame. */
  bytes = "";
  readonly #viewer: Viewer;
  readonly #reader = new FrameReader();
  readonly #id: number;
  #seq = 0;

  constructor(sights: Sights, id: number) {
    this.#viewer = sights.viewer(id);
    this.#id = id;
  }

  look({ map, tick }: MapState): void {
    const out = new ByteWriter(256);
    const seq = ++this.#seq;
    const head = { seq, tick, now: 0, worldMsPerTick: 0, map: map.name, body: this.#id, sightTiles: map.sightTiles };
    if (seq === 1) writeView(out, head, (to) => this.#viewer.write(to, true), []);
    else
      writeTick(
        out,
        { seq, passed: 1 },
        (to) => this.#viewer.write(to, false),
        [],
        () => out.since(0),
      );
    this.bytes = String.fromCharCode(...out.since(0));
    const frame = this.#reader.read(out.since(0))!;
    if (frame.type === "view") for (const body of frame.bodies) this.bodies.set(body.id, body);
    else {
      for (const percept of frame.percepts) {
        if (percept.kind === "vanished") this.bodies.delete(percept.body.id);
        else if (percept.kind === "appeared" || percept.kind === "changed") this.bodies.set(percept.body.id, percept.body);
      }
      for (const [id, x, y, facing] of frame.moves) this.bodies.set(id, { ...this.bodies.get(id)!, x, y, facing: facings[facing]! });
    }
  }
}

function check(
  state: MapState,
  result: StepResult,
  told: ReadonlyMap<number, { readonly percepts: readonly Percept[] }>,
  eyes: ReadonlyMap<number, Eyes>,
): number {
  const oracle = new Oracle(state);
  const cell = state.bodyTable.cellTiles;
  for (const a of oracle.all) {
    const expected = oracle.seenBy(a);
    const views = oracle.all.filter(({ id }) => perceives(state.map, state, a.id, id)).map(({ id }) => id);
    assert.deepEqual(
      views.toSorted((x, y) => x - y),
      expected,
      "the function itself",
    );
    const now = present(state.map, state, a.id).bodies;
    assert.deepEqual(
      now.map(({ id }) => id),
      expected,
      "the present",
    );
    const shown = eyes.get(a.id)!;
    assert.deepEqual(
      [...shown.bodies.values()].toSorted((x, y) => x.id - y.id),
      now,
      "frames",
    );
    for (const b of oracle.all) {
      const mayBeTold = a.id === b.id || (oracle.may(a, b) && oracle.apart(a, b) <= state.map.sightTiles + cell);
      assert.ok(mayBeTold || !shown.bytes.includes(b.name), `${a.name} is told of ${b.name}`);
    }
    checkTold(oracle, a, expected, result, told.get(a.id)?.percepts ?? []);
  }
  return oracle.all.reduce((sum, a) => sum + oracle.seenBy(a).length, 0);
}

function checkTold(oracle: Oracle, a: Standing, expected: readonly number[], { events }: StepResult, percepts: readonly Percept[]): void {
  const reached = percepts.flatMap((one) =>
    one.kind === "heard" || one.kind === "emoted" || one.kind === "did" ? [`${one.kind} ${one.from.id} ${wordsOf(one)}`] : [],
  );
  assert.deepEqual(reached, oracle.reached(a, events), "percepts");
  for (const percept of percepts) {
    if (percept.kind === "appeared") assert.ok(expected.includes(percept.body.id), "who appears is perceived");
    if (percept.kind === "vanished") assert.ok(!expected.includes(percept.body.id), "who vanishes is perceived no more");
    if (percept.kind === "changed") assert.ok(expected.includes(percept.body.id), "who changes is perceived");
    if (percept.kind !== "reply" || !percept.ok || percept.data === null) continue;
    const data = percept.data as unknown as Look | Seen;
    if ("bodies" in data) {
      assert.deepEqual(
        [...data.bodies.map(({ id }) => id), a.id].toSorted((x, y) => x - y),
        expected,
        "a look around",
      );
      for (const place of oracle.unknownTo(a)) assert.ok(!data.places.includes(place), `${place} is listed`);
    } else assert.ok(expected.includes(data.id), "a look at somebody");
  }
}

test("W42 W19 W23 W24 W27 Y3 in a thousand random worlds each perceives exactly what it must, in every way there is, and is sent nothing else", () => {
  let seen = 0;
  let sleepers = 0;
  for (let seed = 1; seed <= worlds; seed++) {
    const dice = new Dice(seed);
    const map = crowdedMap(dice);
    const state = MapState.fresh(map);
    const atlas = new Atlas([map]);
    const [sights, observers] = [new Sights(state), new Observers(state)];
    const eyes = new Map<number, Eyes>();
    const days = new Days(map, people, dice);
    for (let tick = 0; tick <= ticks; tick++) {
      const result = step(map, state, tick === 0 ? comingIn(map, people, dice) : days.next(), atlas);
      sights.follow(result);
      if (tick === 0) {
        for (const { id } of state.bodies()) {
          eyes.set(id, new Eyes(sights, id));
          observers.watch(id);
        }
      }
      const told = observers.observe(result);
      for (const one of eyes.values()) one.look(state);
      seen += check(state, result, told, eyes);
      for (const { posture } of state.bodies()) if (posture === "asleep") sleepers++;
    }
  }
  assert.ok(seen > worlds * ticks * people && sleepers > worlds, `${seen} sightings, ${sleepers} asleep`);
});
