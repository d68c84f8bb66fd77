import { ElsewhereError } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import { sealsSetting } from "../../sealing/sealing.ts";
import { timeOf } from "../../ticks/time-of.ts";
import { sameHash } from "../chain.ts";
import type { RecordReader } from "../reader.ts";
import { isStream } from "../stream.ts";
import { compareEntries, type Compared, type Divergence } from "./divergence.ts";
import { keyframeAt, statesInWords, tickInWords } from "./words.ts";

/** Lines about one map, at most; what is more is counted. */
const linesMax = 10;

export interface MapComparison {
  readonly map: string;
  readonly equal: boolean;
  /** The first tick of which the records tell differently; null where they are equal, or nothing of one can be compared. */
  readonly tick: number | null;
  /** Its world time, milliseconds since 1970, where the record tells it. */
  readonly now: number | null;
  /** How they differ. */
  readonly lines: readonly string[];
}

export interface RecordComparison {
  /** Whether all that is compared is: what is sealed is not. */
  readonly equal: boolean;
  /** Whether one of them holds what happened in hidden rooms: it is sealed anew each time it is written, and is never the same. */
  readonly sealed: boolean;
  readonly maps: readonly MapComparison[];
}

/**
 * Compares what two records of one world tell of every map. `maps` are those of the world, to tell what differs in words;
 * of a map that is not among them, or is another than the one recorded, only tick and kind are told.
 * Throws `malformed` for records of different worlds, `corrupt` for what cannot be read.
 */
export function compareRecords(first: RecordReader, second: RecordReader, maps: readonly WorldMap[]): RecordComparison {
  const [one, other] = [first, second].map((reader) => reader.setting("world"));
  if (one != null && other != null && one !== other) {
    throw new ElsewhereError("malformed", `these are records of two worlds, "${one}" and "${other}": nothing can be the same`, {
      field: "dir",
    });
  }
  const chains = [...new Set([...first.heads().keys(), ...second.heads().keys()])].toSorted();
  const names = chains.filter((name) => !isStream(name));
  const compared = names.map((name) => compareMap(name, first, second, maps.find((map) => map.name === name) ?? null));
  const sealed = names.length < chains.length || [first, second].some((reader) => reader.setting(sealsSetting) !== null);
  return { equal: compared.every(({ equal }) => equal), sealed, maps: compared };
}

function compareMap(name: string, first: RecordReader, second: RecordReader, map: WorldMap | null): MapComparison {
  const [one, other] = [first.heads().get(name), second.heads().get(name)];
  if (one === undefined || other === undefined) {
    return { map: name, equal: false, tick: null, now: null, lines: [`only the ${one === undefined ? "second" : "first"} has this map`] };
  }
  if (sameHash(one.hash, other.hash)) return { map: name, equal: true, tick: null, now: null, lines: [] };
  const compared = compareEntries(first.entries(name), second.entries(name));
  const opening = openingLines(map, compared);
  const { divergence } = compared;
  const tick = opening.differs ? compared.opening!.tick : divergence.kind === "none" ? null : divergence.tick;
  const lines = [...opening.lines, ...(opening.differs ? [] : divergenceLines(map, divergence))];
  const equal = lines.length === 0;
  // Where time went at another pace in one of them, the first is told.
  const times = tick === null ? [] : [first, second].map((reader) => timeOf(reader.setting("clocks"), tick));
  const now = times.find((time) => time !== null) ?? null;
  return { map: name, equal, tick, now, lines: shortened(lines) };
}

/** That one record begins later, and whether it does so with the state that the other had then. */
function openingLines(
  map: WorldMap | null,
  { begins, opening }: Compared,
): { readonly differs: boolean; readonly lines: readonly string[] } {
  if (begins[0] === begins[1]) return { differs: false, lines: [] };
  const lines = [`the first begins at tick ${begins[0]}, the second at tick ${begins[1]}`];
  if (opening === null || opening.since === null) return { differs: false, lines: [...lines, "what came before is not compared"] };
  const { since, tick, keyframe } = opening;
  const told = inWords(map, (known) => {
    const before = keyframeAt(known, since, tick);
    if (sameHash(before, keyframe)) return [];
    return begins[0] < begins[1] ? statesInWords(known, before, keyframe) : statesInWords(known, keyframe, before);
  });
  if (told === null)
    return { differs: false, lines: [...lines, "whether it begins where the other was then is not known without the map"] };
  if (told.length === 0) return { differs: false, lines };
  return { differs: true, lines: [...lines, "it does not begin where the other was then:", ...told] };
}

function divergenceLines(map: WorldMap | null, divergence: Divergence): readonly string[] {
  switch (divergence.kind) {
    case "none":
      return [];
    case "ends":
      return [`the ${divergence.first ? "first" : "second"} ends before tick ${divergence.tick}, and the other goes on`];
    case "unkept":
      return [
        `of the ticks ${divergence.tick} to ${divergence.lastTick} not all is kept, and what is left of them does not tell whether they are the same`,
      ];
    case "state": {
      const { first, second } = divergence;
      return ["the states after it differ, though no tick does:", ...(inWords(map, (known) => statesInWords(known, first, second)) ?? [])];
    }
    case "tick": {
      const { tick, first, second, since } = divergence;
      const kind =
        first === null
          ? "only in the second something happens"
          : second === null
            ? "only in the first something happens"
            : "what happens differs";
      return [`${kind}:`, ...(since === null ? [] : (inWords(map, (known) => tickInWords(known, since, tick, first, second)) ?? []))];
    }
  }
}

/** Null without a map, or with one that the record was not made on. */
function inWords(map: WorldMap | null, tell: (map: WorldMap) => readonly string[]): readonly string[] | null {
  if (map === null) return null;
  try {
    return tell(map);
  } catch (error) {
    if (error instanceof ElsewhereError && (error.code === "corrupt" || error.code === "unsupported")) return null;
    throw error;
  }
}

function shortened(lines: readonly string[]): readonly string[] {
  const told = lines.map((line, i) => (i === lines.length - 1 ? line.replace(/:$/, "") : line));
  return told.length <= linesMax ? told : [...told.slice(0, linesMax - 1), `and ${told.length - linesMax + 1} more`];
}
