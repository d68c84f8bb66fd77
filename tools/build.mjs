// `npm run build`: what is published, package by package in the order of their imports: plain JavaScript and declarations.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "./setup/install.mjs";
import { inRoot, projectNode, root } from "./setup/paths.mjs";
import { capture, tail } from "./setup/run.mjs";
import { giveUp, say, stopwatch } from "./setup/say.mjs";

const packages = ["protocol", "world", "program", "client", "server"];
const notPublished = ["**/*.test.ts", "**/testing", "**/fixtures", "**/contract-suite.ts", "**/crash-child.ts"];

await ensureInstalled();
for (const name of packages) {
  const time = stopwatch();
  const result = await build(inRoot("packages", name));
  if (!result.ok) giveUp(`${tail(result.output, 60)}\nBuilding ${name} failed.`);
  say(`Built ${name} in ${time()}.`);
}

async function build(folder) {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const temporary = mkdtempSync(join(tmpdir(), "elsewhere-build-"));
  const config = join(temporary, "tsconfig.json");
  const compilerOptions = {
    // Without the sources' condition each package meets the others as whoever installs it will: built.
    customConditions: [],
    declaration: true,
    noEmit: false,
    outDir: join(folder, "dist"),
    rewriteRelativeImportExtensions: true,
    rootDir: join(folder, "src"),
    typeRoots: [inRoot("node_modules", "@types")],
  };
  const exclude = notPublished.map((pattern) => join(folder, "src", pattern));
  writeFileSync(config, JSON.stringify({ extends: inRoot("tsconfig.json"), compilerOptions, include: [join(folder, "src")], exclude }));
  const result = await capture(projectNode(), [inRoot("node_modules", "typescript", "bin", "tsc"), "-p", config], { cwd: root });
  rmSync(temporary, { recursive: true });
  return result;
}
