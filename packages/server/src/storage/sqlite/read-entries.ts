import type { DatabaseSync } from "node:sqlite";
import { ElsewhereError } from "@elsewhere/protocol";
import { entryHash, genesis, sameHash } from "../../record/chain.ts";
import type { ReadEntry, ReadGap } from "../../record/reader.ts";
import { openBlock } from "../../record/block.ts";
import { broken } from "../../record/recover.ts";
import type { BlockInfo, Blocks } from "./blocks.ts";
import { entryRow } from "./rows.ts";

type Read = ReadEntry | ReadGap;

/** The entries of all maps in the order in which they were committed, those in blocks included; of one map if it is named. */
export function* readEntries(db: DatabaseSync, blocks: Blocks, map: string | null = null): Generator<Read> {
  const sources: Iterator<Read>[] = (map === null ? blocks.maps() : [map]).map((name) => entriesInBlocks(blocks, name));
  sources.push(entriesInRows(db, map));
  const next = sources.map((source) => source.next());
  for (;;) {
    let first = -1;
    for (let i = 0; i < next.length; i++) {
      if (!next[i]!.done && (first === -1 || next[i]!.value.seq < next[first]!.value.seq)) first = i;
    }
    if (first === -1) return;
    yield next[first]!.value;
    next[first] = sources[first]!.next();
  }
}

function* entriesInRows(db: DatabaseSync, map: string | null): Generator<Read> {
  const rows =
    map === null
      ? db.prepare("SELECT * FROM entries ORDER BY seq").iterate()
      : db.prepare("SELECT * FROM entries WHERE map = ? ORDER BY seq").iterate(map);
  for (const row of rows) yield entryRow(row);
}

/** A block that is damaged is told as a gap, so that all others can still be read. */
function* entriesInBlocks(blocks: Blocks, map: string): Generator<Read> {
  let before = genesis;
  for (const info of blocks.all(map)) {
    try {
      const bytes = blocks.bytes(info);
      if (info.kept === "all" && bytes !== null) yield* entriesOf(info, bytes, before);
      else yield gapOf(info, null);
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      yield gapOf(info, error);
    }
    before = info.after;
  }
}

function* entriesOf({ map, after, fromTick, lastTick }: BlockInfo, bytes: Uint8Array, before: Uint8Array): Generator<ReadEntry> {
  let hash = before;
  for (const entry of openBlock(bytes).entries()) {
    hash = entryHash(hash, { map, ...entry });
    yield { map, ...entry, hash };
  }
  if (!sameHash(hash, after)) throw broken(`the record of map ${map} is broken in its block from tick ${fromTick} to ${lastTick}`);
}

function gapOf({ map, fromTick, lastTick, firstSeq, firstBatch, lastBatch, after }: BlockInfo, problem: ElsewhereError | null): ReadGap {
  return { kind: "gap", map, fromTick, lastTick, seq: firstSeq, batch: firstBatch, lastBatch, after, problem };
}
