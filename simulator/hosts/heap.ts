import type { Quota } from "@elsewhere/protocol";
import type { ProgramRow } from "../../packages/server/src/storage/contract.ts";

/** What a simulated program keeps in its heap: it counts its turns, and writes down what it was sent. */
export interface Heap {
  /** Who it is, whatever hosts call it. */
  readonly who: string;
  readonly count: number;
  /** Letters, in the order in which it took them. */
  readonly took: readonly string[];
  /** The number of its intent to go that nobody has answered yet. */
  readonly asked: number | null;
}

/** What a simulated host keeps of a program. */
export interface Kept {
  readonly name: string;
  /** `ended`: it was taken back from here by those it came from. */
  readonly status: "alive" | "crossed" | "ended";
  /** The attempt that it is held for. */
  readonly held: string | null;
  readonly hasBody: boolean;
  readonly heap: Heap;
  readonly lastN: number;
  readonly throughSeq: number;
  readonly quota: Quota;
}

export const rowOf = (program: string, kept: Kept): ProgramRow => ({ program, state: JSON.stringify(kept) });
export const keptOf = (state: string): Kept => JSON.parse(state) as Kept;

/** Whether it has turns there. */
export const isLive = ({ status, held }: Kept): boolean => status === "alive" && held === null;

export const imageOf = (heap: Heap): Uint8Array => Buffer.from(JSON.stringify(heap));
export const heapIn = (image: Uint8Array): Heap => JSON.parse(Buffer.from(image).toString()) as Heap;

/** A newborn's quota; no two have the same, so that it is seen whose is where. */
export const quotaOf = (number: number): Quota => ({
  turnsPerSecond: 10 + number,
  msPerSecond: 100,
  heapBytes: 1_000_000,
  mailboxItems: 1_000,
  intentsPerTurn: 16,
  speechPerMinute: 60,
  logBytesPerMinute: 10_000,
  programs: 1,
});
