// `npm run elsewhere -- COMMAND`: the command line, as an installed `elsewhere` would be.
import { runElsewhere } from "./setup/server.mjs";

await runElsewhere(process.argv.slice(2));
