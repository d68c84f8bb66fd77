import type { DatabaseSync, StatementSync } from "node:sqlite";
import { genesis } from "../../record/chain.ts";
import type { StoredStretch, StretchInfo } from "../../record/past.ts";
import { recoverFrom } from "../../record/recover.ts";
import { Columns, entryRow } from "./rows.ts";

const statements = {
  keyframes: "SELECT seq, tick FROM entries WHERE map = ? AND kind = 'keyframe' ORDER BY seq",
  last: "SELECT seq, tick FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  keyframe: "SELECT seq FROM entries WHERE map = ? AND kind = 'keyframe' AND tick <= ? ORDER BY seq DESC LIMIT 1",
  next: "SELECT seq FROM entries WHERE map = ? AND kind = 'keyframe' AND seq > ? ORDER BY seq LIMIT 1",
  before: "SELECT hash FROM entries WHERE map = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  entries: "SELECT * FROM entries WHERE map = ? AND seq >= ? AND seq < ? ORDER BY seq",
} as const;

/** Reads a map's past for whoever watches it again. */
export class PastReader {
  readonly #get: { readonly [name in keyof typeof statements]: StatementSync };

  constructor(db: DatabaseSync) {
    this.#get = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
  }

  stretches(map: string): readonly StretchInfo[] {
    const keyframes = this.#get.keyframes.all(map).map((row) => new Columns("entries", row));
    return keyframes.map((keyframe, i) => {
      const end = keyframes[i + 1]?.number("seq") ?? Number.MAX_SAFE_INTEGER;
      const last = new Columns("entries", this.#get.last.get(map, end)!);
      return { fromTick: keyframe.number("tick"), lastTick: last.number("tick") };
    });
  }

  stretch(map: string, tick: number): StoredStretch | null {
    const keyframe = this.#get.keyframe.get(map, tick);
    if (keyframe === undefined) return null;
    const from = new Columns("entries", keyframe).number("seq");
    const next = this.#get.next.get(map, from);
    const end = next === undefined ? Number.MAX_SAFE_INTEGER : new Columns("entries", next).number("seq");
    const before = this.#get.before.get(map, from);
    const entries = this.#get.entries.all(map, from, end).map(entryRow);
    const { hash, tick: lastTick } = entries.at(-1)!;
    const rows = recoverFrom(map, before === undefined ? genesis : new Columns("entries", before).bytes("hash"), entries, hash, 0);
    return { map, fromTick: rows.keyframe.tick, lastTick, rows: { keyframe: rows.keyframe, records: rows.records } };
  }
}
