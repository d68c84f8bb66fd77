import assert from "node:assert/strict";
import { test } from "node:test";
import type { Intent } from "@elsewhere/protocol";
import { Atlas } from "./atlas.ts";
import type { Wants } from "./ears.ts";
import type { Input } from "./inputs.ts";
import { Observers } from "./observers.ts";
import { MapState } from "./state.ts";
import { step } from "./step.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { countLooks } from "./testing/looks.ts";
import { luggageOf } from "./testing/stage.ts";

const side = 128;
const meadow = asciiMap(Array.from({ length: side }, () => ".".repeat(side)).join("\n"), { sightTiles: 8 });
const atlas = new Atlas([meadow]);
/** Many more than any test brings in, so that no table grows while looks are counted. */
const room = 4_096;

/** A meadow with actors in its first corner and a crowd, out of their sight, in the rest. */
class Meadow {
  readonly state = MapState.fresh(meadow);
  readonly observers = new Observers(this.state);
  looks: () => number = () => 0;
  #ids = 0;
  #numbers = 0;

  constructor(actors: number, crowd: number) {
    for (let i = 0; i < room; i++) this.state.bodyTable.insert(i, this.#row(i));
    for (let i = room - 1; i >= 0; i--) this.state.bodyTable.delete(i);
    this.tick(Array.from({ length: actors }, (_, i) => this.enter(2 * i, 1)));
    this.tick(Array.from({ length: crowd }, (_, i) => this.enter(40 + (i % 80), 40 + (Math.floor(i / 80) % 80))));
    for (const { id } of this.state.bodies()) this.observers.watch(id);
    this.tick([]);
    this.looks = countLooks(this.state.bodyTable);
  }

  enter(x: number, y: number): Input {
    return { kind: "enter", luggage: luggageOf(++this.#ids), at: { tile: y * side + x } };
  }

  ask(body: number, intent: Intent): Input {
    return { kind: "intent", body, epoch: 1, n: ++this.#numbers, intent };
  }

  tick(inputs: readonly Input[], wants?: Wants): void {
    const result = step(meadow, this.state, inputs, atlas);
    if (wants !== undefined) for (const event of result.events) if (event.kind === "entered") this.observers.watch(event.body, wants);
    this.observers.observe(result);
  }

  /** What those ticks cost. */
  cost(ticks: readonly (readonly Input[])[], wants?: Wants): number {
    const before = this.looks();
    for (const inputs of ticks) this.tick(inputs, wants);
    return this.looks() - before;
  }

  #row(i: number): Parameters<MapState["bodyTable"]["insert"]>[1] {
    const { who, kind, name, description, portable, traits, marks, carried, holds, ...hot } = luggageOf(1_000_000 + i);
    const cold = { who, kind, name, description, portable, traits, marks, carried, holds };
    return { ...hot, x: 8, y: 8, facing: 2, at: 0, asleepSince: -1, cold, activity: null };
  }
}

const idle = (ticks: number): readonly Input[][] => Array.from({ length: ticks }, () => []);

test("W81 a tick in which nothing happens looks at nobody, however many stand, sleep and are watched", () => {
  const crowd = new Meadow(3, 2_000);
  assert.equal(crowd.cost(idle(20)), 0);
  crowd.tick(Array.from({ length: 500 }, (_, i) => ({ kind: "detach", body: 10 + i, epoch: 1 })));
  assert.equal(crowd.cost(idle(20)), 0);
});

test("W82 what happens is looked into for those near it, however many stand elsewhere", () => {
  const acts = (one: Meadow): Input[][] => [
    [one.ask(1, { kind: "say", text: "good morning" }), one.ask(2, { kind: "show", traits: { hat: 1 } })],
    [one.ask(3, { kind: "walk", to: "@9,5" }), one.ask(1, { kind: "do", verb: "wave" }), one.ask(2, { kind: "look" })],
    ...idle(10),
    [{ kind: "detach", body: 2, epoch: 1 }],
    [one.enter(4, 4), { kind: "remove", body: 3 }],
    [{ kind: "attach", body: 2, epoch: 2 }],
  ];
  const [few, many] = [new Meadow(5, 10), new Meadow(5, 2_000)];
  const cost = few.cost(acts(few));
  assert.ok(cost > 100, `${cost} looks are too few to tell anything`);
  assert.equal(many.cost(acts(many)), cost);
});

test("W83 what a crowd that listens to nothing costs as it comes in is proportional to its number", () => {
  const nothing: Wants = new Set();
  const crowd = (count: number): number => {
    const one = new Meadow(1, 0);
    return one.cost([Array.from({ length: count }, (_, i) => one.enter(60 + (i % 20), 60 + (Math.floor(i / 20) % 20)))], nothing);
  };
  const [some, twice] = [crowd(400), crowd(800)];
  assert.ok(some > 400, `${some} looks are too few to tell anything`);
  assert.ok(twice < 2.1 * some, `${some} looks for 400, ${twice} for 800`);
});
