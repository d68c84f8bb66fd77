// `npm start -- FLAGS`: the worlds that ship, beside each other, or the one the flags name.
import { runWorlds } from "./setup/server.mjs";

await runWorlds(process.argv.slice(2));
