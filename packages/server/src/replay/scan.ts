import type { PerceptOf } from "@elsewhere/protocol";
import { isOverseen, readEvents, type WorldEvent, type WorldMap } from "@elsewhere/world";
import { openStretch } from "../record/past.ts";
import type { Stretches } from "./archive.ts";
import type { Rest } from "./contract.ts";
import { type Category, Counts } from "./counts.ts";

/** What an overseer may know of one stretch of a map's past. */
export interface Scanned {
  /** It tells of the ticks after `fromTick` up to `through`. */
  readonly fromTick: number;
  readonly through: number;
  /** Whether it will never tell of more. */
  readonly complete: boolean;
  readonly counts: Float64Array;
  readonly said: readonly Said[];
}

/** Words that were looked for, by ascending tick. */
export interface Said extends Pick<PerceptOf<"heard">, "how" | "text"> {
  readonly tick: number;
  readonly name: string;
}

/** Texts that look alike but for case, width or ligatures are one. */
export const comparable = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Whether somebody's words, or their name, hold what is looked for, which is comparable already. */
export const mentions = (sought: string, name: string, text: string): boolean =>
  comparable(text).includes(sought) || comparable(name).includes(sought);

function categoryOf(event: WorldEvent): Category | null {
  if (event.kind === "heard") return "speech";
  if (event.kind === "entered") return "comings";
  // Who goes from one map to another comes in there.
  if (event.kind === "left") return event.how === "transferred" ? null : "comings";
  return "scope" in event ? "doings" : null;
}

/** Looks through the stretch by which a map gets to `tick`; `sought` is looked for in what was said, null for nothing. */
export async function scanStretch(
  { stretches, rest, map }: { readonly stretches: Stretches; readonly rest: Rest; readonly map: WorldMap },
  tick: number,
  sought: string | null,
): Promise<Scanned> {
  const { stretch, through, complete } = await stretches.load(map.name, tick);
  const counts = new Counts();
  const said: Said[] = [];
  // Where there is none, there is none before either.
  if (stretch === null) return { fromTick: -1, through, complete, counts: counts.rows, said };
  for (const { tick: at, bytes } of openStretch(stretch).records) {
    if (rest.due) await rest.take();
    for (const event of readEvents(map, bytes)) {
      if (!isOverseen(map, event)) continue;
      const category = categoryOf(event);
      if (category !== null) counts.add(at, category);
      if (sought === null || event.kind !== "heard" || !mentions(sought, event.from.name, event.text)) continue;
      said.push({ tick: at, name: event.from.name, how: event.how, text: event.text });
    }
  }
  return { fromTick: stretch.fromTick, through, complete, counts: counts.rows, said };
}
