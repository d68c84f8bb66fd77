import type { PastSource, StoredStretch, StretchInfo } from "../record/past.ts";
import type { SealedPart, SealedPast } from "../sealing/past.ts";

/** A stretch of a map's past, and the tick up to which everything that happened on the map is in it or before it. */
export interface Loaded {
  /** Null where nothing of that time is kept. */
  readonly stretch: StoredStretch | null;
  readonly through: number;
  /** Whether there is a later stretch, so that this one will never tell of more. */
  readonly complete: boolean;
}

/** Parts of a map's hidden rooms: from the tick that was asked for up to this one nothing else is known of them. */
export interface LoadedParts {
  /** Of each room at most one: the first that does not end before that tick. It may begin after it. */
  readonly parts: readonly SealedPart[];
  readonly through: number;
}

/** Where those who play the past get it from. */
export interface Stretches {
  /** The stretch by which a map gets to `tick`. Of hidden rooms it tells only if it is older than they are sealed. */
  load(map: string, tick: number): Promise<Loaded>;
  /**
   * What was in those hidden rooms of a map whose keys are at hand. `from`: of a part that grows all there is, or only what
   * happened at `tick` and later, for who has come as far.
   */
  parts(map: string, tick: number, from: "keyframe" | "tick"): Promise<LoadedParts>;
}

/** Knows of each stretch of a record where the next one begins, for a record that grows. */
export class Archive implements Stretches {
  readonly #source: PastSource;
  readonly #sealed: SealedPast;
  readonly #endTick: () => number;
  /** By map its stretches, as they were when the record had come to that tick. */
  readonly #known = new Map<string, { readonly stretches: readonly StretchInfo[]; readonly asOf: number }>();

  /** `endTick`: the last tick that is durable. */
  constructor(source: PastSource, sealed: SealedPast, endTick: () => number) {
    this.#source = source;
    this.#sealed = sealed;
    this.#endTick = endTick;
  }

  async load(map: string, tick: number): Promise<Loaded> {
    // Asked before the stretch is read, so that nothing up to there can be missing in it.
    const endTick = this.#endTick();
    const stretch = await this.#source.stretch(map, tick);
    const next = stretch === null ? await this.#nextAfter(map, tick, endTick) : stretch.nextTick;
    if (next === null) return { stretch, through: endTick, complete: false };
    return { stretch, through: stretch === null ? next - 1 : next, complete: true };
  }

  async parts(map: string, tick: number, from: "keyframe" | "tick"): Promise<LoadedParts> {
    const endTick = this.#endTick();
    const whole = await this.#sealed.parts(map, tick);
    const parts = from === "keyframe" ? whole : whole.map((part) => restOf(part, tick));
    return { parts, through: Math.min(endTick, ...parts.map(({ throughTick }) => throughTick ?? endTick)) };
  }

  /** The first tick from which on all maps that have a record can be seen; the last tick if there is none. */
  async fromTick(maps: readonly string[]): Promise<number> {
    const endTick = this.#endTick();
    let from = endTick;
    for (const map of maps) from = Math.min(from, (await this.#source.stretches(map))[0]?.fromTick ?? endTick);
    return from;
  }

  /** Where the first stretch after a tick begins of which nothing is kept; null if there is none. */
  async #nextAfter(map: string, tick: number, endTick: number): Promise<number | null> {
    let known = this.#known.get(map);
    const later = (): StretchInfo | undefined => known?.stretches.find(({ fromTick }) => fromTick > tick);
    if (later() === undefined && (known?.asOf ?? -1) < endTick) {
      known = { stretches: await this.#source.stretches(map), asOf: endTick };
      this.#known.set(map, known);
    }
    return later()?.fromTick ?? null;
  }
}

/** Keeps the stretches that were played last, for several who watch the same and for whoever goes back and forth. */
export class StretchCache implements Stretches {
  readonly #from: Stretches;
  readonly #bytesMax: number;
  readonly #kept = new Map<string, Loaded>();

  constructor(from: Stretches, bytesMax: number) {
    this.#from = from;
    this.#bytesMax = bytesMax;
  }

  /** Has all be read anew: something of it could not be played. */
  clear(): void {
    this.#kept.clear();
  }

  async load(map: string, tick: number): Promise<Loaded> {
    for (const [key, loaded] of this.#kept) {
      const { stretch, through } = loaded;
      if (stretch === null || stretch.map !== map || tick < stretch.fromTick || tick >= through) continue;
      this.#kept.delete(key);
      this.#kept.set(key, loaded);
      return loaded;
    }
    const loaded = await this.#from.load(map, tick);
    // One that was the last when it was read takes the place of what was read of it before.
    if (loaded.stretch !== null) this.#kept.set(`${map}@${loaded.stretch.fromTick}`, loaded);
    this.#trim();
    return loaded;
  }

  parts(map: string, tick: number, from: "keyframe" | "tick"): Promise<LoadedParts> {
    return this.#from.parts(map, tick, from);
  }

  /** Lets go of those longest unused, but for the last. */
  #trim(): void {
    let bytes = 0;
    for (const { stretch } of this.#kept.values()) bytes += bytesOf(stretch);
    for (const [oldest, { stretch }] of this.#kept) {
      if (bytes <= this.#bytesMax || this.#kept.size === 1) return;
      bytes -= bytesOf(stretch);
      this.#kept.delete(oldest);
    }
  }
}

/** Of a part that grows what happened at a tick and later: who is with the present asks for it in every tick. */
function restOf(part: SealedPart, tick: number): SealedPart {
  if (!("rows" in part.stored)) return part;
  const { keyframe, records } = part.stored.rows;
  return { ...part, stored: { rows: { keyframe, records: records.filter((row) => row.tick >= tick) } } };
}

function bytesOf(stretch: StoredStretch | null): number {
  if (stretch === null) return 0;
  if ("block" in stretch.stored) return stretch.stored.block.length;
  const { keyframe, records } = stretch.stored.rows;
  return records.reduce((sum, { bytes }) => sum + bytes.length, keyframe.bytes.length);
}
