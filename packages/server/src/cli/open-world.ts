import { ElsewhereError } from "@elsewhere/protocol";
import { loadMapFile } from "../maps/load.ts";
import { bundleProgram } from "../programs/bundle.ts";
import { type LoadedWorld, loadWorld, worldOfMap } from "../worlds/load.ts";
import type { Authority } from "./authority.ts";

/** Which world to run: a folder with `world.json`, or one Tiled map with those it leads to. */
export interface WorldChoice {
  readonly world: string | null;
  readonly map: string | null;
  readonly profile: string | null;
}

/** Loads what was asked for, by default the harbour. Throws one error naming the file that is wrong. */
export async function openWorld({ world, map, profile }: WorldChoice, authority: Authority): Promise<LoadedWorld> {
  if (map !== null) return await openMap(authority.absolute(map), profile, authority);
  const folder = world === null ? authority.shipped("worlds/harbour") : authority.absolute(world);
  if (!(await authority.isDirectory(folder))) {
    throw new ElsewhereError("unknown", `${folder} is not a folder: give --world a folder with a world.json`, { field: "--world" });
  }
  const files = authority.filesIn(folder);
  const text = async (path: string): Promise<string> => {
    const bytes = await authority.readFile(`${folder}/${path}`);
    if (bytes === null) throw new ElsewhereError("unknown", `there is no ${path} in ${folder}`, { field: path });
    return new TextDecoder().decode(bytes);
  };
  return await loadWorld(folder, {
    readText: text,
    loadMaps: (paths) => loadMapFile(files, paths, null),
    bundle: (path) => bundleProgram(folder, path),
  });
}

async function openMap(path: string, profile: string | null, authority: Authority): Promise<LoadedWorld> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const file = path.slice(path.lastIndexOf("/") + 1);
  return worldOfMap(folder, await loadMapFile(authority.filesIn(folder), [file], profile));
}
