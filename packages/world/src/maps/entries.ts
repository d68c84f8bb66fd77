import type { Entry } from "../map.ts";
import { malformed } from "../tiled/refuse.ts";
import { type Area, areasWith } from "./areas.ts";
import { cleanName } from "./names.ts";
import type { Survey } from "./survey.ts";

/** Of WorkAdventure's maps: who names no other entry comes in here. */
const defaultName = "start";

/**
 * Where bodies come in, the default first: the profile's own, then the entry "start", then the others as the map has them.
 * Areas of one name are one entry. A map without any is entered at the free tile nearest its centre.
 */
export function entriesOf(survey: Survey, areas: readonly Area[], blocked: Uint8Array): Entry[] {
  const tilesOf = new Map<string, Set<number>>();
  const put = (name: string, tiles: Iterable<number>): void => {
    const known = tilesOf.get(name) ?? new Set();
    for (const tile of tiles) known.add(tile);
    tilesOf.set(name, known);
  };
  for (const { name, x, y } of survey.profile?.entries ?? []) {
    if (survey.grid.has(x, y)) put(cleanName(name) || defaultName, [y * survey.grid.width + x]);
    else survey.notes.say(`the profile's entry at ${x},${y} is not on the map`);
  }
  const starts = areasWith(areas, "start", "startLayer").map((area) => ({
    name: cleanName(area.name) || defaultName,
    tiles: area.tiles,
  }));
  for (const start of starts.filter(({ name }) => name === defaultName)) put(start.name, start.tiles);
  for (const start of starts.filter(({ name }) => name !== defaultName)) put(start.name, start.tiles);
  const entries: Entry[] = [];
  for (const [name, tiles] of tilesOf) {
    const free = [...tiles].filter((tile) => blocked[tile] === 0).toSorted((a, b) => a - b);
    if (free.length > 0) entries.push({ name, tiles: Int32Array.from(free) });
    else survey.notes.gather("entries of which every tile is blocked are left out", name);
  }
  return entries.length > 0 ? entries : [{ name: defaultName, tiles: Int32Array.of(nearestFree(survey, blocked)) }];
}

function nearestFree(survey: Survey, blocked: Uint8Array): number {
  const { width, height } = survey.grid;
  let [best, bestDistance] = [-1, Infinity];
  for (let tile = 0; tile < blocked.length; tile++) {
    if (blocked[tile] !== 0) continue;
    const [dx, dy] = [(tile % width) * 2 + 1 - width, Math.floor(tile / width) * 2 + 1 - height];
    const distance = dx * dx + dy * dy;
    if (distance < bestDistance) [best, bestDistance] = [tile, distance];
  }
  if (best < 0) throw malformed(survey.map.path, "blocks every one of its tiles, so nobody could come in");
  survey.notes.say(`the map has no entry; bodies come in at ${best % width},${Math.floor(best / width)}, the free tile nearest its centre`);
  return best;
}
