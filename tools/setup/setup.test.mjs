import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { missingOptionals } from "../lock.mjs";
import { planFor } from "./neighbours.mjs";
import { inRoot } from "./paths.mjs";

const lock = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8"));
const manifest = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));

test("T13 the lock names every platform's optional package", () => {
  assert.deepEqual(Object.keys(missingOptionals(lock)), [], "npm run lock mends it");
});

test("T13 a missing optional package is added with its platform, one that is there is not", () => {
  const packages = {
    "": {},
    "node_modules/a": {
      dev: true,
      optionalDependencies: { "@a/linux-x64-gnu": "1.0.0", "@a/win32-arm64-msvc": "1.0.0", fsevents: "^2.0.0" },
    },
    "node_modules/b": { optionalDependencies: { "@b/darwin-x64": "2.0.0" } },
    "node_modules/b/node_modules/@b/darwin-x64": {},
  };
  assert.deepEqual(missingOptionals({ packages }), {
    "node_modules/@a/linux-x64-gnu": { version: "1.0.0", cpu: ["x64"], libc: ["glibc"], os: ["linux"], dev: true, optional: true },
    "node_modules/@a/win32-arm64-msvc": { version: "1.0.0", cpu: ["arm64"], os: ["win32"], dev: true, optional: true },
  });
});

test("T13 every install script has been decided on", () => {
  const scripted = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.split("node_modules/").at(-1)] : [],
  );
  // fsevents, for macOS, ships what its script would build.
  const undecided = scripted.filter((name) => !(name in manifest.allowScripts) && name !== "fsevents");
  assert.deepEqual(undecided, []);
});

test("T14 what sets up imports only what Node brings and its own modules", () => {
  const seen = new Set();
  const strangers = ["start", "elsewhere", "test", "check", "lock"].flatMap((name) => strangersOf(inRoot("tools", `${name}.mjs`), seen));
  assert.deepEqual(strangers, []);
  assert.ok(seen.size > 8, "the imports were followed");
});

function strangersOf(path, seen) {
  if (seen.has(path)) return [];
  seen.add(path);
  const imports = [...readFileSync(path, "utf8").matchAll(/^import .* from "(.*)";$/gm)].map((match) => match[1]);
  return imports.flatMap((from) => {
    if (from.startsWith(".")) return strangersOf(join(dirname(path), from), seen);
    return isBuiltin(from) ? [] : [`${path}: ${from}`];
  });
}

const runner = new URL("./run.mjs", import.meta.url).href;
const wrapper = `import { become } from ${JSON.stringify(runner)};
process.exitCode = await become(process.execPath, ["-e", process.env.COMMAND]);`;

/** Starts a command that is run in the wrapper's place, and waits for its first line: its process id. */
async function started(command, before = [process.execPath]) {
  const [file, ...args] = [...before, "--input-type=module", "-e", wrapper];
  const env = { ...process.env, COMMAND: `${command}; console.log(process.pid);`, npm_lifecycle_event: "start" };
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const [line] = await once(child.stdout, "data");
  return { child, pid: Number(line), closed };
}

const waits = "setInterval(() => {}, 1e6)";
const closesWith = (code) => `process.once("SIGTERM", () => process.exit(${code})); ${waits}`;

test("T15 a command's exit code is its wrapper's", async () => {
  const { closed } = await started("process.exitCode = 3");
  assert.deepEqual(await closed, [3, null]);
});

test("T15 a signal to the wrapper reaches the command, whose exit code is given", async () => {
  const { child, closed } = await started(closesWith(7));
  child.kill("SIGTERM");
  assert.deepEqual(await closed, [7, null]);
});

test("T15 a command that is killed ends its wrapper", async () => {
  const { pid, closed } = await started(waits);
  process.kill(pid, "SIGKILL");
  assert.deepEqual(await closed, [137, null]);
});

test("T15 a command does not outlive the shell that npm put before it", async () => {
  const shell = ["sh", "-c", '"$0" "$@"; true', process.execPath];
  const { child, closed } = await started(closesWith(0), shell);
  child.kill("SIGTERM");
  // The pipe closes only when the last process that holds it has gone.
  assert.deepEqual(await closed, [null, "SIGTERM"]);
});

test("T18 Haven is started beside Harbour, on the next port and in a folder of its own, unless another world or none beside it is meant", () => {
  const beside = (...args) => {
    const { harbour, haven } = planFor(args);
    return haven === null ? harbour : [harbour, haven.port(9_000), haven.data, haven.json];
  };
  assert.deepEqual(beside(), [[], 9_001, null, false]);
  assert.deepEqual(beside("--port", "9000", "--data", "d/", "--json"), [
    ["--port", "9000", "--data", "d/", "--json"],
    9_001,
    "d-haven",
    true,
  ]);
  assert.deepEqual(beside("--port=0", "--data=d"), [["--port=0", "--data=d"], 0, "d-haven", false]);
  for (const flags of [["--world", "w"], ["--map=m.tmj"], ["--fork", "d@10:00"], ["--lockstep"], ["--speed", "max"], ["--speed=max"]])
    assert.deepEqual(beside(...flags), flags);
  assert.deepEqual(beside("--no-haven", "--port", "1"), ["--port", "1"]);
  assert.equal(beside("--speed", "10").length, 4);
});

test("T18 what was started with a pipe ends when whoever holds the other end is killed", async () => {
  const guard = new URL("./end-with-input.mjs", import.meta.url).href;
  const starts = `import { spawn } from "node:child_process";
    spawn(process.execPath, ["--import", ${JSON.stringify(guard)}, "-e", "console.log(1); ${waits}"], { stdio: ["pipe", "inherit", "inherit"] });`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", starts], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(parent, "close");
  await once(parent.stdout, "data");
  parent.kill("SIGKILL");
  // The pipe closes only when the last process that holds it has gone.
  assert.deepEqual(await closed, [null, "SIGKILL"]);
});
