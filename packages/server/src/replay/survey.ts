import {
  ElsewhereError,
  limits,
  type Percept,
  type RecordDensity,
  type RecordSearch,
  type RecordTimeline,
  type Utterance,
} from "@elsewhere/protocol";
import { itemsPerTickMax } from "../sessions/memories.ts";
import type { Storage } from "../storage/contract.ts";
import type { ClockHistory, RealTime } from "../ticks/clock.ts";
import type { Ends } from "./contract.ts";
import { type Category, Counts, Spans } from "./counts.ts";
import { comparable, mentions, type Scanned } from "./scan.ts";

export interface SurveyOptions {
  readonly maps: readonly string[];
  readonly clock: ClockHistory;
  readonly time: RealTime;
  readonly storage: Pick<Storage, "memory">;
  readonly ends: () => Promise<Ends>;
  /** Looks through one stretch, in another thread. */
  readonly scan: (map: string, tick: number, sought: string | null) => Promise<Scanned>;
}

/** What was found in some ticks, of which `first` is the first. */
interface Window {
  readonly first: number;
  readonly found: readonly Omit<Utterance, "now">[];
}

/** Whose past: a person's, by their own memory; null is what an overseer may know of everything. */
type Whose = string | null;

const dayMs = 86_400_000;
const daysMax = 1_000;
/** Memory is read in pages so short that the tick does not wait for them. */
const rowsAtOnce = 500;
/** Ticks of a memory that are looked through at a time on the way back. */
const ticksBack = 6_000;
const surveysMax = 4;
const stretchesKept = 4_096;
const peopleKept = 64;

/** Counts and searches what is kept of a world: for a limited time each, and what is counted once is not counted again. */
export class Survey {
  readonly #options: SurveyOptions;
  /** By map what was counted of its stretches that are over, by where they begin. */
  readonly #counted = new Map<string, Map<number, Scanned>>();
  readonly #remembered = new Map<string, { afterSeq: number; readonly counts: Counts }>();
  #running = 0;

  constructor(options: SurveyOptions) {
    this.#options = options;
  }

  async timeline(): Promise<RecordTimeline> {
    const { clock, ends } = this.#options;
    const { fromTick, toTick } = await ends();
    const [from, to] = [clock.at(fromTick), clock.at(toTick)];
    const last = Math.floor(to / dayMs);
    const first = Math.max(Math.ceil(from / dayMs), last - daysMax + 1);
    const days = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * dayMs);
    return { fromTick, toTick, from, to, days: days.map((now) => ({ tick: clock.tickAt(now), now })) };
  }

  /** `from`, `to`: world time, ms; null are the ends of the record. Throws `limit` while as many run as may. */
  density(whose: Whose, from: number | null, to: number | null, bins: number): Promise<RecordDensity> {
    return this.#run(async (late) => {
      const { clock, ends } = this.#options;
      const { fromTick, toTick } = await ends();
      const [begin, end] = [from ?? clock.at(fromTick), to ?? clock.at(toTick)];
      const spans = new Spans(begin, end, bins);
      const add = (tick: number, category: Category, count: number): void => spans.add(clock.at(tick), category, count);
      const [first, last] = [Math.max(fromTick, clock.tickAt(begin)), Math.min(toTick, clock.tickAt(end))];
      if (whose !== null) return spans.density(!(await this.#countMemory(whose, add, late)));
      let all = true;
      for (const map of this.#options.maps) all = (await this.#countMap(map, first, last, add, late)) && all;
      return spans.density(!all);
    });
  }

  /** What was said before `before` (world time, ms; null for everything), the newest `itemsMax`, and those of the same tick. */
  search(whose: Whose, text: string, before: number | null, itemsMax: number): Promise<RecordSearch> {
    return this.#run(async (late) => {
      const { clock, ends } = this.#options;
      const { fromTick, toTick } = await ends();
      const sought = comparable(text);
      let last = before === null ? toTick : Math.min(toTick, clock.tickAt(before - 1));
      const found: Omit<Utterance, "now">[] = [];
      const scanned = new Map<string, Scanned>();
      while (last >= fromTick && found.length < itemsMax && !late()) {
        const window = whose === null ? await this.#saidBefore(last, sought, scanned) : await this.#heardBefore(whose, last, sought);
        found.push(...window.found.toSorted((a, b) => b.tick - a.tick));
        last = window.first - 1;
      }
      const cut = found.length > itemsMax ? found[itemsMax - 1]!.tick : null;
      const shown = cut === null ? found : found.filter(({ tick }) => tick >= cut);
      const next = cut ?? (last >= fromTick ? last + 1 : null);
      return { found: shown.map((one) => ({ ...one, now: clock.at(one.tick) })), before: next === null ? null : clock.at(next) };
    });
  }

  async #run<T>(survey: (late: () => boolean) => Promise<T>): Promise<T> {
    const limit = surveysMax;
    if (this.#running >= limit) {
      throw new ElsewhereError("limit", `${limit} counts and searches run already: ask again in a moment`, { field: "requests", limit });
    }
    const { time } = this.#options;
    const endMs = time.monotonicMs() + limits.surveyMsMax;
    this.#running++;
    try {
      return await survey(() => time.monotonicMs() > endMs);
    } finally {
      this.#running--;
    }
  }

  /** Returns whether all of it was counted. */
  async #countMap(map: string, first: number, last: number, add: Parameters<Counts["each"]>[0], late: () => boolean): Promise<boolean> {
    // The first tick of a stretch is told by the one before.
    for (let at = Math.max(0, first - 1); at < last;) {
      const known = this.#known(map, at);
      if (known === null && late()) return false;
      const scanned = known ?? (await this.#options.scan(map, at, null));
      if (scanned.complete) this.#keep(map, scanned);
      new Counts(scanned.counts).each((tick, category, count) => {
        if (tick >= first && tick <= last) add(tick, category, count);
      });
      at = Math.max(at + 1, scanned.through);
    }
    return true;
  }

  #known(map: string, tick: number): Scanned | null {
    for (const scanned of this.#counted.get(map)?.values() ?? []) if (tick >= scanned.fromTick && tick < scanned.through) return scanned;
    return null;
  }

  #keep(map: string, scanned: Scanned): void {
    const kept = this.#counted.get(map) ?? new Map<number, Scanned>();
    this.#counted.set(map, kept);
    kept.set(scanned.fromTick, { ...scanned, said: [] });
    for (const oldest of kept.keys()) if (kept.size > stretchesKept) kept.delete(oldest);
  }

  /** What was said on all maps up to a tick, as far back as the nearest stretch reaches. */
  async #saidBefore(last: number, sought: string, known: Map<string, Scanned>): Promise<Window> {
    const { maps, scan } = this.#options;
    const scanned: Scanned[] = [];
    for (const map of maps) {
      // Stretches of maps are of different length: one is gone through once, however many of another it spans.
      const before = known.get(map);
      const one = before !== undefined && last > before.fromTick ? before : await scan(map, Math.max(0, last - 1), sought);
      known.set(map, one);
      scanned.push(one);
    }
    const first = Math.min(last, Math.max(...scanned.map(({ fromTick }) => fromTick)) + 1);
    const found = scanned.flatMap(({ said }, i) =>
      said.filter(({ tick }) => tick >= first && tick <= last).map((one) => ({ ...one, map: maps[i]! })),
    );
    return { first, found };
  }

  async #heardBefore(who: string, last: number, sought: string): Promise<Window> {
    const first = Math.max(0, last - ticksBack + 1);
    const found: Omit<Utterance, "now">[] = [];
    for await (const { tick, percept } of this.#memory(who, first * itemsPerTickMax - 1)) {
      if (tick > last) break;
      if (percept.kind !== "heard" || !mentions(sought, percept.from.name, percept.text)) continue;
      found.push({ tick, map: null, name: percept.from.name, how: percept.how, text: percept.text });
    }
    return { first, found };
  }

  async #countMemory(who: string, add: Parameters<Counts["each"]>[0], late: () => boolean): Promise<boolean> {
    const kept = this.#remembered.get(who) ?? { afterSeq: -1, counts: new Counts() };
    this.#remembered.delete(who);
    this.#remembered.set(who, kept);
    for (const oldest of this.#remembered.keys()) if (this.#remembered.size > peopleKept) this.#remembered.delete(oldest);
    let [rows, all] = [0, true];
    for await (const { seq, tick, percept } of this.#memory(who, kept.afterSeq)) {
      if (seq <= kept.afterSeq) continue;
      const category = rememberedAs(percept);
      if (category !== null) kept.counts.add(tick, category);
      kept.afterSeq = seq;
      if (++rows % rowsAtOnce !== 0 || !late()) continue;
      all = false;
      break;
    }
    kept.counts.each(add);
    return all;
  }

  async *#memory(
    who: string,
    afterSeq: number,
  ): AsyncGenerator<{ readonly seq: number; readonly tick: number; readonly percept: Percept }> {
    for (let after = afterSeq; ;) {
      const rows = await this.#options.storage.memory(who, after, rowsAtOnce);
      for (const { seq, json } of rows) yield { seq, tick: Math.floor(seq / itemsPerTickMax), percept: JSON.parse(json) as Percept };
      if (rows.length < rowsAtOnce) return;
      after = rows.at(-1)!.seq;
    }
  }
}

function rememberedAs({ kind }: Percept): Category | null {
  if (kind === "heard") return "speech";
  if (kind === "arrived") return "comings";
  return kind === "used" || kind === "did" || kind === "moved_thing" ? "doings" : null;
}
