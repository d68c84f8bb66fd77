// `npm run check`: types, lint, format and dead code, without running anything.
import { runChecks } from "./setup/checks.mjs";
import { ensureInstalled } from "./setup/install.mjs";

await ensureInstalled();
await runChecks();
