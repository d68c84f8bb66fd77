import type { TiledProperties } from "../tiled/model.ts";
import { numberOf, property, textOf } from "../tiled/properties.ts";
import { malformed, overLimit, quoted } from "../tiled/refuse.ts";
import type { Area } from "./areas.ts";
import type { Survey } from "./survey.ts";
import { limits } from "@elsewhere/protocol";

/** Everybody is on it and sees it, unless the world says otherwise. */
const commonName = "common";

/** Names of a map's layers, by their numbers: `world:layers`, separated by commas. The first is the common one. */
export function layerNamesOf({ properties, map }: Survey): readonly string[] {
  const text = textOf(properties, "world:layers").trim();
  if (text === "") return [commonName];
  const names = text.split(",").map((name) => name.trim());
  const max = limits.perceptionLayersMax;
  if (names.length > max) throw overLimit(map.path, `world:layers names more than ${max} layers`, max);
  if (names[0] !== commonName) throw malformed(map.path, `world:layers does not begin with "${commonName}", the layer of everybody`);
  const odd = names.find((name, i) => name === "" || /^\d+$/.test(name) || names.indexOf(name) !== i);
  if (odd !== undefined) throw malformed(map.path, `world:layers has ${quoted(odd)}, which is empty, a number or there twice`);
  return names;
}

/** The layer that `world:layer` names, as a mask of that one layer; null if it is not there. */
export function layerOf(properties: TiledProperties, names: readonly string[], file: string, label: string): number | null {
  if (property(properties, "world:layer") === undefined) return null;
  const text = textOf(properties, "world:layer").trim();
  const number = names.includes(text) ? names.indexOf(text) : numberOf(properties, "world:layer");
  const max = limits.perceptionLayersMax - 1;
  if (text === "" || number === null || !Number.isInteger(number) || number < 0 || number > max)
    throw malformed(file, `world:layer of ${label} is neither a whole number from 0 to ${max} nor a name in the map's world:layers`);
  return 2 ** number;
}

/** The layer of each tile on which bodies are on one of their own, as a mask; 0 elsewhere. Of two areas the smaller counts. */
export function layerGrid(areas: readonly Area[], names: readonly string[], survey: Survey, tiles: number): Uint32Array | null {
  const file = survey.map.path;
  const layered = areas.flatMap((area) => {
    const layer = layerOf(area.properties, names, file, area.label);
    return layer === null ? [] : [{ layer, tiles: area.tiles }];
  });
  if (layered.length === 0) return null;
  const grid = new Uint32Array(tiles);
  for (const area of layered.toSorted((a, b) => b.tiles.length - a.tiles.length)) for (const tile of area.tiles) grid[tile] = area.layer;
  return grid;
}
