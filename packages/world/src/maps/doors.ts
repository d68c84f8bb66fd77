import { limits } from "@elsewhere/protocol";
import type { Door } from "../map.ts";
import type { FlatLayer } from "../tiled/flatten.ts";
import { isTrue, textOf } from "../tiled/properties.ts";
import { overLimit, quoted } from "../tiled/refuse.ts";
import type { Area } from "./areas.ts";
import { stepsByVariable } from "./door-steps.ts";
import { Names } from "./names.ts";
import { objectsOf, type PlacedObject, type Survey } from "./survey.ts";
import { collidingTiles } from "./walls.ts";

/** A door with the layers that show it. */
export interface DoorPlan {
  readonly name: string;
  /** The variable's name, by which steps refer to it. */
  readonly variable: string;
  readonly open: boolean;
  readonly openLayers: readonly FlatLayer[];
  readonly closedLayers: readonly FlatLayer[];
}

/** Variables that are doors, in the map's order. */
export function doorPlans(survey: Survey): DoorPlan[] {
  const names = new Names("door", survey.notes);
  let count = 0;
  return objectsOf(survey).flatMap((placed): DoorPlan[] => {
    if (placed.class !== "variable") return [];
    const { name, properties } = placed.object;
    if (!isTrue(properties, "door")) {
      survey.notes.gather("variables that nothing here reads", placed.label);
      return [];
    }
    if (++count > limits.mapDoorsMax) throw overLimit(survey.map.path, `has more than ${limits.mapDoorsMax} doors`, limits.mapDoorsMax);
    return [
      {
        name: names.take(name, "door"),
        variable: name,
        open: isTrue(properties, "default"),
        openLayers: layersNamed(survey, placed, "openLayer"),
        closedLayers: layersNamed(survey, placed, "closeLayer"),
      },
    ];
  });
}

/** One name a line: a layer's path or bare name, or a group's path for all that is in it. */
function layersNamed(survey: Survey, placed: PlacedObject, key: string): FlatLayer[] {
  const wanted = textOf(placed.object.properties, key).split(/\r?\n/);
  if (wanted.length > limits.mapLayersMax) {
    throw overLimit(survey.map.path, `the door ${placed.label} names more than ${limits.mapLayersMax} layers`, limits.mapLayersMax);
  }
  return wanted.flatMap((line) => {
    const name = line.trim();
    if (name === "") return [];
    const matches = [
      (layer: FlatLayer) => layer.path === name,
      (layer: FlatLayer) => layer.path.startsWith(`${name}/`),
      (layer: FlatLayer) => layer.layer.name === name,
    ];
    const found = matches.map((matched) => survey.layers.filter(matched)).find((layers) => layers.length > 0);
    if (!found) survey.notes.say(`the door ${placed.label}: there is no layer ${quoted(name)}`);
    return found ?? [];
  });
}

export const layersOfDoors = (plans: readonly DoorPlan[]): Set<FlatLayer> =>
  new Set(plans.flatMap((plan) => [...plan.openLayers, ...plan.closedLayers]));

export function doorsOf(survey: Survey, plans: readonly DoorPlan[], areas: readonly Area[]): Door[] {
  const stepsOf = stepsByVariable(areas, survey);
  const variables = new Set(plans.map(({ variable }) => variable));
  for (const area of areas) {
    const wanted = textOf(area.properties, "doorVariable");
    if (wanted !== "" && !variables.has(wanted)) survey.notes.say(`${area.label}: there is no door ${quoted(wanted)}`);
  }
  // Layers may belong to many doors, so what they block is found once.
  const blocking = new Map([...layersOfDoors(plans)].map((layer) => [layer, collidingTiles(survey, layer)]));
  return plans.map((plan) => {
    const blockedBy = (layers: readonly FlatLayer[]): Int32Array =>
      merged(
        plan,
        layers.map((layer) => blocking.get(layer) ?? []),
        survey,
      );
    const [blockedOpen, blockedClosed] = [blockedBy(plan.openLayers), blockedBy(plan.closedLayers)];
    if (blockedClosed.length === 0) survey.notes.say(`the door ${quoted(plan.name)} blocks nothing when it is closed`);
    const steps = stepsOf.get(plan.variable) ?? [];
    if (steps.length === 0) survey.notes.say(`the door ${quoted(plan.name)} has no step from which it could be used`);
    return { name: plan.name, open: plan.open, blockedOpen, blockedClosed, steps };
  });
}

function merged(plan: DoorPlan, parts: readonly (readonly number[])[], survey: Survey): Int32Array {
  const limit = limits.doorTilesMax;
  if (parts.some((part) => part.length > limit)) {
    throw overLimit(survey.map.path, `the door ${quoted(plan.name)} blocks more than ${limit} tiles`, limit);
  }
  return Int32Array.from(new Set(parts.flat())).toSorted();
}
