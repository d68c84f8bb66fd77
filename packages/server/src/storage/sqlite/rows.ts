/** Turns rows of SQLite into rows of the contract, each checked against the hash or sum stored with it. */
import type { ElsewhereError } from "@elsewhere/protocol";
import { hexHash, imageLink, rowSum, sameHash, sumOf, toHex, turnHash } from "../../record/chain.ts";
import type { ReadBatch, ReadEntry, ReadGround, ReadImage, ReadProgram, ReadTurn } from "../../record/reader.ts";
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
  textOrNull(name: string): string | null {
    return this.#row[name] === null ? null : this.text(name);
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
function summed<T extends readonly (string | number | null)[]>(table: string, row: Columns, columns: T): T {
  if (rowSum(table, columns) !== toHex(row.bytes("sum"))) throw damaged(table, String(columns[0]));
  return columns;
}

/** `n` numbers a person's memories without a gap. */
export function memoryRow(row: Row): { readonly memory: MemoryRow; readonly n: number } {
  const c = new Columns("memories", row);
  const columns = [c.text("who"), c.number("seq"), c.number("n"), c.number("now"), c.text("json")] as const;
  const [who, seq, n, now, json] = summed("memories", c, columns);
  return { memory: { who, seq, now, json }, n };
}

/** `n` numbers a program's lines without a gap. */
export function logRow(row: Row): { readonly line: Omit<LogRow, "program">; readonly n: number } {
  const c = new Columns("logs", row);
  const columns = [c.number("program"), c.number("n"), c.number("now"), c.text("level"), c.text("text")] as const;
  const [, n, now, level, text] = summed("logs", c, columns);
  return { line: { now, level: level as LogRow["level"], text }, n };
}

/** `json` is what no table holds of the state after `batch`, `back` how to take that batch back. */
export function undoColumns(row: Row): { readonly batch: number; readonly json: string; readonly back: string | null } {
  const c = new Columns("undo", row);
  const [batch, json, back] = summed("undo", c, [c.number("batch"), c.text("json"), c.textOrNull("back")] as const);
  return { batch, json, back };
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

/** What the numbers in other rows stand for: of a program its name, of a ground its hash. */
export interface Numbered {
  program(id: number): string;
  ground(id: number): string;
}

/** Not checked. */
export function turnColumns(row: Row, numbered: Pick<Numbered, "program">): ReadTurn {
  const c = new Columns("turns", row);
  return {
    id: c.number("id"),
    batch: c.number("batch"),
    program: numbered.program(c.number("program")),
    start: c.number("start"),
    turn: c.number("turn"),
    tick: c.number("tick"),
    throughSeq: c.number("through_seq"),
    before: c.number("before"),
    sum: c.bytes("sum"),
    bytes: c.bytes("bytes"),
  };
}

export function turnRow(row: Row, numbered: Pick<Numbered, "program">): ReadTurn {
  const turn = turnColumns(row, numbered);
  if (!sameHash(sumOf(turnHash(turn)), turn.sum)) throw damaged("turns", `turn ${turn.turn} of ${turn.program}`);
  return turn;
}

/** Not checked. */
export function imageColumns(row: Row, numbered: Numbered): ReadImage {
  const c = new Columns("images", row);
  return {
    id: c.number("id"),
    batch: c.number("batch"),
    program: numbered.program(c.number("program")),
    start: c.number("start"),
    turn: c.number("turn"),
    template: numbered.ground(c.number("ground")),
    anew: c.number("anew") === 1,
    hash: toHex(c.bytes("hash")),
    sum: c.bytes("sum"),
    bytes: row["bytes"] === null ? null : c.bytes("bytes"),
  };
}

export function imageRow(row: Row, numbered: Numbered): ReadImage {
  const image = imageColumns(row, numbered);
  const sound = sameHash(sumOf(imageLink(image)), image.sum) && (image.bytes === null || hexHash(image.bytes) === image.hash);
  if (!sound) throw damaged("images", `turn ${image.turn} of ${image.program}`);
  return image;
}

/** Not checked here, but among all rows of the ledger. */
export function programColumns(row: Row): ReadProgram {
  const c = new Columns("programs", row);
  const images = c.text("images");
  return {
    program: c.text("program"),
    start: c.number("start"),
    turn: c.number("turn"),
    lastTurn: c.number("last_turn"),
    images: images === "" ? [] : images.split(",").map(Number),
  };
}

/** Not checked here, but among all rows of the ledger. */
export function groundRow(row: Row): ReadGround {
  const c = new Columns("grounds", row);
  const needs = c.text("needs");
  return {
    hash: c.text("hash"),
    needs: needs === "" ? [] : needs.split(","),
    images: c.number("images"),
    stored: c.number("stored") === 1,
    bytes: row["bytes"] === null ? null : c.bytes("bytes"),
  };
}
