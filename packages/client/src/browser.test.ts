import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../..", import.meta.url));
const entries: Readonly<Record<string, string>> = { "@elsewhere/protocol": join(packages, "protocol/src/index.ts") };

/** Every import a browser would load, from one module on; what is not ours is named and not followed. */
function follow(file: string, read: (file: string) => string, foreign: Set<string>, visited: Set<string>): void {
  if (visited.has(file)) return;
  visited.add(file);
  for (const [, specifier] of read(file).matchAll(/\b(?:from|import)(?:\s+|\s*\(\s*)"([^"]+)"/g)) {
    if (specifier!.startsWith(".")) follow(join(dirname(file), specifier!), read, foreign, visited);
    else if (entries[specifier!]) follow(entries[specifier!]!, read, foreign, visited);
    else foreign.add(specifier!);
  }
}

const nodeOnly = (foreign: Set<string>): readonly string[] =>
  [...foreign].filter((name) => name.startsWith("node:") || builtinModules.includes(name.split("/")[0]!));

test("C23 nothing the client imports needs Node", () => {
  const foreign = new Set<string>();
  const visited = new Set<string>();
  follow(join(packages, "client/src/index.ts"), (file) => readFileSync(file, "utf8"), foreign, visited);
  assert.ok(visited.size > 15 && existsSync([...visited].at(-1)!));
  assert.deepEqual([...foreign], ["zod"]);
  assert.deepEqual(nodeOnly(foreign), []);
});

test("C23 an import of Node's would be found", () => {
  const planted: Readonly<Record<string, string>> = {
    "/a.ts": 'import { b } from "./b.ts";',
    "/b.ts": 'export { readFile } from "node:fs";',
  };
  const foreign = new Set<string>();
  follow("/a.ts", (file) => planted[file]!, foreign, new Set());
  assert.deepEqual(nodeOnly(foreign), ["node:fs"]);
});
