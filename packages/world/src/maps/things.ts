import { ElsewhereError, type Json, limits } from "@elsewhere/protocol";
import type { ThingSpec } from "../map.ts";
import { isTrue, property } from "../tiled/properties.ts";
import { malformed } from "../tiled/refuse.ts";
import { Names } from "./names.ts";
import { layerOf } from "./standing-layers.ts";
import { descriptionOf } from "./places.ts";
import { coveredBy, isThing, objectsOf, type PlacedObject, type Survey } from "./survey.ts";

/** Objects of the class `thing`. All of their properties that are not ours are traits, seen with the thing. */
export function thingsOf(survey: Survey, hiddenAt: Uint16Array | null, layerNames: readonly string[]): ThingSpec[] {
  const found = objectsOf(survey)
    .filter(isThing)
    .flatMap((placed) => {
      const covered = coveredBy(survey, placed);
      const tile = covered[covered.length >> 1];
      if (tile === undefined) survey.notes.gather("things that do not lie on the map", placed.label);
      return tile === undefined ? [] : [{ placed, tile, name: placed.object.name, hidden: hiddenAt !== null && hiddenAt[tile] !== 0 }];
    });
  const names = new Names("thing", survey.notes).takeAll(found, () => "thing");
  return found.map((one) => {
    const { placed, tile, hidden } = one;
    const { properties } = placed.object;
    const layer = layerOf(properties, layerNames, survey.map.path, `the thing ${placed.label}`);
    return {
      name: names.get(one)!,
      tile,
      description: descriptionOf(properties, hidden ? "a hidden thing" : placed.label, survey.notes),
      traits: traitsOf(placed, survey),
      portable: property(properties, "world:portable") === undefined || isTrue(properties, "world:portable"),
      ...(layer === null ? {} : { layerOn: layer }),
    };
  });
}

function traitsOf(placed: PlacedObject, survey: Survey): Record<string, Json> {
  const kept = [...placed.object.properties].filter(([name]) => !name.toLowerCase().startsWith("world:"));
  const traits: Record<string, Json> = Object.fromEntries(kept);
  const limit = limits.traitsBytesMax;
  const file = survey.map.path;
  if (new TextEncoder().encode(JSON.stringify(traits)).length > limit) {
    throw new ElsewhereError("limit", `${file}: the thing ${placed.label} has traits of more than ${limit} bytes`, { field: file, limit });
  }
  if (Object.hasOwn(traits, "__proto__")) throw malformed(file, `the thing ${placed.label} has a trait that no object may have`);
  return traits;
}
