import { joinNames, type Sentence, type Tone } from "./sentences.ts";

/** What happened, as it is shown: newest last. An `Entry` never changes; a new log is made instead. */
export interface Log {
  readonly entries: readonly Entry[];
  readonly nextId: number;
}

export interface Entry {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
  readonly body: number | null;
  /** World time, milliseconds since 1970. */
  readonly now: number;
  readonly tick: number;
  /** Who came and who went, where that is what the entry tells. */
  readonly come: readonly string[];
  readonly gone: readonly string[];
}

const entriesKeptMax = 300;
/** Comings and goings this close together are told in one sentence. */
const ticksTogetherMax = 30;

export const emptyLog: Log = { entries: [], nextId: 1 };

/** Adds one sentence. The oldest entries fall out beyond the limit. */
export function append(log: Log, said: Sentence, now: number, tick: number): Log {
  return push(log, { tone: said.tone, text: said.text, body: said.body, now, tick, come: [], gone: [] });
}

/**
 * Adds who came into sight and who went out of it. A crowd passing by becomes one growing sentence,
 * and somebody who only flickered at the edge of sight cancels out.
 */
export function appendComings(log: Log, come: readonly string[], gone: readonly string[], now: number, tick: number): Log {
  if (come.length === 0 && gone.length === 0) return log;
  const last = log.entries.at(-1);
  const joins = last !== undefined && last.tone === "comings" && tick - last.tick <= ticksTogetherMax;
  let here: string[] = joins ? [...last.come] : [];
  let away: string[] = joins ? [...last.gone] : [];
  for (const name of come) {
    if (away.includes(name)) away = away.filter((other) => other !== name);
    else if (!here.includes(name)) here.push(name);
  }
  for (const name of gone) {
    if (here.includes(name)) here = here.filter((other) => other !== name);
    else if (!away.includes(name)) away.push(name);
  }
  const kept = joins ? { ...log, entries: log.entries.slice(0, -1) } : log;
  if (here.length === 0 && away.length === 0) return kept;
  const entry = {
    tone: "comings",
    text: comingsText(here, away),
    body: null,
    now,
    tick: joins ? last.tick : tick,
    come: here,
    gone: away,
  } as const;
  return joins ? { ...kept, entries: [...kept.entries, { ...entry, id: last.id }] } : push(kept, entry);
}

function push(log: Log, entry: Omit<Entry, "id">): Log {
  const entries = [...log.entries.slice(-(entriesKeptMax - 1)), { ...entry, id: log.nextId }];
  return { entries, nextId: log.nextId + 1 };
}

function comingsText(come: readonly string[], gone: readonly string[]): string {
  const arrivals = come.length === 0 ? "" : `${joinNames(come)} ${come.length === 1 ? "comes" : "come"} into sight`;
  const departures = gone.length === 0 ? "" : `${joinNames(gone)} ${gone.length === 1 ? "is" : "are"} out of sight`;
  return `${[arrivals, departures].filter((part) => part !== "").join("; ")}.`;
}
