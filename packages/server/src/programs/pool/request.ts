import type { Code, Fault, Image, Outcome, RecordedTurn, TurnResult } from "../contract.ts";
import type { Footing } from "./grounds.ts";
import type { Member } from "./member.ts";
import { type Answer, type PackedImage, unpack } from "./messages.ts";
import type { WorkerThread } from "./thread.ts";

export type Imaged = { readonly ok: true; readonly image: Image } | Failed;
export type Failed = Extract<TurnResult, { ok: false }>;

/** What its keeper gave to have a program's heap again, its template held. */
export interface Fetched extends Footing {
  readonly image: Uint8Array | null;
  readonly turns: readonly RecordedTurn[];
}

/** A request as it waits for its answer; without an input it asks for an image alone. */
export interface Request {
  readonly id: number;
  readonly member: Member;
  readonly input: string | null;
  readonly withImage: boolean;
  readonly answer: (result: TurnResult | Imaged) => void;
  /** Who is to work on it, once that is settled. */
  thread: WorkerThread | null;
  /** Set where the keeper had to be asked, until there is an answer. */
  fetched: Fetched | null;
}

export const failed = (reason: Fault["reason"], message: string): Failed => ({ ok: false, fault: { reason, message } });
export const closedPool = failed("engine", "the pool is closed");

/** An image needs its code's hash alone. */
export const withoutText = ({ hash }: Code): Code => ({ hash, text: "" });

export const imageOf = (image: PackedImage, buffer: ArrayBuffer | null): Image => ({
  ...image,
  bytes: unpack(buffer, image.bytes).slice(),
});

export function ranOf(answer: Extract<Answer, { kind: "ran" }>, buffer: ArrayBuffer | null): TurnResult {
  const { json, turnMs, polls, memoryBytes } = answer;
  const image = answer.image === null ? null : imageOf(answer.image, buffer);
  return { ok: true, outcome: JSON.parse(json) as Outcome, json, turnMs, polls, memoryBytes, image };
}
