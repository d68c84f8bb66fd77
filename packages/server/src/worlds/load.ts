import { ElsewhereError, formatCoordinates, issueToError, limits, parseCoordinates, type Quota } from "@elsewhere/protocol";
import { isHidden, type MapDrawing, type WorldMap } from "@elsewhere/world";
import type { LoadedMaps } from "../maps/load.ts";
import type { Bundle } from "../programs/author/bundle.ts";
import { boundless, defaultQuota } from "../programs/quotas.ts";
import { type Layers, maskOf, requireLayerNames } from "./layers.ts";
import { type ProgramFile, type QuotaFile, type Retention, type WorldFile, worldFileSchema } from "./schema.ts";

/** A world ready to run: maps parsed, programs bundled. */
export interface LoadedWorld {
  /** The folder that all its files are in. */
  readonly root: string;
  readonly name: string;
  readonly description: string;
  readonly maps: readonly WorldMap[];
  /** As they are shown to whoever holds none of their hidden rooms. */
  readonly drawings: ReadonlyMap<string, MapDrawing>;
  /** Of maps with hidden rooms: with all of them, to be shown through `drawingTo` alone. */
  readonly wholes?: ReadonlyMap<string, MapDrawing>;
  /** Paths of tileset images by map. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  readonly start: { readonly map: string; readonly entry: string };
  /** World time at tick 0, ms since 1970. */
  readonly clockStartMs: number;
  /** Real minutes that a day takes. */
  readonly dayMinutes: number;
  readonly seed: number;
  /** By map: how long its record is kept whole, where that is not for ever. */
  readonly retention?: ReadonlyMap<string, Retention>;
  readonly programs: readonly LoadedProgram[];
  /** What all programs of an owner may use together, for those who have a limit. */
  readonly owners: ReadonlyMap<string, Quota>;
  /** Every module that is a program's or may become one, by its path. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Reads such a module anew. Rejects with what is wrong with it, by file and line. */
  readonly bundle: (path: string) => Promise<Bundle>;
  /** What was not understood in the maps, for the person who starts the world. */
  readonly notes: readonly string[];
}

export interface LoadedProgram extends Omit<ProgramFile, "quota" | "on" | "sees"> {
  readonly quota: Quota;
  /** Left out: its body is left on the layers it is on. */
  readonly layers?: Layers;
}

/** What loading needs from outside: files below the world's folder, maps and bundles. */
export interface WorldSources {
  readText(path: string): Promise<string>;
  loadMaps(files: readonly string[]): Promise<LoadedMaps>;
  /** By path; rejects with what is wrong with the first that cannot be one module. */
  bundle(paths: readonly string[]): Promise<ReadonlyMap<string, Bundle>>;
}

/** Reads `world.json` and all it names. Throws one `ElsewhereError` naming the file and field that is wrong. */
export async function loadWorld(root: string, sources: WorldSources): Promise<LoadedWorld> {
  const file = parseWorldFile(await sources.readText("world.json"));
  requireLayerNames(file.layers);
  const programs = file.programs.map(({ on, sees, ...program }): LoadedProgram => ({
    ...program,
    quota: quotaOf(program.quota, defaultQuota(program.spawns.length > 0)),
    layers: {
      on: maskOf(on, file.layers, `programs.${program.id}.on`),
      sees: maskOf(sees, file.layers, `programs.${program.id}.sees`),
    },
  }));
  const owners = new Map(Object.entries(file.owners).map(([owner, quota]) => [owner, quotaOf(quota, boundless)]));
  requireOwners(programs, owners);
  const loaded = await sources.loadMaps(file.maps);
  requirePrograms(file, loaded.maps);
  const paths = new Set(file.programs.flatMap(({ code, spawns }) => [code, ...spawns]));
  const bundles = await sources.bundle([...paths]);
  return {
    ...loaded,
    root,
    name: file.name,
    description: file.description,
    start: requireStart(loaded.maps, file.start),
    clockStartMs: Date.parse(file.clock.start),
    dayMinutes: file.clock.dayMinutes,
    seed: file.seed,
    retention: requireRecorded(file, loaded.maps),
    programs,
    owners,
    bundles,
    bundle: async (path) => (await sources.bundle([path])).get(path)!,
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
    owners: new Map(),
    bundles: new Map(),
    bundle: (path) => Promise.reject(new ElsewhereError("unknown", `a map alone has no program ${path}`, { field: path })),
  };
}

/** Ids are unique, and everybody has a place to begin at. */
function requirePrograms({ programs }: WorldFile, maps: readonly WorldMap[]): void {
  const ids = new Set<string>();
  for (const { id, at } of programs) {
    if (ids.has(id)) throw new ElsewhereError("malformed", `world.json: two programs have the id "${id}"`, { field: "programs" });
    ids.add(id);
    requirePlace(maps, at, `programs.${id}.at`);
  }
}

function requireRecorded({ record }: WorldFile, maps: readonly WorldMap[]): ReadonlyMap<string, Retention> {
  const unknown = Object.keys(record).find((name) => !maps.some((map) => map.name === name));
  if (unknown === undefined) return new Map(Object.entries(record));
  const told = `world.json: record names a map "${unknown}" that this world does not have: it has ${maps.map(({ name }) => name).join(", ")}`;
  throw new ElsewhereError("unknown", told, { field: `record.${unknown}` });
}

function quotaOf(quota: QuotaFile, otherwise: Quota): Quota {
  const given = Object.fromEntries(Object.entries(quota).filter(([, value]) => value !== undefined));
  return { ...otherwise, ...given };
}

/** What an owner's programs are given fits into what the owner has. */
function requireOwners(programs: readonly LoadedProgram[], owners: ReadonlyMap<string, Quota>): void {
  for (const [owner, quota] of owners) {
    const own = programs.filter((program) => program.owner === owner);
    for (const key of ["programs", "heapBytes"] as const) {
      const given = own.reduce((sum, program) => sum + program.quota[key], 0);
      if (given <= quota[key]) continue;
      const field = `owners.${owner}.${key}`;
      throw new ElsewhereError(
        "limit",
        `world.json: the programs of ${owner} are given ${given} ${key}: give each less, or their owner more`,
        {
          field,
          limit: quota[key],
        },
      );
    }
  }
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
  const entry = "place" in to && map?.entries.find(({ name }) => name === to.place);
  if (!entry || map === undefined || entry.tiles.some((tile) => isHidden(map, tile))) {
    throw new ElsewhereError("unknown", `world.json: start "${start}" is not an entry of a map of this world`, { field: "start" });
  }
  return { map: map.name, entry: entry.name };
}

function requirePlace(maps: readonly WorldMap[], at: string, field: string): void {
  const to = parseCoordinates(at);
  const map = maps.find(({ name }) => name === to.map);
  if (map !== undefined && ("place" in to ? hasPlace(map, to.place, to.secret) : hasTile(map, to.x, to.y))) return;
  const named = "place" in to ? formatCoordinates({ map: to.map, place: to.place }) : at;
  const told = `world.json: ${field} "${named}" is no place or tile of a map of this world; a hidden place wants its secret: map/place~SECRET`;
  throw new ElsewhereError("unknown", told, { field });
}

function hasPlace(map: WorldMap, name: string, secret: string | undefined): boolean {
  // Whether it is the secret of a room that only tells its key is found out when that is tried.
  if (secret !== undefined) return map.rooms.some((room) => room.name === name && (room.secret === secret || room.recipient !== undefined));
  const places = [...map.places, ...map.entries, ...map.worldExits];
  return places.some((place) => place.name === name && !place.tiles.some((tile) => isHidden(map, tile)));
}

function hasTile(map: WorldMap, x: number, y: number): boolean {
  return x < map.width && y < map.height && !isHidden(map, y * map.width + x);
}
