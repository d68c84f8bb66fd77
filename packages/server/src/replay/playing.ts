import { ElsewhereError, type ErrorJson, limits, type ReplayOrder } from "@elsewhere/protocol";
import { operatorsLook } from "../sessions/hellos.ts";
import type { RealTime } from "../ticks/clock.ts";
import type { Playing, Screen, Viewing } from "./contract.ts";
import type { FromWorker, Task } from "./messages.ts";
import type { Standing } from "./replay.ts";

/** Frames go out so often. */
const frameMs = 100;
/** A timer may wake so much too soon. */
const earlyMs = 10;
const tellMs = 1_000;
/** Of the time that passes while a worker is busy no more than this is made up for. */
const lateMsMax = 200;
const ordersWaitingMax = 32;

export interface PlayOptions {
  readonly viewing: Viewing;
  readonly screen: Screen;
  readonly time: RealTime;
  /** Real ms a tick takes at the speed 1, and world ms that then pass in each of them. */
  readonly pace: { readonly tickMs: number; readonly speed: number };
  /** Has a worker do something; answered by `shown`, `refused` or `failed`. */
  readonly ask: (task: Task) => void;
  /** Ends a search that is under way. */
  readonly interrupt: () => void;
  readonly closed: () => void;
}

/** One replay as the main thread has it: at its pace it asks for the next frames, one request at a time, and sends them. */
export class Play implements Playing {
  readonly #options: PlayOptions;
  #speed = 0;
  readonly #orders: (ReplayOrder | "again")[] = [];
  /** What the worker is doing for it. */
  #asked: Task["kind"] | null = "open";
  /** Ticks due, with the fraction that is left over. */
  #owed = 0;
  #sinceMs: number;
  #advancedMs = -Infinity;
  #toldMs = 0;
  #told = "";
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#sinceMs = options.time.monotonicMs();
    options.ask({ kind: "open", viewing: options.viewing });
  }

  order(order: ReplayOrder): void {
    if (order.as !== undefined || order.map !== undefined) {
      if (this.#options.viewing.by === "person") {
        throw new ElsewhereError("forbidden", "a person sees their own past: leave out as and map", { field: "replay" });
      }
      operatorsLook(order.as, order.map, "replay");
    }
    // Whoever drags along a timeline wants to be where they are now, not everywhere they were.
    const last = this.#orders.at(-1);
    if (last !== undefined && last !== "again" && isMere(last) && isMere(order))
      this.#orders[this.#orders.length - 1] = { ...last, ...order };
    else this.#orders.push(order);
    if (this.#orders.length > ordersWaitingMax) {
      this.#orders.pop();
      const limit = ordersWaitingMax;
      throw new ElsewhereError("limit", `more than ${limit} orders wait: send slower`, { field: "replay", limit });
    }
    if (this.#asked === "order") this.#options.interrupt();
    this.#goOn();
  }

  resync(): void {
    if (this.#orders.at(-1) !== "again") this.#orders.push("again");
    this.#goOn();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer?.();
    this.#options.closed();
  }

  /** Takes what the worker answers. */
  answered(message: Exclude<FromWorker, { kind: "load" | "scanned" }>): void {
    if (this.#closed) return;
    const { screen, time, pace } = this.#options;
    const asked = this.#asked;
    this.#asked = null;
    if (message.kind === "failed") return this.fail(errorOf(message.error));
    if (message.kind === "refused") screen.complain(errorOf(message.error));
    else {
      const { shown, self } = message;
      if (self !== null) screen.welcome({ ...self, ...pace });
      if (shown.ended && asked === "advance") this.#speed = 0;
      if (self !== null) this.#tell(shown.standing);
      for (const frame of shown.frames) screen.show(frame);
      const isDue = time.monotonicMs() - this.#toldMs >= tellMs && this.#speed !== 0;
      if (self === null && (asked !== "advance" || isDue || this.#told !== this.#saying(shown.standing))) this.#tell(shown.standing);
    }
    if (asked !== "advance") {
      this.#owed = 0;
      this.#sinceMs = time.monotonicMs();
    }
    this.#goOn();
  }

  fail(error: ElsewhereError): void {
    if (!this.#closed) this.#options.screen.failed(error);
  }

  /** What `replaying` says but for the time. */
  #saying({ tick: _tick, now: _now, to: _to, ...rest }: Standing): string {
    return JSON.stringify([this.#speed, rest]);
  }

  #tell(standing: Standing): void {
    this.#toldMs = this.#options.time.monotonicMs();
    this.#told = this.#saying(standing);
    this.#options.screen.show({ type: "replaying", speed: this.#speed, ...standing });
  }

  #goOn(): void {
    if (this.#closed || this.#asked !== null) return;
    const { screen, time } = this.#options;
    if (screen.sluggish) return this.#later();
    const order = this.#orders.shift();
    if (order !== undefined) return this.#do(order);
    if (this.#speed === 0) return;
    const nowMs = time.monotonicMs();
    this.#later();
    if (nowMs - this.#advancedMs < frameMs - earlyMs) return;
    this.#owed += ((nowMs - this.#sinceMs) / this.#options.pace.tickMs) * this.#speed;
    this.#sinceMs = nowMs;
    const ticks = Math.trunc(this.#owed + Math.sign(this.#speed) * (earlyMs / frameMs));
    if (ticks === 0) return;
    this.#owed -= ticks;
    this.#advancedMs = nowMs;
    this.#ask({ kind: "advance", ticks });
  }

  #do(order: ReplayOrder | "again"): void {
    if (order === "again") return this.#ask({ kind: "again" });
    if (order.speed !== undefined) this.#speed = order.speed;
    else if (order.step !== undefined || order.next !== undefined) this.#speed = 0;
    this.#ask({ kind: "order", order });
  }

  #ask(task: Task): void {
    this.#asked = task.kind;
    this.#options.ask(task);
  }

  #later(): void {
    if (this.#cancelTimer !== null) return;
    this.#cancelTimer = this.#options.time.after(frameMs, () => {
      this.#cancelTimer = null;
      const { time, screen } = this.#options;
      // A worker that is busy is not asked for more than it can do; a reader that is slow misses what passes meanwhile.
      if (this.#asked !== null && !screen.sluggish) this.#sinceMs = Math.max(this.#sinceMs, time.monotonicMs() - lateMsMax);
      if (this.#asked !== null) this.#later();
      else this.#goOn();
    });
  }
}

const errorOf = ({ code, message, ...detail }: ErrorJson): ElsewhereError => new ElsewhereError(code, message, detail);

/** Whether it only says where to be and how fast to go on. */
const isMere = (order: ReplayOrder): boolean => Object.keys(order).every((key) => key === "at" || key === "speed");

/** Throws `limit` if as many run as may. */
export function requireRoom(running: number): void {
  const limit = limits.replaysMax;
  if (running < limit) return;
  throw new ElsewhereError("limit", `${limit} replays run on this host: come back later`, { field: "hello.replay", limit });
}
