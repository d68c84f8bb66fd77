/** From which tick and world time (ms since 1970) on time passes at one rate. */
export interface ClockSetting {
  readonly tick: number;
  readonly now: number;
  readonly worldMsPerTick: number;
}

/** How a world's clock was ever set, oldest first, by its setting `clocks`; empty for a world that has not begun. */
export function clocksIn(clocks: string | null): readonly ClockSetting[] {
  return clocks === null ? [] : (JSON.parse(clocks) as readonly ClockSetting[]);
}

/** World time by ticks, as frames tell it. */
export interface Timing {
  /** World time at a tick, ms since 1970, with its fractions. */
  exactly(tick: number): number;
  /** How much of it passes in the ticks after that one. */
  worldMsPerTickAt(tick: number): number;
}

/** World time as a function of the tick alone, so that it replays. */
export class WorldClock implements Timing {
  readonly tickMs: number;
  readonly setting: ClockSetting;

  /** `tickMs`: real ms a tick. */
  constructor(setting: ClockSetting, tickMs: number) {
    this.setting = setting;
    this.tickMs = tickMs;
  }

  /**
   * The clock of a world at `tick`. `dayMinutes`: real minutes a world's day takes. `kept` is how it was set before: with
   * ticks or days of another length it goes on from where it stands, for world time never jumps, least of all back.
   */
  static resume(kept: ClockSetting | null, tick: number, rate: { startMs: number; tickMs: number; dayMinutes: number }): WorldClock {
    const { startMs, tickMs, dayMinutes } = rate;
    const worldMsPerTick = (tickMs * 1440) / dayMinutes;
    if (kept === null) return new WorldClock({ tick: 0, now: startMs, worldMsPerTick }, tickMs);
    const before = new WorldClock(kept, tickMs);
    return kept.worldMsPerTick === worldMsPerTick ? before : new WorldClock({ tick, now: before.at(tick), worldMsPerTick }, tickMs);
  }

  /** World time at a tick, ms since 1970. */
  at(tick: number): number {
    return Math.round(this.exactly(tick));
  }

  /** The same with its fractions of a millisecond, so that others can go on counting from it. */
  exactly(tick: number): number {
    const { now, tick: since, worldMsPerTick } = this.setting;
    return now + (tick - since) * worldMsPerTick;
  }

  worldMsPerTickAt(): number {
    return this.setting.worldMsPerTick;
  }

  /** World milliseconds that pass in a real millisecond. */
  get speed(): number {
    return this.setting.worldMsPerTick / this.tickMs;
  }
}

/** Every way a world's clock was ever set, oldest first: what the time was at a tick stays what it was. */
export class ClockHistory implements Timing {
  readonly settings: readonly ClockSetting[];

  /** At least one setting; those before the first are taken for it. */
  constructor(settings: readonly ClockSetting[]) {
    this.settings = settings;
  }

  /** With one more setting, if it is another than the last. */
  static of(kept: readonly ClockSetting[], setting: ClockSetting): ClockHistory {
    const last = kept.at(-1);
    const same = last !== undefined && last.tick === setting.tick && last.worldMsPerTick === setting.worldMsPerTick;
    return new ClockHistory(same ? kept : [...kept, setting]);
  }

  at(tick: number): number {
    return Math.round(this.exactly(tick));
  }

  exactly(tick: number): number {
    const setting = this.#settingAt(tick);
    return setting.now + (tick - setting.tick) * setting.worldMsPerTick;
  }

  worldMsPerTickAt(tick: number): number {
    return this.#settingAt(tick).worldMsPerTick;
  }

  /** The last tick whose time, as it is told in whole ms, is not after `now`; never below 0. */
  tickAt(now: number): number {
    const latest = now + 0.5;
    const setting = this.settings.findLast((one) => one.now <= latest) ?? this.settings[0]!;
    const tick = Math.max(0, Math.floor((latest - setting.now) / setting.worldMsPerTick) + setting.tick);
    // A half is told as the next millisecond, and fractions are not exact: what is told decides.
    if (tick > 0 && this.at(tick) > now) return tick - 1;
    return this.at(tick + 1) <= now ? tick + 1 : tick;
  }

  #settingAt(tick: number): ClockSetting {
    return this.settings.findLast((one) => one.tick <= tick) ?? this.settings[0]!;
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
