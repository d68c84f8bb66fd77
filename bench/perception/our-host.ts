/** The real host that shows the scene: real storage, the real gateway, everything recorded and committed. */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { ListenOptions } from "node:net";
import type { Connection, ConnectionEvents, SessionDoor } from "../../packages/server/src/gateways/contract.ts";
import { createWebSocketGateway } from "../../packages/server/src/gateways/websocket/gateway.ts";
import { startHost } from "../../packages/server/src/host.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import type { RealTime } from "../../packages/server/src/ticks/clock.ts";
import { worldOfMap } from "../../packages/server/src/worlds/load.ts";
import { noPool } from "../../test/support/host.ts";
import { Guide } from "./guide.ts";
import { tickMs } from "./load.ts";
import type { Trace } from "./scene.ts";
import { townOf } from "./town.ts";

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

export interface OurHost {
  readonly guide: Guide;
  readonly door: SessionDoor;
  /** Those that are open. */
  readonly connections: ReadonlySet<Connection>;
}

interface Watching {
  /** As each tick begins, which one of the scene it is; -Infinity before the scene has begun. */
  readonly tick: (tick: number) => void;
  readonly lost?: () => void;
}

/** Only who sends the crowd on its ways sits inside the process; it stands still until the guide is told to begin. */
export async function hostScene(scene: Trace, data: string, { tick, lost }: Watching): Promise<OurHost> {
  let guide: Guide | null = null;
  const host = await startHost({
    loaded: worldOfMap("", { maps: [townOf(scene.size)], drawings: new Map(), images: new Map(), notes: [] }),
    storage: await openSqlite(data),
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
    placeKeys: [],
    randomBytes,
    readImage: async () => null,
    crowd: (world) => (guide = new Guide(world, scene, tick)),
    say: (line) => void process.stderr.write(`${line}\n`),
    failed: fail,
  });
  const connections = new Set<Connection>();
  const connect = (connection: Connection): ConnectionEvents => {
    connections.add(connection);
    const { received, closed } = host.door.connect(connection);
    const gone = (): void => {
      connections.delete(connection);
      closed();
      lost?.();
    };
    return { received, closed: gone };
  };
  return { guide: guide!, door: { connect }, connections };
}

/** Takes connections through the real gateway; returns where. */
export async function listen(door: SessionDoor, where: ListenOptions): Promise<ReturnType<Server["address"]>> {
  const server = createServer();
  createWebSocketGateway({ door, time, onFault: fail }).attach(server);
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server.address();
}
