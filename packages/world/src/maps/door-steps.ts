import { limits } from "@elsewhere/protocol";
import type { DoorStep } from "../map.ts";
import { isTrue, property, textOf } from "../tiled/properties.ts";
import { overLimit } from "../tiled/refuse.ts";
import type { Area } from "./areas.ts";
import { objectsOf, type Survey } from "./survey.ts";

/** From where doors can be used, by the name of the door's variable. */
export function stepsByVariable(areas: readonly Area[], survey: Survey): Map<string, DoorStep[]> {
  const codes = variableTexts(survey);
  const steps = new Map<string, DoorStep[]>();
  for (const area of areas) {
    const variable = textOf(area.properties, "doorVariable") || textOf(area.properties, "bindVariable");
    if (variable === "") continue;
    const step = textOf(area.properties, "doorVariable") === "" ? bindingStep(area) : doorStep(area, codes, survey);
    if (!step) continue;
    const known = steps.get(variable);
    if (known) known.push(step);
    else steps.set(variable, [step]);
  }
  return steps;
}

function doorStep(area: Area, codes: ReadonlyMap<string, string>, survey: Survey): DoorStep | null {
  const { properties, tiles } = area;
  const holder = textOf(properties, "codeVariable");
  const code = textOf(properties, "code") || (codes.get(holder) ?? "");
  if (code.length > limits.doorCodeCharsMax) {
    const limit = limits.doorCodeCharsMax;
    throw overLimit(survey.map.path, `the code of ${area.label} is longer than ${limit} characters`, limit);
  }
  // Nobody here has WorkAdventure's tags, so a step that asks for one opens by its code or not at all.
  const tagged = textOf(properties, "tag") !== "";
  if (tagged) survey.notes.gather("door steps ask for a tag, which nobody here has", area.label);
  if (holder !== "" && code === "")
    survey.notes.gather("door steps stay locked, since the variable with their code holds none", area.label);
  if (code === "" && (tagged || holder !== "")) return null;
  const autoOpen = isTrue(properties, "autoOpen") && !tagged;
  return { tiles, autoOpen, autoClose: isTrue(properties, "autoClose"), code: code === "" ? null : code };
}

/** A zone that sets the variable is a step too; one with a message waits until it is used. */
function bindingStep({ properties, tiles }: Area): DoorStep {
  const waits = textOf(properties, "triggerMessage") !== "";
  const closes = property(properties, "leaveValue") !== undefined && !isTrue(properties, "leaveValue");
  return { tiles, autoOpen: isTrue(properties, "enterValue") && !waits, autoClose: closes, code: null };
}

/** What variables hold when the map is new. */
function variableTexts(survey: Survey): Map<string, string> {
  const variables = objectsOf(survey).filter((placed) => placed.class === "variable");
  return new Map(variables.map(({ object }) => [object.name, textOf(object.properties, "default")]));
}
