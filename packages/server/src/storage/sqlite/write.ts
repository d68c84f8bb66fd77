import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { append, entriesOf, type MapHead, type ProgramHead, requireKeyframe, startOf } from "../../record/append.ts";
import { batchHash, hexHash, imageLink, rowSum, turnHash } from "../../record/chain.ts";
import type { CommitBatch, ImageRow, LogRow, MemoryRow, TurnRow } from "../contract.ts";
import { headColumns, headToJson, type State, type Undo } from "./state.ts";

const statements = {
  batch: "INSERT INTO batches VALUES (?, ?)",
  entry: "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
  head: "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?)",
  turn: "INSERT INTO turns VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
  lastTurn: "SELECT start, turn FROM turns WHERE program = ? ORDER BY start DESC, turn DESC LIMIT 1",
  image: "INSERT INTO images VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
  lastImage: "SELECT start, turn FROM images WHERE program = ? ORDER BY start DESC, turn DESC LIMIT 1",
  pruneImages:
    "UPDATE images SET bytes = NULL WHERE program = ?1 AND bytes IS NOT NULL AND id NOT IN " +
    "(SELECT id FROM images WHERE program = ?1 ORDER BY start DESC, turn DESC LIMIT ?2)",
  program: "INSERT OR REPLACE INTO programs VALUES (?, ?, ?)",
  programState: "SELECT state FROM programs WHERE program = ?",
  delivery: "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?)",
  taken: "DELETE FROM deliveries WHERE program = ? AND seq <= ?",
  memory: "INSERT INTO memories VALUES (?, ?, ?, ?, ?, ?, ?)",
  lastMemory: "SELECT n FROM memories WHERE who = ? ORDER BY seq DESC LIMIT 1",
  log: "INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)",
  lastLog: "SELECT n FROM logs WHERE program = ? ORDER BY n DESC LIMIT 1",
  pruneLogs: "DELETE FROM logs WHERE program = ? AND n <= ?",
  setting: "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)",
  settingValue: "SELECT value FROM settings WHERE key = ?",
  undo: "INSERT OR REPLACE INTO undo VALUES (1, ?, ?, ?, ?)",
} as const;

type Statements = { readonly [name in keyof typeof statements]: StatementSync };

/** Kept images of a program: the newest, one to go back to, and one more in case the last batch is taken back. */
const imagesKept = 3;

/** Writes batches into the transaction that is open. */
export class Writer {
  readonly #do: Statements;

  constructor(db: DatabaseSync) {
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as unknown as Statements;
  }

  /** Writes all of `batch` after `state` and gives the state after it. Throws what must not be committed. */
  write(batch: CommitBatch, state: State): State {
    const n = state.batch + 1;
    for (const [program, throughSeq] of state.taken) this.#do.taken.run(program, throughSeq);
    const undo = this.#undo(batch, state);
    const entries = this.#entries(batch, n, state);
    const links = [...entries.links, ...this.#turns(batch.turns ?? [], n), ...this.#images(batch.images ?? [], n)];
    for (const { program, state: text } of batch.programs ?? []) {
      this.#do.program.run(program, text, rowSum("programs", [program, text]));
    }
    for (const { program, seq, tick, json } of batch.deliveries ?? []) {
      this.#do.delivery.run(program, seq, n, tick, json, rowSum("deliveries", [program, seq, n, tick, json]));
    }
    this.#memories(batch.memories ?? [], n);
    this.#logs(batch.logs ?? [], n);
    for (const { key, value } of batch.settings ?? []) this.#do.setting.run(key, value, rowSum("settings", [key, value]));
    const hash = batchHash(state.batchHash, n, links);
    this.#do.batch.run(n, hash);
    const json = JSON.stringify(undo);
    this.#do.undo.run(n, entries.seq, json, rowSum("undo", [n, entries.seq, json]));
    return { batch: n, batchHash: hash, seq: entries.seq, heads: entries.heads, taken: undo.taken };
  }

  #undo(batch: CommitBatch, state: State): Undo {
    const ticks = new Map<string, number>();
    for (const { map } of batch.records ?? []) ticks.set(map, (ticks.get(map) ?? 0) + 1);
    const programs = new Set((batch.programs ?? []).map((row) => row.program));
    const keys = new Set((batch.settings ?? []).map((row) => row.key));
    const maps = new Set([...(batch.records ?? []), ...(batch.keyframes ?? [])].map((row) => row.map));
    return {
      programs: [...programs].map((program) => [program, textOf(this.#do.programState.get(program)?.["state"])]),
      settings: [...keys].map((key) => [key, textOf(this.#do.settingValue.get(key)?.["value"])]),
      heads: [...maps].map((map) => {
        const head = state.heads.get(map);
        return [map, head === undefined ? null : headToJson(head)];
      }),
      taken: (batch.turns ?? []).map((turn) => [turn.program, turn.throughSeq]),
      ticks: [...ticks],
    };
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
      this.#do.head.run(...headColumns(map, head));
    }
    return { links, seq, heads };
  }

  #turns(turns: readonly TurnRow[], n: number): Uint8Array[] {
    return turns.map((row) => {
      const turn = { ...row, start: startOf(row.program, row.turn, this.#programHead(row.program)) };
      const hash = turnHash(turn);
      this.#do.turn.run(n, turn.program, turn.start, turn.turn, turn.tick, turn.throughSeq, turn.bytes, hash);
      return hash;
    });
  }

  #images(images: readonly ImageRow[], n: number): Uint8Array[] {
    return images.map((row) => {
      const { program, turn, hash, bytes } = row;
      if (hexHash(bytes) !== hash) {
        throw new ElsewhereError("corrupt", `the image of program ${program} after turn ${turn} does not match its hash`, { field: "image" });
      }
      const start = this.#programHead(program)?.start ?? 1;
      const link = imageLink({ program, start, turn, hash });
      this.#do.image.run(n, program, start, turn, hash, link, bytes);
      this.#do.pruneImages.run(program, imagesKept);
      return link;
    });
  }

  #programHead(program: string): ProgramHead | null {
    const [turn, image] = [this.#do.lastTurn.get(program), this.#do.lastImage.get(program)].map((row) =>
      row === undefined ? null : { start: Number(row["start"]), turn: Number(row["turn"]) },
    );
    if (!turn || !image) return turn ?? image ?? null;
    return image.start > turn.start || (image.start === turn.start && image.turn > turn.turn) ? image : turn;
  }

  #memories(memories: readonly MemoryRow[], batch: number): void {
    for (const { who, seq, now, json } of memories) {
      const n = Number(this.#do.lastMemory.get(who)?.["n"] ?? 0) + 1;
      this.#do.memory.run(who, seq, n, batch, now, json, rowSum("memories", [who, seq, n, batch, now, json]));
    }
  }

  #logs(logs: readonly LogRow[], batch: number): void {
    const last = new Map<string, number>();
    for (const { program, now, level, text } of logs) {
      const n = (last.get(program) ?? Number(this.#do.lastLog.get(program)?.["n"] ?? 0)) + 1;
      last.set(program, n);
      this.#do.log.run(program, n, batch, now, level, text, rowSum("logs", [program, n, batch, now, level, text]));
    }
    for (const [program, n] of last) this.#do.pruneLogs.run(program, n - limits.logLinesKeptMax);
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
