/** A crowd that never rests: whoever has come to where it went is sent on in the next tick. The same seed sends the same ways. */
import type { Input, StepResult, WorldMap } from "@elsewhere/world";
import { Atlas, MapState, step } from "@elsewhere/world";
import { luggageOf } from "../../packages/world/src/testing/stage.ts";
import { randomFrom } from "../../test/support/random.ts";
import { idOf, nameOf, type Scene, type SceneSize, type Trace } from "./scene.ts";
import { townOf } from "./town.ts";
import { withSight } from "./truth.ts";

const speedSixteenths = 6;
/** How far one is sent, in tiles: as far as to the next street or the one after. */
const wayTiles = 24;
/** Paths are found within a tick's budget: until the last has its first one, some stand. */
const ticksBeforeAllWalkMax = 200;

/** Asks a map, whoever steps it, to bring the crowd in and to send it on its ways. The map must be empty before. */
export class Crowd {
  readonly #map: WorldMap;
  readonly #state: MapState;
  readonly #size: SceneSize;
  readonly #random: () => number;
  readonly #waiting: Set<number>;

  constructor(state: MapState, size: SceneSize) {
    this.#map = state.map;
    this.#state = state;
    this.#size = size;
    this.#random = randomFrom(size.seed);
    this.#waiting = new Set(Array.from({ length: size.bodies }, (_, body) => body));
  }

  /** Slots are given out in the order of coming in, so the slot of a body is its number. */
  entering(): Input[] {
    return Array.from({ length: this.#size.bodies }, (_, body): Input => {
      const kind = body < this.#size.observers ? "person" : "program";
      const luggage = luggageOf(idOf(body), { who: `${kind}:${body}`, kind, name: nameOf(body), speed: speedSixteenths });
      return { kind: "enter", luggage, at: { tile: this.#street(0, 0, this.#map.width - 1, this.#map.height - 1) } };
    });
  }

  /** Whoever stands is sent on. */
  sendingOn(): Input[] {
    const { activity } = this.#state.bodyTable;
    const inputs: Input[] = [];
    for (let body = 0; body < this.#size.bodies; body++) if (activity[body] == null) inputs.push(this.#sentOn(body));
    return inputs;
  }

  /** To be asked after every step: whether by now everybody has had a way to go. From then on all of them move in every tick. */
  walks(): boolean {
    const { activity } = this.#state.bodyTable;
    for (const body of this.#waiting) if (activity[body]?.path != null) this.#waiting.delete(body);
    return this.#waiting.size === 0;
  }

  #sentOn(body: number): Input {
    const { width, height } = this.#map;
    const { tile, epoch, lastN } = this.#state.bodyTable;
    const here = tile[body]!;
    const column = here % width;
    const row = Math.floor(here / width);
    const [left, top] = [Math.max(0, column - wayTiles), Math.max(0, row - wayTiles)];
    let to = here;
    while (to === here) to = this.#street(left, top, Math.min(width - 1, column + wayTiles), Math.min(height - 1, row + wayTiles));
    const intent = { kind: "walk", to: `@${to % width},${Math.floor(to / width)}` } as const;
    return { kind: "intent", body: idOf(body), epoch: epoch[body]!, n: lastN[body]! + 1, intent };
  }

  /** A tile within those bounds that no house stands on. */
  #street(left: number, top: number, right: number, bottom: number): number {
    for (;;) {
      const x = left + Math.floor(this.#random() * (right - left + 1));
      const y = top + Math.floor(this.#random() * (bottom - top + 1));
      if (!this.#map.blocked[y * this.#map.width + x]) return y * this.#map.width + x;
    }
  }
}

/** The crowd on a kernel of its own. */
export class Walkers {
  readonly map: WorldMap;
  readonly state: MapState;
  /** How many ticks it took until everybody walked; from there on it goes. */
  readonly warmTicks: number;
  readonly #atlas: Atlas;
  readonly #crowd: Crowd;

  constructor(size: SceneSize) {
    this.map = townOf(size);
    this.state = MapState.fresh(this.map);
    this.#atlas = new Atlas([this.map]);
    this.#crowd = new Crowd(this.state, size);
    this.#step(this.#crowd.entering());
    let ticks = 0;
    do {
      if (++ticks > ticksBeforeAllWalkMax) throw new Error(`not everybody was on the way after ${ticksBeforeAllWalkMax} ticks`);
      this.step();
    } while (!this.#crowd.walks());
    this.warmTicks = ticks;
  }

  step(): StepResult {
    return this.#step(this.#crowd.sendingOn());
  }

  #step(inputs: readonly Input[]): StepResult {
    const result = step(this.map, this.state, inputs, this.#atlas);
    const refused = result.events.find((event) => event.kind === "refused");
    if (refused) throw new Error(`the kernel refused: ${refused.error.message}`);
    return result;
  }
}

export const makeScene = (size: SceneSize): Scene => withSight(makeTrace(size));

export function makeTrace(size: SceneSize): Trace {
  const { bodies, ticks } = size;
  const walkers = new Walkers(size);
  const all = bodies * (ticks + 1);
  const { warmTicks } = walkers;
  const trace: Trace = { size, warmTicks, x: new Int32Array(all), y: new Int32Array(all), facing: new Uint8Array(all) };
  for (let tick = 0; tick <= ticks; tick++) {
    if (tick > 0) walkers.step();
    const { x, y, facing } = walkers.state.bodyTable;
    trace.x.set(x.subarray(0, bodies), tick * bodies);
    trace.y.set(y.subarray(0, bodies), tick * bodies);
    trace.facing.set(facing.subarray(0, bodies), tick * bodies);
  }
  return trace;
}
