/**
 * The real host that shows the scene: real storage, the real gateway, everything recorded and committed. `our-server.ts SCENE DATA`.
 * Only who sends the crowd on its ways sits inside the process; it stands still until it is told to begin.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebSocketGateway } from "../../packages/server/src/gateways/websocket/gateway.ts";
import { startHost } from "../../packages/server/src/host.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import type { RealTime } from "../../packages/server/src/ticks/clock.ts";
import type { Participant, Taken } from "../../packages/server/src/ticks/ticker.ts";
import type { World } from "../../packages/server/src/ticks/world.ts";
import { worldOfMap } from "../../packages/server/src/worlds/load.ts";
import { noPool } from "../../test/support/host.ts";
import { fromParent, tellParent } from "./children.ts";
import { measuredFrom, Meter, tickMs } from "./load.ts";
import { loadScene } from "./scene.ts";
import { townOf } from "./town.ts";
import { Crowd } from "./walkers.ts";

const scene = await loadScene(process.argv[2]!);
const nobody = new Set<never>();
/** What is said of the beginning reaches the clients before it comes. */
const ticksAhead = 10;

/** Brings the crowd in with the first tick, and sends it on from the tick that it is told. */
class Guide implements Participant {
  readonly #crowd: Crowd;
  readonly #meter = new Meter();
  #tick = 0;
  #sendsFrom = Infinity;
  #isIn = false;
  readonly #post: (input: ReturnType<Crowd["entering"]>[number]) => void;

  constructor(world: World) {
    const live = world.maps.get("town")!;
    this.#crowd = new Crowd(live.state, scene.size);
    this.#post = (input) => live.post(input);
  }

  /** Returns the tick that is tick 0 of the scene. */
  begin(): number {
    this.#sendsFrom = this.#tick + ticksAhead;
    return this.#sendsFrom - 1 + scene.warmTicks;
  }

  before(tick: number): object {
    this.#tick = tick;
    this.#measure(tick - (this.#sendsFrom - 1 + scene.warmTicks));
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

  #measure(tick: number): void {
    const { ticks } = scene.size;
    const from = measuredFrom(ticks);
    if (tick === from) this.#meter.begin();
    if (tick === ticks) tellParent(this.#meter.per(ticks - from));
  }
}

const time: RealTime = {
  monotonicMs: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
  soon: (wake) => void setImmediate(wake),
};
const fail = (error: unknown): void => {
  throw error;
};

const map = townOf(scene.size);
let guide: Guide | null = null;
const host = await startHost({
  loaded: worldOfMap("", { maps: [map], drawings: new Map(), images: new Map(), notes: [] }),
  storage: await openSqlite(process.argv[3]!),
  pool: noPool,
  time,
  identity: {
    verify: async (token) => ({ role: "person", who: token, name: token }),
    newGuest: () => Promise.reject(new Error("there are no guests")),
  },
  guestAllowed: null,
  tickMs,
  lockstep: false,
  pace: 1,
  seed: scene.size.seed,
  usage: () => ({ rssBytes: 0, cpuSeconds: 0 }),
  readImage: async () => null,
  crowd: (world) => (guide = new Guide(world)),
  say: (line) => void process.stderr.write(`${line}\n`),
  failed: fail,
});
const server = createServer();
createWebSocketGateway({ door: host.door, time, onFault: fail }).attach(server);
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
fromParent(() => tellParent({ kind: "begun", tick: guide!.begin() }));
tellParent({ kind: "ready", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
