import type { DatabaseSync, StatementSync } from "node:sqlite";
import { limits } from "@elsewhere/protocol";
import { genesis } from "../../record/chain.ts";
import { broken, recoverFrom } from "../../record/recover.ts";
import type { DeliveryRow, HeapRow, ImageRow, LogRow, MemoryRow, ProgramRow, Recovered, TurnRow } from "../contract.ts";
import { reading } from "./faults.ts";
import { checkedRow, type Ledger } from "./ledger.ts";
import { Columns, entryRow, imageRow, logRow, memoryRow, type Row, turnRow } from "./rows.ts";
import { endOf, type State } from "./state.ts";

const statements = {
  before: "SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  entries: "SELECT * FROM entries WHERE map = ? AND seq >= ? ORDER BY seq",
  images: "SELECT * FROM images WHERE program = ? AND start = ? AND bytes IS NOT NULL ORDER BY turn DESC",
  turns: "SELECT * FROM turns WHERE program = ? AND start = ? AND turn > ? ORDER BY turn",
  mailbox: "SELECT * FROM deliveries WHERE program = ? AND seq > ? ORDER BY seq",
  memoryBefore: "SELECT n FROM memories WHERE who = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
  memory: "SELECT * FROM memories WHERE who = ? AND seq > ? ORDER BY seq LIMIT ?",
  log: "SELECT * FROM logs WHERE program = ? ORDER BY n DESC LIMIT ?",
} as const;

/** Reads rows of the contract. Nothing is returned that was not written: what does not verify is `corrupt`. */
export class Reader {
  readonly #get: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #where: string;
  readonly #ledger: Ledger;

  constructor(db: DatabaseSync, where: string, ledger: Ledger) {
    this.#get = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#where = where;
    this.#ledger = ledger;
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
    return this.#read(() =>
      Array.from(this.#ledger.all("programs"), ([program, state]) => ({ program: String(program), state: String(state) })),
    );
  }

  heap(program: string): HeapRow {
    return this.#read(() => {
      const end = endOf(this.#ledger, "turns", program);
      if (end === null) return { image: null, turns: [] };
      const image = newestSound(this.#get.images.all(program, end.start));
      const turns = this.#get.turns.all(program, end.start, image?.turn ?? 0).map((row): TurnRow => {
        const { turn, tick, throughSeq, bytes } = turnRow(row);
        return { program, turn, tick, throughSeq, bytes };
      });
      const first = (image?.turn ?? 0) + 1;
      const missing = turns.findIndex((turn, i) => turn.turn !== first + i);
      if (missing >= 0 || first + turns.length !== end.n + 1) {
        throw broken(`turn ${first + (missing >= 0 ? missing : turns.length)} of program ${program} is missing`);
      }
      return { image, turns };
    });
  }

  mailbox(program: string): readonly DeliveryRow[] {
    return this.#read(() => {
      const taken = endOf(this.#ledger, "turns", program)?.seq ?? Number.MIN_SAFE_INTEGER;
      return this.#get.mailbox.all(program, taken).map((row) => {
        const [, seq, , tick, json] = checkedRow("deliveries", row);
        return { program, seq: Number(seq), tick: Number(tick), json: String(json) };
      });
    });
  }

  memory(who: string, afterSeq: number, itemsMax: number): readonly MemoryRow[] {
    return this.#read(() => {
      const wanted = Math.max(0, Math.min(itemsMax, limits.memoryPageItemsMax));
      const before = Number(this.#get.memoryBefore.get(who, afterSeq)?.["n"] ?? 0);
      const rows = this.#get.memory.all(who, afterSeq, wanted).map(memoryRow);
      const end = endOf(this.#ledger, "memory", who)?.n ?? 0;
      requireNumbers(rows, before + 1, Math.min(before + wanted, end), `the memory of ${who}`);
      return rows.map(({ memory }) => memory);
    });
  }

  log(program: string, linesMax: number): readonly LogRow[] {
    return this.#read(() => {
      const wanted = Math.max(0, Math.min(linesMax, limits.logLinesKeptMax));
      const rows = this.#get.log.all(program, wanted).map(logRow).toReversed();
      const end = endOf(this.#ledger, "log", program)?.n ?? 0;
      requireNumbers(rows, Math.max(1, end - wanted + 1), end, `the log of ${program}`);
      return rows.map(({ line }) => line);
    });
  }

  setting(key: string): string | null {
    return this.#read(() => {
      const row = this.#ledger.get("settings", key);
      return row === null ? null : String(row[1]);
    });
  }

  #read<T>(read: () => T): T {
    return reading(this.#where, read);
  }
}

/** The newest image whose bytes are what was written. An older one and the turns since lead to the very same heap (I2). */
function newestSound(rows: readonly Row[]): ImageRow | null {
  for (const row of rows) {
    try {
      const { program, turn, hash, bytes } = imageRow(row);
      if (bytes !== null) return { program, turn, hash, bytes };
    } catch {
      // Damaged: the next older one.
    }
  }
  return null;
}

/** Requires rows numbered `first` to `last`, none missing. */
function requireNumbers(rows: readonly { readonly n: number }[], first: number, last: number, what: string): void {
  const missing = rows.findIndex(({ n }, i) => n !== first + i);
  if (missing >= 0 || rows.length !== Math.max(0, last - first + 1)) throw broken(`${what} has lost item ${first + Math.max(0, missing)}`);
}
