import assert from "node:assert/strict";
import { test } from "node:test";
import { type Intent, limits, type PerceptKind, type Seen } from "@elsewhere/protocol";
import { Atlas } from "./atlas.ts";
import type { Input } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import { Observers } from "./observers.ts";
import { present } from "./perception.ts";
import { MapState } from "./state.ts";
import { step, type StepResult } from "./step.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { countLooks } from "./testing/looks.ts";
import { luggageOf } from "./testing/stage.ts";

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let last = seed;
  return (below) => {
    last = (Math.imul(last, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (last >> 8) % below;
  };
}

/** Bodies that walk somewhere, and whenever they arrive somewhere else. */
class Crowd {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly observers: Observers;
  readonly #atlas: Atlas;
  readonly #numbers: Int32Array;
  #idle: readonly number[] = [];

  constructor(map: WorldMap, count: number, enter: (i: number) => { readonly tile: number; readonly speed: number }) {
    this.map = map;
    this.state = MapState.fresh(map);
    this.observers = new Observers(this.state);
    this.#atlas = new Atlas([map]);
    this.#numbers = new Int32Array(count + 1);
    const ids = Array.from({ length: count }, (_, i) => i + 1);
    this.step(ids.map((id) => ({ kind: "enter", luggage: luggageOf(id, { speed: enter(id).speed }), at: { tile: enter(id).tile } })));
    this.#idle = ids;
  }

  ask(body: number, intent: Intent): Input {
    return { kind: "intent", body, epoch: 1, n: ++this.#numbers[body]!, intent };
  }

  /** Everybody who stands about sets out for a tile. */
  setOut(tile: () => number): readonly Input[] {
    return this.#idle.map((body) => {
      const to = tile();
      return this.ask(body, { kind: "walk", to: `@${to % this.map.width},${Math.floor(to / this.map.width)}` });
    });
  }

  step(inputs: readonly Input[]): StepResult {
    const result = step(this.map, this.state, inputs, this.#atlas);
    this.#idle = result.events.flatMap((event) => (event.kind === "reply" ? [event.body] : []));
    return result;
  }
}

test("W44 among many who walk, through rooms and at any speed, everybody is told of just those who come into sight and go", () => {
  const [width, height] = [48, 40];
  for (let seed = 1; seed <= 6; seed++) {
    const number = numbers(seed);
    const letter = (x: number, y: number): string =>
      number(12) === 0 ? "#" : x % 16 > 9 && y % 13 > 5 ? "r" : x % 16 > 9 && y % 13 > 2 ? "l" : ".";
    const rows = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => letter(x, y)).join(""));
    const map = asciiMap(rows.join("\n"), {
      sightTiles: 5 + seed,
      places: { r: { name: "room", room: true }, l: { name: "loft", layer: 1 } },
    });
    const open = [...map.blocked.keys()].filter((tile) => !map.blocked[tile]);
    const somewhere = (): number => open[number(open.length)]!;
    const crowd = new Crowd(map, 60, (id) => ({ tile: somewhere(), speed: id % 7 === 0 ? 150 : 6 + (id % 20) }));
    const known = new Map<number, Map<number, string>>();
    const inSight = (id: number): Map<number, string> =>
      new Map(present(map, crowd.state, id).bodies.map(({ id: other, name }: Seen) => [other, name]));
    for (let id = 1; id <= 60; id += 2) {
      crowd.observers.watch(id, id % 4 === 1 ? null : new Set<PerceptKind>(["appeared", "vanished"]));
      known.set(id, inSight(id));
    }
    crowd.observers.observe({ events: [], touched: [] });
    for (let tick = 0; tick < 60; tick++) {
      const told = crowd.observers.observe(crowd.step(crowd.setOut(somewhere)));
      for (const [id, bodies] of known) {
        for (const percept of told.get(id)?.percepts ?? []) {
          if (percept.kind === "appeared") {
            assert.ok(!bodies.has(percept.body.id), "who appears was not in sight");
            bodies.set(percept.body.id, percept.body.name);
          } else if (percept.kind === "vanished") assert.ok(bodies.delete(percept.body.id), "who vanishes was in sight");
        }
        assert.deepEqual(new Map([...bodies].toSorted(([a], [b]) => a - b)), inSight(id));
      }
    }
  }
});

const lawn = asciiMap(Array.from({ length: 64 }, () => ".".repeat(64)).join("\n"));
const listening = new Set<PerceptKind>(["appeared", "vanished", "heard"]);

/** So many in one cell, all of whom listen, and what the dearest of some ticks costs in which `inputs` has them walk. */
function looksOf(count: number, inputs: (crowd: Crowd, tick: number, inCell: () => number) => readonly Input[]): number {
  const number = numbers(count);
  const inCell = (): number => (32 + number(8)) * 64 + 32 + number(8);
  const crowd = new Crowd(lawn, count, () => ({ tile: inCell(), speed: 6 }));
  for (let id = 1; id <= count; id++) crowd.observers.watch(id, listening);
  crowd.observers.observe({ events: [], touched: [] });
  const looks = countLooks(crowd.state.bodyTable);
  let worst = 0;
  let moved = 0;
  for (let tick = 0; tick < 40; tick++) {
    const before = looks();
    const result = crowd.step(inputs(crowd, tick, inCell));
    crowd.observers.observe(result);
    worst = Math.max(worst, looks() - before);
    moved += result.touched.length;
  }
  assert.ok(moved > 10 * count, `${moved} moves are too few to tell anything`);
  return worst;
}

/** All but the first follow it, and it goes from one side to the other. */
function parade(crowd: Crowd, tick: number): readonly Input[] {
  if (tick > 0) return [];
  const others = Array.from({ length: crowd.state.bodyCount - 1 }, (_, i) => crowd.ask(i + 2, { kind: "follow", body: 1 }));
  return [crowd.ask(1, { kind: "walk", to: "@4,36" }), ...others];
}

test("W113 what a crowd within one cell costs a tick, all walking and listening, is proportional to its number", (t) => {
  const walking = (count: number): number => looksOf(count, (crowd, _, inCell) => crowd.setOut(inCell));
  const [some, many] = [walking(250), walking(1_000)];
  t.diagnostic(`${some} looks for 250, ${many} for 1,000`);
  assert.ok(many < 4.5 * some, `${some} looks for 250, ${many} for 1,000`);
});

test("W113 what a crowd costs a tick that follows one of it is proportional to its number", (t) => {
  const [some, many] = [looksOf(250, parade), looksOf(1_000, parade)];
  t.diagnostic(`${some} looks for 250, ${many} for 1,000`);
  assert.ok(many < 4.5 * some, `${some} looks for 250, ${many} for 1,000`);
});

test("W114 a thousand paths asked for in one tick are found over several, each within the budget", (t) => {
  const side = 200;
  const rows = Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (__, x) => (x % 20 === 10 && y % 20 !== 3 ? "#" : ".")).join(""),
  );
  const map = asciiMap(rows.join("\n"));
  const number = numbers(5);
  const crowd = new Crowd(map, 1_000, () => ({ tile: number(side) * side + number(8), speed: 6 }));
  const waiting = (): number => [...crowd.state.bodyTable.activity].filter((one) => one !== null && one.ticket > 0).length;
  let inputs = crowd.setOut(() => number(side) * side + side - 1 - number(8));
  const left: number[] = [];
  let pathTiles = 0;
  do {
    crowd.step(inputs);
    inputs = [];
    left.push(waiting());
  } while (left.at(-1)! > 0 && left.length < 100);
  for (const one of crowd.state.bodyTable.activity) pathTiles += one?.path?.length ?? 0;
  t.diagnostic(`paths of ${pathTiles} tiles, found in ${left.length} ticks`);
  assert.equal(left.at(-1), 0, "all get their path");
  // A search looks at each tile of its path at least, so no tick can have found more than these.
  assert.ok(left.length >= pathTiles / limits.pathExpansionsPerTickMax);
  assert.ok(left.length > 3 && left.every((count, tick) => tick === 0 || count < left[tick - 1]!), left.join(" "));
});
