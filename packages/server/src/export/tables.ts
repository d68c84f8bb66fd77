/** Who was where, and who said what, as rows. Of each map its rows are in the order of time; map comes after map. */
import type { Seen } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import type { PastSource } from "../record/past.ts";
import type { ClockHistory } from "../ticks/clock.ts";
import { type OverseenTick, overseenPast, type TickRange } from "./overseen.ts";
import type { Column, Row, Table } from "./table.ts";

const always = (name: string, type: Column["type"]): Column => ({ name, type, isNull: "never" });
const when = [always("time", "time"), always("tick", "whole"), always("map", "text")] as const;
const place = [always("x", "number"), always("y", "number")] as const;

/** `x` and `y` in tiles from the map's top left corner, in sixteenths. `posture` is `gone` where a body was seen last. */
export const positionColumns: readonly Column[] = [
  ...when,
  always("body", "whole"),
  always("name", "text"),
  always("kind", "text"),
  ...place,
  always("facing", "text"),
  always("posture", "text"),
];

/** `x` and `y` are the middle of the tile where it was said; `to` is known of whispers alone. */
export const speechColumns: readonly Column[] = [
  ...when,
  always("body", "whole"),
  always("name", "text"),
  always("how", "text"),
  always("text", "text"),
  { name: "to_body", type: "whole", isNull: "sometimes" },
  { name: "to_name", type: "text", isNull: "sometimes" },
  ...place,
];

/** Called after each tick: it has come so far. What it gives is waited for; what it throws ends it all. */
export type Progress = (map: string, tick: number) => Promise<void> | undefined;

export interface TablesOptions {
  readonly past: PastSource;
  readonly clock: ClockHistory;
  readonly range: TickRange;
  readonly positions: Table | null;
  readonly speech: Table | null;
  /** World ms between two rows of each body; null for a row whenever one has changed. */
  readonly everyMs: number | null;
  readonly progress: Progress;
}

export async function writeTables(maps: readonly WorldMap[], options: TablesOptions): Promise<void> {
  for (const map of maps) {
    const tables = new MapTables(map.name, options);
    for await (const seen of overseenPast(options.past, map, options.range)) {
      for (const full of tables.take(seen)) await full;
      const rest = options.progress(map.name, seen.tick);
      if (rest !== undefined) await rest;
    }
    for (const full of tables.end()) await full;
  }
}

class MapTables {
  readonly #map: string;
  readonly #options: TablesOptions;
  readonly #present = new Map<number, Seen>();
  /** The world time at which the next sample is due; null while nothing is seen yet, or none are wanted. */
  #sampleMs: number | null = null;

  constructor(map: string, options: TablesOptions) {
    this.#map = map;
    this.#options = options;
  }

  /** What it gives is to be waited for. */
  *take(seen: OverseenTick): Generator<Promise<void>> {
    const { positions, speech, everyMs, clock } = this.#options;
    if (positions !== null && everyMs === null) yield* this.#changes(positions, seen);
    else if (positions !== null) {
      yield* this.#samplesUpTo(positions, seen.tick - 1);
      if (seen.whole) this.#sampleMs = clock.exactly(seen.tick);
      for (const { id } of seen.gone) this.#present.delete(id);
      for (const body of seen.changed) this.#present.set(body.id, body);
    }
    if (speech === null) return;
    const when = this.#when(seen.tick);
    for (const { from, how, text, to, x, y } of seen.said) {
      const full = speech.add([...when, from.id, from.name, how, text, to?.id ?? null, to?.name ?? null, x, y]);
      if (full !== undefined) yield full;
    }
  }

  *end(): Generator<Promise<void>> {
    const { positions, range } = this.#options;
    if (positions !== null) yield* this.#samplesUpTo(positions, range.toTick);
  }

  *#changes(positions: Table, { tick, changed, gone }: OverseenTick): Generator<Promise<void>> {
    const when = this.#when(tick);
    for (const body of gone) yield* added(positions, position(when, body, "gone"));
    for (const body of changed) yield* added(positions, position(when, body, body.posture));
  }

  /** Of those that are due after a tick and before the next, the last one included. */
  *#samplesUpTo(positions: Table, last: number): Generator<Promise<void>> {
    const { everyMs, clock, range } = this.#options;
    // Of the last tick its beginning is asked for, and nothing after that.
    const endMs = clock.exactly(range.toTick) + 1e-3;
    for (; this.#sampleMs !== null; this.#sampleMs += everyMs!) {
      const tick = clock.tickAt(this.#sampleMs);
      if (tick > last || this.#sampleMs > endMs) return;
      const when: Row = [Math.round(this.#sampleMs), tick, this.#map];
      const present = [...this.#present.values()].sort((a, b) => a.id - b.id);
      for (const body of present) yield* added(positions, position(when, body, body.posture));
    }
  }

  #when(tick: number): Row {
    return [this.#options.clock.at(tick), tick, this.#map];
  }
}

function* added(table: Table, row: Row): Generator<Promise<void>> {
  const full = table.add(row);
  if (full !== undefined) yield full;
}

function position(when: Row, { id, name, kind, x, y, facing }: Seen, posture: string): Row {
  return [...when, id, name, kind, x, y, facing, posture];
}
