import type { DatabaseSync, StatementSync } from "node:sqlite";
import { entryHash, genesis, sameHash, toHex } from "../../record/chain.ts";
import type { StoredStretch, StretchInfo } from "../../record/past.ts";
import { broken, recoverFrom } from "../../record/recover.ts";
import { isStream, recordOf } from "../../record/stream.ts";
import type { BlockInfo, Blocks } from "./blocks.ts";
import { Columns, entryRow, type Row } from "./rows.ts";

const statements = {
  // What a map's rows begin with is a keyframe; one that has rotted and is none any more must not be passed over.
  keyframes:
    "SELECT seq, tick FROM entries WHERE map = ?1 AND (kind = 'keyframe' OR seq = (SELECT min(seq) FROM entries WHERE map = ?1)) ORDER BY seq",
  last: "SELECT seq, tick FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  keyframe: "SELECT seq FROM entries WHERE map = ? AND kind = 'keyframe' AND seq <= ? ORDER BY seq DESC LIMIT 1",
  atOrAfter: "SELECT seq, tick FROM entries WHERE map = ? AND seq >= ? ORDER BY seq LIMIT 1",
  next: "SELECT * FROM entries WHERE map = ? AND kind = 'keyframe' AND seq > ? ORDER BY seq LIMIT 1",
  first: "SELECT * FROM entries WHERE map = ? ORDER BY seq LIMIT 1",
  head: "SELECT hash FROM heads WHERE map = ?",
  before: "SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  entries: "SELECT * FROM entries WHERE map = ? AND seq >= ? AND seq < ? ORDER BY seq",
} as const;

/**
 * Reads a map's past for whoever watches it again: its old part from blocks, the newest from the entries themselves. Both are
 * found by indexes, and one that has rotted hides rows: so whatever is given, what follows it must follow it by the chain.
 */
export class PastReader {
  readonly #get: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #blocks: Blocks;

  constructor(db: DatabaseSync, blocks: Blocks) {
    this.#get = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#blocks = blocks;
  }

  stretches(map: string): readonly StretchInfo[] {
    const old = this.#blocks
      .all(map)
      .flatMap(({ kept, fromTick, lastTick }): StretchInfo[] => (kept === "nothing" ? [] : [{ fromTick, lastTick, kept }]));
    const keyframes = this.#get.keyframes.all(map).map((row) => new Columns("entries", row));
    if (isStream(map))
      return keyframes.map((block) => block.number("tick")).map((tick) => ({ fromTick: tick, lastTick: tick, kept: "all" }));
    const young = keyframes.map((keyframe, i): StretchInfo => {
      const end = keyframes[i + 1]?.number("seq") ?? Number.MAX_SAFE_INTEGER;
      const last = new Columns("entries", this.#get.last.get(map, end)!);
      return { fromTick: keyframe.number("tick"), lastTick: last.number("tick"), kept: "all" };
    });
    return [...old, ...young];
  }

  stretch(map: string, tick: number): StoredStretch | null {
    const reached = this.#reach(map, tick);
    const keyframe = reached === null ? undefined : this.#get.keyframe.get(map, reached);
    if (keyframe === undefined) return this.#block(map, tick);
    const from = new Columns("entries", keyframe).number("seq");
    const next = this.#get.next.get(map, from);
    const end = next === undefined ? Number.MAX_SAFE_INTEGER : new Columns("entries", next).number("seq");
    const entries = this.#get.entries.all(map, from, end).map(entryRow);
    const { hash, tick: lastTick } = entries.at(-1)!;
    this.#requireNext(map, hash, next);
    const { keyframe: opening, records } = recoverFrom(map, this.#hashBefore(map, from), entries, hash, 0);
    const nextTick = next === undefined ? null : new Columns("entries", next).number("tick");
    // Both are what was written: where they are not on both sides of the tick, the search was led astray.
    if (opening.tick > tick || (nextTick !== null && nextTick <= tick)) throw astray(map, tick);
    return { map, fromTick: opening.tick, lastTick, nextTick, kept: "all", stored: { rows: { keyframe: opening, records } } };
  }

  /**
   * The number of a map's last row up to a tick, null if there is none. Ticks grow with numbers, so that it is found by halving:
   * streams have a year's blocks as rows, and no index goes by ticks.
   */
  #reach(map: string, tick: number): number | null {
    const at = (row: Row | undefined): { readonly seq: number; readonly tick: number } | null => {
      const columns = row && new Columns("entries", row);
      return columns ? { seq: columns.number("seq"), tick: columns.number("tick") } : null;
    };
    const first = at(this.#get.atOrAfter.get(map, 0));
    const last = at(this.#get.last.get(map, Number.MAX_SAFE_INTEGER));
    if (first === null || last === null || first.tick > tick) return null;
    if (last.tick <= tick) return last.seq;
    let [low, high] = [first.seq, last.seq];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const row = at(this.#get.atOrAfter.get(map, middle));
      if (row !== null && row.tick <= tick) low = row.seq;
      else high = middle;
    }
    return low;
  }

  #block(map: string, tick: number): StoredStretch | null {
    const info = this.#blocks.at(map, tick);
    const nextTick = this.#nextAfter(map, info, tick);
    if (info === null || info.kept === "nothing") return null;
    const { fromTick, lastTick, kept } = info;
    return { map, fromTick, lastTick, nextTick, kept, stored: { block: this.#blocks.bytes(info)! } };
  }

  /** Where what follows a block, or null: nothing, begins; null if nothing does. No block and no keyframe up to `tick` may. */
  #nextAfter(map: string, info: BlockInfo | null, tick: number): number | null {
    const block = this.#blocks.after(map, info);
    const row = block === null ? this.#get.first.get(map) : undefined;
    if (block === null) this.#requireNext(map, info?.after ?? genesis, row);
    const next = block?.fromTick ?? (row === undefined ? null : entryRow(row).tick);
    if (next !== null && next <= tick) throw astray(map, tick);
    return next;
  }

  /** That this row follows by the map's chain, or none: then the chain ends there. */
  #requireNext(map: string, hash: Uint8Array, row: Row | undefined): void {
    const next = row === undefined ? null : entryRow(row);
    const head = this.#get.head.get(map)?.["hash"];
    const follows = next === null ? String(head ?? toHex(genesis)) === toHex(hash) : sameHash(entryHash(hash, next), next.hash);
    if (!follows) throw broken(`${recordOf(map)} is broken before ${next === null ? "its head" : `tick ${next.tick}`}`);
  }

  #hashBefore(map: string, seq: number): Uint8Array {
    const before = this.#get.before.get(map, seq);
    return before === undefined ? (this.#blocks.last(map)?.after ?? genesis) : new Columns("entries", before).bytes("hash");
  }
}

function astray(map: string, tick: number): Error {
  return broken(`${recordOf(map)} has lost what tick ${tick} is reached by`);
}
