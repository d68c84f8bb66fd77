// Packages that run in a browser import nothing of Node, however far their imports are followed.
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { at, type Finding, type Import, type Parsed, type Rule } from "./source.ts";

const browserPackages = ["protocol", "world", "client", "program"];

const entryOf = (name: string): string => `packages/${name}/src/index.ts`;

export const browserPackagesNeedNoNode: Rule = (sources) => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return browserPackages.flatMap((name) => follow(entryOf(name), byPath, new Set()));
};

function follow(path: string, byPath: ReadonlyMap<string, Parsed>, seen: Set<string>): readonly Finding[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const source = byPath.get(path);
  if (!source) return [{ where: path, what: "is imported and not there" }];
  return source.imports.filter(({ types }) => !types).flatMap((each) => step(source, each, byPath, seen));
}

function step(source: Parsed, { from, start }: Import, byPath: ReadonlyMap<string, Parsed>, seen: Set<string>): readonly Finding[] {
  if (from.startsWith(".")) return follow(posix.join(posix.dirname(source.path), from), byPath, seen);
  const ours = /^@elsewhere\/(\w+)$/.exec(from)?.[1];
  if (ours !== undefined) return follow(entryOf(ours), byPath, seen);
  return isBuiltin(from) ? [{ where: at(source, start), what: `${from} is not there in a browser` }] : [];
}
