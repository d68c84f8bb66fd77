// Reads the tree that the rules are held against: what version control would keep, whether or not it does already.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "./source.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const notOurs = new Set([".git", "node_modules", "dist", "data"]);

const readRoot = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

export function readTree(ending: RegExp): readonly Source[] {
  return pathsBelow("").flatMap((path) => (ending.test(path) ? [{ path, text: readRoot(path) }] : []));
}

/** Every file's path from the root, in order. A folder called `data` is somebody's world only at the top. */
export function pathsBelow(folder: string): readonly string[] {
  const entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
  return entries
    .filter(({ name }) => !(notOurs.has(name) && (name !== "data" || folder === "")))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? pathsBelow(path) : [path];
    });
}
