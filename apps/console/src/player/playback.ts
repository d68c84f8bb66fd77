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
    const { fromTick, toTick, speech } = this.#index;
    const partTicks = (toTick - fromTick + 1) / speech.length;
    const step = back ? -1 : 1;
    // Only where something was said are blocks looked into.
    for (let part = Math.floor((tick - fromTick) / partTicks); part >= 0 && part < speech.length; part += step) {
      if (speech[part] === 0) continue;
      // A tick at the border of two parts may have been counted to either.
      const [from, to] = [fromTick + part * partTicks - 1, fromTick + (part + 1) * partTicks + 1];
      const found = this.#spokenIn(from, to).filter((one) => (back ? one < tick : one > tick));
      if (found.length > 0) return back ? found.at(-1)! : found[0]!;
    }
    return null;
  }

  #spokenIn(from: number, to: number): readonly number[] {
    const found: number[] = [];
    for (let i = this.#reels.indexAt(from); i < this.#reels.count && (this.#index.blocks[i]! < to || i === 0); i += 1) {
      for (const { tick, said } of this.#reels.at(i).ticks) if (said.length > 0 && tick >= from && tick < to) found.push(tick);
    }
    return found;
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
