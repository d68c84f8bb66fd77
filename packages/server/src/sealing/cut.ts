/** Makes sealed blocks of a tail. */
import { type FilmEntry, writeBlocks } from "@elsewhere/protocol";
import { zstd } from "../record/block.ts";
import { sealBlock } from "./block.ts";
import type { Chunk } from "./tail.ts";

export interface SealedSpan {
  /** Up to here it tells all. */
  readonly throughTick: number;
  readonly bytes: Uint8Array;
}

/**
 * The sealed blocks that hold these chunks, the first of which is a keyframe: mostly one, and each ends later than the one
 * before. Together they tell all up to `throughTick`. None for a keyframe of that very tick: it ended what came before.
 */
export async function sealedBlocks(recipient: string, chunks: readonly Chunk[], throughTick: number): Promise<readonly SealedSpan[]> {
  if (chunks[0]!.tick === throughTick) return [];
  const entries = chunks.map((chunk, i): FilmEntry => ({ ...chunk, seq: i + 1, batch: i + 1 }));
  const films = writeBlocks(entries, zstd);
  const sealed: SealedSpan[] = [];
  for (const [i, { head, bytes }] of films.entries()) {
    const { openingTick: fromTick } = head;
    const through = films[i + 1]?.head.openingTick ?? throughTick;
    sealed.push({ throughTick: through, bytes: await sealBlock(recipient, { fromTick, throughTick: through }, bytes) });
  }
  return sealed;
}
