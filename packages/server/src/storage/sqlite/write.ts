import type { DatabaseSync, StatementSync } from "node:sqlite";
import { append, entriesOf, type MapHead, requireLater } from "../../record/append.ts";
import { batchHash, rowSum } from "../../record/chain.ts";
import type { CommitBatch, MemoryRow } from "../contract.ts";
import type { Ledger } from "./ledger.ts";
import { ProgramIds } from "./program-ids.ts";
import { type Back, headColumns, type Kept, type MemoryEnd, memoryEndOf, type State } from "./state.ts";
import { ProgramWriter } from "./write-programs.ts";

const statements = {
  batch: "INSERT INTO batches VALUES (?, ?)",
  entry: "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
  memory: "INSERT INTO memories VALUES (?, ?, ?, ?, ?, unhex(?))",
  undo: "INSERT OR REPLACE INTO undo VALUES (1, ?, ?, ?, unhex(?))",
} as const;

/** Writes batches into the transaction that is open. */
export class Writer {
  readonly #do: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #ledger: Ledger;
  readonly #programs: ProgramWriter;

  constructor(db: DatabaseSync, ledger: Ledger, programIds = new ProgramIds()) {
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#ledger = ledger;
    this.#programs = new ProgramWriter(db, ledger, programIds);
  }

  /** Writes all of `batch` after `state` and gives the state after it. Throws what must not be committed. */
  write(batch: CommitBatch, state: State): State {
    const n = state.batch + 1;
    const ledger = this.#ledger;
    ledger.begin(state.tally);
    const groundsBefore = this.#programs.removeLate(state.later, state.grounds);
    const before = { tally: ledger.tally, ids: state.ids };
    ledger.begin(before.tally);
    const entries = this.#entries(batch, n, state);
    const { grounds, later, ids: programIds, links } = this.#programs.write(batch, n, state.ids, groundsBefore);
    for (const { key, value } of batch.settings ?? []) {
      if (value === null) ledger.drop("settings", key);
      else ledger.put("settings", key, value);
    }
    this.#memories(batch.memories ?? []);
    const hash = batchHash(state.batchHash, n, [...entries.links, ...links]);
    this.#do.batch.run(n, hash);
    const kept: Kept = { tally: ledger.tally, ids: { ...programIds, seq: entries.seq }, later };
    this.putUndo(n, kept, { ...before, rows: ledger.before, ticks: ticksOf(batch) });
    return { ...kept, batch: n, batchHash: hash, heads: entries.heads, grounds };
  }

  putUndo(batch: number, kept: Kept, back: Back): void {
    // Two texts: the second is as long as all the rows that were written over, and is not looked into at a sound start.
    const columns = [batch, JSON.stringify(kept), back && JSON.stringify(back)] as const;
    this.#do.undo.run(...columns, rowSum("undo", columns));
  }

  #entries(batch: CommitBatch, n: number, state: State): { links: Uint8Array[]; seq: number; heads: ReadonlyMap<string, MapHead> } {
    const heads = new Map(state.heads);
    const touched = new Set<string>();
    const links: Uint8Array[] = [];
    let { seq } = state.ids;
    for (const entry of entriesOf(batch)) {
      const head = append(heads.get(entry.map), entry, ++seq);
      this.#do.entry.run(seq, n, entry.map, entry.tick, entry.kind, head.hash, entry.bytes);
      heads.set(entry.map, head);
      touched.add(entry.map);
      links.push(head.hash);
    }
    for (const map of touched) this.#ledger.put("heads", ...headColumns(map, heads.get(map)!));
    return { links, seq, heads };
  }

  #memories(memories: readonly MemoryRow[]): void {
    const ends = new Map<string, MemoryEnd>();
    for (const { who, seq, now, json } of memories) {
      const end = ends.get(who) ?? memoryEndOf(this.#ledger, who);
      requireLater(who, seq, end.seq);
      const n = end.n + 1;
      ends.set(who, { n, seq });
      this.#do.memory.run(who, seq, n, now, json, rowSum("memories", [who, seq, n, now, json]));
    }
    for (const [who, { n, seq }] of ends) this.#ledger.put("people", who, n, seq);
  }
}

function ticksOf(batch: CommitBatch): readonly (readonly [map: string, count: number])[] {
  const ticks = new Map<string, number>();
  for (const { map } of batch.records ?? []) ticks.set(map, (ticks.get(map) ?? 0) + 1);
  return [...ticks];
}
