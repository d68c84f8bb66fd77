/** Turns rows of SQLite into rows of the contract, each checked against the hash or sum stored with it. */
import type { ElsewhereError } from "@elsewhere/protocol";
import { hexHash, imageLink, rowSum, sameHash, turnHash } from "../../record/chain.ts";
import type { ReadBatch, ReadEntry, ReadImage, ReadTurn } from "../../record/reader.ts";
import { broken } from "../../record/recover.ts";
import type { LogRow, MemoryRow } from "../contract.ts";

export type Row = Record<string, unknown>;

const damaged = (table: string, key: string): ElsewhereError => broken(`a row of ${table} is damaged: ${key}`);

/** Reads columns by name and type; a value of another type was never written. */
export class Columns {
  readonly #table: string;
  readonly #row: Row;
  constructor(table: string, row: Row) {
    this.#table = table;
    this.#row = row;
  }
  text(name: string): string {
    const value = this.#row[name];
    if (typeof value !== "string") throw damaged(this.#table, name);
    return value;
  }
  number(name: string): number {
    const value = this.#row[name];
    if (typeof value !== "number") throw damaged(this.#table, name);
    return value;
  }
  bytes(name: string): Uint8Array {
    const value = this.#row[name];
    if (!(value instanceof Uint8Array)) throw damaged(this.#table, name);
    return value;
  }
}

/** The columns that a row's sum covers, in their order in the table. */
function summed<T extends readonly (string | number)[]>(table: string, row: Columns, columns: T): T {
  if (rowSum(table, columns) !== row.text("sum")) throw damaged(table, String(columns[0]));
  return columns;
}

/** `n` numbers a person's memories without a gap. */
export function memoryRow(row: Row): { readonly memory: MemoryRow; readonly n: number } {
  const c = new Columns("memories", row);
  const columns = [c.text("who"), c.number("seq"), c.number("n"), c.number("batch"), c.number("now"), c.text("json")] as const;
  const [who, seq, n, , now, json] = summed("memories", c, columns);
  return { memory: { who, seq, now, json }, n };
}

/** `n` numbers a program's lines without a gap. */
export function logRow(row: Row): { readonly line: LogRow; readonly n: number } {
  const c = new Columns("logs", row);
  const columns = [c.text("program"), c.number("n"), c.number("batch"), c.number("now"), c.text("level"), c.text("text")] as const;
  const [program, n, , now, level, text] = summed("logs", c, columns);
  return { line: { program, now, level: level as LogRow["level"], text }, n };
}

/** `json` says how to take `batch` back; `seq` is the highest number ever given to an entry. */
export function undoColumns(row: Row): { readonly batch: number; readonly seq: number; readonly json: string } {
  const c = new Columns("undo", row);
  const [batch, seq, json] = summed("undo", c, [c.number("batch"), c.number("seq"), c.text("json")] as const);
  return { batch, seq, json };
}

/** Not checked here: a batch is checked as a link of the batch chain. */
export function batchRow(row: Row): ReadBatch {
  const c = new Columns("batches", row);
  return { batch: c.number("batch"), hash: c.bytes("hash") };
}

/** Not checked here: an entry is checked as a link of its chain. */
export function entryRow(row: Row): ReadEntry {
  const c = new Columns("entries", row);
  return {
    seq: c.number("seq"),
    batch: c.number("batch"),
    map: c.text("map"),
    tick: c.number("tick"),
    kind: c.text("kind") === "keyframe" ? "keyframe" : "tick",
    bytes: c.bytes("bytes"),
    hash: c.bytes("hash"),
  };
}

/** Not checked. */
export function turnColumns(row: Row): ReadTurn {
  const c = new Columns("turns", row);
  return {
    batch: c.number("batch"),
    program: c.text("program"),
    start: c.number("start"),
    turn: c.number("turn"),
    tick: c.number("tick"),
    throughSeq: c.number("through_seq"),
    bytes: c.bytes("bytes"),
    hash: c.bytes("hash"),
  };
}

export function turnRow(row: Row): ReadTurn {
  const turn = turnColumns(row);
  if (!sameHash(turnHash(turn), turn.hash)) throw damaged("turns", `turn ${turn.turn} of ${turn.program}`);
  return turn;
}

/** Not checked. */
export function imageColumns(row: Row): ReadImage {
  const c = new Columns("images", row);
  return {
    batch: c.number("batch"),
    program: c.text("program"),
    start: c.number("start"),
    turn: c.number("turn"),
    hash: c.text("hash"),
    link: c.bytes("link"),
    bytes: row["bytes"] === null ? null : c.bytes("bytes"),
  };
}

export function imageRow(row: Row): ReadImage {
  const image = imageColumns(row);
  const sound = sameHash(imageLink(image), image.link) && (image.bytes === null || hexHash(image.bytes) === image.hash);
  if (!sound) throw damaged("images", `turn ${image.turn} of ${image.program}`);
  return image;
}
