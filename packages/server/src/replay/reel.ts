import { type MapState, recoverRecord } from "@elsewhere/world";
import type { RecordRow } from "../storage/contract.ts";

/** The records of one stretch, in order. */
export class Reel {
  readonly #rows: Iterator<RecordRow>;
  #next: RecordRow | undefined;

  constructor(rows: Iterable<RecordRow>) {
    this.#rows = rows[Symbol.iterator]();
    this.#advance();
  }

  /** The record of a tick, if anything changed in it; ticks must be asked for in order, and those passed over are dropped. */
  take(tick: number): RecordRow | null {
    while (this.#next !== undefined && this.#next.tick < tick) this.#advance();
    if (this.#next?.tick !== tick) return null;
    const row = this.#next;
    this.#advance();
    return row;
  }

  /** Brings a state at which nobody looks yet to the end of a tick. */
  run(state: MapState, tick: number): void {
    for (; this.#next !== undefined && this.#next.tick <= tick; this.#advance())
      if (this.#next.tick > state.tick) recoverRecord(state.map, state, this.#next.bytes);
    if (tick > state.tick) state.advanceTo(tick);
  }

  #advance(): void {
    const { value, done } = this.#rows.next();
    this.#next = done === true ? undefined : value;
  }
}
