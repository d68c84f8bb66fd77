import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ReadImage } from "../../record/reader.ts";
import { broken } from "../../record/recover.ts";
import type { HeapRow, ImageEntry, ImageRow, TurnRow } from "../contract.ts";
import type { Grounds } from "./grounds.ts";
import type { Ledger } from "./ledger.ts";
import type { ProgramIds } from "./program-ids.ts";
import { type ProgramEnd, readProgram } from "./program-rows.ts";
import type { Reels } from "./reels.ts";
import { imageRow, turnRow } from "./rows.ts";

const statements = {
  turn: "SELECT * FROM turns WHERE id = ?",
  image: "SELECT *, length(bytes) AS length FROM images WHERE id = ?",
  imageEntry:
    "SELECT id, batch, program, start, turn, ground, anew, hash, sum, NULL AS bytes, length(bytes) AS length FROM images WHERE id = ?",
} as const;

/** Reads images and turns of programs: from what a program's row says is kept and last, backwards. */
export class HeapReader {
  readonly #get: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #ledger: Ledger;
  readonly #programIds: ProgramIds;
  readonly #reels: Reels;

  constructor(db: DatabaseSync, ledger: Ledger, programIds: ProgramIds, reels: Reels) {
    this.#get = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#ledger = ledger;
    this.#programIds = programIds;
    this.#reels = reels;
  }

  heap(program: string, grounds: Grounds): HeapRow {
    const end = this.#endOf(program);
    if (end === null) return { image: null, turns: [] };
    const image = this.#newestSound(end, grounds);
    return { image, turns: this.#turnsAfter(image?.turn ?? 0, end) };
  }

  images(program: string, grounds: Grounds): readonly ImageEntry[] {
    const end = this.#endOf(program);
    return (end?.images ?? []).flatMap((id) => {
      const found = this.#sound("imageEntry", id, end!, grounds);
      return found === null ? [] : [{ turn: found.image.turn, hash: found.image.hash, bytes: found.length }];
    });
  }

  image(program: string, hash: string, grounds: Grounds): ImageRow | null {
    const end = this.#endOf(program);
    const wanted = (end?.images ?? []).filter((id) => Buffer.from(hash, "hex").equals(this.#hashAt(id)));
    if (wanted.length === 0) return null;
    for (const id of wanted) {
      const found = this.#sound("image", id, end!, grounds);
      if (found !== null) return contractRow(found.image);
    }
    throw broken(`the image ${hash.slice(0, 12)} of program ${program} is damaged`);
  }

  #endOf(program: string): ProgramEnd | null {
    return readProgram(this.#ledger, this.#programIds, program);
  }

  /** The newest image of the present start whose bytes are what was written. An older one and the turns since lead to the very same heap (I2). */
  #newestSound(end: ProgramEnd, grounds: Grounds): ImageRow | null {
    for (const id of end.images) {
      const found = this.#sound("image", id, end, grounds);
      if (found?.image.start === end.start) return contractRow(found.image);
    }
    return null;
  }

  /** Null for an image that is not there as it was written: the next older one will have to do. */
  #sound(
    statement: "image" | "imageEntry",
    id: number,
    { id: owner, program }: ProgramEnd,
    grounds: Grounds,
  ): { readonly image: ReadImage; readonly length: number } | null {
    try {
      const row = this.#get[statement].get(id);
      if (row === undefined || row["program"] !== owner || typeof row["length"] !== "number") return null;
      return {
        image: imageRow(row, { program: () => program, ground: (ground) => String(grounds.get(ground)?.hash) }),
        length: row["length"],
      };
    } catch {
      return null;
    }
  }

  #hashAt(id: number): Uint8Array {
    const hash = this.#get.imageEntry.get(id)?.["hash"];
    return hash instanceof Uint8Array ? hash : new Uint8Array();
  }

  #turnsAfter(after: number, end: ProgramEnd): readonly TurnRow[] {
    const { id: owner, program, start } = end;
    const turns: TurnRow[] = [];
    let id = end.lastTurn;
    for (let wanted = end.turn; wanted > after; wanted--) {
      const row = this.#get.turn.get(id);
      if (row === undefined || row["program"] !== owner) throw missing(program, wanted, id);
      const found = turnRow(this.#reels.whole(row), { program: () => program });
      if (found.start !== start || found.turn !== wanted) throw missing(program, wanted, id);
      const { turn, tick, throughSeq, bytes } = found;
      turns.push({ program, turn, tick, throughSeq, bytes });
      id = found.before;
    }
    return turns.toReversed();
  }
}

/** Before the first turn of a start comes nothing, or the image it began with. */
function missing(program: string, turn: number, id: number): Error {
  return broken(id === 0 ? `the image that program ${program} goes on from is damaged` : `turn ${turn} of program ${program} is missing`);
}

function contractRow({ program, turn, hash, template, anew, bytes }: ReadImage): ImageRow {
  return { program, turn, hash, bytes: bytes!, template, anew };
}
