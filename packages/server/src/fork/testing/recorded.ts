import type { Kept } from "../../programs/kept.ts";
import { headWithImage, type ProgramHead, startOf } from "../../record/append.ts";
import { sumOf, turnHash } from "../../record/chain.ts";
import type { ReadTurn } from "../../record/reader.ts";
import type { CommitBatch, DeliveryRow } from "../../storage/contract.ts";

/** The record of all that was committed, as a reader gives it. */
export function recordOf(batches: readonly CommitBatch[]) {
  const turns: ReadTurn[] = [];
  const heads = new Map<string, ProgramHead>();
  const states = new Map<string, string>();
  const taken = new Map<string, number>();
  const deliveries: DeliveryRow[] = [];
  for (const batch of batches) {
    for (const row of batch.turns ?? []) {
      const start = startOf(row.program, row.turn, heads.get(row.program) ?? null);
      const last = turns.findLast(({ program }) => program === row.program);
      const before = last?.start === start ? last.id : 0;
      heads.set(row.program, { start, turn: row.turn });
      taken.set(row.program, row.throughSeq);
      turns.push({ ...row, start, id: turns.length + 1, batch: 0, before, sum: sumOf(turnHash({ ...row, start })) });
    }
    for (const image of batch.images ?? []) {
      const { head, began } = headWithImage(image, heads.get(image.program) ?? null);
      if (began) heads.set(image.program, head);
    }
    for (const { program, state } of batch.programs ?? []) states.set(program, state);
    deliveries.push(...(batch.deliveries ?? []));
  }
  return {
    turns: () => turns,
    states: () => [...states].map(([program, state]) => ({ program, state })),
    deliveries: () => deliveries.filter(({ program, seq }) => seq > (taken.get(program) ?? Number.NEGATIVE_INFINITY)),
  };
}

/** Images say nothing of what a program does, and what is noted only serves to find out about the past. */
export const comparable = (kept: Kept): object => ({ ...kept, imageTurn: 0, heapBytes: 0, since: [], wants: [...kept.wants].toSorted() });
