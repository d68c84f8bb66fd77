/**
 * Makes one module of an author's file and what it imports. A program may import `@elsewhere/program` and files of its
 * own world; anything else is refused here, by name, file and line. Nothing is fetched, nothing is looked up elsewhere.
 */
import { createHash } from "node:crypto";
import { basename, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { build, type BuildFailure, type Loader, type Message, type Metafile, type Plugin } from "esbuild";
import { libraryName } from "../sandbox/base.ts";

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
  try {
    return requireSize(file, (await bundlesOf([file], read))[0]!);
  } catch (error) {
    if (isBuildFailure(error)) throw toError(file, error.errors[0]!);
    throw error;
  }
}

/** Each as it is alone, by its file, and in a fraction of the time: what several import is read and parsed once for all. */
export async function bundlePrograms(
  files: readonly string[],
  read: (path: string) => Promise<string>,
): Promise<ReadonlyMap<string, Bundle>> {
  try {
    const bundles = await bundlesOf(files, read);
    return new Map(files.map((file, i) => [file, requireSize(file, bundles[i]!)]));
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    // The first that is wrong says so as if it stood alone.
    const bundles = new Map<string, Bundle>();
    for (const file of files) bundles.set(file, await bundleProgram(file, read));
    return bundles;
  }
}

async function bundlesOf(files: readonly string[], read: (path: string) => Promise<string>): Promise<readonly Bundle[]> {
  const entries = files.map((file) => posix.normalize(file));
  const { outputFiles, metafile } = await build({
    entryPoints: entries.map((entry, i) => ({ in: entry, out: String(i) })),
    outdir: "/",
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
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  return entries.map((entry, i) => {
    const code = texts.get(`${i}.js`)!;
    return {
      code,
      codeHash: createHash("sha256").update(code).digest("hex"),
      codeBytes: Buffer.byteLength(code),
      map: mapOfWorld(texts.get(`${i}.js.map`)!),
      files: [...sourcesOf(`${namespace}:${entry}`, metafile.inputs)].map(pathOfSource),
    };
  });
}

/** A source, and all that it imports. */
function sourcesOf(source: string, inputs: Metafile["inputs"], seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(source)) return seen;
  seen.add(source);
  for (const { path, external } of inputs[source]!.imports) if (external !== true) sourcesOf(path, inputs, seen);
  return seen;
}

const pathOfSource = (source: string): string => (source.startsWith(`${namespace}:`) ? source.slice(namespace.length + 1) : source);

/** The bundler names each source by its namespace; to its author it is a file of their world. */
function mapOfWorld(json: string): string {
  const map = JSON.parse(json) as { sources: string[] };
  return JSON.stringify({ ...map, sources: map.sources.map(pathOfSource) });
}

function requireSize(file: string, bundle: Bundle): Bundle {
  const limit = limits.codeBytesMax;
  if (bundle.codeBytes <= limit) return bundle;
  throw new ElsewhereError("limit", `${file}: the bundled program is larger than ${limit} bytes`, { field: file, limit });
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
