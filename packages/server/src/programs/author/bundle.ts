/**
 * Makes one module of an author's file and what it imports. A program may import `@elsewhere/program` and files of its
 * own world; anything else is refused here, by name, file and line. Nothing is fetched, nothing is looked up elsewhere.
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { build, type BuildFailure, type Loader, type Message, type Plugin } from "esbuild";
import { libraryName } from "../sandbox/base.ts";
import { bundleName } from "./source-map.ts";

/** What the engine understands; anything newer is written out in older words. */
const target = "es2023";
const loaders: Readonly<Record<string, Loader>> = { ".ts": "ts", ".js": "js", ".json": "json" };
const namespace = "world";

export interface Bundle {
  readonly code: string;
  /** sha256 of `code`, hex: by it a heap knows its program. */
  readonly codeHash: string;
  readonly codeBytes: number;
  /** Source map of `code`, JSON; its sources are paths relative to the world's folder. */
  readonly map: string;
  /** The files it was made of, relative to the world's folder, the program's own among them. */
  readonly files: readonly string[];
}

/**
 * `file` is a path relative to the world's folder, `read` gives the text of such a path and rejects if there is none.
 * Throws `malformed` (does not parse), `unknown` (no such file), `forbidden` (import) or `limit`, naming file and line.
 */
export async function bundleProgram(file: string, read: (path: string) => Promise<string>): Promise<Bundle> {
  const entry = posix.normalize(file);
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      outfile: bundleName,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target,
      write: false,
      metafile: true,
      sourcemap: "external",
      sourcesContent: false,
      charset: "utf8",
      logLevel: "silent",
      tsconfigRaw: {},
      plugins: [worldOnly(read)],
    });
    const [map, code] = outputFiles[0]!.path.endsWith(".map") ? outputFiles : outputFiles.toReversed();
    const files = Object.keys(metafile.inputs).map(pathOfSource);
    return requireSize(file, { code: code!.text, map: mapOfWorld(map!.text), files });
  } catch (error) {
    if (isBuildFailure(error)) throw toError(file, error.errors[0]!);
    throw error;
  }
}

const pathOfSource = (source: string): string => (source.startsWith(`${namespace}:`) ? source.slice(namespace.length + 1) : source);

/** The bundler names each source by its namespace; to its author it is a file of their world. */
function mapOfWorld(json: string): string {
  const map = JSON.parse(json) as { sources: string[] };
  return JSON.stringify({ ...map, sources: map.sources.map(pathOfSource) });
}

function requireSize(file: string, { code, map, files }: Pick<Bundle, "code" | "map" | "files">): Bundle {
  const codeBytes = Buffer.byteLength(code);
  const limit = limits.codeBytesMax;
  if (codeBytes > limit) {
    throw new ElsewhereError("limit", `${file}: the bundled program is larger than ${limit} bytes`, { field: file, limit });
  }
  return { code, map, files, codeBytes, codeHash: createHash("sha256").update(code).digest("hex") };
}

function worldOnly(read: (path: string) => Promise<string>): Plugin {
  return {
    name: "world-only",
    setup({ onResolve, onLoad }): void {
      onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return { path, namespace };
        if (path === libraryName) return { path, external: true };
        if (!/^\.\.?\//.test(path))
          return refuse("forbidden", `"${path}" may not be imported: only "${libraryName}" and files of this world`);
        const within = posix.join(posix.dirname(importer), path);
        if (within.startsWith("..")) return refuse("forbidden", `"${path}" lies outside this world's folder`);
        return { path: within, namespace };
      });
      onLoad({ filter: /.*/, namespace }, async ({ path }) => {
        const loader = loaders[posix.extname(path)];
        if (path.startsWith("..") || posix.isAbsolute(path)) return refuse("forbidden", `"${path}" lies outside this world's folder`);
        if (loader === undefined) return refuse("unknown", `"${path}" is not a .ts, .js or .json file; write imports with their ending`);
        try {
          return { contents: await read(path), loader };
        } catch (error) {
          return refuse("unknown", `"${path}" cannot be read: ${(error as Error).message}`);
        }
      });
    },
  };
}

type Refusal = { readonly code: "forbidden" | "unknown" };
const refuse = (code: Refusal["code"], text: string): { errors: { text: string; detail: Refusal }[] } => ({
  errors: [{ text, detail: { code } }],
});

function toError(file: string, { text, location, detail }: Message): ElsewhereError {
  const code = (detail as Refusal | undefined)?.code ?? "malformed";
  const where = location ? `${withoutNamespace(location.file)}:${location.line}` : file;
  return new ElsewhereError(code, `${where}: ${withoutNamespace(text)}`, { field: where });
}

const withoutNamespace = (text: string): string => text.replaceAll(`${namespace}:`, "");

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors) && error.errors.length > 0;
}

/** The author's library as one module, for the base image. */
export async function bundleLibrary(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve(`${libraryName}/guest`));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target,
    write: false,
    charset: "utf8",
    legalComments: "none",
    minifyWhitespace: true,
    logLevel: "silent",
    conditions: entry.endsWith(".ts") ? ["source"] : [],
    // Of the protocol it takes no schema: to parse them, only to leave them out, would be most of the work.
    external: ["zod"],
  });
  return outputFiles[0]!.text;
}

/** Where the engine's module lies; whoever may read files reads it from there. */
export const enginePath = (): string => fileURLToPath(import.meta.resolve("quickjs-wasi/quickjs.wasm"));
