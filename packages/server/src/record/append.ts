import { ElsewhereError } from "@elsewhere/protocol/errors";
import type { CommitBatch, ImageRow } from "../storage/contract.ts";
import { type Entry, entryHash, genesis } from "./chain.ts";
import { isStream } from "./stream.ts";

/** Where the chain of a map ends. */
export interface MapHead {
  /** Number of its last entry, counted over all maps. */
  readonly seq: number;
  readonly tick: number;
  readonly hash: Uint8Array;
  /** Number of its newest keyframe; 0 while it has none. */
  readonly keyframeSeq: number;
}

const emptyHead: MapHead = { seq: 0, tick: -1, hash: genesis, keyframeSeq: 0 };

/** The entries of a batch in the order of the record: by tick, and the keyframe of a tick after that tick. */
export function entriesOf(batch: CommitBatch): readonly Entry[] {
  const ticks = (batch.records ?? []).map((row): Entry => ({ ...row, kind: "tick" }));
  const keyframes = (batch.keyframes ?? []).map((row): Entry => ({ ...row, kind: "keyframe" }));
  return keyframes.length === 0 ? ticks : [...ticks, ...keyframes].sort((a, b) => a.tick - b.tick);
}

/** Links `entry` to the chain of its map as number `seq`. Throws `malformed` if time would not go forward, or it has no keyframe to stand on. */
export function append(head: MapHead | undefined, entry: Entry, seq: number): MapHead {
  const last = head ?? emptyHead;
  const allowed =
    Number.isSafeInteger(entry.tick) && entry.tick >= 0 && (entry.kind === "tick" ? entry.tick > last.tick : entry.tick >= last.tick);
  if (!allowed) {
    throw new ElsewhereError("malformed", `${entry.kind} ${entry.tick} of map ${entry.map} does not come after tick ${last.tick}`, {
      field: "tick",
    });
  }
  if (entry.kind === "tick" && isStream(entry.map)) {
    throw new ElsewhereError("malformed", `${entry.map} is a sealed stream: it has blocks, committed as keyframes, and no ticks`, {
      field: "records",
    });
  }
  if (entry.kind === "tick" && last.keyframeSeq === 0) {
    throw new ElsewhereError("malformed", `map ${entry.map} has no keyframe yet: commit one before its first tick`, { field: "keyframes" });
  }
  const keyframeSeq = entry.kind === "keyframe" ? seq : last.keyframeSeq;
  return { seq, tick: entry.tick, hash: entryHash(last.hash, entry), keyframeSeq };
}

/** What a program's next turn must follow: its last turn, or the image that its present start began with. */
export interface ProgramHead {
  /** How often it has started: 1 for the first time. */
  readonly start: number;
  readonly turn: number;
}

/** Which start of the program a turn belongs to. Throws `malformed` on a gap. */
export function startOf(program: string, turn: number, head: ProgramHead | null): number {
  if (head !== null && turn === head.turn + 1) return head.start;
  if (turn === 1) return (head?.start ?? 0) + 1;
  const expected = head === null ? "turn 1" : `turn ${head.turn + 1}, or turn 1 to start anew`;
  throw new ElsewhereError("malformed", `turn ${turn} of program ${program} was committed where ${expected} was due`, { field: "turn" });
}

/**
 * Where a program stands once an image of `turn` is stored: at that image if it goes on from there, else where it stood.
 * Throws `malformed` for an image of a turn that is yet to come: it would be newer than all that the program has done.
 */
export function headWithImage(
  { program, turn, anew }: Pick<ImageRow, "program" | "turn" | "anew">,
  head: ProgramHead | null,
): { readonly head: ProgramHead; readonly began: boolean } {
  if (!Number.isSafeInteger(turn) || turn < 0) {
    throw new ElsewhereError("malformed", `an image of program ${program} is of turn ${turn}, which is no turn`, { field: "images" });
  }
  if (anew || head === null) return { head: { start: (head?.start ?? 0) + 1, turn }, began: true };
  if (turn <= head.turn) return { head, began: false };
  const what = `an image of program ${program} after turn ${turn} was committed while turn ${head.turn} is its last; commit the turn first, or mark it anew`;
  throw new ElsewhereError("malformed", what, { field: "images" });
}

/** A person's memory goes forward. Throws `malformed` where it would not. */
export function requireLater(who: string, seq: number, last: number): void {
  if (seq > last) return;
  throw new ElsewhereError("malformed", `memory ${seq} of ${who} does not come after ${last}`, { field: "memories" });
}
