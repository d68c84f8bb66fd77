/** A crowd on the kernel that never rests: whoever has come to where it went is sent on in the next tick. */
import type { Input, StepResult, WorldMap } from "@elsewhere/world";
import { Atlas, MapState, step } from "@elsewhere/world";
import { randomFrom } from "../../test/support/random.ts";
import { idOf, nameOf, type Scene, type SceneSize, type Trace } from "./scene.ts";
import { townOf } from "./town.ts";
import { withSight } from "./truth.ts";

const speedSixteenths = 6;
/** How far one is sent, in tiles: as far as to the next street or the one after. */
const wayTiles = 24;
/** Paths are found within a tick's budget: until the last has its first one, some stand. */
const ticksBeforeAllWalkMax = 200;

export class Walkers {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly #atlas: Atlas;
  readonly #size: SceneSize;
  readonly #random: () => number;
  readonly #numbers: Int32Array;
  readonly #bodyOf = new Map<number, number>();
  #arrived: number[];

  /** Everybody is on the way once it is made. */
  constructor(size: SceneSize) {
    this.#size = size;
    this.map = townOf(size);
    this.state = MapState.fresh(this.map);
    this.#atlas = new Atlas([this.map]);
    this.#random = randomFrom(size.seed);
    this.#numbers = new Int32Array(size.bodies);
    const all = Array.from({ length: size.bodies }, (_, body) => body);
    for (const body of all) this.#bodyOf.set(idOf(body), body);
    this.#step(all.map((body) => this.#entering(body)));
    this.#arrived = all;
    this.#startAll();
  }

  step(): StepResult {
    return this.#step(this.#arrived.map((body) => this.#sentOn(body)));
  }

  #step(inputs: readonly Input[]): StepResult {
    const result = step(this.map, this.state, inputs, this.#atlas);
    this.#arrived = [];
    for (const event of result.events) {
      if (event.kind === "refused") throw new Error(`the kernel refused: ${event.error.message}`);
      if (event.kind === "reply") this.#arrived.push(this.#bodyOf.get(event.body)!);
    }
    return result;
  }

  #startAll(): void {
    const { bodyTable } = this.state;
    const standing = new Set(this.#bodyOf.values());
    for (let tick = 0; standing.size > 0; tick++) {
      if (tick === ticksBeforeAllWalkMax) throw new Error(`${standing.size} bodies were not on their way after ${tick} ticks`);
      this.step();
      for (const body of standing) if (bodyTable.activity[body]?.path != null) standing.delete(body);
    }
  }

  /** Slots are given out in the order of coming in, so the slot of a body is its number. */
  #entering(body: number): Input {
    const isObserver = body < this.#size.observers;
    const kind = isObserver ? "person" : "program";
    return {
      kind: "enter",
      luggage: {
        id: idOf(body),
        who: `${kind}:${body}`,
        kind,
        name: nameOf(body),
        epoch: 1,
        lastN: 0,
        traits: {},
        marks: {},
        layerOn: 1,
        layerSees: 1,
        speed: speedSixteenths,
        description: "",
        portable: false,
        carried: [],
        errand: null,
      },
      at: { tile: this.#street(0, 0, this.map.width - 1, this.map.height - 1) },
    };
  }

  #sentOn(body: number): Input {
    const { width, height } = this.map;
    const here = this.state.bodyTable.tile[body]!;
    const column = here % width;
    const row = Math.floor(here / width);
    const left = Math.max(0, column - wayTiles);
    const top = Math.max(0, row - wayTiles);
    let to = here;
    while (to === here) to = this.#street(left, top, Math.min(width - 1, column + wayTiles), Math.min(height - 1, row + wayTiles));
    const intent = { kind: "walk", to: `@${to % width},${Math.floor(to / width)}` } as const;
    return { kind: "intent", body: idOf(body), epoch: 1, n: ++this.#numbers[body]!, intent };
  }

  /** A tile within those bounds that no house stands on. */
  #street(left: number, top: number, right: number, bottom: number): number {
    for (;;) {
      const x = left + Math.floor(this.#random() * (right - left + 1));
      const y = top + Math.floor(this.#random() * (bottom - top + 1));
      if (!this.map.blocked[y * this.map.width + x]) return y * this.map.width + x;
    }
  }
}

export function makeScene(size: SceneSize): Scene {
  const { bodies, ticks } = size;
  const all = bodies * (ticks + 1);
  const trace: Trace = { size, x: new Int32Array(all), y: new Int32Array(all), facing: new Uint8Array(all) };
  const walkers = new Walkers(size);
  for (let tick = 0; tick <= ticks; tick++) {
    if (tick > 0) walkers.step();
    const { x, y, facing } = walkers.state.bodyTable;
    trace.x.set(x.subarray(0, bodies), tick * bodies);
    trace.y.set(y.subarray(0, bodies), tick * bodies);
    trace.facing.set(facing.subarray(0, bodies), tick * bodies);
  }
  return withSight(trace);
}
