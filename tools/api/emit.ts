// What each package offers, as one text: the declarations of its index and of every file of its own that they rest on.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export const offering = ["protocol", "world", "program", "client"] as const;
export type Offering = (typeof offering)[number];

const root = fileURLToPath(new URL("../..", import.meta.url));

export const snapshotPath = (name: Offering): string => join(root, "packages", name, "api.d.ts");

export interface Declarations {
  /** From the root of the repository, without ending. */
  readonly file: string;
  readonly text: string;
}

/** A package's declarations, file by file, in the order in which a reader from its index comes upon them. */
export function declarationsOf(name: Offering): readonly Declarations[] {
  const out = mkdtempSync(join(tmpdir(), "elsewhere-api-"));
  try {
    emitInto(out, name);
    return reachable(out, `${name}/src/index`, new Set());
  } finally {
    rmSync(out, { recursive: true });
  }
}

export const snapshotOf = (declarations: readonly Declarations[]): string =>
  `// What this package offers, as emitted. \`npm run api\` writes it anew; a review sees what changed.\n${declarations
    .map(({ file, text }) => `\n// ${file}\n${text}`)
    .join("")}`;

/**
 * One package a run: of files that it comes upon through another's name, the compiler writes or leaves out the declarations
 * as it happens to find them.
 */
function emitInto(out: string, name: Offering): void {
  const config = join(out, "tsconfig.json");
  const compilerOptions = {
    declaration: true,
    emitDeclarationOnly: true,
    noEmit: false,
    outDir: out,
    rewriteRelativeImportExtensions: true,
    rootDir: join(root, "packages"),
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const files = [join(root, "packages", name, "src", "index.ts")];
  writeFileSync(config, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [], exclude: [] }));
  // What is wrong with the types is said where types are checked; declarations come all the same.
  spawnSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", config]);
}

function reachable(out: string, file: string, seen: Set<string>): readonly Declarations[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(join(out, `${file}.d.ts`), "utf8");
  const relative = [...text.matchAll(/(?:from |import\()"(\.[^"]+?)\.(?:ts|js)"/g)].map((match) =>
    posix.join(posix.dirname(file), match[1]!),
  );
  return [{ file: `packages/${file}`, text }, ...relative.flatMap((each) => reachable(out, each, seen))];
}
