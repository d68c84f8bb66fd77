// What is checked without running the project: each a command that must end well, with one line a person can read.
import { inRoot, projectNode, root } from "./paths.mjs";
import { capture, tail } from "./run.mjs";
import { giveUp, say, stopwatch } from "./say.mjs";

const bin = (...parts) => inRoot("node_modules", ...parts);

const checks = [
  ["types", [bin("typescript", "bin", "tsc"), "-p", "."], "see the errors above"],
  ["lint", [bin("oxlint", "bin", "oxlint"), "--deny-warnings"], "npx oxlint --fix mends some of it"],
  ["format", [bin("oxfmt", "bin", "oxfmt"), "--check"], "npm run format mends it"],
  ["dead code", [bin("knip", "bin", "knip.js"), "--no-progress"], "remove what nothing uses, or use it"],
];

export async function runChecks() {
  const env = process.stderr.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
  for (const [name, args, advice] of checks) {
    const time = stopwatch();
    const result = await capture(projectNode(), args, { cwd: root, env });
    if (!result.ok) giveUp(`${tail(result.output, 60)}\n✗ ${name}: failed after ${time()}; ${advice}.`);
    say(`✓ ${name} (${time()})`);
  }
}
