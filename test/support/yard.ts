import { readFile, realpath, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { filesBelow } from "../../packages/server/src/maps/disk.ts";
import { loadMaps } from "../../packages/server/src/maps/load.ts";
import { type LoadedWorld, worldOfMap } from "../../packages/server/src/worlds/load.ts";

export const yardFolder = fileURLToPath(new URL("../worlds/yard", import.meta.url));

/** The walled yard without its programs. */
export async function loadYard(): Promise<LoadedWorld> {
  return worldOfMap(yardFolder, await loadMaps(filesBelow(yardFolder, { realpath, stat, readFile }), "maps/yard.tmj"));
}
