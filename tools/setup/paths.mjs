// Where things are, counted from this file and not from the folder the command was typed in.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const inRoot = (...parts) => join(root, ...parts);

/** The oldest Node the sources run on unbuilt; the package `node` brings it to machines with an older one. */
const nodeMajorMin = 24;

const pinnedNode = inRoot("node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** The Node to run the project with: the pinned one, or this one where the pinned one has no build for the machine. */
export function projectNode() {
  if (existsSync(pinnedNode)) return pinnedNode;
  return Number(process.versions.node.split(".")[0]) >= nodeMajorMin ? process.execPath : undefined;
}
