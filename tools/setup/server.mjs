// Sets up what a command needs and becomes it.
import { ensureConsole } from "./console.mjs";
import { ensureInstalled } from "./install.mjs";
import { inRoot, projectNode, root } from "./paths.mjs";
import { planFor, runNeighbours } from "./neighbours.mjs";
import { become } from "./run.mjs";

/** What every one of our processes runs with: sources unbuilt, and no notes about the parts of Node that are still new. */
export const nodeFlags = ["--conditions=source", "--disable-warning=ExperimentalWarning"];

/** Node keeps what it made of our sources, which takes about half off a later start. */
export const nodeEnv = { NODE_COMPILE_CACHE: inRoot("node_modules", ".cache", "node"), ...process.env };

/** How to run `elsewhere`, as `spawn` takes it. */
const command = (args, before = []) => [
  projectNode(),
  [...nodeFlags, ...before, inRoot("packages", "server", "src", "main.ts"), ...args],
  { cwd: root, env: nodeEnv },
];

export async function runElsewhere(args) {
  await prepare(args[0] === "up" && !asksForHelp(args));
  process.exitCode = await become(...command(args));
}

/** The worlds that ship, or the one that the flags name. */
export async function runWorlds(flags) {
  const plan = planFor(flags);
  if (plan.haven === null || asksForHelp(flags)) return runElsewhere(["up", ...plan.harbour]);
  await prepare(true);
  process.exitCode = await runNeighbours(plan, command);
}

const asksForHelp = (args) => args.includes("--help") || args.includes("-h");

async function prepare(serves) {
  await ensureInstalled();
  if (serves) await ensureConsole();
}
