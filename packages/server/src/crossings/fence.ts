/**
 * A host that was restored from a backup does not know what it has done since. Where a third host is its witness, it asks that
 * one, and until it is told runs nothing, admits nothing and answers nobody. The question is a write: rows of the host it was
 * copied from count no longer.
 */
import type { Desk, Timing } from "./desk.ts";
import { type CrossingRows, fencedKey } from "./journal.ts";
import type { Lives } from "./lives.ts";
import type { MessageOf } from "./messages.ts";

export class Fence {
  readonly #desk: Desk;
  readonly #learn: (of: string, rows: MessageOf<"fenced">["rows"]) => void;
  readonly #lives: Lives;
  readonly #of: string | null;
  readonly #timing: Timing;
  #isUp: boolean;
  #isHeard = false;

  constructor(
    desk: Desk,
    { restoredFrom, fenced }: Pick<CrossingRows, "restoredFrom" | "fenced">,
    lives: Lives,
    learn: (of: string, rows: MessageOf<"fenced">["rows"]) => void,
  ) {
    this.#desk = desk;
    this.#lives = lives;
    this.#learn = learn;
    this.#of = restoredFrom;
    this.#timing = desk.timing(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    this.#isUp = desk.options.witness !== null && restoredFrom !== null && fenced !== desk.options.self;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  advance(nowMs: number): void {
    const { witness } = this.#desk.options;
    if (this.#isHeard || this.#of === null || witness === null || !this.#desk.isAgain(this.#timing, nowMs)) return;
    this.#desk.say(witness, { kind: "fence", of: this.#of });
  }

  /** All that follows from it becomes durable in one tick, and only then does anything run. */
  heard({ of, rows }: MessageOf<"fenced">): void {
    if (of !== this.#of || this.#isHeard) return;
    this.#isHeard = true;
    this.#learn(of, rows);
    this.#desk.inTick(
      () => ({ settings: [{ key: fencedKey, value: this.#desk.options.self }, ...this.#lives.named()] }),
      () => (this.#isUp = false),
    );
  }
}
