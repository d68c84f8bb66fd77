import { ElsewhereError, limits } from "@elsewhere/protocol";
import { append, entriesOf, type MapHead, type ProgramHead, requireKeyframe, requireLater, startOf } from "../../record/append.ts";
import { type Entry, hexHash } from "../../record/chain.ts";
import type { CommitBatch, DeliveryRow, HeapRow, ImageRow, LogRow, MemoryRow, Recovered, Storage, TurnRow } from "../contract.ts";

export interface MemoryOptions {
  /** Called before each commit; an error it gives refuses that commit, as a disk might. */
  readonly refuse?: (batch: CommitBatch) => Error | null;
}

/** The storage contract without a disk: for tests and for worlds that may be forgotten. */
export function openMemory(options: MemoryOptions = {}): Storage {
  return new MemoryStorage(options.refuse ?? (() => null));
}

type Kept<T> = T & { readonly start: number };

class MemoryStorage implements Storage {
  seq = 0;
  readonly notes: readonly string[] = [];
  readonly #refuse: (batch: CommitBatch) => Error | null;
  readonly #entries = new Map<string, Entry[]>();
  readonly #programs = new Map<string, string>();
  readonly #settings = new Map<string, string>();
  readonly #turns = new Map<string, Kept<TurnRow>[]>();
  readonly #images = new Map<string, Kept<ImageRow>[]>();
  readonly #deliveries = new Map<string, DeliveryRow[]>();
  readonly #memories = new Map<string, MemoryRow[]>();
  readonly #logs = new Map<string, LogRow[]>();
  #heads: ReadonlyMap<string, MapHead> = new Map();
  #blockedBy: CommitBatch | null = null;
  #closed = false;

  constructor(refuse: (batch: CommitBatch) => Error | null) {
    this.#refuse = refuse;
  }

  async commit(batch: CommitBatch): Promise<void> {
    this.#requireOpen();
    if (this.#blockedBy !== null && this.#blockedBy !== batch) {
      throw new ElsewhereError("storage", "an earlier batch could not be stored; it must be committed again first", { field: "batch" });
    }
    this.#blockedBy = batch;
    const refused = this.#refuse(batch);
    if (refused !== null) throw refused;
    this.#write(batch);
    this.#blockedBy = null;
  }

  async recover(map: string): Promise<Recovered | null> {
    this.#requireOpen();
    const entries = this.#entries.get(map);
    if (entries === undefined) return null;
    const at = entries.findLastIndex((entry) => entry.kind === "keyframe");
    const [keyframe, ...records] = entries.slice(at).map(({ tick, bytes }) => ({ map, tick, bytes: bytes.slice() }));
    return { keyframe: keyframe!, records, cut: 0 };
  }

  async programs(): ReturnType<Storage["programs"]> {
    this.#requireOpen();
    const rows = [...this.#programs].map(([program, state]) => ({ program, state }));
    return rows.sort((a, b) => (a.program < b.program ? -1 : 1));
  }

  async heap(program: string): Promise<HeapRow> {
    this.#requireOpen();
    const head = this.#programHead(program);
    const image = this.#images.get(program)?.findLast((row) => row.start === head?.start);
    const turns = (this.#turns.get(program) ?? []).filter((row) => row.start === head?.start && row.turn > (image?.turn ?? 0));
    return {
      image: image === undefined ? null : { program, turn: image.turn, hash: image.hash, bytes: image.bytes.slice() },
      turns: turns.map(({ turn, tick, throughSeq, bytes }) => ({ program, turn, tick, throughSeq, bytes: bytes.slice() })),
    };
  }

  async mailbox(program: string): Promise<readonly DeliveryRow[]> {
    this.#requireOpen();
    return [...(this.#deliveries.get(program) ?? [])].sort((a, b) => a.seq - b.seq);
  }

  async memory(who: string, afterSeq: number, itemsMax: number): Promise<readonly MemoryRow[]> {
    this.#requireOpen();
    return (this.#memories.get(who) ?? []).filter((row) => row.seq > afterSeq).slice(0, Math.min(itemsMax, limits.memoryPageItemsMax));
  }

  async log(program: string, linesMax: number): Promise<readonly LogRow[]> {
    this.#requireOpen();
    return linesMax <= 0 ? [] : (this.#logs.get(program) ?? []).slice(-linesMax);
  }

  async setting(key: string): Promise<string | null> {
    this.#requireOpen();
    return this.#settings.get(key) ?? null;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** Everything that can be refused is refused before the first row is touched. */
  #write(batch: CommitBatch): void {
    const entries = entriesOf(batch);
    const heads = this.#advance(entries);
    const turns = this.#startTurns(batch.turns ?? []);
    const images = this.#checkImages(batch.images ?? [], turns);
    this.#checkNew(batch);
    this.#heads = heads;
    this.seq += entries.length;
    for (const entry of entries) listOf(this.#entries, entry.map).push(copied(entry));
    for (const turn of turns) listOf(this.#turns, turn.program).push(copied(turn));
    for (const image of images) listOf(this.#images, image.program).push(copied(image));
    for (const { program, state } of batch.programs ?? []) this.#programs.set(program, state);
    for (const { key, value } of batch.settings ?? []) this.#settings.set(key, value);
    for (const row of batch.deliveries ?? []) listOf(this.#deliveries, row.program).push({ ...row });
    for (const row of batch.memories ?? []) listOf(this.#memories, row.who).push({ ...row });
    for (const row of batch.logs ?? []) {
      const lines = listOf(this.#logs, row.program);
      lines.push({ ...row });
      if (lines.length > limits.logLinesKeptMax) lines.shift();
    }
    for (const { program, throughSeq } of turns) {
      const left = listOf(this.#deliveries, program).filter((row) => row.seq > throughSeq);
      this.#deliveries.set(program, left);
    }
  }

  #advance(entries: readonly Entry[]): ReadonlyMap<string, MapHead> {
    const heads = new Map(this.#heads);
    entries.forEach((entry, i) => heads.set(entry.map, append(heads.get(entry.map), entry, this.seq + 1 + i)));
    for (const { map } of entries) requireKeyframe(map, heads.get(map)!);
    return heads;
  }

  #startTurns(turns: readonly TurnRow[]): readonly Kept<TurnRow>[] {
    const heads = new Map<string, ProgramHead | null>();
    return turns.map((row) => {
      const head = heads.has(row.program) ? heads.get(row.program)! : this.#programHead(row.program);
      const start = startOf(row.program, row.turn, head);
      heads.set(row.program, { start, turn: row.turn });
      return { ...row, start };
    });
  }

  #checkImages(images: readonly ImageRow[], turns: readonly Kept<TurnRow>[]): readonly Kept<ImageRow>[] {
    return images.map((row) => {
      if (hexHash(row.bytes) !== row.hash) {
        throw new ElsewhereError("corrupt", `the image of program ${row.program} after turn ${row.turn} does not match its hash`, {
          field: "image",
        });
      }
      const head = turns.findLast((turn) => turn.program === row.program) ?? this.#programHead(row.program);
      return { ...row, start: head?.start ?? 1 };
    });
  }

  /** Refuses a delivery that is there already, and a memory that does not come after the last. */
  #checkNew({ deliveries = [], memories = [] }: CommitBatch): void {
    const seen = new Set<string>();
    for (const { program, seq } of deliveries) {
      const key = `${seq} ${program}`;
      if (seen.has(key) || this.#deliveries.get(program)?.some((row) => row.seq === seq)) {
        throw new ElsewhereError("malformed", `a row was committed that is there already (delivery ${seq} to ${program})`, {
          field: "batch",
        });
      }
      seen.add(key);
    }
    const last = new Map<string, number>();
    for (const { who, seq } of memories) {
      requireLater(who, seq, last.get(who) ?? this.#memories.get(who)?.at(-1)?.seq ?? Number.MIN_SAFE_INTEGER);
      last.set(who, seq);
    }
  }

  #programHead(program: string): ProgramHead | null {
    const turn = this.#turns.get(program)?.at(-1);
    const image = this.#images.get(program)?.at(-1);
    if (turn === undefined || image === undefined) return turn ?? image ?? null;
    return image.start > turn.start || (image.start === turn.start && image.turn > turn.turn) ? image : turn;
  }

  #requireOpen(): void {
    if (this.#closed) throw new ElsewhereError("storage", "the storage is closed");
  }
}

function listOf<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

/** Rows are the store's own: what the caller does to its bytes later changes nothing here. */
function copied<T extends { readonly bytes: Uint8Array }>(row: T): T {
  return { ...row, bytes: Uint8Array.from(row.bytes) };
}
