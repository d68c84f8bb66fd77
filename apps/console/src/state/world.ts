import type { MapDrawing } from "@elsewhere/world";
import { signal } from "@preact/signals";
import { TileMap } from "../map/tiles.ts";
import type { WorldInfo } from "@elsewhere/protocol";
import { getDrawing, getWorld } from "./api.ts";

/** What anybody may know of the world before entering it. */
export const worldInfo = signal<WorldInfo | null>(null);
/** Why it could not be asked, in one line. */
export const worldError = signal<string | null>(null);
/** The map that is shown: the one its perceiver is on, or the world's first. */
export const shownMap = signal<TileMap | null>(null);

const maps = new Map<string, Promise<TileMap>>();

/** An error as the one line a person meets. What begins with the name of a file keeps it as it is written. */
export const lineOf = (error: unknown): string => {
  const line = error instanceof Error ? error.message : String(error);
  return /^[a-z]+[\s,.:]/.test(line) ? line.charAt(0).toUpperCase() + line.slice(1) : line;
};

export async function loadWorld(): Promise<void> {
  try {
    worldInfo.value = await getWorld();
    worldError.value = null;
  } catch (error) {
    worldError.value = lineOf(error);
  }
}

export function mapTitle(name: string): string {
  const title = worldInfo.value?.maps.find((map) => map.name === name)?.title;
  return title === undefined || title === "" ? name : title;
}

/** Shows a map by its name; a later call wins over an earlier one that is still loading. */
let wanted = "";
export async function showMap(name: string): Promise<void> {
  wanted = name;
  if (shownMap.value?.drawing.name === name) return;
  try {
    const map = await loadMap(name);
    if (wanted === name) shownMap.value = map;
  } catch (error) {
    if (wanted === name) worldError.value = `The map ${mapTitle(name)} could not be loaded: ${lineOf(error)}`;
  }
}

function loadMap(name: string): Promise<TileMap> {
  const known = maps.get(name);
  if (known !== undefined) return known;
  const loading = getDrawing(name).then((drawing: MapDrawing) => new TileMap(drawing));
  maps.set(name, loading);
  loading.catch(() => maps.delete(name));
  return loading;
}
