import { ElsewhereError, limits } from "@elsewhere/protocol";
import {
  baseName,
  cleanName,
  interpretMap,
  isHidden,
  linkedFiles,
  type MapDrawing,
  type MapFiles,
  type MapReading,
  type MapReport,
  type Profile,
  readTiledMap,
  report,
  type TiledMap,
  type WorldMap,
} from "@elsewhere/world";
import { readProfile } from "./profile.ts";

/** The maps of a world, those asked for first. */
export interface LoadedMaps {
  readonly maps: readonly WorldMap[];
  /** As they are shown to whoever holds none of their hidden rooms. */
  readonly drawings: ReadonlyMap<string, MapDrawing>;
  /** Of maps with hidden rooms: with all of them, to be shown through `drawingTo` alone. */
  readonly wholes?: ReadonlyMap<string, MapDrawing>;
  /** Paths of tileset images by map; the nth is `/api/maps/NAME/images/n`. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  /** What was not understood, one line each, with its file. */
  readonly notes: readonly string[];
}

interface Source {
  readonly map: TiledMap;
  readonly profile: Profile | null;
}

/**
 * Loads maps and, through their exits, every map that can be walked to. A linked map that is not there leaves its exit
 * closed and is noted. `profile` is for the first map; every map's own lies beside it as `NAME.profile.json`.
 * Throws an `ElsewhereError` that names the file.
 */
export async function loadMaps(
  files: MapFiles,
  entryFiles: string | readonly string[],
  profile: Profile | null = null,
): Promise<LoadedMaps> {
  const first = typeof entryFiles === "string" ? [entryFiles] : entryFiles;
  const { sources, missing } = await follow(files, first, profile);
  const names = nameFiles([...sources.keys()]);
  const notes = missing.map((file) => `${file}: there is no such map; the exits to it stay closed`);
  const readings: MapReading[] = [];
  const images = new Map<string, readonly string[]>();
  for (const [file, source] of sources) {
    const name = names.get(file)!;
    const pictures = await picturesOf(files, source.map);
    images.set(name, pictures.paths);
    const reading = interpretMap(source.map, {
      name,
      profile: source.profile,
      mapNamed: (path) => names.get(path) ?? null,
      imageOf: (tileset) => pictures.addressOf(tileset, name),
    });
    readings.push(reading);
    notes.push(...reading.notes.map((note) => `${file}: ${note}`));
  }
  notes.push(...lostEntries(readings));
  return {
    maps: readings.map(({ world }) => withKnownEntries(world, readings)),
    drawings: new Map(readings.map(({ drawing }) => [drawing.name, drawing])),
    wholes: new Map(readings.flatMap(({ drawing, whole }) => (whole === drawing ? [] : [[whole.name, whole]]))),
    images,
    notes,
  };
}

/** What there is to say of one map file, its links named but not followed. */
export async function checkMap(files: MapFiles, file: string, profile: Profile | null = null): Promise<MapReport> {
  const source = await readSource(files, file, profile);
  const reading = interpretMap(source.map, {
    name: cleanName(baseName(file)) || "map",
    profile: source.profile,
    mapNamed: (path) => cleanName(baseName(path)) || "map",
    imageOf: () => null,
  });
  const missing: string[] = [];
  for (const linked of linkedFiles(source.map)) {
    if (!(await files.exists(linked))) missing.push(`the map ${linked}, to which an exit leads, is not there`);
  }
  const told = report(reading);
  return { ...told, notes: [...missing, ...told.notes] };
}

async function readSource(files: MapFiles, file: string, profile: Profile | null): Promise<Source> {
  const map = await readTiledMap(files, file);
  return { map, profile: profile ?? (await readProfile(files, file.replace(/\.[^./]*$/, "") + ".profile.json")) };
}

async function follow(files: MapFiles, first: readonly string[], profile: Profile | null) {
  const sources = new Map<string, Source>();
  const missing: string[] = [];
  const queue = [...new Set(first)];
  const seen = new Set(queue);
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (!first.includes(file) && !(await files.exists(file))) {
      missing.push(file);
      continue;
    }
    if (sources.size >= limits.worldMapsMax) {
      throw new ElsewhereError("limit", `${file}: the maps lead to more than ${limits.worldMapsMax} maps`, {
        field: file,
        limit: limits.worldMapsMax,
      });
    }
    const source = await readSource(files, file, file === first[0] ? profile : null);
    sources.set(file, source);
    for (const linked of linkedFiles(source.map)) {
      if (seen.has(linked)) continue;
      seen.add(linked);
      queue.push(linked);
    }
  }
  return { sources, missing };
}

/** A map is called by its file; of two that share a name the later one by its whole path. */
function nameFiles(files: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const file of files) {
    const wishes = [baseName(file), file.replace(/\.[^./]*$/, ""), file].map((wish) => cleanName(wish)).filter((wish) => wish !== "");
    const base = wishes[0] ?? "map";
    let name = wishes.find((wish) => !taken.has(wish));
    for (let n = 2; name === undefined; n++) name = taken.has(`${base} ${n}`) ? undefined : `${base} ${n}`;
    taken.add(name);
    names.set(file, name);
  }
  return names;
}

/** The images that are there; a tileset without one is drawn without it. */
async function picturesOf(files: MapFiles, map: TiledMap) {
  const paths: string[] = [];
  for (const { image } of map.tilesets) {
    if (image !== null && !paths.includes(image) && (await files.exists(image))) paths.push(image);
  }
  return {
    paths,
    addressOf: (tileset: number, name: string): string | null => {
      const index = paths.indexOf(map.tilesets[tileset]?.image ?? "");
      return index < 0 ? null : `/api/maps/${encodeURIComponent(name)}/images/${index}`;
    },
  };
}

const hasEntry = (readings: readonly MapReading[], map: string, entry: string): boolean =>
  readings.some(({ world }) => world.name === map && world.entries.some(({ name }) => name === entry));

/** An exit to an entry that is not there leads to the default one. */
function withKnownEntries(world: WorldMap, readings: readonly MapReading[]): WorldMap {
  const exits = world.exits.map((exit) =>
    exit.entry === null || hasEntry(readings, exit.map, exit.entry) ? exit : { ...exit, entry: null },
  );
  return { ...world, exits };
}

function lostEntries(readings: readonly MapReading[]): string[] {
  return readings.flatMap(({ world, exits }) =>
    exits
      .filter(({ tiles }) => !tiles.some((tile) => isHidden(world, tile)))
      .filter(({ map, entry }) => entry !== null && !hasEntry(readings, map, entry))
      .map(({ name, map, entry }) => `${world.name}: ${map} has no entry "${entry}", so the exit "${name}" leads to its default one`),
  );
}
