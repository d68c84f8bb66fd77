import { ElsewhereError, issueToError, limits, parseCoordinates } from "@elsewhere/protocol";
import type { MapDrawing, WorldMap } from "@elsewhere/world";
import type { LoadedMaps } from "../maps/load.ts";
import { type ProgramFile, type WorldFile, worldFileSchema } from "./schema.ts";

/** A world ready to run: maps parsed, programs bundled. */
export interface LoadedWorld {
  /** The folder that all its files are in. */
  readonly root: string;
  readonly name: string;
  readonly description: string;
  readonly maps: readonly WorldMap[];
  readonly drawings: ReadonlyMap<string, MapDrawing>;
  /** Paths of tileset images by map. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  readonly start: { readonly map: string; readonly entry: string };
  /** World time at tick 0, ms since 1970. */
  readonly clockStartMs: number;
  /** Real minutes that a day takes. */
  readonly dayMinutes: number;
  readonly seed: number;
  readonly programs: readonly LoadedProgram[];
  /** What was not understood in the maps, for the person who starts the world. */
  readonly notes: readonly string[];
}

export interface LoadedProgram extends ProgramFile {
  /** The bundled module and the hash by which its heap knows it. */
  readonly source: string;
  readonly codeHash: string;
}

/** What loading needs from outside: files below the world's folder, maps and bundles. */
export interface WorldSources {
  readText(path: string): Promise<string>;
  loadMaps(files: readonly string[]): Promise<LoadedMaps>;
  bundle(path: string): Promise<{ readonly code: string; readonly codeHash: string }>;
}

/** Reads `world.json` and all it names. Throws one `ElsewhereError` naming the file and field that is wrong. */
export async function loadWorld(root: string, sources: WorldSources): Promise<LoadedWorld> {
  const file = parseWorldFile(await sources.readText("world.json"));
  const loaded = await sources.loadMaps(file.maps);
  const programs: LoadedProgram[] = [];
  const bundles = new Map<string, ReturnType<WorldSources["bundle"]>>();
  for (const program of file.programs) {
    if (programs.some(({ id }) => id === program.id)) {
      throw new ElsewhereError("malformed", `world.json: two programs have the id "${program.id}"`, { field: "programs" });
    }
    requirePlace(loaded.maps, program.at, `programs.${program.id}.at`);
    if (!bundles.has(program.code)) bundles.set(program.code, sources.bundle(program.code));
    const { code, codeHash } = await bundles.get(program.code)!;
    programs.push({ ...program, source: code, codeHash });
  }
  return {
    ...loaded,
    root,
    name: file.name,
    description: file.description,
    start: requireStart(loaded.maps, file.start),
    clockStartMs: Date.parse(file.clock.start),
    dayMinutes: file.clock.dayMinutes,
    seed: file.seed,
    programs,
  };
}

/** Makes a world of one Tiled map and those it leads to, with nobody in it and a day as long as a day. */
export function worldOfMap(root: string, loaded: LoadedMaps): LoadedWorld {
  const first = loaded.maps[0]!;
  const property = (name: string): string => {
    const value = first.properties[name];
    return typeof value === "string" ? value : "";
  };
  return {
    ...loaded,
    root,
    name: (property("mapName") || first.name).slice(0, limits.nameCharsMax),
    description: property("mapDescription"),
    start: { map: first.name, entry: first.entries[0]!.name },
    clockStartMs: Date.UTC(2030, 2, 21, 9),
    dayMinutes: 1440,
    seed: 1,
    programs: [],
  };
}

function parseWorldFile(text: string): WorldFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ElsewhereError("malformed", `world.json is not JSON: ${(error as Error).message}`, { field: "world.json" }, { cause: error });
  }
  const result = worldFileSchema.safeParse(json);
  if (!result.success) throw issueToError(result.error.issues[0]!, "world.json");
  return result.data;
}

function requireStart(maps: readonly WorldMap[], start: string): LoadedWorld["start"] {
  const to = parseCoordinates(start);
  const map = maps.find(({ name }) => name === to.map);
  if (!("place" in to) || map === undefined || !map.entries.some(({ name }) => name === to.place)) {
    throw new ElsewhereError("unknown", `world.json: start "${start}" is not an entry of a map of this world`, { field: "start" });
  }
  return { map: map.name, entry: to.place };
}

function requirePlace(maps: readonly WorldMap[], at: string, field: string): void {
  const to = parseCoordinates(at);
  const map = maps.find(({ name }) => name === to.map);
  const known =
    map !== undefined &&
    ("place" in to
      ? [...map.places, ...map.entries, ...map.worldExits].some(({ name }) => name === to.place)
      : to.x < map.width && to.y < map.height);
  if (!known) throw new ElsewhereError("unknown", `world.json: ${field} "${at}" is no place or tile of a map of this world`, { field });
}
