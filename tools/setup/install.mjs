// Brings node_modules to what package-lock.json says, and does nothing when it is there already.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { inRoot, projectNode, root } from "./paths.mjs";
import { capture, tail } from "./run.mjs";
import { giveUp, say, stopwatch } from "./say.mjs";

const nodeMajorMin = 20;
const lock = inRoot("package-lock.json");
const stamp = inRoot("node_modules", ".elsewhere-installed");
/** npm's own account of what it installed, written last. */
const installed = inRoot("node_modules", ".package-lock.json");

export async function ensureInstalled() {
  if (Number(process.versions.node.split(".")[0]) < nodeMajorMin) {
    giveUp(
      `Elsewhere needs Node ${nodeMajorMin} or newer to set itself up; this is ${process.version}. Install a newer Node and try again.`,
    );
  }
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (isInstalled(wanted)) return;
  const time = stopwatch();
  say("Installing what Elsewhere needs (once, about half a minute) …");
  const result = await npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
  if (!result.ok) giveUp(`${tail(result.output)}\nInstalling failed after ${time()}: see npm's own words above, then try again.`);
  await ensureNode();
  writeFileSync(stamp, wanted);
  say(`Installed in ${time()}.`);
}

function isInstalled(wanted) {
  if (!existsSync(installed) || projectNode() === undefined) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  // Somebody installed by hand after the lock was last written: that is as good.
  if (statSync(installed).mtimeMs < statSync(lock).mtimeMs) return false;
  writeFileSync(stamp, wanted);
  return true;
}

/** The package `node` fetches its binary in an install script, which npm may have been told not to run. */
async function ensureNode() {
  if (projectNode() === undefined) await npm("rebuild", "node", "--ignore-scripts=false", "--loglevel=error");
  const node = projectNode();
  const answer = node && (await capture(node, ["--version"]));
  if (!answer?.ok) giveUp("Node 24 could not be installed through npm for this machine. Install Node 24 or newer by hand and try again.");
}

/** npm as it was started, if this is one of its scripts: there may be several on the path. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith("npm-cli.js")) return capture(process.execPath, [cli, ...args], { cwd: root });
  return capture("npm", args, { cwd: root, shell: process.platform === "win32" });
}
