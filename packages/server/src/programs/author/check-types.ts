/**
 * Checks a program's types with the compiler, which runs as a process of its own. It is given a configuration of our making:
 * whatever stands around the author's file (another configuration, installed types, a browser's library) has no say, for
 * none of it is there inside a world.
 */
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { ElsewhereError } from "@elsewhere/protocol";
import { whatThereIsInstead } from "./not-inside.ts";
import { libraryName } from "../sandbox/base.ts";

/** One thing the compiler does not agree with; lines and columns count from 1. */
export interface TypeProblem {
  /** Relative to the folder of the world. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The compiler's number of it, e.g. `TS2322`. */
  readonly code: string;
  readonly message: string;
}

/** A script that Node runs in a new folder with these files, ended after `msMax`; the folder is gone afterwards. */
export interface Tool {
  readonly script: string;
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly msMax: number;
}

export interface ToolRun {
  /** Exit code; null if it was ended. */
  readonly code: number | null;
  /** What it wrote to standard output. */
  readonly out: string;
  /** The folder it ran in, with no link on the way there. */
  readonly folder: string;
}

const compilerMsMax = 60_000;
const problemsMax = 200;

/** What there is inside beside the language itself. */
const globals = `declare const console: Record<"log" | "info" | "debug" | "warn" | "error", (...values: unknown[]) => void>;
declare function queueMicrotask(job: () => void): void;
`;

/** `root` is the folder of the world, `file` is relative to it. Throws `fault` if nothing can be checked. */
export async function checkTypes(root: string, file: string, run: (tool: Tool) => Promise<ToolRun>): Promise<readonly TypeProblem[]> {
  const { code, out, folder } = await run({
    script: fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json"))),
    args: ["-p", "tsconfig.json", "--pretty", "false"],
    files: { "globals.d.ts": globals, "tsconfig.json": JSON.stringify(configFor(posix.join(root, file))) },
    msMax: compilerMsMax,
  });
  const problems = readProblems(out, folder);
  if (code !== 0 && problems.length === 0) {
    const why = code === null ? `did not end within ${compilerMsMax / 1000} s` : `ended with ${code}: ${out}`;
    throw new ElsewhereError("fault", `${file}: its types cannot be checked: the compiler ${why}`, { field: file });
  }
  const ours = ourFolders();
  return problems
    .filter(({ file }) => !file.includes("/node_modules/") && !ours.some((folder) => file.startsWith(folder)))
    .slice(0, problemsMax)
    .map((problem) => ({ ...problem, file: posix.relative(root, problem.file) }));
}

function configFor(file: string): object {
  const library = entryOf(libraryName);
  return {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023"],
      module: "preserve",
      moduleResolution: "bundler",
      moduleDetection: "force",
      strict: true,
      // Without it, what may be left out may also be undefined, and then it is no JSON.
      exactOptionalPropertyTypes: true,
      noEmit: true,
      isolatedModules: true,
      allowJs: true,
      checkJs: false,
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      types: [],
      paths: { [libraryName]: [library] },
      // Unbuilt, our packages meet each other by their sources.
      customConditions: library.endsWith(".ts") ? ["source"] : [],
    },
    files: ["globals.d.ts", file],
  };
}

/** Our own packages are written for more than the inside of a world; what does not fit there is not the author's to mend. */
const ourFolders = (): readonly string[] =>
  [libraryName, "@elsewhere/protocol"].map((name) => fileURLToPath(new URL("..", import.meta.resolve(name))));

/** Where a package's types lie: its source, or what was built of it. */
const entryOf = (name: string): string => fileURLToPath(import.meta.resolve(name)).replace(/\.js$/, ".d.ts");

const problemLine = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/;

/** `file(line,column): error TS1: message`, and indented lines that say more. */
function readProblems(out: string, folder: string): readonly TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const text of out.split("\n")) {
    const [, file, line, column, code, message] = problemLine.exec(text) ?? [];
    if (file === undefined) continue;
    const told = whatThereIsInstead(code!, message!) ?? message!;
    problems.push({ file: posix.resolve(folder, file), line: Number(line), column: Number(column), code: code!, message: told });
  }
  return problems;
}
