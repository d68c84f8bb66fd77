/**
 * Recodes old entries of a map into blocks. Nothing is lost by it: whoever writes a block reads it again, and it gives each
 * of them to the byte. What of a block is no longer to be kept is left out by recoding it once more.
 */
import { type FilmEntry, MoveRows, writeBlocks, writeTickBytes } from "@elsewhere/protocol";
import { openBlock, zstd } from "./block.ts";
import { type ChainedBlock, digestOf, entryHash, sameHash } from "./chain.ts";
import { type Reeled, writeReel } from "./reel.ts";
import { broken } from "./recover.ts";

/** What the recoding thread is given. */
export type Job = RecodeJob | ThinJob | ReelJob;

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

/** Turns whose bytes are to be packed together. */
export interface ReelJob {
  readonly kind: "reel";
  readonly turns: readonly Reeled[];
}

export type Done =
  | { readonly kind: "recode"; readonly map: string; readonly blocks: readonly RecodedBlock[] }
  | ThinJob
  | { readonly kind: "reel"; readonly ids: readonly number[]; readonly bytes: Uint8Array };

export type RecodedBlock = ChainedBlock & { readonly bytes: Uint8Array };

/** Throws `corrupt` for entries that are not what was committed. */
export function run(job: Job): Done {
  if (job.kind === "recode") return { kind: "recode", map: job.map, blocks: recode(job) };
  if (job.kind === "reel") return { kind: "reel", ids: job.turns.map(({ id }) => id), bytes: writeReel(job.turns) };
  return { ...job, bytes: job.bytes === null ? null : thin(job.map, job.bytes) };
}

function recode({ map, before, after, entries }: RecodeJob): readonly RecodedBlock[] {
  let hash = before;
  let done = 0;
  const blocks = writeBlocks(entries, zstd).map(({ bytes, head }): RecodedBlock => {
    const own = entries.slice(done, (done += head.entryCount));
    for (const entry of own) hash = entryHash(hash, { map, ...entry });
    const [first, last] = [own[0]!, own.at(-1)!];
    return {
      map,
      fromTick: head.openingTick,
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
  if (done !== entries.length || !sameHash(hash, after))
    throw broken(`the record of map ${map} is broken before tick ${entries.at(-1)?.tick}`);
  return blocks;
}

/** A block with its keyframe and what was said in it. */
function thin(map: string, bytes: Uint8Array): Uint8Array {
  const block = openBlock(bytes);
  const { openingTick: tick, firstSeq: seq } = block.head;
  const entries: FilmEntry[] = [];
  for (const step of block.play()) {
    const { batch } = step;
    if (entries.length === 0) entries.push({ kind: "keyframe", tick, seq, batch, bytes: block.opening() });
    const said = (step.told.events ?? []).filter(({ kind }) => kind === "heard" || kind === "emoted");
    if (said.length > 0)
      entries.push({
        kind: "tick",
        tick: step.tick,
        seq: step.seq,
        batch,
        bytes: writeTickBytes(step.tick, { events: said }, new MoveRows()),
      });
  }
  const [thinned, more] = writeBlocks(entries, zstd);
  if (more !== undefined) throw new Error(`what was said in a block of map ${map} takes more than a block`);
  return thinned!.bytes;
}
