import { limits } from "../limits.ts";
import { corrupt } from "./faults.ts";
import type { MoveRows } from "./moves.ts";
import { codeNumber, codeSigned, numberContexts } from "./numbers.ts";
import { contexts, type RangeCoder } from "./range-coder.ts";
import type { FilmState } from "./state.ts";
import { whole } from "./shapes.ts";
import { activityFrom, type FilmActivity, type Told } from "./told.ts";
import { Walks } from "./walks.ts";

/** What a tick tells of somebody's activity: nothing, a path found in it, its end, something else. */
const [untold, planned, ended, otherwise] = [0, 1, 2, 3];
const stepMax = 2;
const stepSide = 2 * stepMax + 1;
const nobody: ReadonlySet<number> = new Set();
/** Of who has not moved yet. */
const restClass = stepMax * stepSide + stepMax;

/**
 * Tells who moved in each tick, bit by bit, of all who move at all in a block. Whoever has a path is first asked whether it
 * goes on along it; the steps of others are guessed from their last ones.
 */
export class MovesModel {
  readonly #coder: RangeCoder;
  readonly #state: FilmState;
  readonly #walks: Walks;
  readonly #bitsMax: number;
  #movers = new Int32Array(0);
  readonly #acted = new Map<number, FilmActivity | null>();
  /** By slot: in which tick, counted from the first of the block, its activity was told last. */
  #actedIn = new Int32Array(0);
  #ticks = 0;
  #anybody = 0;
  /** By slot: in which of the last ticks it moved, the last one lowest; whether it went as guessed; its last step. */
  #moved = new Uint8Array(0);
  #guessed = new Uint8Array(0);
  #stepped = new Uint8Array(0);
  readonly #anybodyBits = contexts(4);
  readonly #moverBits = contexts(2);
  readonly #guessBits = contexts(4 * 8);
  readonly #movedBits = contexts(256);
  readonly #strayBits = contexts(8 * 8);
  readonly #whatBits = contexts(8 * 2);
  readonly #stepBits = contexts(stepSide * stepSide * 16);
  readonly #distances = contexts(2 * numberContexts);
  readonly #facings = contexts(9 * 3 * 4 * 4);
  readonly #atBits = contexts(8);
  readonly #ats = contexts(numberContexts);

  /** `bitsMax`: how many bits may be told at most. */
  constructor(coder: RangeCoder, state: FilmState, bitsMax: number) {
    this.#bitsMax = bitsMax;
    this.#coder = coder;
    this.#state = state;
    this.#walks = new Walks(state);
  }

  /** The slots of all who move in the block, ascending: to be called once, before the first tick. */
  movers(slots: Int32Array): void {
    const coder = this.#coder;
    const end = codeNumber(coder, contexts(numberContexts), 0, slots.length === 0 ? 0 : slots.at(-1)! + 1);
    if (end > limits.bodiesPerMapMax) throw corrupt("somebody moves in no slot");
    const found: number[] = [];
    let before = 0;
    let next = 0;
    for (let slot = 0; slot < end; slot++) {
      before = coder.bit(this.#moverBits, before, slots[next] === slot ? 1 : 0);
      if (before === 1) {
        found.push(slot);
        next++;
      }
    }
    this.#movers = Int32Array.from(found);
    [this.#moved, this.#guessed, this.#stepped] = [new Uint8Array(end), new Uint8Array(end), new Uint8Array(end).fill(restClass)];
    this.#actedIn = new Int32Array(end);
    this.#walks.reserve(end);
  }

  /** One tick, before the state is brought to its end: writes `rows`, or reads them into it. */
  tick(tick: number, told: Told, rows: MoveRows): void {
    const coder = this.#coder;
    const { writes } = coder;
    const state = this.#state;
    const count = writes ? rows.count : 0;
    rows.count = 0;
    const anybody = coder.bit(this.#anybodyBits, this.#anybody & 3, count > 0 ? 1 : 0);
    this.#anybody = (this.#anybody << 1) | anybody;
    this.#begin(told);
    if (anybody === 1) {
      const gone = told.gone === undefined ? nobody : new Set(told.gone);
      for (const slot of this.#movers) {
        if (!state.has(slot) || (gone.size > 0 && gone.has(slot))) continue;
        this.#body(slot, tick, rows, writes && rows.count < count && rows.slots[rows.count] === slot);
      }
      if (coder.overrun) throw corrupt("it ends too soon");
      if (coder.bits > this.#bitsMax) throw corrupt("it tells more than it says");
    }
    if (writes && rows.count < count) throw corrupt("somebody moves who is not there");
    this.#end(told);
  }

  #begin({ acted }: Told): void {
    this.#acted.clear();
    this.#ticks++;
    if (!acted) return;
    for (const [slot, activity] of acted) {
      this.#acted.set(slot, activity);
      if (slot < this.#actedIn.length) this.#actedIn[slot] = this.#ticks;
    }
  }

  /** Whoever comes or goes leaves nothing to guess from. */
  #end({ gone, born, acted }: Told): void {
    if (gone) for (const slot of gone) this.#forget(slot, null, 0);
    if (born) for (const [slot, row] of born) this.#forget(slot, activityFrom(row["activity"]), whole(row["speed"]));
    if (acted) {
      for (const [slot, activity] of acted) {
        const body = this.#state.bodies[slot];
        if (body && slot < this.#moved.length) this.#walks.begin(slot, activity, body.speed);
      }
    }
  }

  #forget(slot: number, activity: FilmActivity | null, speed: number): void {
    if (slot >= this.#moved.length) return;
    this.#moved[slot] = this.#guessed[slot] = 0;
    this.#stepped[slot] = restClass;
    this.#walks.begin(slot, null, 0);
    this.#walks.begin(slot, activity, speed);
  }

  #body(slot: number, tick: number, rows: MoveRows, moves: boolean): void {
    const news = this.#actedIn[slot] === this.#ticks ? this.#news(slot, tick) : untold;
    const going = this.#walks.hasPath(slot);
    if (going && this.#asGuessed(slot, news, rows, moves)) return;
    const coder = this.#coder;
    const history = this.#moved[slot]!;
    const stray = going || news !== untold;
    const group = (going ? 4 : 0) + news;
    const moved = stray
      ? coder.bit(this.#strayBits, group * 8 + (history & 7), moves ? 1 : 0)
      : coder.bit(this.#movedBits, history, moves ? 1 : 0);
    this.#moved[slot] = (history << 1) | moved;
    if (moved === 1) this.#row(slot, group, rows);
  }

  #news(slot: number, tick: number): number {
    const told = this.#acted.get(slot)!;
    if (told === null || told.path === null) return ended;
    if (told.plannedTick !== tick && this.#walks.hasPath(slot)) return otherwise;
    this.#walks.begin(slot, told, this.#state.bodies[slot]!.speed);
    return planned;
  }

  /** Whether it goes on along its path, as guessed. */
  #asGuessed(slot: number, news: number, rows: MoveRows, moves: boolean): boolean {
    const state = this.#state;
    const walks = this.#walks;
    const before = state.at[slot]!;
    if (!walks.guess(slot, news !== planned ? before : walks.liesAhead(slot) ? 1 : 0)) return false;
    const reached = news === ended ? 0 : walks.at;
    const reaches = news === planned || walks.at !== before || reached !== before ? 1 : 0;
    const steps = walks.dx !== 0 || walks.dy !== 0 || walks.facing !== state.facing[slot]! ? 1 : 0;
    const coder = this.#coder;
    const asGuessed = coder.writes && (steps + reaches === 0 ? !moves : moves && this.#fits(rows, steps, reaches, reached));
    const history = this.#guessed[slot]!;
    const as = coder.bit(this.#guessBits, news * 8 + (history & 7), asGuessed ? 1 : 0);
    this.#guessed[slot] = (history << 1) | as;
    if (as === 0) return false;
    walks.follow(slot);
    this.#moved[slot] = (this.#moved[slot]! << 1) | (steps | reaches);
    if (steps + reaches === 0) return true;
    if (coder.writes) rows.count++;
    else rows.push(slot, steps, walks.dx, walks.dy, walks.facing, reaches, reached);
    return true;
  }

  /** Whether the next row says what was guessed. */
  #fits(rows: MoveRows, steps: number, reaches: number, reached: number): boolean {
    const row = rows.count;
    const { dx, dy, facing } = this.#walks;
    const stepsSo = rows.dx[row] === dx && rows.dy[row] === dy && rows.facing[row] === facing;
    if (rows.steps[row] !== steps || rows.reaches[row] !== reaches) return false;
    return (steps === 0 || stepsSo) && (reaches === 0 || rows.at[row] === reached);
  }

  #row(slot: number, group: number, rows: MoveRows): void {
    const coder = this.#coder;
    const { writes } = coder;
    const state = this.#state;
    const row = rows.count;
    const steps = coder.bit(this.#whatBits, group * 2, writes ? rows.steps[row]! : 0);
    const reaches = steps === 0 ? 1 : coder.bit(this.#whatBits, group * 2 + 1, writes ? rows.reaches[row]! : 0);
    let dx = 0;
    let dy = 0;
    let facing = state.facing[slot]!;
    if (steps === 1) {
      const before = this.#stepped[slot]!;
      dx = this.#distance(before * 16, 0, writes ? rows.dx[row]! : 0);
      dy = this.#distance(before * 16 + 2 + 2 * (Math.sign(dx) + 1), 1, writes ? rows.dy[row]! : 0);
      facing = this.#facing(dx, dy, facing, writes ? rows.facing[row]! : 0);
      this.#stepped[slot] =
        (Math.max(-stepMax, Math.min(stepMax, dx)) + stepMax) * stepSide + Math.max(-stepMax, Math.min(stepMax, dy)) + stepMax;
    }
    const at = reaches === 1 ? this.#at(slot, group, writes ? rows.at[row]! : 0) : 0;
    if (writes) rows.count++;
    else rows.push(slot, steps, dx, dy, facing, reaches, at);
  }

  #distance(context: number, axis: number, value: number): number {
    const coder = this.#coder;
    if (coder.bit(this.#stepBits, context, value === 0 ? 1 : 0) === 1) return 0;
    const negative = coder.bit(this.#stepBits, context + 1, value < 0 ? 1 : 0);
    const amount = codeNumber(coder, this.#distances, axis * numberContexts, Math.abs(value) - 1) + 1;
    if (amount > 0x7fff_ffff) throw corrupt("somebody goes too far");
    return negative === 1 ? -amount : amount;
  }

  /** By which way it goes, mostly, and how it faced. */
  #facing(dx: number, dy: number, before: number, value: number): number {
    const coder = this.#coder;
    const steeper = Math.sign(Math.abs(dx) - Math.abs(dy)) + 1;
    const context = (((Math.sign(dx) + 1) * 3 + Math.sign(dy) + 1) * 3 + steeper) * 16 + before * 4;
    const high = coder.bit(this.#facings, context + 1, value >> 1);
    return (high << 1) | coder.bit(this.#facings, context + 2 + high, value & 1);
  }

  #at(slot: number, group: number, value: number): number {
    const coder = this.#coder;
    const before = this.#state.at[slot]!;
    if (coder.bit(this.#atBits, group, value === 0 ? 1 : 0) === 1) return 0;
    const at = before + codeSigned(coder, this.#ats, 0, value - before);
    if (at < 0 || at > 0x7fff_ffff) throw corrupt("somebody is beyond a path");
    return at;
  }
}
