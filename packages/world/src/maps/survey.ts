import { flatten, type FlatLayer } from "../tiled/flatten.ts";
import type { TiledMap, TiledObject, TiledProperties } from "../tiled/model.ts";
import { isTrue, textOf } from "../tiled/properties.ts";
import { quoted } from "../tiled/refuse.ts";
import { Grid } from "./grid.ts";
import { Notes } from "./notes.ts";
import type { Profile, ProfileLayer } from "./profile.ts";
import { Tiles } from "./tiles.ts";

/** A map with all that its interpretation goes back to. */
export interface Survey {
  readonly map: TiledMap;
  readonly layers: readonly FlatLayer[];
  readonly grid: Grid;
  readonly tiles: Tiles;
  readonly profile: Profile | null;
  readonly properties: TiledProperties;
  readonly notes: Notes;
}

export function survey(map: TiledMap, profile: Profile | null): Survey {
  const notes = new Notes();
  for (const note of map.notes) notes.say(note);
  const properties = new Map([...Object.entries(profile?.properties ?? {}), ...map.properties]);
  return {
    map,
    layers: flatten(map),
    grid: new Grid(map),
    tiles: new Tiles(map),
    profile,
    properties,
    notes,
  };
}

/** What the profile says of a layer, by its path or its bare name. */
export function profileOf(layer: FlatLayer, profile: Profile | null): ProfileLayer | null {
  const layers = profile?.layers ?? {};
  for (const name of [layer.path, layer.layer.name, layer.layer.name.trim()]) {
    const found = Object.hasOwn(layers, name) ? layers[name] : undefined;
    if (found) return found;
  }
  return null;
}

export interface PlacedObject {
  readonly object: TiledObject;
  readonly layer: FlatLayer;
  readonly class: string;
  /** For notes. */
  readonly label: string;
}

export function objectsOf(survey: Survey): PlacedObject[] {
  return survey.layers.flatMap((layer) => {
    if (layer.layer.kind !== "objects") return [];
    return layer.layer.objects.map((object) => ({
      object: survey.tiles.sized(object),
      layer,
      class: survey.tiles.classOf(object).trim().toLowerCase(),
      label: quoted(object.name || `${object.shape} ${object.id}`),
    }));
  });
}

export const isAreaClass = (name: string): boolean => name === "area" || name === "zone";

export const isThing = (placed: PlacedObject): boolean => placed.class === "thing" || isTrue(placed.object.properties, "world:thing");

/** Address of an exit, in the spelling of today or the older one; empty if there is none. */
export const exitHref = (properties: TiledProperties): string =>
  textOf(properties, "exitUrl").trim() || textOf(properties, "exitSceneUrl").trim();

export function coveredBy(survey: Survey, placed: PlacedObject): Int32Array {
  return survey.grid.covered(placed.object, placed.layer, survey.tiles.anchorOf(placed.object));
}
