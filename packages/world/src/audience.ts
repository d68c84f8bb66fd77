import type { PerceptKind } from "@elsewhere/protocol";
import { awake, type BodyTable } from "./bodies.ts";
import { type Eyes, eyesOf } from "./perception.ts";

/** Kinds of percept that somebody listens to; null is all of them and every move. */
export type Wants = ReadonlySet<PerceptKind> | null;

/** Somebody who is told what it perceives, awake and on the map. */
export interface Listener extends Eyes {
  readonly id: number;
  readonly slot: number;
  readonly wants: Wants;
}

/** The listeners of one cell: all of them, and those who are told who comes into sight and goes. */
interface Cell {
  readonly listening: readonly Listener[];
  readonly looking: readonly Listener[];
}

export const ofSight: readonly PerceptKind[] = ["appeared", "vanished", "changed"];

export function wantsAny(wants: Wants, kinds: readonly PerceptKind[]): boolean {
  return wants === null || kinds.some((kind) => wants.has(kind));
}

/**
 * Who may be told of a step. Found cell by cell around where something happened, each cell once: who listens to
 * nothing, and who stands where nothing happens, costs nothing.
 */
export class Audience {
  readonly #bodies: BodyTable;
  readonly #watched: ReadonlySet<number>;
  readonly #wants: (body: number) => Wants;
  readonly #cells = new Map<number, Cell>();

  constructor(bodies: BodyTable, watched: ReadonlySet<number>, wants: (body: number) => Wants) {
    this.#bodies = bodies;
    this.#watched = watched;
    this.#wants = wants;
  }

  /** Null if nobody looks through that body now, or it is asleep. */
  listener(id: number): Listener | null {
    const slot = this.#watched.has(id) ? this.#bodies.slotOf(id) : -1;
    if (slot === -1 || this.#bodies.asleepSince[slot] !== awake) return null;
    return { id, slot, wants: this.#wants(id), ...eyesOf(this.#bodies, slot) };
  }

  /** Calls `visit` for every listener in the cells that a square of `radius` tiles around `tile` touches. */
  listeningNear(tile: number, radius: number, visit: (listener: Listener) => void): void {
    this.#bodies.cellsNear(tile, radius, (cell) => this.#cell(cell).listening.forEach(visit));
  }

  /** The same of those alone who are told how what they have in sight changes. */
  lookingNear(tile: number, radius: number, visit: (listener: Listener) => void): void {
    this.#bodies.cellsNear(tile, radius, (cell) => this.#cell(cell).looking.forEach(visit));
  }

  #cell(cell: number): Cell {
    const known = this.#cells.get(cell);
    if (known) return known;
    const listening: Listener[] = [];
    this.#bodies.bodiesIn(cell, (slot) => {
      const listener = this.listener(this.#bodies.id[slot]!);
      if (listener && (listener.wants === null || listener.wants.size > 0)) listening.push(listener);
    });
    const made = { listening, looking: listening.filter(({ wants }) => wantsAny(wants, ofSight)) };
    this.#cells.set(cell, made);
    return made;
  }
}
