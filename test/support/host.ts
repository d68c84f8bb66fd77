import { randomBytes } from "node:crypto";
import type { HostFrame, Percept } from "@elsewhere/protocol";
import type { Bearer, Connection, ConnectionEvents } from "../../packages/server/src/gateways/contract.ts";
import { type Host, type HostOptions, startHost } from "../../packages/server/src/host.ts";
import type { ProgramPool } from "../../packages/server/src/programs/contract.ts";
import type { Storage } from "../../packages/server/src/storage/contract.ts";
import { ManualTime } from "./manual-time.ts";
import { loadYard } from "./yard.ts";

/** A pool for worlds without programs. */
export const noPool: ProgramPool = {
  base: "",
  add: () => {},
  remove: () => {},
  run: () => Promise.reject(new Error("there are no programs here")),
  image: () => Promise.resolve(null),
  portable: () => Promise.resolve(null),
  knows: () => false,
  prepareTrial: () => {},
  tryOut: () => Promise.reject(new Error("there are no programs here")),
  adopt: () => {
    throw new Error("there are no programs here");
  },
  ground: () => null,
  residence: () => "stored",
  figures: { live: 0, parked: 0, parkedBytes: 0, workersLost: 0 },
  close: () => Promise.resolve(),
};

/** The real host over the yard, without programs, in time that passes by hand. Tokens are readable: `person:NAME` or `operator`. */
export class TestHost {
  readonly time = new ManualTime();
  readonly said: string[] = [];
  readonly failures: unknown[] = [];
  host!: Host;

  static async open(storage: Storage, changes: Partial<HostOptions> = {}): Promise<TestHost> {
    const test = new TestHost();
    test.host = await startHost({
      loaded: await loadYard(),
      storage,
      pool: noPool,
      time: test.time,
      identity: {
        verify: async (token) => bearerOf(token),
        newGuest: async (name) => ({ who: `person:guest-${name}`, token: `person:guest-${name}` }),
      },
      guestAllowed: ({ loopback }) => loopback,
      tickMs: 100,
      lockstep: false,
      pace: 1,
      seed: null,
      usage: () => ({ rssBytes: 0, cpuSeconds: 0 }),
      placeKeys: [],
      randomBytes,
      readImage: async () => null,
      say: (line) => test.said.push(line),
      failed: (error) => test.failures.push(error),
      ...changes,
    });
    return test;
  }

  /** One tick, its commit and its publication. */
  async tick(times = 1): Promise<void> {
    for (let i = 0; i < times; i++) await this.time.pass(100);
  }

  connect(loopback = true): Peer {
    return new Peer(this.host, loopback);
  }

  /** A person who has come in. */
  async enter(name: string): Promise<Peer> {
    const peer = this.connect();
    peer.send({ type: "hello", version: 2, token: `person:${name}` });
    await this.tick();
    await this.tick();
    return peer;
  }
}

function bearerOf(token: string): Bearer {
  if (token === "operator") return { role: "operator" };
  return { role: "person", who: token, name: token.replace(/^person:(guest-)?/, "") };
}

/** The far end of one connection. */
export class Peer {
  readonly frames: HostFrame[] = [];
  /** Views and ticks, where it asked for the binary form. */
  readonly bytes: Uint8Array[] = [];
  open = true;
  bufferedBytes = 0;
  readonly #events: ConnectionEvents;
  #n = 0;

  constructor(host: Host, loopback: boolean) {
    const peer = this;
    const connection: Connection = {
      loopback,
      get bufferedBytes() {
        return peer.bufferedBytes;
      },
      // As the wire carries it, and in a third of the time that a clone takes.
      send: (frame) => void peer.frames.push(JSON.parse(JSON.stringify(frame)) as HostFrame),
      sendBytes: (bytes) => void peer.bytes.push(bytes),
      close: () => {
        if (!peer.open) return;
        peer.open = false;
        peer.#events.closed();
      },
    };
    this.#events = host.door.connect(connection);
  }

  send(frame: object): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string): void {
    if (this.open) this.#events.received(text);
  }

  /** Sends an intent and tells its number. */
  act(intent: object): number {
    this.send({ type: "intent", n: ++this.#n, intent });
    return this.#n;
  }

  /** The line is cut. */
  lose(): void {
    if (!this.open) return;
    this.open = false;
    this.#events.closed();
  }

  of<T extends HostFrame["type"]>(type: T): (HostFrame & { type: T })[] {
    return this.frames.filter((frame): frame is HostFrame & { type: T } => frame.type === type);
  }

  last<T extends HostFrame["type"]>(type: T): (HostFrame & { type: T }) | undefined {
    return this.of(type).at(-1);
  }

  percepts(): Percept[] {
    return this.of("tick").flatMap(({ percepts }) => [...percepts]);
  }

  reply(n: number): (Percept & { kind: "reply" }) | undefined {
    return this.percepts().find((percept): percept is Percept & { kind: "reply" } => percept.kind === "reply" && percept.n === n);
  }
}
