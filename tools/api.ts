// `npm run api`: writes what every package offers into its api.d.ts.
import { writeFileSync } from "node:fs";
import { emitDeclarations, offering, snapshotOf, snapshotPath } from "./api/emit.ts";

const declarations = emitDeclarations();
for (const name of offering) writeFileSync(snapshotPath(name), snapshotOf(declarations[name]));
