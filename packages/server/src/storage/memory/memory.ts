import { ElsewhereError, limits } from "@elsewhere/protocol";
import { append, entriesOf, type MapHead, requireLater } from "../../record/append.ts";
import type { Entry } from "../../record/chain.ts";
import type { CommitBatch, KeptSetting, MemoryRow, Recovered, Storage } from "../contract.ts";
import { MemoryPrograms } from "./programs.ts";

export interface MemoryOptions {
  /** Called before each commit; an error it gives refuses that commit, as a disk might. */
  readonly refuse?: (batch: CommitBatch) => Error | null;
}

/** The storage contract without a disk: for tests and for worlds that may be forgotten. */
export function openMemory(options: MemoryOptions = {}): Storage {
  return new MemoryStorage(options.refuse ?? (() => null));
}

class MemoryStorage implements Storage {
  seq = 0;
  readonly notes: readonly string[] = [];
  readonly trouble = null;
  readonly #refuse: (batch: CommitBatch) => Error | null;
  readonly #entries = new Map<string, Entry[]>();
  readonly #programs = new MemoryPrograms();
  readonly #settings = new Map<string, string>();
  readonly #memories = new Map<string, MemoryRow[]>();
  #heads: ReadonlyMap<string, MapHead> = new Map();
  /** Refused and not committed since, oldest first. */
  #refused: readonly CommitBatch[] = [];
  #closed = false;

  constructor(refuse: (batch: CommitBatch) => Error | null) {
    this.#refuse = refuse;
  }

  async commit(batch: CommitBatch): Promise<void> {
    this.#requireOpen();
    const [oldest = batch] = this.#refused;
    if (!this.#refused.includes(batch)) this.#refused = [...this.#refused, batch];
    if (oldest !== batch) {
      throw new ElsewhereError("storage", "an earlier batch could not be stored; it must be committed again first", { field: "batch" });
    }
    const refused = this.#refuse(batch);
    if (refused !== null) throw refused;
    this.#write(batch);
    this.#refused = this.#refused.slice(1);
  }

  async recover(map: string): Promise<Recovered | null> {
    this.#requireOpen();
    const entries = this.#entries.get(map);
    if (entries === undefined) return null;
    const at = entries.findLastIndex((entry) => entry.kind === "keyframe");
    const [keyframe, ...records] = entries.slice(at).map(({ tick, bytes }) => ({ map, tick, bytes: bytes.slice() }));
    return { keyframe: keyframe!, records, cut: 0 };
  }

  async stretches(map: string): ReturnType<Storage["stretches"]> {
    this.#requireOpen();
    return this.#stretches(map).map((entries) => ({ fromTick: entries[0]!.tick, lastTick: entries.at(-1)!.tick, kept: "all" }));
  }

  async stretch(map: string, tick: number): ReturnType<Storage["stretch"]> {
    this.#requireOpen();
    const all = this.#stretches(map);
    const at = all.findLastIndex(([keyframe]) => keyframe!.tick <= tick);
    const entries = all[at];
    if (entries === undefined) return null;
    const [keyframe, ...records] = entries.map((entry) => ({ map, tick: entry.tick, bytes: entry.bytes.slice() }));
    return {
      map,
      fromTick: keyframe!.tick,
      lastTick: entries.at(-1)!.tick,
      nextTick: all[at + 1]?.[0]?.tick ?? null,
      kept: "all",
      stored: { rows: { keyframe: keyframe!, records } },
    };
  }

  /** What may be forgotten altogether is kept whole while it is remembered. */
  async retain(): Promise<void> {
    this.#requireOpen();
  }

  async programs(): ReturnType<Storage["programs"]> {
    this.#requireOpen();
    return this.#programs.states();
  }

  async mailboxes(): ReturnType<Storage["mailboxes"]> {
    this.#requireOpen();
    return this.#programs.mailboxes();
  }

  async heap(program: string): ReturnType<Storage["heap"]> {
    this.#requireOpen();
    return this.#programs.heap(program);
  }

  async images(program: string): ReturnType<Storage["images"]> {
    this.#requireOpen();
    return this.#programs.images(program);
  }

  async image(program: string, hash: string): ReturnType<Storage["image"]> {
    this.#requireOpen();
    return this.#programs.image(program, hash);
  }

  async grounds(): ReturnType<Storage["grounds"]> {
    this.#requireOpen();
    return this.#programs.grounds();
  }

  async ground(hash: string): ReturnType<Storage["ground"]> {
    this.#requireOpen();
    return this.#programs.ground(hash);
  }

  async log(program: string, linesMax: number): ReturnType<Storage["log"]> {
    this.#requireOpen();
    return this.#programs.log(program, linesMax);
  }

  async memory(who: string, afterSeq: number, itemsMax: number): Promise<readonly MemoryRow[]> {
    this.#requireOpen();
    return (this.#memories.get(who) ?? []).filter((row) => row.seq > afterSeq).slice(0, Math.min(itemsMax, limits.memoryPageItemsMax));
  }

  async setting(key: string): Promise<string | null> {
    this.#requireOpen();
    return this.#settings.get(key) ?? null;
  }

  async settingsUnder(prefix: string): Promise<readonly KeptSetting[]> {
    this.#requireOpen();
    const under = [...this.#settings].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value }));
    return under.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** Everything that can be refused is refused before the first row is touched. */
  #write(batch: CommitBatch): void {
    const entries = entriesOf(batch);
    const heads = this.#advance(entries);
    this.#checkMemories(batch.memories ?? []);
    this.#programs.commit(batch);
    this.#heads = heads;
    this.seq += entries.length;
    for (const entry of entries) listOf(this.#entries, entry.map).push({ ...entry, bytes: Uint8Array.from(entry.bytes) });
    for (const { key, value } of batch.settings ?? []) {
      if (value === null) this.#settings.delete(key);
      else this.#settings.set(key, value);
    }
    for (const row of batch.memories ?? []) listOf(this.#memories, row.who).push({ ...row });
  }

  #advance(entries: readonly Entry[]): ReadonlyMap<string, MapHead> {
    const heads = new Map(this.#heads);
    entries.forEach((entry, i) => heads.set(entry.map, append(heads.get(entry.map), entry, this.seq + 1 + i)));
    return heads;
  }

  #checkMemories(memories: readonly MemoryRow[]): void {
    const last = new Map<string, number>();
    for (const { who, seq } of memories) {
      requireLater(who, seq, last.get(who) ?? this.#memories.get(who)?.at(-1)?.seq ?? Number.MIN_SAFE_INTEGER);
      last.set(who, seq);
    }
  }

  /** The entries of a map from each keyframe up to the next. */
  #stretches(map: string): readonly (readonly Entry[])[] {
    const stretches: Entry[][] = [];
    for (const entry of this.#entries.get(map) ?? []) {
      if (entry.kind === "keyframe") stretches.push([]);
      stretches.at(-1)!.push(entry);
    }
    return stretches;
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
