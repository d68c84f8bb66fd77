/** A map's past as it is kept: stretches, each from one keyframe up to where the next begins. */
import type { KeyframeRow, Recovered, RecordRow } from "../storage/contract.ts";

/** Reads only. What does not verify is `corrupt`, and nothing of it is given. */
export interface PastSource {
  /** The stretches of a map, oldest first; empty for a map without a record. The last one grows for as long as its world runs. */
  stretches(map: string): Promise<readonly StretchInfo[]>;
  /**
   * The stretch by which a map gets to `tick`: the one with the last keyframe at or before it. What happened *in* the tick of
   * a keyframe is told by the stretch before. Null if the record begins later.
   */
  stretch(map: string, tick: number): Promise<StoredStretch | null>;
}

/** What is known of a stretch without reading it. */
export interface StretchInfo {
  /** The tick of its keyframe: from here on every state is known. */
  readonly fromTick: number;
  /** The tick of its last entry. */
  readonly lastTick: number;
}

/** A stretch as it is stored and can be handed to another thread, where `openStretch` reads it. */
export interface StoredStretch extends StretchInfo {
  readonly map: string;
  readonly rows: Pick<Recovered, "keyframe" | "records">;
}

/** A stretch that can be played. */
export interface Stretch {
  readonly keyframe: KeyframeRow;
  /** The ticks after the keyframe, in order. Ticks in which nothing changed have none. */
  readonly records: Iterable<RecordRow>;
}

export function openStretch({ rows }: StoredStretch): Stretch {
  return rows;
}
