/** A host's end of film connections, and time that goes on when a test says so. */
import type { HostFrame, Seen } from "@elsewhere/protocol";
import type { Surroundings } from "../film.ts";

type Of<T extends HostFrame["type"]> = Extract<HostFrame, { readonly type: T }>;

export class Socket extends EventTarget {
  binaryType = "";
  readonly sent: Record<string, unknown>[] = [];
  open = true;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.open = false;
  }

  says(...frames: readonly HostFrame[]): void {
    for (const frame of frames) this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  /** Takes the connection and shows a first moment. */
  begins(...frames: readonly HostFrame[]): void {
    this.dispatchEvent(new Event("open"));
    this.says(welcome, ...frames);
  }

  breaks(): void {
    this.dispatchEvent(new Event("close"));
  }

  /** What was asked for since the hello. */
  get orders(): readonly Record<string, unknown>[] {
    return this.sent.flatMap(({ type, ...order }) => (type === "replay" ? [order] : []));
  }
}

export class Wire implements Surroundings {
  readonly sockets: Socket[] = [];
  readonly WebSocket: typeof globalThis.WebSocket;
  nowMs = 0;
  #timers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends Socket {
      constructor() {
        super();
        sockets.push(this);
      }
    } as unknown as typeof globalThis.WebSocket;
  }

  get last(): Socket {
    return this.sockets.at(-1)!;
  }

  random(): number {
    return 0;
  }

  readonly after = (ms: number, wake: () => void): (() => void) => {
    const timer = { at: this.nowMs + ms, wake };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  };

  goOn(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.nowMs = next.at;
      next.wake();
    }
    this.nowMs = end;
  }
}

const welcome: HostFrame = {
  type: "welcome",
  version: 2,
  world: "Harbour",
  body: 7,
  name: "Ada",
  epoch: 1,
  lastN: 0,
  tickMs: 100,
  speed: 60,
  token: null,
  observing: true,
};

export const standsAt = (now: number, more: Partial<Of<"replaying">> = {}): HostFrame => ({
  type: "replaying",
  tick: now / 6000,
  now,
  speed: 0,
  from: 0,
  to: 600_000,
  as: "person:ada",
  map: null,
  gone: null,
  found: null,
  ...more,
});

export const bodyAt = (id: number, name: string, x: number, y = 1): Seen => ({
  id,
  name,
  kind: "program",
  x,
  y,
  facing: "south",
  posture: "awake",
  traits: {},
  marks: {},
  carries: [],
});

export const viewOf = (map: string, now: number, bodies: readonly Seen[]): HostFrame => ({
  type: "view",
  seq: 1,
  map,
  tick: now / 6000,
  now,
  sight: 16,
  bodies,
  doors: [],
});

export const tickOf = (now: number, more: Partial<Of<"tick">> = {}): HostFrame => ({
  type: "tick",
  seq: 2,
  tick: now / 6000,
  now,
  moves: [],
  percepts: [],
  ...more,
});
