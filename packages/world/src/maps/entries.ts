import type { Entry } from "../map.ts";
import { malformed } from "../tiled/refuse.ts";
import { type Area, areasWith } from "./areas.ts";
import { cleanName, Names } from "./names.ts";
import type { Survey } from "./survey.ts";

/** Of WorkAdventure's maps: who names no other entry comes in here. */
const defaultName = "start";

/**
 * Where bodies come in, the default first: the profile's own, then the entry "start", then the others as the map has them.
 * Areas of one name are one entry. A map without any is entered at the free tile nearest its centre.
 */
export function entriesOf(survey: Survey, areas: readonly Area[], blocked: Uint8Array, hiddenAt: Uint16Array | null): Entry[] {
  const tilesOf = new Map<string, Set<number>>();
  const put = (name: string, tiles: Iterable<number>): void => {
    const known = tilesOf.get(name) ?? new Set();
    for (const tile of tiles) known.add(tile);
    tilesOf.set(name, known);
  };
  const isOpen = (tile: number): boolean => blocked[tile] === 0 && (hiddenAt === null || hiddenAt[tile] === 0);
  for (const { name, x, y } of survey.profile?.entries ?? []) {
    if (survey.grid.has(x, y)) put(cleanName(name) || defaultName, [y * survey.grid.width + x]);
    else survey.notes.say(`the profile's entry at ${x},${y} is not on the map`);
  }
  const found = areasWith(areas, "start", "startLayer");
  const starts = found.filter(({ hidden }) => !hidden).map((area) => ({ name: cleanName(area.name) || defaultName, tiles: area.tiles }));
  for (const start of starts.filter(({ name }) => name === defaultName)) put(start.name, start.tiles);
  for (const start of starts.filter(({ name }) => name !== defaultName)) put(start.name, start.tiles);
  const entries: Entry[] = [];
  for (const [name, tiles] of tilesOf) {
    const free = [...tiles].filter((tile) => blocked[tile] === 0).toSorted((a, b) => a - b);
    if (free.length > 0) entries.push({ name, tiles: Int32Array.from(free) });
    else survey.notes.gather("entries of which every tile is blocked are left out", name);
  }
  if (entries.length === 0) entries.push({ name: defaultName, tiles: Int32Array.of(nearestFree(survey, isOpen)) });
  return [...entries, ...hiddenEntries(found, entries, blocked, survey)];
}

/** Entries in hidden rooms come last, one for each area: their names must not show among the others. */
function hiddenEntries(areas: readonly Area[], others: readonly Entry[], blocked: Uint8Array, survey: Survey): Entry[] {
  const names = new Names("entry", survey.notes);
  for (const { name } of others) names.take(name, defaultName);
  return areas.flatMap((area): Entry[] => {
    const tiles = area.tiles.filter((tile) => blocked[tile] === 0);
    return area.hidden && tiles.length > 0 ? [{ name: names.take(area.name, defaultName, true), tiles }] : [];
  });
}

function nearestFree(survey: Survey, isOpen: (tile: number) => boolean): number {
  const { width, height } = survey.grid;
  let [best, bestDistance] = [-1, Infinity];
  for (let tile = 0; tile < width * height; tile++) {
    if (!isOpen(tile)) continue;
    const [dx, dy] = [(tile % width) * 2 + 1 - width, Math.floor(tile / width) * 2 + 1 - height];
    const distance = dx * dx + dy * dy;
    if (distance < bestDistance) [best, bestDistance] = [tile, distance];
  }
  if (best < 0) throw malformed(survey.map.path, "blocks every one of its tiles, so nobody could come in");
  survey.notes.say(`the map has no entry; bodies come in at ${best % width},${Math.floor(best / width)}, the free tile nearest its centre`);
  return best;
}
