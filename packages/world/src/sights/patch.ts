/** Somebody who has come into a patch in this step. */
export interface Comer {
  readonly id: number;
  readonly slot: number;
  /** The patch beside this one in the same room that it came from, and its place there before; null if it came otherwise. */
  readonly from: Patch | null;
  readonly place: number;
}

/** Bytes encoded once in a step: where they stand. */
export class Encoded {
  step = -1;
  start = 0;
  end = 0;

  set(step: number, start: number, end: number): void {
    this.step = step;
    this.start = start;
    this.end = end;
  }
}

/** What of a patch is shown: its changes with comers told by reference, with all of them told in full, or the whole patch. */
export type Part = "referring" | "spelledOut" | "whole";

/** What a pair of eyes can see of one cell in one room: bodies by ascending id, and what this step changed of them. */
export class Patch {
  readonly cell: number;
  readonly column: number;
  readonly row: number;
  readonly room: number;
  ids: number[] = [];
  /** Their slots, in the same order. */
  slots: number[] = [];
  /** The last step that changed anything here; what follows speaks of that step. */
  changedStep = -1;
  /** Places, before the step, of those who are no longer here. */
  gone: number[] = [];
  came: Comer[] = [];
  /** How many of those who stay moved, and how many look otherwise. */
  moved = 0;
  altered = 0;
  /** The patches from which somebody came and may be told of by reference. */
  sources: Patch[] = [];

  readonly referring = new Encoded();
  readonly spelledOut = new Encoded();
  readonly whole = new Encoded();

  constructor(cell: number, cellColumns: number, room: number) {
    this.cell = cell;
    this.column = cell % cellColumns;
    this.row = Math.floor(cell / cellColumns);
    this.room = room;
  }

  /** To be called before anything is noted of a step. */
  touch(step: number): void {
    if (this.changedStep === step) return;
    this.changedStep = step;
    this.moved = this.altered = 0;
    if (this.gone.length > 0) this.gone = [];
    if (this.came.length > 0) this.came = [];
    if (this.sources.length > 0) this.sources = [];
  }

  /** The place of a body, -1 if it is not here. */
  placeOf(id: number): number {
    let [low, high] = [0, this.ids.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.ids[middle]!;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  isBeside(other: Patch): boolean {
    return this.room === other.room && Math.abs(this.column - other.column) <= 1 && Math.abs(this.row - other.row) <= 1;
  }

  /** Makes the members those who have stayed and come. */
  settle(): void {
    if (this.gone.length > 0) {
      this.gone.sort((a, b) => a - b);
      const gone = new Set(this.gone);
      this.ids = this.ids.filter((_, place) => !gone.has(place));
      this.slots = this.slots.filter((_, place) => !gone.has(place));
    }
    if (this.came.length === 0) return;
    this.came.sort((a, b) => a.id - b.id);
    const [ids, slots]: [number[], number[]] = [[], []];
    let next = 0;
    for (const { id, slot } of this.came) {
      while (next < this.ids.length && this.ids[next]! < id) {
        ids.push(this.ids[next]!);
        slots.push(this.slots[next++]!);
      }
      ids.push(id);
      slots.push(slot);
    }
    this.ids = [...ids, ...this.ids.slice(next)];
    this.slots = [...slots, ...this.slots.slice(next)];
  }
}
