// `npm test`: everything that must hold, from a fresh clone. `npm test -- PATTERN…` runs those test files alone.
import { runChecks } from "./setup/checks.mjs";
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureConsole } from "./setup/console.mjs";
import { ensureInstalled } from "./setup/install.mjs";
import { projectNode, root } from "./setup/paths.mjs";
import { become } from "./setup/run.mjs";
import { nodeEnv, nodeFlags } from "./setup/server.mjs";

const everything = [
  ...["packages", "apps", "worlds", "tools", "test", "bench", "simulator"].map((folder) => `${folder}/**/*.test.ts`),
  "tools/**/*.test.mjs",
];
/** Three, however many cores there are: tests start servers and browsers of their own, and wait for them a good part of their time. */
const filesAtOnce = 3;

const asked = process.argv.slice(2);
const patterns = asked.filter((arg) => !arg.startsWith("-"));

await ensureInstalled();
if (patterns.length === 0) {
  await ensureChromium();
  await runChecks();
}
await ensureConsole();
// The spec reporter closes with node's own summary, on a terminal and off it.
const runner = ["--test", `--test-concurrency=${filesAtOnce}`, "--test-reporter=spec"];
const flags = asked.filter((arg) => arg.startsWith("-"));
const args = [...nodeFlags, ...runner, ...flags, ...(patterns.length === 0 ? everything : patterns)];
process.exitCode = await become(projectNode(), args, { cwd: root, env: nodeEnv });
