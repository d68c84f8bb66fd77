// Writes package-lock.json anew, whole for every platform.
//
// npm leaves a platform's optional package out of the lock when the registry it asked does not serve it at that moment,
// and `npm ci` then refuses the lock. Their versions are known (optional dependencies of native tools are exact), so the
// entries are added here. They carry no integrity hash: npm takes the registry's own when it installs one.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** The lock's optional dependencies that have no entry of their own, as new entries by path. */
export function missingOptionals(lock) {
  const missing = {};
  for (const [holder, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!exact.test(version) || isInstalledFrom(lock.packages, holder, name)) continue;
      missing[`node_modules/${name}`] = { version, ...platformOf(name), ...(entry.dev ? { dev: true } : {}), optional: true };
    }
  }
  return missing;
}

function isInstalledFrom(packages, holder, name) {
  for (let at = holder; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (packages[`${at ? `${at}/` : ""}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.includes("gnu") ? "glibc" : words.includes("musl") ? "musl" : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(libc && os === "linux" && { libc: [libc] }), ...(os && { os: [os] }) };
}

function main() {
  const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const root = fileURLToPath(new URL("..", import.meta.url));
  const npm = spawnSync("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit" });
  if (npm.status !== 0) process.exit(1);
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const missing = missingOptionals(lock);
  const [first, ...rest] = Object.entries(lock.packages);
  const entries = [...rest, ...Object.entries(missing)].sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries([first, ...entries]);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.error(`package-lock.json: ${Object.keys(missing).length} entries for other platforms added`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
