import type { Json } from "@elsewhere/protocol";
import type { FlatLayer } from "../tiled/flatten.ts";
import { gidOf, type TiledProperties } from "../tiled/model.ts";
import { isTrue } from "../tiled/properties.ts";
import { quoted } from "../tiled/refuse.ts";
import { type ProfileLayer, propertyOfMeaning } from "./profile.ts";
import { hidingOf } from "./hidden-rooms.ts";
import { coveredBy, isAreaClass, objectsOf, profileOf, type Survey } from "./survey.ts";
import { isKnown, placeProperties } from "./vocabulary.ts";

/**
 * Some tiles with properties, whoever gave them: an area object, a tile layer with an area's properties (its tiles that are
 * not empty), or a layer of the profile. Everything a map means beyond its walls is said of areas.
 */
export interface Area {
  /** As the map has it; may be empty. */
  readonly name: string;
  /** For notes. */
  readonly label: string;
  readonly tiles: Int32Array;
  readonly properties: TiledProperties;
  /** Whether it is a place by its name; areas without one only lend their meaning. */
  readonly place: boolean;
  /** Of a hidden room, empty if the map does not tell it; null if it is none. */
  readonly secret: string | null;
  /** Of a hidden room whose secret the map does not tell. */
  readonly recipient: string | null;
  /** Whether it is a hidden room or lies in one: then nothing of it is told. */
  readonly hidden: boolean;
}

export function areasOf(survey: Survey): Area[] {
  const objects = objectsOf(survey)
    .filter((placed) => isAreaClass(placed.class))
    .map((placed): Area => {
      const { name, properties } = placed.object;
      return {
        name,
        label: `area ${placed.label}`,
        tiles: coveredBy(survey, placed),
        properties,
        place: name.trim() !== "",
        ...hidingOf(properties, survey.map.path, `the area ${placed.label}`),
        hidden: false,
      };
    });
  const layers = survey.layers.flatMap((layer) => layerAreas(layer, survey));
  return [...layers, ...objects].filter((area) => {
    if (area.tiles.length === 0)
      survey.notes.gather("areas that cover no tile of the map", area.secret === null ? area.label : "a hidden area");
    return area.tiles.length > 0;
  });
}

function layerAreas(layer: FlatLayer, survey: Survey): Area[] {
  if (layer.layer.kind !== "tiles") return [];
  const profiled = profileOf(layer, survey.profile);
  if (profiled) return profileAreas(layer, profiled, survey);
  const { name, properties } = layer.layer;
  // A layer of this name is an entry by convention, without any property.
  const start = name === "start" ? [["start", true] as const] : [];
  const meant: TiledProperties = new Map<string, Json>([...start, ...properties]);
  if (![...meant.keys()].some((key) => isKnown("area", key) || placeProperties.has(key.toLowerCase()))) return [];
  const place = [...meant].some(([key, value]) => placeProperties.has(key.toLowerCase()) && value !== false && value !== "");
  return [
    {
      name,
      label: `layer ${quoted(layer.path)}`,
      tiles: filled(survey.grid.placed(layer)),
      properties: meant,
      place,
      ...hidingOf(meant, survey.map.path, `the layer ${quoted(layer.path)}`),
      hidden: false,
    },
  ];
}

const filled = (cells: Uint32Array): Int32Array => {
  const found: number[] = [];
  cells.forEach((cell, i) => {
    if (gidOf(cell) !== 0) found.push(i);
  });
  return Int32Array.from(found);
};

function profileAreas(layer: FlatLayer, profiled: ProfileLayer, survey: Survey): Area[] {
  if (profiled.as === "nothing" || profiled.as === "collides") return [];
  const meaning = propertyOfMeaning[profiled.as];
  const properties = new Map<string, Json>();
  if (meaning !== null) properties.set(meaning, true);
  if (profiled.description) properties.set("world:description", profiled.description);
  const place = profiled.as === "place" || profiled.as === "room";
  const area = (name: string, tiles: Int32Array): Area => ({
    name,
    label: `layer ${quoted(layer.path)}`,
    tiles,
    properties,
    place,
    secret: null,
    recipient: null,
    hidden: false,
  });
  const cells = survey.grid.placed(layer);
  if (!profiled.regions) return [area(profiled.name ?? layer.layer.name, filled(cells))];
  return regions(cells, layer, profiled.regions, survey).map(([name, tiles]) => area(name, tiles));
}

/** One area for each tile id the table names, by ascending id. */
function regions(cells: Uint32Array, layer: FlatLayer, names: Readonly<Record<string, string>>, survey: Survey): [string, Int32Array][] {
  const byGid = new Map<number, number[]>();
  cells.forEach((cell, i) => {
    const gid = gidOf(cell);
    if (gid === 0) return;
    const known = byGid.get(gid);
    if (known) known.push(i);
    else byGid.set(gid, [i]);
  });
  for (const [gid, tiles] of byGid) {
    if (!Object.hasOwn(names, gid))
      survey.notes.say(`layer ${quoted(layer.path)}: the profile has no name for the ${tiles.length} tiles of the region ${gid}`);
  }
  return Object.entries(names).flatMap(([gid, name]): [string, Int32Array][] => {
    const tiles = byGid.get(Number(gid));
    if (!tiles) survey.notes.say(`layer ${quoted(layer.path)}: no tile is of the region ${gid}, ${quoted(name)}`);
    return tiles ? [[name, Int32Array.from(tiles)]] : [];
  });
}

export const areasWith = (areas: readonly Area[], ...names: readonly string[]): Area[] =>
  areas.filter((area) => names.some((name) => isTrue(area.properties, name)));
