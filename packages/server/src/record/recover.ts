import { ElsewhereError } from "@elsewhere/protocol/errors";
import type { KeyframeRow, RecordRow, Recovered } from "../storage/contract.ts";
import { type Entry, entryHash, sameHash, toHex } from "./chain.ts";
import { recordOf } from "./stream.ts";

export interface StoredEntry extends Entry {
  readonly hash: Uint8Array;
}

/** What a user meets when stored bytes are not what was written. */
export function broken(what: string, cause?: unknown): ElsewhereError {
  const advice = "nothing was started from it. Run `elsewhere record verify` on the data directory, or restore a backup";
  return new ElsewhereError("corrupt", `${what}; ${advice}`, { field: "record" }, { cause });
}

/**
 * Checks a map's chain from its newest keyframe to its head and gives what the map is rebuilt from.
 * `before` is the hash of the entry that the keyframe follows, `entries` are the keyframe and all after it.
 * Throws `corrupt`, naming map and tick, at the first entry that is not what was written.
 */
export function recoverFrom(map: string, before: Uint8Array, entries: Iterable<StoredEntry>, head: Uint8Array, cut: number): Recovered {
  let keyframe: KeyframeRow | null = null;
  const records: RecordRow[] = [];
  let hash = before;
  let tick = -1;
  for (const entry of entries) {
    hash = entryHash(hash, entry);
    if (entry.map !== map || !sameHash(hash, entry.hash)) throw broken(`${recordOf(map)} is broken at tick ${entry.tick}`);
    tick = entry.tick;
    if (entry.kind === "keyframe") {
      keyframe = { map, tick, bytes: entry.bytes };
      records.length = 0;
    } else {
      records.push({ map, tick, bytes: entry.bytes });
    }
  }
  if (!sameHash(hash, head)) {
    throw broken(`${recordOf(map)} is broken: it ends at tick ${tick} before its head ${toHex(head).slice(0, 12)}`);
  }
  if (keyframe === null) throw broken(`${recordOf(map)} has lost its keyframe`);
  return { keyframe, records, cut };
}
