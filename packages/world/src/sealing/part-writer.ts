import { ByteWriter } from "@elsewhere/protocol";
import { type Delta, writeRecord } from "../codec.ts";
import type { WorldEvent } from "../events.ts";
import { MovesWriter } from "../moves.ts";

type Rows<T> = T extends readonly (infer Row)[] ? Row[] : never;

/** Gathers what of one tick belongs to one part of a map. */
export class PartWriter {
  readonly tick: number;
  readonly gone: Rows<Delta["gone"]> = [];
  readonly born: Rows<Delta["born"]> = [];
  readonly numbered: Rows<Delta["numbered"]> = [];
  readonly layered: Rows<Delta["layered"]> = [];
  readonly acted: Rows<Delta["acted"]> = [];
  readonly cooled: Rows<Delta["cooled"]> = [];
  readonly doors: Rows<Delta["doors"]> = [];
  readonly away: Rows<Delta["away"]> = [];
  events: WorldEvent[] = [];
  readonly #moved = new ByteWriter(0);
  readonly #moves = new MovesWriter(this.#moved);

  constructor(tick: number) {
    this.tick = tick;
  }

  /** Rows come by ascending slot: see `eachMove`. */
  copyMove(slot: number, told: number, bytes: Uint8Array, start: number, end: number): void {
    this.#moves.copy(slot, told, bytes, start, end);
  }

  moved(slot: number, dx: number, dy: number, facing: number, at: number | null): void {
    this.#moves.moved(slot, dx, dy, facing, at);
  }

  /** Null if nothing is in it. */
  record(): Uint8Array | null {
    const { tick, numbered, layered, acted, cooled, doors, away, events } = this;
    const gone = this.gone.sort((a, b) => a - b);
    const born = this.born.sort(([a], [b]) => a - b);
    const lists = [gone, born, numbered, layered, acted, cooled, doors, away, events];
    if (this.#moved.length === 0 && lists.every(({ length }) => length === 0)) return null;
    return writeRecord({ tick, gone, born, numbered, layered, acted, cooled, doors, away, events, moved: this.#moved.since(0) });
  }
}
