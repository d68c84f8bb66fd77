// `npm run api`: writes what every package offers into its api.d.ts.
import { writeFileSync } from "node:fs";
import { declarationsOf, offering, snapshotOf, snapshotPath } from "./api/emit.ts";

for (const name of offering) writeFileSync(snapshotPath(name), snapshotOf(declarationsOf(name)));
