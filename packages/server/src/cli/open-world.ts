import { ElsewhereError } from "@elsewhere/protocol";
import type { Profile } from "@elsewhere/world";
import { loadMaps } from "../maps/load.ts";
import { readProfile } from "../maps/profile.ts";
import { bundlePrograms } from "../programs/author/bundle.ts";
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
  if (map === null) return await openFolder(world === null ? authority.shipped("worlds/harbour") : authority.absolute(world), authority);
  const { root, file } = placeMap(map, authority);
  return worldOfMap(root, await loadMaps(authority.filesIn(root), file, await openProfile(profile, authority)));
}

/** A map may refer to what lies beside its own folder, so the folder above it is what is read from. */
export function placeMap(map: string, authority: Authority): { readonly root: string; readonly file: string } {
  const [file, folder, ...above] = authority.absolute(map).split("/").toReversed();
  const root = above.toReversed().join("/");
  return root === "" ? { root: `/${folder}`, file: file! } : { root, file: `${folder}/${file}` };
}

/** A program is part of the world whose `world.json` lies above it; without one, its own folder is all it may import from. */
export async function placeProgram(path: string, authority: Authority): Promise<{ readonly root: string; readonly file: string }> {
  const parts = authority.absolute(path).split("/");
  for (let depth = parts.length - 1; depth > 0; depth--) {
    const root = parts.slice(0, depth).join("/");
    // Folders on the way up that may not be read are nobody's world.
    if ((await authority.readFile(`${root}/world.json`).catch(() => null)) !== null) return { root, file: parts.slice(depth).join("/") };
  }
  return { root: parts.slice(0, -1).join("/"), file: parts.at(-1)! };
}

/** The profile at a path a person typed. Throws `unknown` if there is none. */
export async function openProfile(path: string | null, authority: Authority): Promise<Profile | null> {
  if (path === null) return null;
  const { root, file } = placeMap(path, authority);
  const profile = await readProfile(authority.filesIn(root), file);
  if (profile === null) throw new ElsewhereError("unknown", `there is no profile ${path}`, { field: "--profile" });
  return profile;
}

async function openFolder(folder: string, authority: Authority): Promise<LoadedWorld> {
  if (!(await authority.isDirectory(folder))) {
    throw new ElsewhereError("unknown", `${folder} is not a folder: give --world a folder with a world.json`, { field: "--world" });
  }
  const files = authority.filesIn(folder);
  const readText = textReader(folder, authority);
  return await loadWorld(folder, {
    readText,
    loadMaps: (paths) => loadMaps(files, paths),
    bundle: (paths) => bundlePrograms(paths, readText),
  });
}

/** Reads text files below a folder by their path in it. */
export function textReader(folder: string, authority: Authority): (path: string) => Promise<string> {
  return async (path) => {
    const bytes = await authority.readFile(`${folder}/${path}`);
    if (bytes === null) throw new ElsewhereError("unknown", `there is no ${path} in ${folder}`, { field: path });
    return new TextDecoder().decode(bytes);
  };
}
