import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { append, entriesOf, type MapHead, requireKeyframe, requireLater, startOf } from "../../record/append.ts";
import { batchHash, hexHash, imageLink, rowSum, turnHash } from "../../record/chain.ts";
import type { CommitBatch, ImageRow, LogRow, MemoryRow, TurnRow } from "../contract.ts";
import type { Ledger } from "./ledger.ts";
import { type End, endOf, type EndOf, headColumns, type State, type Undo } from "./state.ts";

const statements = {
  batch: "INSERT INTO batches VALUES (?, ?)",
  entry: "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
  turn: "INSERT INTO turns VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
  image: "INSERT INTO images VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
  pruneImages:
    "UPDATE images SET bytes = NULL WHERE program = ?1 AND bytes IS NOT NULL AND id NOT IN " +
    "(SELECT id FROM images WHERE program = ?1 ORDER BY start DESC, turn DESC LIMIT ?2)",
  memory: "INSERT INTO memories VALUES (?, ?, ?, ?, ?, ?, ?)",
  log: "INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)",
  pruneLogs: "DELETE FROM logs WHERE program = ? AND n <= ?",
  undo: "INSERT OR REPLACE INTO undo VALUES (1, ?, ?, ?, ?)",
} as const;

type Statements = { readonly [name in keyof typeof statements]: StatementSync };

/** Kept images of a program: the newest, one to go back to, and one more in case the last batch is taken back. */
const imagesKept = 3;

const noEnd: End = { start: 0, n: 0, seq: Number.MIN_SAFE_INTEGER };

/** Writes batches into the transaction that is open. */
export class Writer {
  readonly #do: Statements;
  readonly #ledger: Ledger;

  constructor(db: DatabaseSync, ledger: Ledger) {
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as unknown as Statements;
    this.#ledger = ledger;
  }

  /** Writes all of `batch` after `state` and gives the state after it. Throws what must not be committed. */
  write(batch: CommitBatch, state: State): State {
    const n = state.batch + 1;
    const ledger = this.#ledger;
    ledger.begin(state.tally);
    for (const [program, throughSeq] of state.taken) ledger.takeDeliveries(program, throughSeq);
    const before = ledger.tally;
    const entries = this.#entries(batch, n, state);
    const links = [...entries.links, ...this.#turns(batch.turns ?? [], n), ...this.#images(batch.images ?? [], n)];
    for (const { program, state: json } of batch.programs ?? []) ledger.put("programs", program, json);
    for (const { program, seq, tick, json } of batch.deliveries ?? []) ledger.insert("deliveries", program, seq, n, tick, json);
    for (const { key, value } of batch.settings ?? []) ledger.put("settings", key, value);
    this.#memories(batch.memories ?? [], n);
    this.#logs(batch.logs ?? [], n);
    const hash = batchHash(state.batchHash, n, links);
    this.#do.batch.run(n, hash);
    const { tally } = ledger;
    const taken = (batch.turns ?? []).map((turn) => [turn.program, turn.throughSeq] as const);
    this.putUndo(n, entries.seq, { tally, taken, back: { tally: before, rows: ledger.before, ticks: ticksOf(batch) } });
    return { batch: n, batchHash: hash, seq: entries.seq, heads: entries.heads, tally, taken };
  }

  /** `seq` is the highest number ever given to an entry. */
  putUndo(batch: number, seq: number, undo: Undo): void {
    const json = JSON.stringify(undo);
    this.#do.undo.run(batch, seq, json, rowSum("undo", [batch, seq, json]));
  }

  #entries(batch: CommitBatch, n: number, state: State): { links: Uint8Array[]; seq: number; heads: ReadonlyMap<string, MapHead> } {
    const heads = new Map(state.heads);
    const touched = new Set<string>();
    const links: Uint8Array[] = [];
    let seq = state.seq;
    for (const entry of entriesOf(batch)) {
      const head = append(heads.get(entry.map), entry, ++seq);
      this.#do.entry.run(seq, n, entry.map, entry.tick, entry.kind, entry.bytes, head.hash);
      heads.set(entry.map, head);
      touched.add(entry.map);
      links.push(head.hash);
    }
    for (const map of touched) {
      const head = heads.get(map)!;
      requireKeyframe(map, head);
      this.#ledger.put("heads", ...headColumns(map, head));
    }
    return { links, seq, heads };
  }

  #turns(turns: readonly TurnRow[], batch: number): Uint8Array[] {
    return turns.map((row) => {
      const { program, turn, tick, throughSeq, bytes } = row;
      const end = endOf(this.#ledger, "turns", program);
      const start = startOf(program, turn, end && { start: end.start, turn: end.n });
      const hash = turnHash({ program, start, turn, tick, throughSeq, bytes });
      this.#do.turn.run(batch, program, start, turn, tick, throughSeq, bytes, hash);
      this.#putEnd("turns", program, { start, n: turn, seq: throughSeq });
      return hash;
    });
  }

  #images(images: readonly ImageRow[], batch: number): Uint8Array[] {
    return images.map((row) => {
      const { program, turn, hash, bytes } = row;
      if (hexHash(bytes) !== hash) {
        throw new ElsewhereError("corrupt", `the image of program ${program} after turn ${turn} does not match its hash`, {
          field: "image",
        });
      }
      const end = endOf(this.#ledger, "turns", program) ?? { ...noEnd, start: 1 };
      const link = imageLink({ program, start: end.start, turn, hash });
      this.#do.image.run(batch, program, end.start, turn, hash, link, bytes);
      this.#do.pruneImages.run(program, imagesKept);
      // An image beyond the last turn is that of a program that arrives: its turns go on from there.
      if (turn > end.n) this.#putEnd("turns", program, { ...end, n: turn });
      return link;
    });
  }

  #memories(memories: readonly MemoryRow[], batch: number): void {
    const ends = new Map<string, End>();
    for (const { who, seq, now, json } of memories) {
      const end = ends.get(who) ?? endOf(this.#ledger, "memory", who) ?? noEnd;
      requireLater(who, seq, end.seq);
      const n = end.n + 1;
      ends.set(who, { ...end, n, seq });
      this.#do.memory.run(who, seq, n, batch, now, json, rowSum("memories", [who, seq, n, batch, now, json]));
    }
    for (const [who, end] of ends) this.#putEnd("memory", who, end);
  }

  #logs(logs: readonly LogRow[], batch: number): void {
    const ends = new Map<string, End>();
    for (const { program, now, level, text } of logs) {
      const end = ends.get(program) ?? endOf(this.#ledger, "log", program) ?? { ...noEnd, seq: 0 };
      const n = end.n + 1;
      ends.set(program, { ...end, n });
      this.#do.log.run(program, n, batch, now, level, text, rowSum("logs", [program, n, batch, now, level, text]));
    }
    for (const [program, end] of ends) {
      this.#putEnd("log", program, end);
      this.#do.pruneLogs.run(program, end.n - limits.logLinesKeptMax);
    }
  }

  #putEnd(what: EndOf, owner: string, { start, n, seq }: End): void {
    this.#ledger.put("ends", what, owner, start, n, seq);
  }
}

function ticksOf(batch: CommitBatch): readonly (readonly [map: string, count: number])[] {
  const ticks = new Map<string, number>();
  for (const { map } of batch.records ?? []) ticks.set(map, (ticks.get(map) ?? 0) + 1);
  return [...ticks];
}
