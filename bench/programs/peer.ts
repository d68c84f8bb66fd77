/** isolated-vm holding the same program: one isolate each, with the same library and the same seeded state. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ivm from "isolated-vm";
import { source } from "./script.ts";

/** The library the way it stands in our base image, then the program, then one function that runs a turn. */
async function bundle(): Promise<string> {
  const guest = fileURLToPath(import.meta.resolve("@elsewhere/program/guest"));
  const entry = `
    import ${JSON.stringify(guest)};
    const host = globalThis.elsewhereHost;
    globalThis.turn = (json) => {
      let more = host.begin(json);
      if (!globalThis.started) { globalThis.started = true; start(); }
      while (more) more = host.next();
      return host.finish();
    };
    import { me } from ${JSON.stringify(guest)};
    function start() { ${source.replace(/^import .*$/m, "")} }`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
    bundle: true,
    format: "iife",
    platform: "neutral",
    target: "es2023",
    write: false,
    minifyWhitespace: true,
    conditions: ["source"],
    // The library is there for what it does to the globals, which bundling would leave out as unused.
    plugins: [
      { name: "guest", setup: ({ onResolve }) => onResolve({ filter: /guest\.ts$/ }, ({ path }) => ({ path, sideEffects: true })) },
    ],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

const code = await bundle();
/** The fastest way it offers to begin with code it knows: a heap snapshot with the code already run. */
const snapshot = ivm.Isolate.createSnapshot([{ code }]);

export class PeerProgram {
  readonly #isolate: ivm.Isolate;
  readonly #turn: ivm.Reference<(json: string) => string>;

  constructor() {
    this.#isolate = new ivm.Isolate({ memoryLimit: 8, snapshot });
    const context = this.#isolate.createContextSync();
    this.#turn = context.global.getSync("turn", { reference: true });
  }

  /** One call in, one text out, and the microtasks with it. */
  run(input: string): string {
    const outcome: unknown = this.#turn.applySync(undefined, [input]);
    return String(outcome);
  }

  dispose(): void {
    this.#isolate.dispose();
  }
}
