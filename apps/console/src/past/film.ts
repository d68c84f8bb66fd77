/**
 * The past as it comes over a connection of its own: one viewpoint, at some moment, standing still or going on.
 *
 * 1. What is shown is always one whole moment: a view replaces everything, and where somebody is gone nothing is shown.
 * 2. A lost connection is made again at the moment that was shown or asked for last, at the speed it had.
 * 3. `over` is final: no timer and no connection outlives it.
 */
import type { ConnectionState } from "@elsewhere/client";
import {
  type DoorSeen,
  ElsewhereError,
  FrameReader,
  type HostFrame,
  limits,
  type Percept,
  protocolVersion,
  type ReplayOrder,
  type Seen,
} from "@elsewhere/protocol";
import { Listeners } from "./listeners.ts";
import { type After, Orders } from "./orders.ts";
import { Picture } from "./picture.ts";

type Of<T extends HostFrame["type"]> = Extract<HostFrame, { readonly type: T }>;
export type Standing = Of<"replaying">;

/** From where the past is looked at. `body` and `name` are whose eyes these are. */
export type Viewpoint =
  /** A person's own past. */
  | { readonly kind: "own"; readonly body: number; readonly name: string }
  /** An operator: all of a map. */
  | { readonly kind: "map"; readonly map: string }
  /** An operator: what that one perceived; `who` is `program:ID`, `person:ID` or a name. */
  | { readonly kind: "as"; readonly who: string; readonly body: number; readonly name: string };

export interface FilmOptions {
  /** Address of the host's socket. */
  readonly url: string;
  readonly token: string;
  readonly viewpoint: Viewpoint;
  /** World time to begin at, ms since 1970; null is the newest moment. */
  readonly at: number | null;
  /** World time to show until the first frame is here. */
  readonly now: number;
}

/** What a film takes from where it runs. */
export interface Surroundings {
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly after: After;
  /** From 0 up to 1. */
  random(): number;
}

export interface FilmEvents {
  /** All that is shown was replaced. */
  readonly view: unknown;
  readonly tick: { readonly tick: number; readonly now: number; readonly moved: readonly number[] };
  readonly percept: Percept;
  readonly state: ConnectionState;
  /** What is shown from here on does not follow from what was shown before. */
  readonly leap: unknown;
  readonly standing: Standing;
  /** An order could not be done; everything stays as it was. */
  readonly refused: ElsewhereError;
}

/** Frames farther apart than this are shown as they come: nobody glides for longer. */
const glideMsMax = 1000;
/** What is faster than the world was comes about so often. */
const fastFrameMs = 100;
/** Steps of up to so many ticks are shown tick by tick; of longer ones only the end is. */
const ticksShownEach = 10;

export class Film {
  readonly observing = true;
  readonly token: string;
  readonly me: { readonly id: number; readonly name: string };
  state: ConnectionState = { kind: "connecting", attempt: 1 };
  /** What the host said last of where it stands; null before it has said anything. */
  standing: Standing | null = null;
  readonly #options: FilmOptions;
  readonly #surroundings: Surroundings;
  readonly #listeners = new Listeners<FilmEvents>();
  readonly #picture: Picture;
  readonly #orders: Orders;
  #viewpoint: Viewpoint;
  #socket: WebSocket | null = null;
  #reader = new FrameReader();
  /** Where and how fast to begin again. */
  #at: number | null;
  #speed = 0;
  #leaping = true;
  #resyncing = false;
  #failures = 0;
  #worldTickMs = 100;
  #cancelRetry: () => void = () => {};
  #cancelWatch: () => void = () => {};

  constructor(options: FilmOptions, surroundings: Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.token = options.token;
    this.#viewpoint = options.viewpoint;
    this.#at = options.at;
    this.#picture = new Picture(options.now);
    const { viewpoint } = options;
    this.me = viewpoint.kind === "map" ? { id: 0, name: "" } : { id: viewpoint.body, name: viewpoint.name };
    this.#orders = new Orders((order) => this.#give(order), surroundings.after);
    this.#connect();
  }

  get viewpoint(): Viewpoint {
    return this.#viewpoint;
  }
  get map(): string {
    return this.#picture.map;
  }
  get bodies(): ReadonlyMap<number, Seen> {
    return this.#picture.bodies;
  }
  get doors(): ReadonlyMap<string, DoorSeen> {
    return this.#picture.doors;
  }
  get tick(): number {
    return this.#picture.tick;
  }
  get now(): number {
    return this.#picture.now;
  }
  /** Real milliseconds from one frame to the next: so long bodies glide. */
  get tickMs(): number {
    if (this.#leaping) return 1;
    const speed = Math.abs(this.standing?.speed ?? 0);
    if (speed === 0) return this.#worldTickMs;
    return speed > 1 ? fastFrameMs : Math.min(glideMsMax, this.#worldTickMs / speed);
  }

  on<K extends keyof FilmEvents>(kind: K, listener: (event: FilmEvents[K]) => void): () => void {
    return this.#listeners.on(kind, listener);
  }

  /** Has it go somewhere else, or on at another speed. What comes faster than ten times a second is joined. */
  order(order: ReplayOrder): void {
    if (this.state.kind === "closed") return;
    if (order.speed !== undefined) this.#speed = order.speed;
    // Both end standing still.
    if (order.step !== undefined || order.next !== undefined) this.#speed = 0;
    if (order.map !== undefined) this.#viewpoint = { kind: "map", map: order.map };
    this.#orders.put(order);
  }

  close(): void {
    this.#finish("closed", null);
  }

  #connect(): void {
    this.#reader = new FrameReader();
    this.#leaping = true;
    const socket = new this.#surroundings.WebSocket(this.#options.url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => socket === this.#socket && this.#hello(socket));
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#received(data));
    socket.addEventListener("close", () => socket === this.#socket && this.#retry(null));
    // `close` follows every error.
    socket.addEventListener("error", () => {});
    this.#watch();
  }

  #hello(socket: WebSocket): void {
    const viewpoint = this.#viewpoint;
    const replay = {
      ...(viewpoint.kind === "map" ? { map: viewpoint.map } : {}),
      ...(viewpoint.kind === "as" ? { as: viewpoint.who } : {}),
      ...(this.#at === null ? {} : { at: this.#at }),
    };
    socket.send(JSON.stringify({ type: "hello", version: protocolVersion, token: this.token, frames: "binary", replay }));
  }

  #give(order: ReplayOrder): void {
    if (order.at !== undefined) this.#at = order.at;
    const { at, next, map, step = 1 } = order;
    this.#leaping ||= at !== undefined || next !== undefined || map !== undefined || step < 0 || step > ticksShownEach;
    this.#send({ type: "replay", ...order });
    // What is looked for may lie at the other end of a long record.
    if (next === undefined) this.#watch();
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #received(data: unknown): void {
    this.#cancelWatch();
    try {
      const frame = typeof data === "string" ? parse(data) : this.#reader.read(new Uint8Array(data as ArrayBuffer));
      if (frame !== null) this.#take(frame);
      else if (typeof data !== "string") this.#resync();
    } catch (cause) {
      const error = new ElsewhereError("malformed", "the host sent a frame this page cannot read: load the page anew", {}, { cause });
      this.#retry(cause instanceof ElsewhereError ? cause : error);
    }
  }

  #take(frame: HostFrame): void {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "replaying":
        return this.#stand(frame);
      case "view":
        return this.#view(frame);
      case "tick":
        return this.#tick(frame);
      case "error":
        return this.#listeners.emit("refused", ElsewhereError.from(frame.error));
      case "bye":
        return this.#bye(frame);
      case "paused":
      // The present holds its breath; the past does not care.
    }
  }

  #welcome({ version, tickMs }: Of<"welcome">): void {
    if (version !== protocolVersion) {
      const message = `the host speaks protocol ${version}, this page ${protocolVersion}: load the page anew`;
      return this.#finish("refused", new ElsewhereError("unsupported", message, { field: "welcome.version" }));
    }
    this.#worldTickMs = tickMs;
    if (this.#speed !== 0) this.#orders.put({ speed: this.#speed });
    this.#orders.release();
  }

  #stand(standing: Standing): void {
    this.standing = standing;
    // Who looks at all of a map is taken to another one by what was looked for.
    if (standing.map !== null) this.#viewpoint = { kind: "map", map: standing.map };
    this.#failures = 0;
    this.#at = standing.now;
    this.#speed = standing.speed;
    this.#setOpen();
    if (standing.gone !== null) {
      this.#picture.clear();
      this.#picture.now = standing.now;
      this.#picture.tick = standing.tick;
      this.#listeners.emit("view", null);
    }
    this.#listeners.emit("standing", standing);
  }

  #view(frame: Of<"view">): void {
    this.#resyncing = false;
    // Standing still nothing is replaced but by another moment.
    this.#leaping ||= (this.standing?.speed ?? 0) === 0;
    if (this.#leaping) this.#listeners.emit("leap", null);
    this.#picture.show(frame);
    this.#at = frame.now;
    this.#listeners.emit("view", null);
    this.#leaping = false;
  }

  #tick(frame: Of<"tick">): void {
    if (!this.#picture.apply(frame)) this.#resync();
    this.#at = frame.now;
    for (const percept of frame.percepts) this.#listeners.emit("percept", percept);
    this.#listeners.emit("tick", { tick: frame.tick, now: frame.now, moved: frame.moves.map(([id]) => id) });
  }

  #bye({ reason, error: json }: Of<"bye">): void {
    const error = json === null ? null : ElsewhereError.from(json);
    if (reason === "closing") return this.#retry(error);
    this.#finish("refused", error);
  }

  #resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    this.#send({ type: "resync" });
  }

  /** An order has to be answered, and so has coming in. */
  #watch(): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#surroundings.after(limits.quietMsMax, () => {
      this.#retry(new ElsewhereError("away", "the host has fallen silent"));
    });
  }

  #retry(error: ElsewhereError | null): void {
    if (this.state.kind === "closed") return;
    this.#hangUp();
    this.#failures += 1;
    const longest = Math.min(limits.retryMsMax, limits.retryMsFirst * 2 ** Math.min(this.#failures - 1, 10));
    const retryMs = Math.round(longest * (0.5 + this.#surroundings.random() / 2));
    this.#cancelRetry = this.#surroundings.after(retryMs, () => {
      this.#connect();
      this.#setState({ kind: "connecting", attempt: this.#failures + 1 });
    });
    this.#setState({ kind: "waiting", attempt: this.#failures, retryMs, error });
  }

  #finish(reason: "closed" | "refused", error: ElsewhereError | null): void {
    if (this.state.kind === "closed") return;
    this.#hangUp();
    this.#orders.clear();
    this.#setState({ kind: "closed", reason, error });
  }

  #hangUp(): void {
    this.#cancelRetry();
    this.#cancelWatch();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#orders.hold();
    this.#resyncing = false;
  }

  #setOpen(): void {
    if (this.state.kind !== "open") this.#setState({ kind: "open" });
  }

  #setState(state: ConnectionState): void {
    this.state = state;
    this.#listeners.emit("state", state);
  }
}

const known: ReadonlySet<string> = new Set<HostFrame["type"]>(["welcome", "replaying", "view", "tick", "paused", "error", "bye"]);

/** Null for a frame of a type that is not known here. Throws `malformed` by way of what JSON throws. */
function parse(text: string): HostFrame | null {
  const value = JSON.parse(text) as { readonly type?: unknown } | null;
  return typeof value?.type === "string" && known.has(value.type) ? (value as HostFrame) : null;
}
