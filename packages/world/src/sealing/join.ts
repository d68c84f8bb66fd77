import { ElsewhereError } from "@elsewhere/protocol";
import type { BodyRow } from "../bodies.ts";
import { type Delta, readRecord, writeRecord } from "../codec.ts";
import type { WorldEvent } from "../events.ts";
import type { WorldMap } from "../map.ts";
import { eachMove } from "../moves.ts";
import type { Away, MapState } from "../state.ts";
import { PartWriter } from "./part-writer.ts";
import { isOrdered } from "./telling.ts";

/**
 * The record of a whole tick from its parts, at least one, that of the open first if it is among them: for `applyRecord` on
 * the whole `state` as it stands before the tick. Who went from one part into another moves again, so that observers are told
 * what they were told then. Throws `corrupt` or `unsupported` for what are no parts of one tick.
 */
export function joinRecords(map: WorldMap, state: MapState, parts: readonly Uint8Array[]): Uint8Array {
  const deltas = parts.map((part) => readRecord(part, map));
  const [first] = deltas;
  if (first === undefined || deltas.some(({ tick }) => tick !== first.tick)) throw corrupt("its parts are not of one tick");
  try {
    return new Joining(state, deltas).record() ?? writeRecord(first);
  } catch (cause) {
    if (cause instanceof ElsewhereError && cause.code === "malformed") throw corrupt("its moves do not parse", cause);
    throw cause;
  }
}

/** A row of somebody's move, as it stands in a part; of one who crossed, how it came to stand. */
type Row = { readonly slot: number } & (
  | { readonly bytes: Uint8Array; readonly told: number; readonly start: number; readonly end: number }
  | { readonly crosser: BodyRow }
);

class Joining {
  readonly #state: MapState;
  readonly #deltas: readonly Delta[];
  readonly #whole: PartWriter;
  readonly #events: readonly WorldEvent[];
  /** Who went from one part into another, by slot. */
  readonly #crossers: ReadonlyMap<number, BodyRow>;

  constructor(state: MapState, deltas: readonly Delta[]) {
    this.#state = state;
    this.#deltas = deltas;
    this.#whole = new PartWriter(deltas[0]!.tick);
    this.#events = inOrder(deltas.map(({ events }) => events));
    this.#crossers = this.#crossings();
  }

  record(): Uint8Array | null {
    const whole = this.#whole;
    for (const { gone, born, doors } of this.#deltas) {
      whole.gone.push(...gone.filter((slot) => !this.#crossers.has(slot)));
      whole.born.push(...born.filter(([slot]) => !this.#crossers.has(slot)));
      whole.doors.push(...doors);
    }
    whole.doors.sort(([a], [b]) => a - b);
    whole.numbered.push(...this.#table(4, ({ numbered }) => numbered, numbersOf));
    whole.layered.push(...this.#table(3, ({ layered }) => layered, layersOf));
    const before = this.#state.bodyTable;
    whole.acted.push(
      ...this.#pairs(
        ({ acted }) => acted,
        ({ activity }, slot) => [before.activity[slot] ?? null, activity],
      ),
    );
    whole.cooled.push(
      ...this.#pairs(
        ({ cooled }) => cooled,
        ({ cold }, slot) => [before.coldOf(slot), cold],
      ),
    );
    whole.away.push(...this.#away());
    whole.events = [...this.#events];
    this.#moves();
    return whole.record();
  }

  /** Who is gone from a slot in one part and born into it in another has crossed, unless they left and came in again. */
  #crossings(): ReadonlyMap<number, BodyRow> {
    const { bodyTable } = this.#state;
    const came = new Set<number>();
    for (const event of this.#events) {
      if (event.kind === "entered") came.add(event.body);
      else if (event.kind === "moved_thing" && event.how === "drop") came.add(event.thing.id);
    }
    const left = new Map<number, Delta>();
    for (const delta of this.#deltas) for (const slot of delta.gone) left.set(slot, delta);
    const crossers = new Map<number, BodyRow>();
    for (const delta of this.#deltas) {
      for (const [slot, row] of delta.born) {
        const from = left.get(slot);
        const stays = bodyTable.has(slot) && bodyTable.id[slot] === row.id && !came.has(row.id);
        if (from !== undefined && from !== delta && stays) crossers.set(slot, row);
      }
    }
    return crossers;
  }

  /** Rows of numbers by ascending slot, those of crossers where they differ from before. */
  #table(width: number, of: (delta: Delta) => readonly number[], values: (row: BodyRow) => readonly number[]): number[] {
    const rows: number[][] = [];
    for (const delta of this.#deltas) for (let i = 0; i < of(delta).length; i += width) rows.push(of(delta).slice(i, i + width));
    for (const [slot, row] of this.#crossers) {
      const [before, after] = [values(this.#state.bodyTable.row(slot)), values(row)];
      if (after.some((value, i) => value !== before[i])) rows.push([slot, ...after]);
    }
    return rows.sort((a, b) => a[0]! - b[0]!).flat();
  }

  #pairs<T>(
    of: (delta: Delta) => readonly (readonly [number, T])[],
    change: (row: BodyRow, slot: number) => readonly [before: T, after: T],
  ): (readonly [number, T])[] {
    const rows = this.#deltas.flatMap((delta) => [...of(delta)]);
    for (const [slot, row] of this.#crossers) {
      const [before, after] = change(row, slot);
      if (JSON.stringify(before) !== JSON.stringify(after)) rows.push([slot, after]);
    }
    return rows.sort(([a], [b]) => a - b);
  }

  /** Who will come back in another part than before is absent from the one and present in the other. */
  #away(): (readonly [string, Away | null])[] {
    const away = new Map<string, Away | null>();
    for (const delta of this.#deltas) for (const [who, one] of delta.away) away.set(who, one ?? away.get(who) ?? null);
    return [...away].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #moves(): void {
    const rows: Row[] = [];
    for (const { moved: bytes } of this.#deltas) eachMove(bytes, (slot, told, start, end) => rows.push({ slot, told, bytes, start, end }));
    for (const [slot, crosser] of this.#crossers) rows.push({ slot, crosser });
    rows.sort((a, b) => a.slot - b.slot);
    for (let i = 1; i < rows.length; i++) if (rows[i]!.slot === rows[i - 1]!.slot) throw corrupt("somebody moves in two of its parts");
    for (const row of rows) {
      if ("bytes" in row) this.#whole.copyMove(row.slot, row.told, row.bytes, row.start, row.end);
      else this.#crosses(row.slot, row.crosser);
    }
  }

  #crosses(slot: number, { x, y, facing, at }: BodyRow): void {
    const before = this.#state.bodyTable;
    this.#whole.moved(slot, x - before.x[slot]!, y - before.y[slot]!, facing, at === before.at[slot] ? null : at);
  }
}

const numbersOf = ({ epoch, lastN, asleepSince }: BodyRow): readonly number[] => [epoch, lastN, asleepSince];
const layersOf = ({ layerOn, layerSees }: BodyRow): readonly number[] => [layerOn, layerSees];

/** What happened in all parts. Where a room's part repeats what happened in the open, that tells what of its own came before. */
function inOrder([open = [], ...rooms]: readonly (readonly WorldEvent[])[]): readonly WorldEvent[] {
  const ordered = open.filter(isOrdered);
  const keys = rooms.some(({ length }) => length > 0) ? ordered.map((event) => JSON.stringify(event)) : [];
  const before = new Map<WorldEvent, WorldEvent[]>();
  const last: WorldEvent[] = [];
  for (const events of rooms) {
    let next = 0;
    let own: WorldEvent[] = [];
    for (const event of events) {
      if (next < keys.length && JSON.stringify(event) === keys[next]) {
        const anchor = ordered[next++]!;
        before.set(anchor, [...(before.get(anchor) ?? []), ...own]);
        own = [];
      } else own.push(event);
    }
    last.push(...own);
  }
  return [...open.flatMap((event) => [...(before.get(event) ?? []), event]), ...last];
}

function corrupt(what: string, cause?: unknown): ElsewhereError {
  return new ElsewhereError("corrupt", `a record cannot be joined: ${what}`, { field: "record" }, { cause });
}
