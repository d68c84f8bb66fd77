// The browser that the tests drive: found on the path, or installed from Debian's packages where this user may.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { capture, tail } from "./run.mjs";
import { giveUp, say, stopwatch } from "./say.mjs";

const names = ["chromium", "chromium-browser", "google-chrome"];

function findChromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

export async function ensureChromium() {
  if (findChromium()) return;
  const wanted = "The browser tests need Chromium";
  const become = await rootPrefix();
  if (!become) giveUp(`${wanted}. Install it (on Debian: apt-get install chromium) and run npm test again.`);
  const time = stopwatch();
  say("Installing Chromium for the browser tests (once) …");
  const [command, ...prefix] = [...become, "apt-get"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await capture(command, [...prefix, "update"], { env });
  const result = await capture(command, [...prefix, "install", "-y", "--no-install-recommends", "chromium"], { env });
  if (!result.ok || !findChromium()) giveUp(`${tail(result.output)}\n${wanted}, and apt-get could not install it. Install it by hand.`);
  say(`Installed Chromium in ${time()}.`);
}

/** How to run apt-get as root without being asked for anything; undefined where one may not, or there is no apt-get. */
async function rootPrefix() {
  if (!(await capture("apt-get", ["--version"])).ok) return undefined;
  if (process.getuid?.() === 0) return [];
  return (await capture("sudo", ["-n", "true"])).ok ? ["sudo", "-n"] : undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
