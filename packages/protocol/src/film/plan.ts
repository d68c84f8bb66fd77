import { ElsewhereError } from "../errors.ts";
import type { Json, JsonObject } from "../intents.ts";
import type { FilmEntry } from "./block.ts";
import type { EntryForm } from "./entries.ts";
import { MoveRows, readMoveBytes } from "./moves.ts";
import { FilmState } from "./state.ts";
import { readTickBytes } from "./ticks.ts";
import type { Told } from "./told.ts";

/** A block is full when reading it takes about so many bits of moves: some ten milliseconds. */
const costMax = 300_000;
const strayCost = 5;
const toldCost = 12;
/** Blocks of large crowds hold at least so many ticks, for their openings are large, too. */
const crowdTicksMin = 300;
const ticksMax = 36_000;

export interface PlannedEntry {
  readonly entry: FilmEntry;
  readonly form: EntryForm;
  readonly told: Told;
  readonly moves: Uint8Array;
}

export interface Opening {
  readonly map: string;
  readonly tick: number;
  /** Null if no state can be made of it. */
  readonly json: JsonObject | null;
  bytes(): Uint8Array;
}

/** What one block will hold. */
export interface Plan {
  readonly opening: Opening;
  readonly entries: readonly PlannedEntry[];
  /** The slots of all who move in it, ascending. */
  readonly movers: Int32Array;
  /** The place of the entry that the next block begins with. */
  readonly next: number;
  /** The state to open that with, if it does not begin with a keyframe. */
  readonly reached: JsonObject | null;
}

/**
 * Goes through entries from `first` on until a block is full, or until a keyframe begins another. From the first entry that
 * cannot be recoded, or from `keptFrom`, all are kept as they are until the next keyframe.
 */
export function planBlock(entries: readonly FilmEntry[], first: number, reached: JsonObject | null, keptFrom: number): Plan {
  return new Planning(entries, first, reached).run(keptFrom);
}

class Planning {
  readonly #all: readonly FilmEntry[];
  readonly #first: number;
  readonly #opening: Opening;
  readonly #entries: PlannedEntry[] = [];
  /** By slot: 1 for who moved. */
  #moved = new Uint8Array(64);
  #moverCount = 0;
  readonly #rows = new MoveRows();
  #state: FilmState | null;
  #cost = 0;

  constructor(all: readonly FilmEntry[], first: number, reached: JsonObject | null) {
    this.#all = all;
    this.#first = first;
    const entry = all[first]!;
    if (reached === null) {
      this.#state = stateOf(entry.bytes);
      this.#opening = {
        map: this.#state?.map ?? "",
        tick: entry.tick,
        json: this.#state?.toJson() ?? null,
        bytes: () => entry.bytes,
      };
      this.#add(entry, "opening");
    } else {
      this.#state = new FilmState(reached);
      const { map, tick } = this.#state;
      this.#opening = { map, tick, json: reached, bytes: () => new FilmState(reached).keyframe() };
    }
  }

  run(keptFrom: number): Plan {
    let next = this.#first + this.#entries.length;
    let reached: JsonObject | null = null;
    for (; next < this.#all.length; next++) {
      const entry = this.#all[next]!;
      if (next >= keptFrom) this.#state = null;
      if (entry.kind === "keyframe") {
        if (!this.#keyframe(entry)) break;
      } else {
        if (this.#state !== null && this.#isFull(1)) {
          reached = this.#state.toJson();
          break;
        }
        this.#tick(entry);
      }
    }
    const movers = Int32Array.from([...this.#moved.keys()].filter((slot) => this.#moved[slot] === 1));
    return { opening: this.#opening, entries: this.#entries, movers, next, reached };
  }

  /** `part` of what a block holds. */
  #isFull(part: number): boolean {
    const bodies = this.#state?.end ?? 0;
    return this.#cost >= part * Math.max(costMax, crowdTicksMin * bodies) || this.#entries.length >= part * ticksMax;
  }

  /** False if it begins another block. */
  #keyframe(entry: FilmEntry): boolean {
    const state = this.#state;
    if (state === null || this.#isFull(1 / 2) || entry.tick < state.tick) return false;
    const { tick } = state;
    state.tick = entry.tick;
    if (!isEqual(state.keyframe(), entry.bytes)) {
      state.tick = tick;
      return false;
    }
    this.#add(entry, "reached");
    return true;
  }

  #tick(entry: FilmEntry): void {
    const state = this.#state;
    const parts = state === null ? null : readTickBytes(entry.bytes, entry.tick);
    if (state === null || parts === null || !this.#play(state, entry.tick, parts.told, parts.moves)) {
      this.#state = null;
      this.#add(entry, "keptTick");
      return;
    }
    this.#count(state, parts.told);
    this.#add(entry, Object.keys(parts.told).length === 0 ? "quiet" : "telling", parts.told, parts.moves);
  }

  /** What reading the tick costs, about, in bits: one for all who move in the block, more for who moves without a path, and what it tells. */
  #count(state: FilmState, told: Told): void {
    const { count, slots } = this.#rows;
    for (let row = 0; row < count; row++) {
      const slot = slots[row]!;
      if (this.#moved[slot] !== 1) this.#addMover(slot);
      if (!state.bodies[slot]!.activity) this.#cost += strayCost;
    }
    if (count > 0) this.#cost += this.#moverCount;
    for (const list of Object.values(told)) this.#cost += toldCost * (list as readonly Json[]).length;
  }

  #addMover(slot: number): void {
    if (slot >= this.#moved.length) {
      const wider = new Uint8Array(2 * slot);
      wider.set(this.#moved);
      this.#moved = wider;
    }
    this.#moved[slot] = 1;
    this.#moverCount++;
  }

  /** False if the tick does not fit the state, which is then of no use any more. */
  #play(state: FilmState, tick: number, told: Told, moves: Uint8Array): boolean {
    const rows = this.#rows;
    try {
      readMoveBytes(moves, rows);
      let last = -1;
      for (let row = 0; row < rows.count; row++) {
        const slot = rows.slots[row]!;
        if (slot <= last || (rows.steps[row] === 0 && rows.reaches[row] === 0)) return false;
        last = slot;
      }
      state.apply(tick, told, rows);
      return true;
    } catch (cause) {
      if (cause instanceof ElsewhereError) return false;
      throw cause;
    }
  }

  #add(entry: FilmEntry, form: EntryForm, told: Told = nothing, moves: Uint8Array = noMoves): void {
    this.#entries.push({ entry, form, told, moves });
  }
}

const nothing: Told = Object.freeze({});
const noMoves = new Uint8Array(0);
const fromUtf8 = new TextDecoder("utf-8", { fatal: true });

/** The state a keyframe tells; null if it would be written otherwise. */
function stateOf(keyframe: Uint8Array): FilmState | null {
  try {
    const state = new FilmState(JSON.parse(fromUtf8.decode(keyframe)) as Json);
    return isEqual(state.keyframe(), keyframe) ? state : null;
  } catch {
    return null;
  }
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
