/** A program's own row: where its turns, images and log lines are and end, beside the state the host keeps of it. */
import type { ProgramHead } from "../../record/append.ts";
import { broken } from "../../record/recover.ts";
import type { Ledger, LedgerRow } from "./ledger.ts";
import type { ProgramIds } from "./program-ids.ts";

export interface ProgramEnd extends ProgramHead {
  readonly id: number;
  readonly program: string;
  /** `id` of the last turn of its present start, 0 while that has none. The turn before it is found from there. */
  readonly lastTurn: number;
  /** The last delivery it took. */
  readonly throughSeq: number;
  /** How many lines it has logged. */
  readonly lines: number;
  /** `id`s of the images that are kept, newest first. */
  readonly images: readonly number[];
  /** Null while the host has put none. */
  readonly state: string | null;
}

export function programEndOf(row: LedgerRow): ProgramEnd {
  const [id, program, start, turn, lastTurn, throughSeq, lines, images, state] = row;
  return {
    id: Number(id),
    program: String(program),
    start: Number(start),
    turn: Number(turn),
    lastTurn: Number(lastTurn),
    throughSeq: Number(throughSeq),
    lines: Number(lines),
    images: images === "" ? [] : String(images).split(",").map(Number),
    state: state === null ? null : String(state),
  };
}

function columnsOf({ id, program, start, turn, lastTurn, throughSeq, lines, images, state }: ProgramEnd): LedgerRow {
  return [id, program, start, turn, lastTurn, throughSeq, lines, images.join(","), state];
}

/** Null for a program that is not known. */
export function readProgram(ledger: Ledger, ids: ProgramIds, program: string): ProgramEnd | null {
  const id = ids.idOf(program);
  if (id === null) return null;
  const row = ledger.get("programs", id);
  if (row === null) throw broken(`the row of program ${program} is missing`);
  return programEndOf(row);
}

/** Whose next turn anything can come before: one that has neither turns nor images has no head. */
export function headOf(end: ProgramEnd): ProgramHead | null {
  return end.start === 0 ? null : end;
}

/** The rows of the programs that one batch is about: each is read once and written once. */
export class ProgramBook {
  readonly #ledger: Ledger;
  readonly #ids: ProgramIds;
  readonly #before = new Map<string, ProgramEnd | null>();
  readonly #now = new Map<string, ProgramEnd>();
  #lastId: number;

  /** `lastId` is the highest number given to a program so far. */
  constructor(ledger: Ledger, ids: ProgramIds, lastId: number) {
    this.#ledger = ledger;
    this.#ids = ids;
    this.#lastId = lastId;
  }

  get lastId(): number {
    return this.#lastId;
  }

  of(program: string): ProgramEnd {
    const known = this.#now.get(program);
    if (known !== undefined) return known;
    const before = readProgram(this.#ledger, this.#ids, program);
    const end = before ?? this.#new(program);
    this.#before.set(program, before);
    this.#now.set(program, end);
    return end;
  }

  put(end: ProgramEnd): void {
    this.#now.set(end.program, end);
  }

  /** Where the log of a program ended before this batch. */
  linesBefore(program: string): number {
    return this.#before.get(program)?.lines ?? 0;
  }

  flush(): void {
    for (const [program, end] of this.#now) {
      const before = this.#before.get(program) ?? null;
      this.#ledger.replace("programs", before && columnsOf(before), columnsOf(end));
    }
  }

  #new(program: string): ProgramEnd {
    const nothingTaken = Number.MIN_SAFE_INTEGER;
    const id = ++this.#lastId;
    this.#ids.add(program, id);
    return { id, program, start: 0, turn: 0, lastTurn: 0, throughSeq: nothingTaken, lines: 0, images: [], state: null };
  }
}
