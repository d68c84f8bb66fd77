// Builds the web console when its sources are not the ones it was last built from.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { inRoot, projectNode, root } from "./paths.mjs";
import { capture, tail } from "./run.mjs";
import { giveUp, say, stopwatch } from "./say.mjs";

const app = inRoot("apps", "console");
/** Inside the build, so that an interrupted or emptied build has none. */
const stamp = join(app, "dist", ".built-from");
const sources = [app, inRoot("package-lock.json"), ...["client", "protocol", "world"].map((name) => inRoot("packages", name, "src"))];
const notSource = new Set(["node_modules", "dist"]);

export async function ensureConsole() {
  const wanted = hashOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const time = stopwatch();
  say("Building the console (once after every change of it) …");
  const result = await capture(projectNode(), [inRoot("node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "warn"], {
    cwd: app,
  });
  if (!result.ok) giveUp(`${tail(result.output)}\nBuilding the console failed after ${time()}.`);
  writeFileSync(stamp, wanted);
  say(`Built the console in ${time()}.`);
}

/** By content and not by date: a checkout renews dates without changing anything. */
function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow)) hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => !notSource.has(name) && !name.includes(".test."));
  return names.sort().flatMap((name) => filesBelow(join(path, name)));
}
