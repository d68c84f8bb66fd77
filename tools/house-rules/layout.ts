import type { Finding } from "./source.ts";

/** What may stand in a folder, where the folder's names say what flows through it. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  packages: ["protocol", "world", "program", "client", "server"],
  apps: ["console"],
  simulator: ["hosts", "model"],
  worlds: ["harbour", "haven", "smallville"],
  "packages/server/src": [
    "gateways",
    "sessions",
    "ticks",
    "programs",
    "record",
    "sealing",
    "crossings",
    "storage",
    "backups",
    "export",
    "fork",
    "replay",
    "cli",
    "maps",
    "tokens",
    "worlds",
  ],
  ".": [".ci", "apps", "bench", "docs", "fixtures", "packages", "simulator", "test", "tools", "worlds"],
};

/** Folders that nobody decided on. */
export function layoutFollowsTheDesign(paths: readonly string[]): readonly Finding[] {
  const strays = new Map<string, string>();
  for (const [parent, names] of Object.entries(allowed)) {
    const prefix = parent === "." ? "" : `${parent}/`;
    for (const path of paths.filter((each) => each.startsWith(prefix))) {
      const [name, ...below] = path.slice(prefix.length).split("/");
      if (below.length > 0 && !names.includes(name!)) strays.set(prefix + name!, `only ${names.join(", ")} stand in ${parent}`);
    }
  }
  return [...strays].map(([where, what]) => ({ where, what }));
}
