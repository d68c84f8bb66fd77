import { limits } from "@elsewhere/protocol";
import type { Documents } from "./documents.ts";
import { resolveReference } from "./files.ts";
import { gidMask, gidOf, type TiledObject, type TiledShape } from "./model.ts";
import { readProperties } from "./properties.ts";
import { RawObject } from "./raw.ts";
import { malformed, overLimit, quoted } from "./refuse.ts";
import type { ReadTileset } from "./tilesets.ts";

/** What an object may refer to outside its layer. */
export interface ObjectContext {
  readonly documents: Documents;
  /** The number the tileset (an entry of a template) has on this map, added to it if need be. */
  tilesetGid(entry: RawObject): Promise<number>;
  objectsLeft: number;
}

export async function readObject(instance: RawObject, context: ObjectContext): Promise<TiledObject> {
  context.objectsLeft--;
  if (context.objectsLeft < 0) throw overLimit(instance.file, `has more than ${limits.mapObjectsMax} objects`, limits.mapObjectsMax);
  const { raw, gid, properties } = await resolved(instance, context, []);
  const id = raw.get("id");
  const points = raw.has("polygon") ? "polygon" : "polyline";
  return {
    id: typeof id === "string" && !/^\d+$/.test(id) ? id : raw.whole("id", 0, Number.MAX_SAFE_INTEGER, 0),
    name: raw.text("name"),
    class: raw.text("type") || raw.text("class"),
    x: raw.pixels("x"),
    y: raw.pixels("y"),
    width: raw.pixels("width"),
    height: raw.pixels("height"),
    rotation: raw.number("rotation", 0),
    visible: raw.flag("visible", true),
    gid,
    shape: shapeOf(raw, gid),
    points: raw.objects(points, limits.mapShapePointsMax).map((point) => ({ x: point.pixels("x"), y: point.pixels("y") })),
    text: raw.has("text") ? RawObject.of(raw.get("text"), raw.file, `${raw.at}.text`).text("text") : null,
    properties,
  };
}

interface Resolved {
  readonly raw: RawObject;
  readonly gid: number;
  readonly properties: TiledObject["properties"];
}

/** An object over its template: the object's own fields and properties win. */
async function resolved(raw: RawObject, context: ObjectContext, within: readonly string[]): Promise<Resolved> {
  const own = { raw, gid: raw.whole("gid", 0, 0xffffffff, 0), properties: readProperties(raw) };
  const reference = raw.text("template");
  if (reference === "") return own;
  const path = resolveReference(raw.file, reference);
  if (within.includes(path)) throw malformed(path, "is a template of itself");
  if (within.length >= limits.mapNestingMax)
    throw overLimit(path, `templates nest deeper than ${limits.mapNestingMax}`, limits.mapNestingMax);
  const template = await context.documents.open(path, raw.file);
  if (!template.has("object")) throw malformed(path, `is no template, but ${raw.file} uses it as one`);
  const base = await resolved(RawObject.of(template.get("object"), path, "its object"), context, [...within, path]);
  return {
    raw: raw.over(base.raw),
    gid: own.gid > 0 ? own.gid : await templateGid(base.gid, template, context),
    properties: new Map([...base.properties, ...own.properties]),
  };
}

/** A template numbers its tile by its own tileset; the map gives that tileset another number. */
async function templateGid(gid: number, template: RawObject, context: ObjectContext): Promise<number> {
  if (gid === 0 || !template.has("tileset")) return gid;
  const entry = RawObject.of(template.get("tileset"), template.file, "its tileset");
  const local = gidOf(gid) - entry.whole("firstgid", 1, gidMask);
  const moved = local + (await context.tilesetGid(entry));
  if (local < 0 || moved > gidMask) throw malformed(template.file, `its tile ${gidOf(gid)} is not of its tileset`);
  return ((gid & ~gidMask) | moved) >>> 0;
}

function shapeOf(raw: RawObject, gid: number): TiledShape {
  if (gid > 0) return "tile";
  for (const shape of ["polygon", "polyline", "text"] as const) if (raw.has(shape)) return shape;
  for (const shape of ["point", "ellipse", "capsule"] as const) if (raw.flag(shape, false)) return shape;
  return "rectangle";
}

export function objectLabel(raw: RawObject, layer: string): string {
  return `object ${quoted(raw.text("name") || raw.text("id"))} of ${layer}`;
}

/** Finds the tileset an entry means among those of the map, by its file. */
export function knownTileset(entry: RawObject, tilesets: readonly ReadTileset[]): ReadTileset | undefined {
  const reference = entry.text("source");
  if (reference === "") return undefined;
  const path = resolveReference(entry.file, reference);
  return tilesets.find(({ source }) => source === path);
}
