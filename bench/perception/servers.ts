/** Whole servers, each in a process of its own, beside clients in another that decode and compare everything. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Child } from "./children.ts";
import type { Begun, ClientFigures, Joined, LatencyFigures, Ready, ServerFigures } from "./load.ts";

const run = promisify(execFile);

/** Runs a file of this folder in a process of its own, to its end; it prints its figures. */
export async function figuresOf<T>(entry: string, args: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(entry, import.meta.url));
  const { stdout } = await run(process.execPath, [...process.execArgv, path, ...args], { maxBuffer: 2 ** 20 });
  return JSON.parse(stdout) as T;
}

export interface Served {
  readonly server: ServerFigures;
  readonly clients: ClientFigures;
  /** Null for the peer. */
  readonly latency: LatencyFigures | null;
}

export async function serveScene(side: "ours" | "peer", scene: string, latencySeconds: number): Promise<Served> {
  return await withServer(side === "ours" ? "./our-server.ts" : "./peer-server.ts", scene, async (server, start) => {
    const { url } = await server.hear<Ready>("ready");
    const clients = start("./clients.ts", [side, scene, url]);
    await clients.hear<Joined>("joined");
    server.tell({ kind: "begin" });
    clients.tell(await server.hear<Begun>("begun"));
    const figures = { server: await server.hear<ServerFigures>("served"), clients: await clients.hear<ClientFigures>("read") };
    // The crowd walks on, and everybody is shown it, while a few more say something.
    const latency = side === "ours" ? await figuresOf<LatencyFigures>("./latency.ts", [url, String(latencySeconds)]) : null;
    return { ...figures, latency };
  });
}

type Work<T> = (server: Child, start: (entry: string, args: readonly string[]) => Child, data: string) => Promise<T>;

/** A server that shows a scene and keeps its record in a folder of its own; it and whatever else is started ends with the work. */
export async function withServer<T>(entry: string, scene: string, work: Work<T>): Promise<T> {
  const children: Child[] = [];
  const start = (file: string, args: readonly string[]): Child => {
    const child = new Child(file, args);
    children.push(child);
    return child;
  };
  const data = await mkdtemp(join(tmpdir(), "elsewhere-perception-"));
  try {
    return await work(start(entry, [scene, data]), start, data);
  } finally {
    // Whoever reads ends before what it reads.
    for (const child of children.toReversed()) await child.end();
    await rm(data, { recursive: true, maxRetries: 5 });
  }
}
