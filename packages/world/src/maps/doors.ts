import { limits } from "@elsewhere/protocol";
import type { Door, DoorStep } from "../map.ts";
import type { FlatLayer } from "../tiled/flatten.ts";
import { isTrue, property, textOf } from "../tiled/properties.ts";
import { overLimit, quoted } from "../tiled/refuse.ts";
import type { Area } from "./areas.ts";
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
  return objectsOf(survey).flatMap((placed): DoorPlan[] => {
    if (placed.class !== "variable") return [];
    const { name, properties } = placed.object;
    if (!isTrue(properties, "door")) {
      survey.notes.gather("variables that nothing here reads", placed.label);
      return [];
    }
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
  for (const area of areas) {
    const wanted = textOf(area.properties, "doorVariable");
    if (wanted !== "" && !plans.some(({ variable }) => variable === wanted)) {
      survey.notes.say(`${area.label}: there is no door ${quoted(wanted)}`);
    }
  }
  return plans.map((plan) => {
    const blockedClosed = merged(plan.closedLayers, survey);
    if (blockedClosed.length === 0) survey.notes.say(`the door ${quoted(plan.name)} blocks nothing when it is closed`);
    const steps = areas.flatMap((area) => stepOf(area, plan, survey) ?? []);
    if (steps.length === 0) survey.notes.say(`the door ${quoted(plan.name)} has no step from which it could be used`);
    return {
      name: plan.name,
      open: plan.open,
      blockedOpen: merged(plan.openLayers, survey),
      blockedClosed,
      steps,
    };
  });
}

const merged = (layers: readonly FlatLayer[], survey: Survey): Int32Array =>
  Int32Array.from([...new Set(layers.flatMap((layer) => collidingTiles(survey, layer)))].toSorted((a, b) => a - b));

function stepOf(area: Area, plan: DoorPlan, survey: Survey): DoorStep | null {
  const { properties, tiles } = area;
  if (textOf(properties, "doorVariable") === plan.variable) {
    const code = codeOf(area, survey);
    // Nobody here has WorkAdventure's tags, so a step that asks for one opens by its code or not at all.
    const tagged = textOf(properties, "tag") !== "";
    if (tagged) survey.notes.gather("door steps ask for a tag, which nobody here has", area.label);
    if (tagged && code === null) return null;
    return {
      tiles,
      autoOpen: isTrue(properties, "autoOpen") && !tagged,
      autoClose: isTrue(properties, "autoClose"),
      code,
    };
  }
  // A zone that sets the variable is a step too; one with a message waits until it is used.
  if (textOf(properties, "bindVariable") !== plan.variable) return null;
  const waits = textOf(properties, "triggerMessage") !== "";
  const leave = property(properties, "leaveValue");
  return {
    tiles,
    autoOpen: isTrue(properties, "enterValue") && !waits,
    autoClose: leave !== undefined && !isTrue(properties, "leaveValue"),
    code: null,
  };
}

/** The code itself, or the default of the variable that holds it; a code that is nowhere leaves the step locked. */
function codeOf(area: Area, survey: Survey): string | null {
  const holder = textOf(area.properties, "codeVariable");
  const variable = objectsOf(survey).find((placed) => placed.class === "variable" && placed.object.name === holder);
  const code = textOf(area.properties, "code") || (holder !== "" && variable ? textOf(variable.object.properties, "default") : "");
  if (code.length > limits.doorCodeCharsMax) {
    const limit = limits.doorCodeCharsMax;
    throw overLimit(survey.map.path, `the code of ${area.label} is longer than ${limit} characters`, limit);
  }
  return code === "" ? null : code;
}
