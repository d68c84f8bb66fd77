import { BlockReader, type FilmState, type JsonObject } from "@elsewhere/protocol";
import { type Film, zstd } from "./page.ts";

/** One tick of a block: what it told in words, and which rows of the reel's columns tell who moved. */
export interface ReelTick {
  readonly tick: number;
  readonly gone: readonly number[];
  readonly born: readonly (readonly [slot: number, row: JsonObject])[];
  /** Rows of slot, two numbers of no matter, and since when it sleeps (-1: it does not). */
  readonly numbered: readonly number[];
  readonly doors: readonly (readonly [door: number, open: boolean])[];
  readonly said: readonly Line[];
  readonly fromRow: number;
  readonly toRow: number;
}

/** Something that was said. */
export interface Line {
  readonly tick: number;
  readonly from: { readonly id: number; readonly name: string };
  readonly how: "say" | "whisper" | "shout" | "emote";
  readonly text: string;
  readonly to: { readonly name: string } | null;
}

/** A block unpacked: its opening and its ticks, so that it can be gone through again and again. */
export class Reel {
  readonly openingTick: number;
  readonly ticks: readonly ReelTick[];
  readonly slots: Int32Array;
  readonly dx: Int32Array;
  readonly dy: Int32Array;
  readonly facing: Uint8Array;
  readonly #reader: BlockReader;

  constructor(block: Uint8Array) {
    this.#reader = new BlockReader(block, zstd);
    this.openingTick = this.#reader.head.openingTick;
    const ticks: ReelTick[] = [];
    const [slots, dx, dy, facing] = [[] as number[], [] as number[], [] as number[], [] as number[]];
    for (const { kind, tick, told, moves } of this.#reader.play()) {
      if (kind === "keyframe") continue;
      const fromRow = slots.length;
      for (let row = 0; row < moves.count; row += 1) {
        slots.push(moves.slots[row]!);
        dx.push(moves.dx[row]!);
        dy.push(moves.dy[row]!);
        facing.push(moves.facing[row]!);
      }
      const { gone = [], born = [], numbered = [], doors = [], events = [] } = told;
      const said = events.map((event) => ({ ...event, tick }) as unknown as Line);
      ticks.push({ tick, gone, born, numbered, doors, said, fromRow, toRow: slots.length });
    }
    this.ticks = ticks;
    [this.slots, this.dx, this.dy] = [Int32Array.from(slots), Int32Array.from(dx), Int32Array.from(dy)];
    this.facing = Uint8Array.from(facing);
  }

  opening(): FilmState {
    const state = this.#reader.openingState();
    if (state === null) throw new Error("the film cannot be played by this page");
    return state;
  }
}

const reelsKept = 4;

/** The reels of a film, the last few kept. */
export class Reels {
  readonly #film: Film;
  readonly #kept = new Map<number, Reel>();

  constructor(film: Film) {
    this.#film = film;
  }

  get count(): number {
    return this.#film.index.blocks.length;
  }

  /** The reel in which a tick is told. */
  indexAt(tick: number): number {
    return Math.max(
      0,
      this.#film.index.blocks.findLastIndex((opening) => opening < tick),
    );
  }

  at(i: number): Reel {
    const reel = this.#kept.get(i) ?? new Reel(this.#film.block(i));
    this.#kept.delete(i);
    this.#kept.set(i, reel);
    for (const [oldest] of this.#kept) if (this.#kept.size > reelsKept) this.#kept.delete(oldest);
    return reel;
  }
}
