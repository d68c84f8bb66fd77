// `npm start -- FLAGS`: the world that ships, or the one the flags name.
import { runElsewhere } from "./setup/server.mjs";

await runElsewhere(["up", ...process.argv.slice(2)]);
