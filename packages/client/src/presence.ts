/**
 * One presence in a world, over as many connections as it takes.
 *
 * 1. At most one line is alive; what an older one still says is not heard (`Line` is silent once closed).
 * 2. An intent is sent only between `welcome` and the end of that line; before that it waits in the outbox.
 * 3. `closed` is final: no timer, no line and no waiting intent outlives it.
 */
import {
  type DoorSeen,
  ElsewhereError,
  FrameReader,
  type HostFrame,
  limits,
  type Percept,
  protocolVersion,
  type Seen,
} from "@elsewhere/protocol";
import { retryMs, usualBackoff } from "./backoff.ts";
import { Deadlines } from "./deadlines.ts";
import type { EnterOptions } from "./enter.ts";
import { readHostFrame } from "./frames.ts";
import { Line } from "./line.ts";
import { Listeners } from "./listeners.ts";
import { Me } from "./me.ts";
import { Model } from "./model.ts";
import { Outbox } from "./outbox.ts";
import type { ClosedReason, ConnectionState } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";
import type { World, WorldEvents } from "./world.ts";

type FrameOf<T extends HostFrame["type"]> = Extract<HostFrame, { type: T }>;

const endings: Readonly<Record<ClosedReason, () => ElsewhereError>> = {
  left: () => new ElsewhereError("away", "one has left the world"),
  withdrawn: () => new ElsewhereError("away", "the body was withdrawn from the world"),
  fenced: () => new ElsewhereError("fenced", "a newer connection has taken the body over"),
  refused: () => new ElsewhereError("forbidden", "the host refused the connection"),
  closed: () => new ElsewhereError("away", "the connection was closed"),
};

const interrupted = new ElsewhereError("interrupted", "another movement took the place of this walk");

export class Presence implements World {
  readonly me: Me;
  state: ConnectionState = { kind: "connecting", attempt: 1 };
  name = "";
  tickMs = 0;
  speed = 1;
  token: string | null;
  readonly observing: boolean;
  readonly #url: string;
  readonly #options: EnterOptions;
  readonly #surroundings: Surroundings;
  readonly #entered: (result: World | ElsewhereError) => void;
  readonly #listeners: Listeners<WorldEvents>;
  readonly #model = new Model();
  readonly #outbox = new Outbox();
  readonly #deadlines = new Deadlines();
  #line: Line | null = null;
  #reader = new FrameReader();
  #failures = 0;
  #welcomed = false;
  #viewed = false;
  #resyncing = false;
  #paused: string | null = null;
  #cancelRetry: () => void = () => {};
  #cancelWatch: () => void = () => {};

  /** `entered` is called at the first view, with this; or with an error if it ended before. It may be called again, to no effect. */
  constructor(url: string, options: EnterOptions, surroundings: Surroundings, entered: (result: World | ElsewhereError) => void) {
    this.#url = url;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#entered = entered;
    this.token = options.token ?? null;
    this.observing = options.observe !== undefined;
    this.#listeners = new Listeners(surroundings.onFault);
    this.me = new Me(
      (ticket, intent) => {
        const n = this.#outbox.add(ticket, intent);
        if (this.#welcomed) this.#line?.send(JSON.stringify({ type: "intent", n, intent }));
      },
      surroundings.onFault,
      (ms, wake) => this.#deadlines.add(this.now + ms, wake),
      () => this.#refusal(),
    );
  }

  get map(): string {
    return this.#model.map;
  }
  get bodies(): ReadonlyMap<number, Seen> {
    return this.#model.bodies;
  }
  get doors(): ReadonlyMap<string, DoorSeen> {
    return this.#model.doors;
  }
  get tick(): number {
    return this.#model.tick;
  }
  get now(): number {
    return this.#model.now;
  }

  on<K extends keyof WorldEvents>(kind: K, listener: (event: WorldEvents[K]) => unknown): () => void {
    return this.#listeners.on(kind, listener);
  }

  leave(): Promise<void> {
    return this.me.leave();
  }

  close(): void {
    this.#finish("closed", null);
  }

  connect(): void {
    this.#setState({ kind: "connecting", attempt: this.#failures + 1 });
    // A listener may have closed it just now.
    if (this.state.kind === "closed") return;
    try {
      this.#line = new Line(this.#url, this.#surroundings, {
        opened: () => this.#hello(),
        received: (data) => this.#received(data),
        lost: () => this.#retry(null),
      });
    } catch (cause) {
      const message = `no connection can be opened to ${this.#url} from here: ${String(cause)}`;
      this.#finish("refused", new ElsewhereError("unsupported", message, { field: "url" }, { cause }));
    }
  }

  #hello(): void {
    const { name, entry, observe } = this.#options;
    const token = this.token ?? undefined;
    const hello = { type: "hello", version: protocolVersion, token, name, entry, observe, frames: "binary" };
    this.#reader = new FrameReader();
    this.#line?.send(JSON.stringify(hello));
    this.#watch();
  }

  #received(data: string | Uint8Array): void {
    this.#watch();
    try {
      const frame = typeof data === "string" ? readHostFrame(data) : this.#reader.read(data);
      if (frame !== null) this.#take(frame);
      else if (typeof data !== "string") this.#resync();
    } catch (cause) {
      const error = new ElsewhereError("malformed", "the host sent a frame this client cannot read", { field: "frame" }, { cause });
      this.#retry(cause instanceof ElsewhereError ? cause : error);
    }
  }

  #take(frame: HostFrame): void {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "view":
        return this.#view(frame);
      case "tick":
        return this.#tick(frame);
      case "paused":
        this.#paused = frame.reason;
        return this.#showStanding();
      case "error":
        return this.#error(frame);
      case "bye":
        return this.#bye(frame);
      case "replaying":
        // Said of the past alone, to which this does not go.
        return;
    }
  }

  #welcome(frame: FrameOf<"welcome">): void {
    if (frame.version !== protocolVersion) {
      const message = `the host speaks protocol ${frame.version}, this client ${protocolVersion}: update the older of the two`;
      return this.#finish("refused", new ElsewhereError("unsupported", message, { field: "welcome.version" }));
    }
    this.me.id = frame.body;
    this.me.name = frame.name;
    this.name = frame.world;
    this.tickMs = frame.tickMs;
    this.speed = frame.speed;
    this.token = frame.token ?? this.token;
    this.#welcomed = true;
    const { taken, superseded, again } = this.#outbox.resume(frame.lastN);
    for (const { n, intent } of again) this.#line?.send(JSON.stringify({ type: "intent", n, intent }));
    for (const ticket of taken) this.me.perceive({ kind: "reply", n: ticket, ok: true, data: null });
    for (const ticket of superseded) this.me.perceive({ kind: "reply", n: ticket, ok: false, error: interrupted.toJSON() });
  }

  #view(frame: FrameOf<"view">): void {
    this.#model.replace(frame);
    this.#viewed = true;
    this.#resyncing = false;
    this.#failures = 0;
    this.#showStanding();
    this.#entered(this);
    this.#listeners.emit("view", this);
    this.#deadlines.reach(this.now);
  }

  #tick(frame: FrameOf<"tick">): void {
    if (!this.#viewed) return;
    if (!this.#model.apply(frame)) this.#resync();
    for (const percept of frame.percepts) {
      this.#perceive(percept);
      this.#listeners.emit("percept", percept);
    }
    this.#listeners.emit("tick", { tick: frame.tick, now: frame.now, moved: frame.moves.map(([id]) => id) });
    this.#deadlines.reach(this.now);
  }

  #perceive(percept: Percept): void {
    if (percept.kind !== "reply") return this.me.perceive(percept);
    const ticket = this.#outbox.answered(percept.n);
    if (ticket !== null) this.me.perceive({ ...percept, n: ticket });
  }

  #error({ n, error }: FrameOf<"error">): void {
    if (n === null) return this.#listeners.emit("error", ElsewhereError.from(error));
    this.#perceive({ kind: "reply", n, ok: false, error });
  }

  #bye({ reason, error: json }: FrameOf<"bye">): void {
    const error = json === null ? null : ElsewhereError.from(json);
    if (reason === "closing") return this.#retry(error);
    // The body went before its answer could: to have left is the answer.
    if (reason === "left") {
      for (const ticket of this.#outbox.ticketsOf("leave")) this.me.perceive({ kind: "reply", n: ticket, ok: true, data: null });
    }
    this.#finish(reason, error);
  }

  /** Asks for the whole view, once until it comes. */
  #resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    this.#line?.send(JSON.stringify({ type: "resync" }));
  }

  /** A host that has fallen silent is asked for a view; one that does not answer even that is given up. */
  #watch(probed = false): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#surroundings.after(limits.quietMsMax, () => {
      if (this.#paused !== null) return this.#watch();
      if (probed || !this.#viewed) return this.#retry(new ElsewhereError("away", "the host has fallen silent"));
      this.#line?.send(JSON.stringify({ type: "resync" }));
      this.#watch(true);
    });
  }

  #retry(error: ElsewhereError | null): void {
    if (this.state.kind === "closed") return;
    this.#hangUp();
    this.#failures += 1;
    const { backoff = usualBackoff } = this.#options;
    const waitMs = retryMs(this.#failures, backoff, () => this.#surroundings.random());
    this.#cancelRetry = this.#surroundings.after(waitMs, () => this.connect());
    this.#setState({ kind: "waiting", attempt: this.#failures, retryMs: waitMs, error });
  }

  #finish(reason: ClosedReason, error: ElsewhereError | null): void {
    if (this.state.kind === "closed") return;
    this.#hangUp();
    const ending = error ?? endings[reason]();
    this.#setState({ kind: "closed", reason, error });
    this.me.abandon(ending);
    this.#entered(ending);
  }

  #hangUp(): void {
    this.#cancelRetry();
    this.#cancelWatch();
    this.#line?.close();
    this.#line = null;
    this.#welcomed = false;
    this.#viewed = false;
    this.#resyncing = false;
    this.#paused = null;
  }

  #refusal(): ElsewhereError | null {
    if (this.state.kind === "closed") return this.state.error ?? endings[this.state.reason]();
    if (this.observing) return new ElsewhereError("forbidden", "who looks through another's eyes cannot act", { field: "intent" });
    if (this.#outbox.size < limits.unansweredIntentsMax) return null;
    const limit = limits.unansweredIntentsMax;
    return new ElsewhereError("limit", `more than ${limit} intents wait for an answer`, { field: "intent", limit });
  }

  #showStanding(): void {
    if (this.#paused !== null) this.#setState({ kind: "paused", reason: this.#paused });
    else if (this.#viewed) {
      if (this.state.kind !== "open") this.#setState({ kind: "open" });
    } else this.#setState({ kind: "connecting", attempt: this.#failures + 1 });
  }

  #setState(state: ConnectionState): void {
    this.state = state;
    this.#listeners.emit("state", state);
  }
}
