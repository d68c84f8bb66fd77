import type { Participant, Taken } from "../../packages/server/src/ticks/ticker.ts";
import type { World } from "../../packages/server/src/ticks/world.ts";
import type { Trace } from "./scene.ts";
import { Crowd } from "./walkers.ts";

const nobody = new Set<never>();
/** What is said of the beginning reaches the clients before it comes. */
const ticksAhead = 5;

/** Brings the crowd in with the first tick, and sends it on from the tick that it is told. It takes part in ticks before all others. */
export class Guide implements Participant {
  readonly #crowd: Crowd;
  readonly #scene: Trace;
  readonly #watch: (tick: number) => void;
  readonly #post: (input: ReturnType<Crowd["entering"]>[number]) => void;
  #tick = 0;
  #sendsFrom = Infinity;
  #isIn = false;

  /** `watch` is told as each tick begins which one of the scene it is. */
  constructor(world: World, scene: Trace, watch: (tick: number) => void) {
    const live = world.maps.get("town")!;
    this.#crowd = new Crowd(live.state, scene.size);
    this.#scene = scene;
    this.#watch = watch;
    this.#post = (input) => live.post(input);
  }

  /** Returns the tick that is tick 0 of the scene. */
  begin(): number {
    this.#sendsFrom = this.#tick + ticksAhead;
    return this.#first;
  }

  before(tick: number): object {
    this.#tick = tick;
    this.#watch(tick - this.#first);
    if (!this.#isIn) this.#crowd.entering().forEach(this.#post);
    else if (tick >= this.#sendsFrom) this.#crowd.sendingOn().forEach(this.#post);
    this.#isIn = true;
    return {};
  }

  after(): Taken {
    return { batch: {}, publish: () => {} };
  }

  /** The crowd itself listens to nothing; what a session of one of them is told is the session's matter. */
  wants(): ReadonlySet<never> {
    return nobody;
  }

  async settled(): Promise<void> {}

  get #first(): number {
    return this.#sendsFrom - 1 + this.#scene.warmTicks;
  }
}
