import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProgramDetail, ProgramInfo } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";
import type { Connection, ConnectionEvents, HostView, SessionDoor } from "../contract.ts";
import type { GatewayTime } from "../time.ts";

/** Time that passes when the test says so. */
export class FakeTime implements GatewayTime {
  readonly #timers = new Map<object, { readonly atMs: number; readonly wake: () => void }>();
  #nowMs = 0;

  monotonicMs(): number {
    return this.#nowMs;
  }
  after(ms: number, wake: () => void): () => void {
    const timer = {};
    this.#timers.set(timer, { atMs: this.#nowMs + ms, wake });
    return () => void this.#timers.delete(timer);
  }
  get timersLeft(): number {
    return this.#timers.size;
  }
  pass(ms: number): void {
    this.#nowMs += ms;
    for (const [timer, { atMs, wake }] of this.#timers) {
      if (atMs <= this.#nowMs && this.#timers.delete(timer)) wake();
    }
  }
}

/** One connection as a door saw it. */
export interface Met {
  readonly connection: Connection;
  readonly received: string[];
  closed: number;
}

/** A door that notes what it is told; `expect` waits for what a test needs to have happened. */
export class FakeDoor implements SessionDoor {
  readonly met: Met[] = [];
  onReceived: (text: string, met: Met) => void = () => {};
  readonly #watchers = new Set<() => void>();

  connect(connection: Connection): ConnectionEvents {
    const met: Met = { connection, received: [], closed: 0 };
    this.met.push(met);
    this.#told();
    return {
      received: (text) => {
        met.received.push(text);
        this.onReceived(text, met);
        this.#told();
      },
      closed: () => {
        met.closed += 1;
        this.#told();
      },
    };
  }

  /** Resolves as soon as `condition` holds. */
  expect(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  #told(): void {
    for (const look of this.#watchers) look();
  }
}

export const drawing: MapDrawing = {
  name: "harbour",
  title: "The harbour",
  description: "",
  copyright: [],
  width: 2,
  height: 2,
  tile: { width: 32, height: 32 },
  backgroundColor: null,
  layers: [],
  tilesets: [],
  blocked: "AAAAAA==",
  places: [],
  entries: [],
  exits: [],
  worldExits: [],
};

/** Ada holds a hidden room. */
export const adasDrawing: MapDrawing = {
  ...drawing,
  places: [{ name: "vault", description: "", room: true, x: 1, y: 1, width: 1, height: 1 }],
};

export const bakerInfo: ProgramInfo = {
  program: "baker",
  name: "Baker",
  owner: "world",
  parent: null,
  body: 3,
  map: "harbour",
  x: 1,
  y: 1,
  status: "running",
  next: null,
  reason: null,
  residence: "live",
  turns: 12,
  faults: 1,
  heapBytes: 20_000,
  turnMs: 0.4,
  totalMs: 5.5,
  wakesPerMinute: 2,
  mailbox: 0,
  wakeAt: null,
};

export const bakerDetail: ProgramDetail = {
  info: bakerInfo,
  quota: {
    turnsPerSecond: 20,
    msPerSecond: 200,
    heapBytes: 2_097_152,
    mailboxItems: 256,
    intentsPerTurn: 32,
    speechPerMinute: 120,
    logBytesPerMinute: 65_536,
    programs: 1,
  },
  spawns: [],
  images: [{ turn: 10, hash: "a".repeat(64), bytes: 512 }],
  log: [{ now: 1_000_000, level: "log", text: "kneading" }],
};

/** A host that shows little, and remembers for Ada alone. */
export function fakeView(more: Partial<HostView> = {}): HostView {
  const heard = { kind: "heard", from: { id: 3, name: "Baker" }, how: "say", text: "Two pence." };
  return {
    health: () => ({ status: "ok", tick: 40, tickLagMs: 5, maps: 2, programs: 30, seq: 99 }),
    world: () => ({ name: "Harbour", description: "", maps: [], guests: true, tickMs: 100, speed: 60, now: 1_000_000 }),
    drawing: (map) => (map === "harbour" ? drawing : null),
    drawingFor: async (map, who) => (map !== "harbour" ? null : who === "person:ada" ? adasDrawing : drawing),
    tilesetImage: async (map, index) =>
      map === "harbour" && index < 2 ? { bytes: Uint8Array.of(1, 2, 3), type: index === 0 ? "image/png" : "text/html" } : null,
    programs: async ({ offset }) => ({ total: 1, offset, programs: offset === 0 ? [bakerInfo] : [] }),
    program: async (program) => (program === "baker" ? bakerDetail : null),
    command: async () => {},
    past: {
      timeline: async () => ({ fromTick: 0, toTick: 40, from: 0, to: 1_000_000, days: [{ tick: 0, now: 0 }] }),
      density: async (whose, from, to, bins) => {
        const none = Array.from({ length: bins }, () => 0);
        return {
          from: from ?? 0,
          to: to ?? 1_000_000,
          speech: none.with(0, whose === null ? 9 : 1),
          doings: none,
          comings: none,
          more: false,
        };
      },
      search: async (whose, text, before, itemsMax) => ({
        found: [{ tick: 7, now: 700, map: whose, name: String(before), how: "say", text: `${text} ${itemsMax}` }],
        before: null,
      }),
    },
    memory: async (who, afterSeq) =>
      who === "person:ada" && afterSeq < 7 ? [{ seq: 7, now: 1_000_000, json: JSON.stringify(heard) }] : [],
    stats: () => ({
      tick: 40,
      ticksPerSecond: 10,
      tickMsP50: 2,
      tickMsP99: 9,
      tickLagMs: 5,
      commitMsP50: 1,
      commitMsP99: 4,
      bodies: 31,
      sessions: 1,
      programs: 30,
      programsLive: 8,
      programsParked: 20,
      parkedBytes: 64_000,
      workersLost: 2,
      turns: 1200,
      faults: 3,
      rssBytes: 1_000_000,
      cpuSeconds: 2.5,
    }),
    ...more,
  };
}

/** Listens on any free port of this machine; `open` is its address without a scheme. */
export async function listenLocally(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
