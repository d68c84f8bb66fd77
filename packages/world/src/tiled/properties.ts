import { type Json, limits } from "@elsewhere/protocol";
import type { TiledProperties } from "./model.ts";
import { asFlag, asNumber, RawObject } from "./raw.ts";
import { malformed, overLimit, quoted } from "./refuse.ts";

const propertiesMax = 10_000;

/** Reads the properties of anything: a list since Tiled 1.2, an object of plain values before. */
export function readProperties(raw: RawObject): TiledProperties {
  const properties = raw.get("properties");
  if (properties === undefined || properties === null) return new Map();
  if (!Array.isArray(properties)) {
    const older = RawObject.of(properties, raw.file, `${raw.at}.properties`);
    return new Map(older.keys().map((name) => [name, plain(older.get(name), older, 0)]));
  }
  return new Map(members(raw.objects("properties", propertiesMax), 0));
}

function members(list: readonly RawObject[], depth: number): [string, Json][] {
  return list.map((item) => [item.text("name"), value(item, depth)]);
}

function value(item: RawObject, depth: number): Json {
  if (depth > limits.mapNestingMax) throw tooDeep(item);
  const found = item.get("value");
  switch (item.text("type", "string")) {
    case "bool":
      return item.flag("value", false);
    case "int":
    case "float":
    case "object":
      return item.number("value", 0);
    case "class":
      if (!Array.isArray(found)) return plain(found ?? {}, item, depth + 1);
      return Object.fromEntries(members(item.objects("value", propertiesMax), depth + 1));
    case "list":
      return item.list("value", propertiesMax).map((element) => listed(element, item, depth + 1));
    default:
      return plain(found ?? "", item, depth + 1);
  }
}

/** An element of a list property is a `{type, value}` of its own; one that is not is taken as it stands. */
function listed(element: unknown, item: RawObject, depth: number): Json {
  const typed = typeof element === "object" && element !== null && "type" in element && "value" in element;
  return typed ? value(RawObject.of(element, item.file, item.at), depth) : plain(element, item, depth);
}

function plain(found: unknown, item: RawObject, depth: number): Json {
  if (depth > limits.mapNestingMax) throw tooDeep(item);
  if (found === null || typeof found === "boolean" || typeof found === "string") return found;
  if (typeof found === "number" && Number.isFinite(found)) return found;
  if (Array.isArray(found)) return found.map((element) => plain(element, item, depth + 1));
  if (typeof found !== "object") throw malformed(item.file, `the property ${quoted(item.text("name"))} of ${item.at} has no value`);
  return Object.fromEntries(Object.entries(found).map(([name, inner]) => [name, plain(inner, item, depth + 1)]));
}

function tooDeep(item: RawObject) {
  return overLimit(item.file, `a property of ${item.at} nests deeper than ${limits.mapNestingMax}`, limits.mapNestingMax);
}

/** A property by its name, without regard to case; undefined if there is none. */
export function property(properties: TiledProperties, name: string): Json | undefined {
  const exact = properties.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [key, found] of properties) if (key.toLowerCase() === wanted) return found;
  return undefined;
}

/** Whether a property is set to true; maps written by hand have it as a text or a number. */
export function isTrue(properties: TiledProperties, name: string): boolean {
  const found = property(properties, name);
  return asFlag(typeof found === "string" ? found.trim().toLowerCase() : found) === true;
}

/** A property as text; empty if it is not there or is no text or number. */
export function textOf(properties: TiledProperties, name: string): string {
  const found = property(properties, name);
  return typeof found === "string" ? found : typeof found === "number" ? String(found) : "";
}

export function numberOf(properties: TiledProperties, name: string): number | null {
  return asNumber(property(properties, name));
}
