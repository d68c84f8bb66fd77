/** A map's past as it is kept: stretches, each from one keyframe up to where the next begins. */
import type { BlockReader, FilmStep, JsonObject } from "@elsewhere/protocol";
import type { KeyframeRow, Recovered, RecordRow } from "../storage/contract.ts";
import { openBlock } from "./block.ts";

/** Reads only. What does not verify is `corrupt`, and nothing of it is given. */
export interface PastSource {
  /** The stretches of a map, oldest first; empty for a map without a record. The last one grows for as long as its world runs. */
  stretches(map: string): Promise<readonly StretchInfo[]>;
  /**
   * The stretch by which a map gets to `tick`: the one with the last keyframe at or before it. What happened *in* the tick of
   * a keyframe is told by the stretch before. Null if the record begins later, or nothing of that time is kept.
   */
  stretch(map: string, tick: number): Promise<StoredStretch | null>;
}

/** What is known of a stretch without reading it. */
export interface StretchInfo {
  /** The tick of its keyframe: from here on every state is known. */
  readonly fromTick: number;
  /** The tick of its last entry. */
  readonly lastTick: number;
  /** Whether all that happened is kept of it, or only what was said: between its keyframe and the next nobody is then seen to move. */
  readonly kept: "all" | "speech";
}

/** A stretch as it is stored and can be handed to another thread, where `openStretch` reads it. */
export interface StoredStretch extends StretchInfo {
  readonly map: string;
  /** Where the next one begins, as of the moment it was read; null if this was the last. */
  readonly nextTick: number | null;
  readonly stored: { readonly rows: Pick<Recovered, "keyframe" | "records"> } | { readonly block: Uint8Array };
}

/** A stretch that can be played. */
export interface Stretch {
  readonly keyframe: KeyframeRow;
  /** The ticks after the keyframe, in order. Ticks in which nothing changed have none. */
  readonly records: Iterable<RecordRow>;
  /** A state at a tick of the stretch or before it, as near as it can be had at once, and the ticks after that one. */
  near(tick: number): { readonly keyframe: Uint8Array | JsonObject; readonly records: Iterable<RecordRow> };
}

export function openStretch({ map, fromTick, stored }: Pick<StoredStretch, "map" | "fromTick" | "stored">): Stretch {
  if ("rows" in stored) {
    const { keyframe, records } = stored.rows;
    return { keyframe, records, near: () => ({ keyframe: keyframe.bytes, records }) };
  }
  const block = openBlock(stored.block);
  return {
    // Made only when asked for: of many bodies it is the larger part of the work.
    get keyframe() {
      return { map, tick: fromTick, bytes: block.opening() };
    },
    get records() {
      return recordsOf(map, block.play());
    },
    near: (tick) => playedTo(map, block, tick),
  };
}

/** Plays a block up to a tick without the ticks' own bytes: making and reading them would take most of the time. */
function playedTo(map: string, block: BlockReader, tick: number): ReturnType<Stretch["near"]> {
  const whole = () => ({ keyframe: block.opening(), records: recordsOf(map, block.play()) });
  if (!block.head.openingIsEntry && block.head.firstTick > tick) return whole();
  const steps = block.play();
  for (let next = steps.next(); next.done !== true; next = steps.next()) {
    const { state, nextTick } = next.value;
    if (state === null) return whole();
    if (nextTick === null || nextTick > tick) return { keyframe: state.toJson(), records: recordsOf(map, steps) };
  }
  return whole();
}

function* recordsOf(map: string, steps: Iterable<FilmStep>): Generator<RecordRow> {
  for (const { kind, tick, bytes } of steps) if (kind === "tick") yield { map, tick, bytes: bytes() };
}
