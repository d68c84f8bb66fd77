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

/** By name, and by the token of whoever sees it: not everybody sees the same. */
const maps = new Map<string, Promise<TileMap>>();
const keyOf = (name: string, token: string | null): string => JSON.stringify([name, token]);

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

/** Shows a map by its name, as the bearer of the token sees it; a later call wins over an earlier one that is still loading. */
let wanted: Promise<TileMap> | null = null;
export async function showMap(name: string, token: string | null = null): Promise<void> {
  const loading = loadMap(name, token);
  if (wanted === loading) return;
  wanted = loading;
  try {
    const map = await loading;
    if (wanted === loading) shownMap.value = map;
  } catch (error) {
    if (wanted === loading) worldError.value = `The map ${mapTitle(name)} could not be loaded: ${lineOf(error)}`;
  }
}

/** The bearer of the token sees more of a map than before: it is asked for anew. */
export function forgetMap(name: string, token: string | null): void {
  maps.delete(keyOf(name, token));
}

function loadMap(name: string, token: string | null): Promise<TileMap> {
  const key = keyOf(name, token);
  const known = maps.get(key);
  if (known !== undefined) return known;
  const loading = getDrawing(name, token).then((drawing: MapDrawing) => new TileMap(drawing));
  maps.set(key, loading);
  loading.catch(() => maps.delete(key));
  return loading;
}
