import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A process of ours. */
interface Running {
  /** What it has written to standard error so far. */
  errors(): string;
  /** Resolves when standard error holds this, with all it holds then. */
  says(what: RegExp): Promise<string>;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Asks it to end; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** A real server in a process of its own. */
export interface Server extends Running {
  readonly url: string;
  readonly port: number;
  /** Operator's token. */
  readonly token: string;
  readonly pid: number;
}

/** Starts `elsewhere up` with these flags and resolves when it is ready. Rejects with its errors if it ends before. */
export async function startServer(flags: readonly string[]): Promise<Server> {
  const { ready, running } = await start(["up", "--json", ...flags]);
  const { url, port, token, pid } = ready as { url: string; port: number; token: string; pid: number };
  return { ...running, url: url.replace("localhost", "127.0.0.1"), port, token, pid };
}

/** A real carrier in a process of its own. */
export interface Carrier extends Running {
  readonly port: number;
  /** `elsewhere://…` */
  readonly address: string;
}

/** Starts `elsewhere carry` with these flags and resolves when it is ready. */
export async function startCarrier(flags: readonly string[]): Promise<Carrier> {
  const { ready, running } = await start(["carry", "--json", ...flags]);
  const { port, address } = ready as { port: number; address: string };
  return { ...running, port, address };
}

/** `ready` is the line that it prints once it can be reached. */
async function start(args: readonly string[]): Promise<{ readonly ready: unknown; readonly running: Running }> {
  const child = spawnElsewhere(args);
  let errors = "";
  const listeners = new Set<() => void>();
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
    for (const listener of listeners) listener();
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  const line = await Promise.race([firstLine(child), ended.then(([code]) => Promise.reject(new Error(`exit code ${code}: ${errors}`)))]);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return (await ended)[0];
  };
  const running: Running = {
    errors: () => errors,
    says: (what) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!what.test(errors)) return;
          listeners.delete(look);
          resolve(errors);
        };
        listeners.add(look);
        look();
      }),
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
  return { ready: JSON.parse(line) as unknown, running };
}

/** Runs one command of the command line to its end; `input` is what its standard input holds. */
export async function runElsewhere(
  args: readonly string[],
  input: string | null = null,
): Promise<{ code: number | null; out: string; errors: string }> {
  const child = spawnElsewhere(args, input !== null);
  child.stdin?.end(input);
  let out = "";
  let errors = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, errors };
}

export function spawnElsewhere(args: readonly string[], reads = false): ChildProcess {
  return spawn(process.execPath, ["--conditions=source", "packages/server/src/main.ts", ...args], {
    cwd: repository,
    stdio: [reads ? "pipe" : "ignore", "pipe", "pipe"],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout!.setEncoding("utf8")) {
    text += chunk as string;
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
  }
  throw new Error("the server closed its output before it was ready");
}
