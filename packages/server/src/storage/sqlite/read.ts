import type { DatabaseSync, StatementSync } from "node:sqlite";
import { limits } from "@elsewhere/protocol";
import { genesis } from "../../record/chain.ts";
import { broken, recoverFrom } from "../../record/recover.ts";
import type { DeliveryRow, HeapRow, ImageRow, LogRow, MemoryRow, ProgramRow, Recovered, TurnRow } from "../contract.ts";
import { reading } from "./faults.ts";
import { Columns, deliveryRow, entryRow, imageRow, logRow, memoryRow, programRow, type Row, settingValue, turnRow } from "./rows.ts";
import type { State } from "./state.ts";

const statements = {
  before: "SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  entries: "SELECT * FROM entries WHERE map = ? AND seq >= ? ORDER BY seq",
  programs: "SELECT * FROM programs ORDER BY program",
  lastTurn: "SELECT * FROM turns WHERE program = ? ORDER BY start DESC, turn DESC LIMIT 1",
  images: "SELECT * FROM images WHERE program = ? AND bytes IS NOT NULL ORDER BY start DESC, turn DESC",
  turns: "SELECT * FROM turns WHERE program = ? AND start = ? AND turn > ? ORDER BY turn",
  mailbox: "SELECT * FROM deliveries WHERE program = ? AND seq > ? ORDER BY seq",
  memory: "SELECT * FROM memories WHERE who = ? AND seq > ? ORDER BY seq LIMIT ?",
  log: "SELECT * FROM logs WHERE program = ? ORDER BY n DESC LIMIT ?",
  setting: "SELECT * FROM settings WHERE key = ?",
} as const;

/** Reads rows of the contract. Nothing is returned that was not written: what does not verify is `corrupt`. */
export class Reader {
  readonly #get: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #where: string;

  constructor(db: DatabaseSync, where: string) {
    this.#get = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#where = where;
  }

  recover(map: string, state: State, cut: number): Recovered | null {
    return this.#read(() => {
      const head = state.heads.get(map);
      if (head === undefined) {
        if (this.#get.entries.get(map, 0) !== undefined) throw broken(`the record of map ${map} has lost its head`);
        return null;
      }
      const before = this.#get.before.get(map, head.keyframeSeq);
      const hash = before === undefined ? genesis : new Columns("entries", before).bytes("hash");
      const entries = this.#get.entries.all(map, head.keyframeSeq).map(entryRow);
      return recoverFrom(map, hash, entries, head.hash, cut);
    });
  }

  programs(): readonly ProgramRow[] {
    return this.#read(() => this.#get.programs.all().map(programRow));
  }

  heap(program: string): HeapRow {
    return this.#read(() => {
      const images = this.#get.images.all(program);
      const last = this.#get.lastTurn.get(program);
      const start = Math.max(...[...images, ...(last === undefined ? [] : [last])].map((row) => Number(row["start"])), 0);
      const image = newestSound(images, start);
      const turns = this.#get.turns.all(program, start, image?.turn ?? 0).map((row): TurnRow => {
        const { turn, tick, throughSeq, bytes } = turnRow(row);
        return { program, turn, tick, throughSeq, bytes };
      });
      turns.forEach((turn, i) => {
        const expected = (image?.turn ?? 0) + 1 + i;
        if (turn.turn !== expected) throw broken(`turn ${expected} of program ${program} is missing`);
      });
      if (image === null && turns.length === 0 && images.length > 0) throw broken(`no image of program ${program} is sound`);
      return { image, turns };
    });
  }

  mailbox(program: string): readonly DeliveryRow[] {
    return this.#read(() => {
      const last = this.#get.lastTurn.get(program);
      return this.#get.mailbox.all(program, last === undefined ? Number.MIN_SAFE_INTEGER : turnRow(last).throughSeq).map(deliveryRow);
    });
  }

  memory(who: string, afterSeq: number, itemsMax: number): readonly MemoryRow[] {
    return this.#read(() => {
      const rows = this.#get.memory.all(who, afterSeq, Math.min(itemsMax, limits.memoryPageItemsMax)).map(memoryRow);
      requireNoGap(rows, `the memory of ${who}`);
      return rows.map(({ memory }) => memory);
    });
  }

  log(program: string, linesMax: number): readonly LogRow[] {
    return this.#read(() => {
      const rows = this.#get.log.all(program, Math.min(linesMax, limits.logLinesKeptMax)).map(logRow).toReversed();
      requireNoGap(rows, `the log of ${program}`);
      return rows.map(({ line }) => line);
    });
  }

  setting(key: string): string | null {
    return this.#read(() => {
      const row = this.#get.setting.get(key);
      return row === undefined ? null : settingValue(row);
    });
  }

  #read<T>(read: () => T): T {
    return reading(this.#where, read);
  }
}

/** The newest image whose bytes are what was written. An older one and the turns since lead to the very same heap (I2). */
function newestSound(rows: readonly Row[], start: number): ImageRow | null {
  for (const row of rows) {
    try {
      const { program, turn, hash, bytes, start: ofStart } = imageRow(row);
      if (ofStart === start && bytes !== null) return { program, turn, hash, bytes };
    } catch {
      // Damaged: the next older one.
    }
  }
  return null;
}

function requireNoGap(rows: readonly { readonly n: number }[], what: string): void {
  rows.forEach(({ n }, i) => {
    if (i > 0 && n !== rows[i - 1]!.n + 1) throw broken(`${what} has lost item ${rows[i - 1]!.n + 1}`);
  });
}
