// Sets up what a command needs and becomes it.
import { ensureConsole } from "./console.mjs";
import { ensureInstalled } from "./install.mjs";
import { inRoot, projectNode, root } from "./paths.mjs";
import { become } from "./run.mjs";

/** What every one of our processes runs with: sources unbuilt, and no notes about the parts of Node that are still new. */
export const nodeFlags = ["--conditions=source", "--disable-warning=ExperimentalWarning"];

/** Node keeps what it made of our sources, which takes about half off a later start. */
export const nodeEnv = { NODE_COMPILE_CACHE: inRoot("node_modules", ".cache", "node"), ...process.env };

export async function runElsewhere(args) {
  await ensureInstalled();
  const asksForHelp = args.includes("--help") || args.includes("-h");
  if (args[0] === "up" && !asksForHelp) await ensureConsole();
  const main = inRoot("packages", "server", "src", "main.ts");
  process.exitCode = await become(projectNode(), [...nodeFlags, main, ...args], { cwd: root, env: nodeEnv });
}
