/** What servers and crowds of clients tell the benchmark. */

/** A server takes connections. */
export interface Ready {
  readonly kind: "ready";
  readonly url: string;
}

/** The scene has begun; `tick` is what frames call its tick 0. */
export interface Begun {
  readonly kind: "begun";
  readonly tick: number;
}

/** What the server used from one tick of the scene, when all was warm, to its last. */
export interface ServerFigures {
  readonly kind: "served";
  readonly ticks: number;
  /** User and system time of the whole process, all threads. */
  readonly cpuMsPerTick: number;
  readonly realMsPerTick: number;
}

export interface Joined {
  readonly kind: "joined";
}

export interface ClientFigures {
  readonly kind: "read";
  /** How many times what one client knew was compared with what it must see. */
  readonly compared: number;
  /** With the heads of the WebSocket frames. */
  readonly bytesPerFrame: number;
}

/** How a server fared in some ticks, one after another. */
export interface Window {
  readonly kind: "window";
  /** What each tick took of real time, and of the processor in the thread that all ticks run in. */
  readonly tickMs: readonly number[];
  readonly cpuMs: readonly number[];
  /** Resident memory of the server at its most. */
  readonly rssBytes: number;
  /** As the last tick began: connections, and how many of them are shown nothing more until they have read what waits. */
  readonly connections: number;
  readonly behind: number;
}

/** Some of the readers that were behind have read everything. */
export interface CaughtUp {
  readonly kind: "caughtUp";
  /** How many times what one of them knew was compared with what it must see, before the one fresh view it was shown and after. */
  readonly compared: number;
}

export type Report = Ready | Begun | ServerFigures | Joined | ClientFigures | Window | CaughtUp;

/** The first ticks of the scene warm everything up and are not measured. */
export const warmTicks = 20;
export const measuredFrom = (ticks: number): number => Math.min(warmTicks, ticks >> 1);

export const tickMs = 100;

/** CPU between two moments of a process. */
export class Meter {
  #usage = process.cpuUsage();
  #startedMs = performance.now();

  begin(): void {
    this.#usage = process.cpuUsage();
    this.#startedMs = performance.now();
  }

  per(ticks: number): ServerFigures {
    const { user, system } = process.cpuUsage(this.#usage);
    const realMs = performance.now() - this.#startedMs;
    return { kind: "served", ticks, cpuMsPerTick: (user + system) / 1000 / ticks, realMsPerTick: realMs / ticks };
  }
}

/** From what one does until another is shown it, ms, and how many times that was seen. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}
