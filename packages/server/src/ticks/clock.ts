/** World time as a function of the tick alone, so that it replays. */
export class WorldClock {
  readonly tickMs: number;
  readonly worldMsPerTick: number;
  readonly #startMs: number;

  /** `startMs`: world time at tick 0, ms since 1970. `tickMs`: real ms a tick. `dayMinutes`: real minutes a world's day takes. */
  constructor(startMs: number, tickMs: number, dayMinutes: number) {
    this.#startMs = startMs;
    this.tickMs = tickMs;
    this.worldMsPerTick = (tickMs * 1440) / dayMinutes;
  }

  /** World time at a tick, ms since 1970. */
  at(tick: number): number {
    return Math.round(this.#startMs + tick * this.worldMsPerTick);
  }

  /** World milliseconds that pass in a real millisecond. */
  get speed(): number {
    return this.worldMsPerTick / this.tickMs;
  }
}

/** Real time as the host is given it: monotonic, and able to wake somebody later. */
export interface RealTime {
  /** Milliseconds since some fixed moment, never going back. */
  monotonicMs(): number;
  /** Calls `wake` after `ms`; returns how to cancel it. */
  after(ms: number, wake: () => void): () => void;
  /** Lets input and output happen, then calls `wake`: the shortest wait there is. */
  soon(wake: () => void): void;
}
