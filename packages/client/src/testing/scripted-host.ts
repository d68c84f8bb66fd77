import type { ClientFrame, HostFrame, Percept, Seen } from "@elsewhere/protocol";

/** The host's end of one connection in a test. Everything happens at once, in the order written. */
export class ScriptedSocket extends EventTarget {
  readonly url: string;
  readonly frames: ClientFrame[] = [];
  over = false;

  constructor(url: string) {
    super();
    this.url = url;
  }

  /** The client's side of it. */
  send(text: string): void {
    this.frames.push(JSON.parse(text) as ClientFrame);
  }
  close(): void {
    this.over = true;
  }

  /** The host's side of it. */
  accept(): void {
    this.dispatchEvent(new Event("open"));
  }
  say(frame: HostFrame): void {
    this.sayText(JSON.stringify(frame));
  }
  sayText(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  sayBytes(bytes: Uint8Array): void {
    this.dispatchEvent(new MessageEvent("message", { data: bytes.slice().buffer }));
  }
  drop(): void {
    this.over = true;
    this.dispatchEvent(new Event("error"));
    this.dispatchEvent(new Event("close"));
  }

  get intents(): readonly { readonly n: number; readonly intent: unknown }[] {
    return this.frames.filter((frame) => frame.type === "intent").map(({ n, intent }) => ({ n, intent }));
  }
  countOf(type: ClientFrame["type"]): number {
    return this.frames.filter((frame) => frame.type === type).length;
  }
}

/** A host that says what the test makes it say, and the time that passes as the test lets it. */
export class ScriptedHost {
  readonly sockets: ScriptedSocket[] = [];
  readonly faults: unknown[] = [];
  readonly #timers = new Map<object, { readonly atMs: number; readonly wake: () => void }>();
  #nowMs = 0;

  /** What `enter` is given to live in. */
  get options() {
    const { sockets } = this;
    const Socket = class extends ScriptedSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    };
    return {
      url: "http://host.test:7070",
      WebSocket: Socket as unknown as typeof WebSocket,
      random: () => 0.5,
      onFault: (error: unknown) => void this.faults.push(error),
      after: (ms: number, wake: () => void) => {
        const timer = {};
        this.#timers.set(timer, { atMs: this.#nowMs + ms, wake });
        return () => void this.#timers.delete(timer);
      },
    };
  }

  get last(): ScriptedSocket {
    return this.sockets.at(-1)!;
  }
  get timersLeft(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#timers].filter(([, { atMs }]) => atMs <= untilMs).toSorted(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#nowMs = next[1].atMs;
      next[1].wake();
    }
    this.#nowMs = untilMs;
  }

  /** Accepts the newest connection and shows it the world. */
  letIn(lastN = 0, bodies: readonly Seen[] = [seen(7, "Ada")]): void {
    this.last.accept();
    this.last.say(welcome({ lastN }));
    this.last.say(view({ bodies }));
  }
}

export const seen = (id: number, name: string, x = 1, y = 1): Seen => ({
  id,
  name,
  kind: "person",
  x,
  y,
  facing: "south",
  posture: "awake",
  traits: {},
  marks: {},
  carries: [],
});

type Frame<T extends HostFrame["type"]> = Extract<HostFrame, { type: T }>;

export const welcome = (given: Partial<Frame<"welcome">> = {}): Frame<"welcome"> => ({
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
  observing: false,
  ...given,
});

export const view = (given: Partial<Frame<"view">> = {}): Frame<"view"> => ({
  type: "view",
  seq: 1,
  map: "harbour",
  tick: 10,
  now: 1_000_000,
  sight: 16,
  bodies: [seen(7, "Ada")],
  doors: [],
  ...given,
});

export const tick = (percepts: readonly Percept[], moves: Frame<"tick">["moves"] = []): Frame<"tick"> => ({
  type: "tick",
  seq: 2,
  tick: 11,
  now: 1_006_000,
  moves,
  percepts,
});

export const done = (n: number): Percept => ({ kind: "reply", n, ok: true, data: null });

/** What a promise has come to by now: its value, its error's code, or that it still waits. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: { code?: string }) => ({ error: error.code }),
  );
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  return Promise.race([settled, Promise.resolve("waits")]);
}
