import { posix } from "node:path";
import { at, type Finding, type Import, isTest, type Parsed, type Rule } from "./source.ts";

/** Which of our packages each may import. What stands beside the packages (bench, test, tools) may import any. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "packages/protocol": [],
  "packages/world": ["protocol"],
  "packages/program": ["protocol"],
  "packages/client": ["protocol"],
  "packages/server": ["protocol", "world", "program"],
  "apps/console": ["client", "protocol", "world"],
  worlds: ["program"],
};

/** Offered beside an index: what stands on nothing else, for threads that must not read all the rest for it. */
const besides = ["bytes", "errors", "limits"].map((name) => `@elsewhere/protocol/${name}`);

const homeOf = (path: string): string | undefined => Object.keys(mayImport).find((home) => path.startsWith(`${home}/`));

export const importsFollowTheDesign: Rule = (sources) =>
  sources.flatMap((source) => source.imports.flatMap((each) => faultOf(source, each)));

function faultOf(source: Parsed, { from, start }: Import): readonly Finding[] {
  const where = at(source, start);
  const home = homeOf(source.path);
  if (from.startsWith(".")) {
    const target = posix.join(posix.dirname(source.path), from);
    if (home && !target.startsWith(`${home}/`)) return [{ where, what: `"${from}" leaves ${home}: import other packages by name` }];
    return /\.(ts|tsx|mjs|css|json)(\?\w+)?$/.test(from) ? [] : [{ where, what: `"${from}" must name its file with its ending` }];
  }
  const [, name, inside] = /^@elsewhere\/([^/]+)(\/.*)?$/.exec(from) ?? [];
  if (name === undefined) return [];
  if (inside !== undefined && !inside.startsWith("/testing") && !besides.includes(from))
    return [{ where, what: `"${from}" reaches inside a package` }];
  if (!home || home === `packages/${name}` || isTest(source.path)) return [];
  return mayImport[home]?.includes(name) ? [] : [{ where, what: `${home} may not import ${name}` }];
}
