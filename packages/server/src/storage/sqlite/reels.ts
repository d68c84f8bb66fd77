import type { DatabaseSync, StatementSync } from "node:sqlite";
import { digestOf, rowSum, toHex } from "../../record/chain.ts";
import { readReel, type Reeled } from "../../record/reel.ts";
import { broken } from "../../record/recover.ts";
import { Columns, type Row } from "./rows.ts";

/** So many turns make a reel. */
const reelTurns = 512;
/** So many are looked at to find them. */
const looksAt = 4 * reelTurns;
/** Reels that are kept unpacked. */
const unpackedMax = 16;

const statements = {
  reel: "SELECT bytes, sum FROM reels WHERE reel = ?",
  raw: "SELECT id, program, start, turn FROM turns WHERE id > ? AND reel IS NULL AND batch < ? ORDER BY id LIMIT ?",
  turn: "SELECT bytes FROM turns WHERE id = ?",
  images: "SELECT images FROM programs WHERE id = ?",
  image: "SELECT start, turn FROM images WHERE id = ?",
  insert: "INSERT INTO reels (bytes, sum) VALUES (?, unhex(?))",
  move: "UPDATE turns SET bytes = NULL, reel = ? WHERE id = ?",
} as const;

/** The bytes of turns that are no longer in their rows. */
export class Reels {
  readonly #do: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #unpacked = new Map<number, ReadonlyMap<number, Uint8Array>>();
  /** Turns are looked at from here on. */
  #from = 0;

  constructor(db: DatabaseSync) {
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
  }

  /** A row of turns with its bytes. Throws `corrupt` if they are damaged. */
  whole(row: Row): Row {
    const reel = row["reel"];
    if (reel === null) return row;
    const bytes = this.#reel(Number(reel)).get(Number(row["id"]));
    if (bytes === undefined) throw broken(`turn ${String(row["turn"])} is not in its reel`);
    return { ...row, bytes };
  }

  /**
   * Turns that a newer image of their program stands for, so that no heap is made of them any more unless that is damaged:
   * enough for a reel, or what there is of them if `all` are wanted; null if there are too few.
   */
  due(beforeBatch: number, all: boolean): readonly Reeled[] | null {
    if (all) this.#from = 0;
    for (;;) {
      const rows = this.#do.raw.all(this.#from, beforeBatch, looksAt).map((row) => new Columns("turns", row));
      const ids = this.#covered(rows).slice(0, reelTurns);
      if (ids.length === reelTurns || (all && ids.length > 0)) return ids.map((id) => this.#turn(id));
      // What is passed over now is looked at again once all others have been.
      this.#from = rows.length < looksAt ? 0 : rows.at(-1)!.number("id");
      if (!all || this.#from === 0) return null;
    }
  }

  /** Within a transaction: a reel takes the place of its turns' own bytes. */
  put(ids: readonly number[], bytes: Uint8Array): void {
    const { lastInsertRowid } = this.#do.insert.run(bytes, sumOf(bytes));
    for (const id of ids) this.#do.move.run(lastInsertRowid, id);
  }

  /** The numbers of those that a newer image of their program stands for. */
  #covered(rows: readonly Columns[]): readonly number[] {
    const newest = new Map<number, Row | undefined>();
    return rows.flatMap((row) => {
      const program = row.number("program");
      if (!newest.has(program)) newest.set(program, this.#newestImage(program));
      return isCovered(row, newest.get(program)) ? [row.number("id")] : [];
    });
  }

  #turn(id: number): Reeled {
    return { id, bytes: new Columns("turns", this.#do.turn.get(id)!).bytes("bytes") };
  }

  #reel(reel: number): ReadonlyMap<number, Uint8Array> {
    let turns = this.#unpacked.get(reel);
    if (turns === undefined) {
      turns = this.#read(reel);
      for (const [oldest] of this.#unpacked) if (this.#unpacked.size >= unpackedMax) this.#unpacked.delete(oldest);
      this.#unpacked.set(reel, turns);
    }
    return turns;
  }

  #read(reel: number): ReadonlyMap<number, Uint8Array> {
    const row = this.#do.reel.get(reel);
    if (row === undefined) throw broken(`reel ${reel} of turns is missing`);
    const columns = new Columns("reels", row);
    const bytes = columns.bytes("bytes");
    if (toHex(columns.bytes("sum")) !== sumOf(bytes)) throw broken(`reel ${reel} of turns is damaged`);
    return readReel(bytes);
  }

  #newestImage(program: number): Row | undefined {
    const images = this.#do.images.get(program)?.["images"];
    const [id = ""] = typeof images === "string" ? images.split(",") : [];
    return id === "" ? undefined : this.#do.image.get(Number(id));
  }
}

const sumOf = (bytes: Uint8Array): string => rowSum("reels", [toHex(digestOf(bytes))]);

function isCovered(row: Columns, image: Row | undefined): boolean {
  if (image === undefined) return false;
  const columns = new Columns("images", image);
  const starts = row.number("start") - columns.number("start");
  return starts < 0 || (starts === 0 && row.number("turn") <= columns.number("turn"));
}
