/** What a program, or all programs of an owner together, may use, and how much of it is left just now. */
import { limits, type Quota } from "@elsewhere/protocol";

/** The default of `world.json`. One program that may start others has room for a few. */
export function defaultQuota(maySpawn: boolean): Quota {
  return {
    turnsPerSecond: limits.turnsPerSecondMax,
    msPerSecond: limits.msPerSecondMax,
    heapBytes: limits.programHeapBytesMax,
    mailboxItems: limits.mailboxItemsMax,
    intentsPerTurn: limits.intentsPerTurnMax,
    speechPerMinute: limits.speechPerMinuteMax,
    logBytesPerMinute: limits.logBytesPerMinuteMax,
    programs: maySpawn ? limits.familyProgramsMax : 1,
  };
}

/** What an owner has of whatever `world.json` does not limit. */
export const boundless: Quota = {
  turnsPerSecond: Number.POSITIVE_INFINITY,
  msPerSecond: Number.POSITIVE_INFINITY,
  heapBytes: Number.POSITIVE_INFINITY,
  mailboxItems: Number.POSITIVE_INFINITY,
  intentsPerTurn: Number.POSITIVE_INFINITY,
  speechPerMinute: Number.POSITIVE_INFINITY,
  logBytesPerMinute: Number.POSITIVE_INFINITY,
  programs: Number.POSITIVE_INFINITY,
};

const whole: readonly (keyof Quota)[] = ["heapBytes", "mailboxItems", "intentsPerTurn"];

/** `share` (0..1) of what is left of a quota, for a child; what a program cannot do without is at least one. */
export function shareOf(left: Quota, share: number): Quota {
  const part = Object.fromEntries(Object.entries(left).map(([key, value]) => [key, value * share])) as unknown as Record<
    keyof Quota,
    number
  >;
  for (const key of whole) part[key] = Math.floor(part[key]);
  // The giver itself is one of its programs and stays.
  part.programs = Math.max(1, Math.floor((left.programs - 1) * share));
  return part;
}

/** What is left of a quota after some of it was given away. */
export function less(quota: Quota, given: Quota): Quota {
  return Object.fromEntries(
    Object.entries(quota).map(([key, value]) => [key, Math.max(0, value - given[key as keyof Quota])]),
  ) as unknown as Quota;
}

/** As much of a quota as lies within another one. */
export function within(quota: Quota, most: Quota): Quota {
  return Object.fromEntries(
    Object.entries(quota).map(([key, value]) => [key, Math.min(value, most[key as keyof Quota])]),
  ) as unknown as Quota;
}

/** Counts use against a quota, in buckets that hold a second's or a minute's worth. Time is whatever clock the caller goes by, ms. */
export class Meter {
  #quota: Quota;
  #turns: number;
  #ms: number;
  #speech: number;
  #logBytes: number;
  #atMs: number;

  constructor(quota: Quota, nowMs: number) {
    this.#quota = quota;
    this.#turns = burstOf(quota.turnsPerSecond);
    this.#ms = quota.msPerSecond;
    this.#speech = quota.speechPerMinute;
    this.#logBytes = quota.logBytesPerMinute;
    this.#atMs = nowMs;
  }

  /** What it counts against has changed: some was given to a child, or came back. */
  set quota(quota: Quota) {
    this.#quota = quota;
  }

  /** How long until a turn may begin, ms; 0 for now. */
  turnWaitMs(nowMs: number): number {
    this.#refill(nowMs);
    const { turnsPerSecond, msPerSecond } = this.#quota;
    const forTurn = this.#turns >= 1 ? 0 : ((1 - this.#turns) * 1000) / turnsPerSecond;
    const forTime = this.#ms > 0 ? 0 : ((1 - this.#ms) * 1000) / msPerSecond;
    return Math.max(forTurn, forTime);
  }

  takeTurn(): void {
    this.#turns--;
  }

  /** A turn took this long. It may leave a debt, which has to pass before the next. */
  spent(ms: number): void {
    this.#ms -= ms;
  }

  /** Whether it may speak once more. */
  takeSpeech(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#speech < 1) return false;
    this.#speech--;
    return true;
  }

  /** Whether a line of that length may be written. */
  takeLog(nowMs: number, bytes: number): boolean {
    this.#refill(nowMs);
    if (this.#logBytes < bytes) return false;
    this.#logBytes -= bytes;
    return true;
  }

  #refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000;
    if (seconds === 0) return;
    this.#atMs = nowMs;
    const { turnsPerSecond, msPerSecond, speechPerMinute, logBytesPerMinute } = this.#quota;
    this.#turns = Math.min(burstOf(turnsPerSecond), this.#turns + seconds * turnsPerSecond);
    this.#ms = Math.min(msPerSecond, this.#ms + seconds * msPerSecond);
    this.#speech = Math.min(speechPerMinute, this.#speech + (seconds * speechPerMinute) / 60);
    this.#logBytes = Math.min(logBytesPerMinute, this.#logBytes + (seconds * logBytesPerMinute) / 60);
  }
}

/** A program with less than a turn a second still has its first at once. */
const burstOf = (turnsPerSecond: number): number => Math.max(1, turnsPerSecond);
