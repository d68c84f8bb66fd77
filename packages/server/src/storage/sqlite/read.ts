import type { DatabaseSync, StatementSync } from "node:sqlite";
import { limits } from "@elsewhere/protocol/limits";
import { genesis, hexHash } from "../../record/chain.ts";
import { broken, recoverFrom } from "../../record/recover.ts";
import { recordOf } from "../../record/stream.ts";
import type {
  DeliveryRow,
  GroundRow,
  HeapRow,
  ImageEntry,
  ImageRow,
  LogRow,
  MemoryRow,
  ProgramRow,
  KeptSetting,
  Recovered,
} from "../contract.ts";
import type { Blocks } from "./blocks.ts";
import { reading } from "./faults.ts";
import type { Grounds } from "./grounds.ts";
import type { Ledger, LedgerTable } from "./ledger.ts";
import { ProgramMail } from "./program-mail.ts";
import type { ProgramIds } from "./program-ids.ts";
import { readProgram } from "./program-rows.ts";
import { HeapReader } from "./read-heaps.ts";
import { PastReader } from "./read-past.ts";
import type { Reels } from "./reels.ts";
import { Columns, entryRow, logRow, memoryRow } from "./rows.ts";
import { memoryEndOf, type State } from "./state.ts";

const statements = {
  before: "SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  entries: "SELECT * FROM entries WHERE map = ? AND seq >= ? ORDER BY seq",
  groundBytes: "SELECT bytes FROM ground_bytes WHERE id = ?",
  memoryBefore: "SELECT * FROM memories WHERE who = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
  memory: "SELECT * FROM memories WHERE who = ? AND seq > ? ORDER BY seq LIMIT ?",
  log: "SELECT * FROM logs WHERE program = ? ORDER BY n DESC LIMIT ?",
} as const;

/** Reads rows of the contract. Nothing is returned that was not written: what does not verify is `corrupt`. */
export class Reader {
  readonly #get: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #where: string;
  readonly #ledger: Ledger;
  readonly #programIds: ProgramIds;
  readonly #heaps: HeapReader;
  readonly #past: PastReader;
  readonly #blocks: Blocks;
  #start: ProgramMail | null = null;

  constructor(db: DatabaseSync, where: string, ledger: Ledger, programIds: ProgramIds, blocks: Blocks, reels: Reels) {
    this.#get = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#where = where;
    this.#ledger = ledger;
    this.#programIds = programIds;
    this.#past = new PastReader(db, blocks);
    this.#blocks = blocks;
    this.#heaps = new HeapReader(db, ledger, programIds, reels);
  }

  recover(map: string, state: State, cut: number): Recovered | null {
    return this.#read(() => {
      const head = state.heads.get(map);
      if (head === undefined) {
        if (this.#get.entries.get(map, 0) !== undefined) throw broken(`${recordOf(map)} has lost its head`);
        return null;
      }
      const before = this.#get.before.get(map, head.keyframeSeq);
      const hash = before === undefined ? (this.#blocks.last(map)?.after ?? genesis) : new Columns("entries", before).bytes("hash");
      const entries = this.#get.entries.all(map, head.keyframeSeq).map(entryRow);
      return recoverFrom(map, hash, entries, head.hash, cut);
    });
  }

  /** Until something is committed, programs and their mail are as the check at the start has found them. */
  startWith(mail: ProgramMail | null): void {
    this.#start = mail;
  }

  programs(): readonly ProgramRow[] {
    return this.#read(() => (this.#start ?? this.#collect(["programs"])).states);
  }

  mailboxes(): readonly DeliveryRow[] {
    return this.#read(() => (this.#start ?? this.#collect(["programs", "deliveries"])).waiting);
  }

  heap(program: string, grounds: Grounds): HeapRow {
    return this.#read(() => this.#heaps.heap(program, grounds));
  }

  images(program: string, grounds: Grounds): readonly ImageEntry[] {
    return this.#read(() => this.#heaps.images(program, grounds));
  }

  image(program: string, hash: string, grounds: Grounds): ImageRow | null {
    return this.#read(() => this.#heaps.image(program, hash, grounds));
  }

  ground(hash: string, grounds: Grounds): GroundRow | null {
    return this.#read(() => {
      const ground = grounds.withHash(hash);
      if (ground === null || !ground.stored) return null;
      const { id, kind, needs } = ground;
      const row = this.#get.groundBytes.get(id);
      const bytes = row === undefined ? null : new Columns("ground_bytes", row).bytes("bytes");
      if (bytes === null || hexHash(bytes) !== hash) throw broken(`the ${kind} ${hash.slice(0, 12)} is damaged`);
      return { hash, kind, bytes, needs };
    });
  }

  memory(who: string, afterSeq: number, itemsMax: number): readonly MemoryRow[] {
    return this.#read(() => {
      const wanted = Math.max(0, Math.min(itemsMax, limits.memoryPageItemsMax));
      // Checked as a whole: where it is damaged, the search for what follows has gone astray.
      const row = this.#get.memoryBefore.get(who, afterSeq);
      const before = row === undefined ? 0 : memoryRow(row).n;
      const rows = this.#get.memory.all(who, afterSeq, wanted).map(memoryRow);
      const end = memoryEndOf(this.#ledger, who).n;
      requireNumbers(rows, before + 1, Math.min(before + wanted, end), `the memory of ${who}`);
      return rows.map(({ memory }) => memory);
    });
  }

  log(program: string, linesMax: number): readonly LogRow[] {
    return this.#read(() => {
      const end = readProgram(this.#ledger, this.#programIds, program);
      if (end === null) return [];
      const { id, lines } = end;
      const wanted = Math.max(0, Math.min(linesMax, limits.logLinesKeptMax));
      const rows = this.#get.log.all(id, wanted).map(logRow).toReversed();
      requireNumbers(rows, Math.max(1, lines - wanted + 1), lines, `the log of ${program}`);
      return rows.map(({ line }) => ({ program, ...line }));
    });
  }

  stretches(map: string): ReturnType<PastReader["stretches"]> {
    return this.#read(() => this.#past.stretches(map));
  }

  stretch(map: string, tick: number): ReturnType<PastReader["stretch"]> {
    return this.#read(() => this.#past.stretch(map, tick));
  }

  setting(key: string): string | null {
    return this.#read(() => {
      const row = this.#ledger.get("settings", key);
      return row === null ? null : String(row[1]);
    });
  }

  settingsUnder(prefix: string): readonly KeptSetting[] {
    return this.#read(() => {
      const found: KeptSetting[] = [];
      for (const [key, value] of this.#ledger.all("settings"))
        if (String(key).startsWith(prefix)) found.push({ key: String(key), value: String(value) });
      return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  #collect(tables: readonly LedgerTable[]): ProgramMail {
    const mail = new ProgramMail(this.#programIds);
    for (const table of tables) for (const row of this.#ledger.all(table)) mail.add(table, row);
    return mail;
  }

  #read<T>(read: () => T): T {
    return reading(this.#where, read);
  }
}

/** Requires rows numbered `first` to `last`, none missing. */
function requireNumbers(rows: readonly { readonly n: number }[], first: number, last: number, what: string): void {
  const missing = rows.findIndex(({ n }, i) => n !== first + i);
  if (missing >= 0 || rows.length !== Math.max(0, last - first + 1)) throw broken(`${what} has lost item ${first + Math.max(0, missing)}`);
}
