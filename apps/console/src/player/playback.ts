import { Cast } from "./cast.ts";
import type { FilmIndex } from "./page.ts";
import type { Line, Reel, Reels } from "./reel.ts";

const linesKept = 60;

/** Where a film has got to, and what could be seen there. */
export class Playback {
  /** In ticks, with fractions: `cast` stands at the end of the tick that it has begun. */
  at: number;
  cast: Cast;
  /** What was said last, oldest first. */
  lines: readonly Line[] = [];
  readonly #index: FilmIndex;
  readonly #reels: Reels;
  #reelNumber = 0;
  #reel: Reel;
  /** The place in the reel of the tick that comes next. */
  #next = 0;

  constructor(index: FilmIndex, reels: Reels) {
    this.#index = index;
    this.#reels = reels;
    this.at = index.fromTick;
    this.#reel = reels.at(0);
    this.cast = new Cast(this.#reel.opening());
    this.seek(index.fromTick);
  }

  get atEnd(): boolean {
    return this.at >= this.#index.toTick;
  }

  /** How much of the tick it has begun has passed, 0 to 1. */
  get part(): number {
    return this.at - Math.ceil(this.at) + 1;
  }

  /** Goes on by so many ticks; gives what was said in them. */
  advance(ticks: number): readonly Line[] {
    const to = Math.min(this.#index.toTick, this.at + ticks);
    if (this.#reels.indexAt(Math.ceil(to)) > this.#reelNumber + 1) return this.seek(to);
    this.at = to;
    return this.#runTo(Math.ceil(to));
  }

  /** Goes anywhere; gives what had been said shortly before. */
  seek(to: number): readonly Line[] {
    const { fromTick, toTick } = this.#index;
    this.at = Math.min(toTick, Math.max(fromTick, to));
    this.#reelNumber = this.#reels.indexAt(Math.ceil(this.at));
    this.#reel = this.#reels.at(this.#reelNumber);
    this.#next = 0;
    this.cast = new Cast(this.#reel.opening());
    this.lines = [];
    this.#runTo(Math.ceil(this.at));
    return this.lines;
  }

  /** The tick of what was said next, or before; null if there is nothing more. */
  speechFrom(tick: number, back: boolean): number | null {
    const step = back ? -1 : 1;
    for (let i = this.#reels.indexAt(back ? tick : tick + 1); i >= 0 && i < this.#reels.count; i += step) {
      const spoken = this.#reels.at(i).ticks.filter(({ said }) => said.length > 0);
      const found = back ? spoken.findLast((one) => one.tick < tick) : spoken.find((one) => one.tick > tick);
      if (found !== undefined) return found.tick;
    }
    return null;
  }

  #runTo(tick: number): readonly Line[] {
    const said: Line[] = [];
    for (;;) {
      const next = this.#reel.ticks[this.#next];
      if (next === undefined) {
        // The next block opens with the state this one has come to.
        if ((this.#index.blocks[this.#reelNumber + 1] ?? Infinity) >= tick) break;
        this.#reel = this.#reels.at((this.#reelNumber += 1));
        this.#next = 0;
        continue;
      }
      if (next.tick > tick) break;
      this.cast.apply(next, this.#reel);
      said.push(...next.said);
      this.#next += 1;
    }
    this.cast.tick = tick;
    if (said.length > 0) this.lines = [...this.lines, ...said].slice(-linesKept);
    return said;
  }
}
