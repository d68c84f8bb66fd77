import { applyRecord, MapState, type WorldEvent, type WorldMap } from "@elsewhere/world";
import { openRecordReader } from "../../packages/server/src/storage/sqlite/record-reader.ts";

/** One moment of a map as its record tells it: the state after `tick`, and what happened in it. */
export interface Moment {
  readonly tick: number;
  readonly state: MapState;
  readonly events: readonly WorldEvent[];
}

/** Replays the record of one map from its first keyframe on. Every later keyframe must be what replay has arrived at. */
export function* replayMap(directory: string, map: WorldMap): Generator<Moment> {
  const reader = openRecordReader(directory);
  try {
    let state: MapState | null = null;
    for (const entry of reader.entries()) {
      if (entry.map !== map.name || entry.kind === "gap") continue;
      if (entry.kind === "keyframe") {
        state?.advanceTo(entry.tick);
        if (state !== null && Buffer.compare(state.keyframe(), entry.bytes) !== 0) {
          throw new Error(`${map.name}: replay and keyframe differ at tick ${entry.tick}`);
        }
        state ??= MapState.fromKeyframe(map, entry.bytes);
      } else {
        if (state === null) continue;
        const { events } = applyRecord(map, state, entry.bytes);
        yield { tick: entry.tick, state, events };
      }
    }
  } finally {
    reader.close();
  }
}
