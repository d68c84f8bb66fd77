/** Somebody who has come into a patch in this step. */
export interface Comer {
  readonly id: number;
  readonly slot: number;
  /** The patch beside this one in the same room that it came from, and its place there before; null if it came otherwise. */
  readonly from: Patch | null;
  readonly place: number;
}

/** What a step changed of who is in a patch and how they look. */
export interface News {
  /** Places, before the step, of those who are no longer here. */
  readonly gone: number[];
  readonly came: Comer[];
  /** The patches from which somebody came and may be told of by reference. */
  readonly sources: Patch[];
  /** Whether anybody looks otherwise. */
  altered: boolean;
}

/** Bytes encoded once in a step: where they stand. */
class Encoded {
  step = -1;
  start = 0;
  end = 0;

  set(step: number, start: number, end: number): void {
    this.step = step;
    this.start = start;
    this.end = end;
  }
}

/** What a pair of eyes can see of one cell in one room. Who is in it, and its changes in a step, stand in the table of patches. */
export class Patch {
  readonly number: number;
  readonly cell: number;
  readonly column: number;
  readonly row: number;
  readonly room: number;
  /** What the last step that had any changed besides moves. */
  news: News = { gone: [], came: [], sources: [], altered: false };
  /** The changes once more, with comers told by reference, and the whole patch. */
  readonly referring = new Encoded();
  readonly whole = new Encoded();

  constructor(number: number, cell: number, cellColumns: number, room: number) {
    this.number = number;
    this.cell = cell;
    this.column = cell % cellColumns;
    this.row = Math.floor(cell / cellColumns);
    this.room = room;
  }

  isBeside(other: Patch): boolean {
    return this.room === other.room && Math.abs(this.column - other.column) <= 1 && Math.abs(this.row - other.row) <= 1;
  }

  /** Makes of the slots of its members, by ascending id, those of who has stayed and come; `ids` by slot. */
  settle(slots: number[], ids: Float64Array): void {
    const { gone, came } = this.news;
    gone.sort((a, b) => b - a);
    for (const place of gone) slots.splice(place, 1);
    came.sort((a, b) => a.id - b.id);
    // Those who came are looked for a place one after another, from behind.
    let place = slots.length;
    for (let i = came.length - 1; i >= 0; i--) {
      const { id, slot } = came[i]!;
      while (place > 0 && ids[slots[place - 1]!]! > id) place--;
      slots.splice(place, 0, slot);
    }
  }
}
