import { ElsewhereError } from "@elsewhere/protocol";
import type { MapExit, WorldExit } from "../map.ts";
import { resolveReference } from "../tiled/files.ts";
import type { TiledMap } from "../tiled/model.ts";
import { quoted } from "../tiled/refuse.ts";
import { flatten } from "../tiled/flatten.ts";
import { type Area, areasWith } from "./areas.ts";
import { cleanName, Names } from "./names.ts";
import type { Notes } from "./notes.ts";
import { exitHref } from "./survey.ts";

/** Where an exit's address leads. */
export type Target =
  | { readonly kind: "map"; readonly path: string; readonly entry: string | null }
  /** To be filled in by a script, which is never run here. */
  | { readonly kind: "binding" }
  /** Another host, or out of the folder that is served. */
  | { readonly kind: "outside" };

/** Reads `map.tmj#entry`, `../inside/map.json` or `#entry`, found in the map at `file`. */
export function targetOf(href: string, file: string): Target {
  if (href.includes("{{")) return { kind: "binding" };
  const [before, hash] = cut(href, "#");
  const [path] = cut(before, "?");
  const entry = cleanName(unescaped(hash)) || null;
  if (path === "") return { kind: "map", path: file, entry };
  try {
    const target = resolveReference(file, unescaped(path));
    return /\.(json|tmj|tmx)$/i.test(target) ? { kind: "map", path: target, entry } : { kind: "outside" };
  } catch (error) {
    if (error instanceof ElsewhereError) return { kind: "outside" };
    throw error;
  }
}

function cut(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The files of all maps that a map's exits lead to, itself left out. */
export function linkedFiles(map: TiledMap): string[] {
  const files = new Set<string>();
  for (const { layer } of flatten(map)) {
    const bearers = layer.kind === "objects" ? layer.objects : [layer];
    for (const { properties } of bearers) {
      const href = exitHref(properties);
      const target = href === "" ? null : targetOf(href, map.path);
      if (target?.kind === "map" && target.path !== map.path) files.add(target.path);
    }
  }
  return [...files];
}

export type NamedExit = MapExit & { readonly name: string };

/** Doors to other maps. `mapNamed` gives the name of the map in a file, or null if the world does not have it. */
export function exitsOf(
  areas: readonly Area[],
  file: string,
  mapNamed: (path: string) => string | null,
  blocked: Uint8Array,
  notes: Notes,
): NamedExit[] {
  return areas.flatMap((area): NamedExit[] => {
    const href = exitHref(area.properties);
    if (href === "") return [];
    const target = targetOf(href, file);
    const refuse = (why: string): [] => {
      notes.gather(`exits that stay closed: ${why}`, area.hidden ? area.label : `${area.label} to ${quoted(href)}`);
      return [];
    };
    if (target.kind === "binding") return refuse("the address is a binding");
    if (target.kind === "outside") return refuse("the address is no map in the folder that is served");
    const map = mapNamed(target.path);
    if (map === null) return refuse("the map is not there");
    const tiles = free(area, blocked);
    if (tiles.length === 0) return refuse("every tile is blocked");
    return [{ name: cleanName(area.name) || "exit", tiles, map, entry: target.entry }];
  });
}

/** Where people leave the world. */
export function worldExitsOf(areas: readonly Area[], blocked: Uint8Array, notes: Notes): WorldExit[] {
  const found = areasWith(areas, "world:exit").filter((area) => {
    const leads = free(area, blocked).length > 0;
    if (!leads) notes.gather("exits that stay closed: every tile is blocked", area.label);
    return leads;
  });
  const names = new Names("exit", notes).takeAll(found, () => "exit");
  return found.map((area) => ({ name: names.get(area)!, tiles: free(area, blocked) }));
}

const free = (area: Area, blocked: Uint8Array): Int32Array => area.tiles.filter((tile) => blocked[tile] === 0);
