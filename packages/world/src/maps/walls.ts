import type { FlatLayer } from "../tiled/flatten.ts";
import { gidOf } from "../tiled/model.ts";
import { isTrue } from "../tiled/properties.ts";
import { coveredBy, isAreaClass, isThing, objectsOf, type PlacedObject, profileOf, type Survey } from "./survey.ts";

/**
 * The tiles of one layer that block: cells of colliding tiles (of a layer that collides as a whole, all its cells), and
 * what colliding tile objects and areas cover.
 */
export function collidingTiles(survey: Survey, layer: FlatLayer): number[] {
  if (layer.layer.kind === "objects") return objectTiles(survey, layer);
  const whole = isTrue(layer.layer.properties, "collides") || profileOf(layer, survey.profile)?.as === "collides";
  const found: number[] = [];
  survey.grid.placed(layer).forEach((cell, i) => {
    const gid = gidOf(cell);
    if (gid !== 0 && (whole || survey.tiles.colliding.has(gid))) found.push(i);
  });
  return found;
}

function objectTiles(survey: Survey, layer: FlatLayer): number[] {
  const blocks = (placed: PlacedObject): boolean => {
    if (isAreaClass(placed.class)) return isTrue(placed.object.properties, "collides");
    return placed.object.gid !== 0 && placed.object.visible && !isThing(placed) && survey.tiles.collides(placed.object);
  };
  return objectsOf({ ...survey, layers: [layer] })
    .filter(blocks)
    .flatMap((placed) => [...coveredBy(survey, placed)]);
}

/**
 * 1 where something blocks whatever the doors do: visible layers, and hidden ones that the profile says collide. Layers
 * of doors are left to the doors.
 */
export function staticWalls(survey: Survey, doorLayers: ReadonlySet<FlatLayer>): Uint8Array {
  const blocked = new Uint8Array(survey.grid.width * survey.grid.height);
  for (const layer of survey.layers) {
    const counts = layer.visible || profileOf(layer, survey.profile)?.as === "collides";
    if (!counts || doorLayers.has(layer)) continue;
    for (const tile of collidingTiles(survey, layer)) blocked[tile] = 1;
  }
  return blocked;
}
